"""The functions of stable formulas in JavaScript, each as the text of one function.

``Math`` has no error function. Here erfc(u) = e^{−u²}·erfcx(u), and erfcx comes from a Chebyshev
series whose coefficients are computed, not typed: some thirty numbers, where the ports of C code
that npm carries take a hundred times the space. What another function needs is named in its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from ..._text.kinds import several_of
from ...number import mp

# Shepherd and Laframboise's (1981) middle of the half line, for which the series is the shortest.
_MIDDLE = "3.75"
# Coefficients below 1e-18 of the first add nothing to a float64.
_LEAST = 1e-18
# Chebyshev points, twice as many as there are coefficients left.
_POINTS = 72
_WORD = re.compile(r"[A-Za-z_]\w*")


def _erfcx(u: Any) -> Any:
    return mp.exp(u**2) * mp.erfc(u)


def _along_half_line(t: Any) -> Any:
    """(1 + 2u)·erfcx(u), between 1 and 2/√π, at t = (u − 3.75)/(u + 3.75) in (−1, 1)."""
    u = mp.mpf(_MIDDLE) * (1 + t) / (1 - t)
    return (1 + 2 * u) * _erfcx(u)


def _near_zero(t: Any) -> Any:
    """erf(u)/u at 2u² − 1 = t."""
    u = mp.sqrt((1 + t) / 2)
    return mp.erf(u) / u


@cache
def _coefficients(function: Callable[[Any], Any]) -> list[float]:
    """The Chebyshev coefficients of a function on [−1, 1], as far as float64 sees them."""
    with mp.workdps(40):
        angles = [mp.pi * (k + mp.mpf(1) / 2) / _POINTS for k in range(_POINTS)]
        values = [function(mp.cos(angle)) for angle in angles]
        # c_j = (2/n)·Σ f(cos θ_k)·cos(jθ_k), the first one halved.
        rows = ([mp.cos(j * angle) for angle in angles] for j in range(_POINTS))
        sums = [float(2 * mp.fdot(values, row) / _POINTS) for row in rows]
    sums[0] /= 2
    last = max(j for j, c in enumerate(sums) if abs(c) > _LEAST)
    return sums[: last + 1]


def _array(function: Callable[[Any], Any]) -> str:
    return "[" + ",".join(map(repr, _coefficients(function))) + "]"


#: By name; each is what comes after ``const NAME = ``, and takes numbers.
JAVASCRIPT_FUNCTIONS: dict[str, str] = {
    # Clenshaw's rule.
    "chebyshev": """(t, c) => {
  let b = 0, before = 0;
  for (let k = c.length - 1; k > 0; k--) {
    const next = 2 * t * b - before + c[k];
    before = b;
    b = next;
  }
  return t * b - before + c[0];
}""",
    # Beyond 2e8 the next term of 1/(u√π)·(1 − 1/(2u²) + …) is below an ulp; left of −1 there is
    # no difference that cancels.
    "erfcx": f"""(u) => {{
  if (u < 0) return 2 / bell(u) - erfcx(-u);
  if (u > 2e8) return 1 / (u * Math.sqrt(Math.PI));
  return chebyshev((u - {_MIDDLE}) / (u + {_MIDDLE}), ALONG_HALF_LINE) / (1 + 2 * u);
}}""",
    # u² = h² + (u − h)(u + h), where h has so few digits that its square is exact.
    "bell": """(u) => {
  const h = Math.fround(u);
  return Math.abs(u) > 40 ? 0 : Math.exp(-h * h) * Math.exp((h - u) * (h + u));
}""",
    "erf": """(u) => Math.abs(u) < 1
  ? u * chebyshev(2 * u * u - 1, NEAR_ZERO)
  : Math.sign(u) * (1 - erfc(Math.abs(u)))""",
    "erfc": "(u) => u < 0 ? 2 - erfc(-u) : u < 0.5 ? 1 - erf(u) : u > 40 ? 0 : bell(u) * erfcx(u)",
    # eᵃ·erfc(b), c = a − b² known without a subtraction: eᵃ may overflow where erfc is 0.
    "ExpErfc": "(a, b, c) => b > 0 ? Math.exp(c) * erfcx(b) : Math.exp(a) * erfc(b)",
    "Direction": """(u, c) => {
  const held = Math.min(Math.max(u, -Number.MAX_VALUE), Number.MAX_VALUE);
  return held / Hypotenuse(held, c);
}""",
    # On either side of 0 the form whose exponential is at most 1.
    "Expit": "(u) => u < 0 ? Math.exp(u) / (1 + Math.exp(u)) : 1 / (1 + Math.exp(-u))",
    "Expm1": "Math.expm1",
    "HyperbolicBowl": "(u, c) => u * (u / (Hypotenuse(u, c) + Math.sqrt(c)))",
    # (u + √(u² + c))/2 = max(u, 0) + c/(2(√(u² + c) + |u|)).
    "HyperbolicRamp": "(u, c) => Math.max(u, 0) + c / 4 / (Hypotenuse(u, c) / 2 + Math.abs(u) / 2)",
    "Hypotenuse": "(u, c) => Math.hypot(u, Math.sqrt(c))",
    "Log1p": "Math.log1p",
    # log(1 + eᵘ) = max(u, 0) + log(1 + e^{−|u|}).
    "Log1pExp": "(u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)))",
    # 2 log|u| + log(1 + u^{−2}), whose second term is rounded away beyond 2^27.
    "Log1pSquare": """(u) => Math.abs(u) > 2 ** 30
  ? 2 * Math.log(Math.abs(u)) : Math.log1p(u * u)""",
    # cosh u = 1 + 2 sinh²(u/2), and cosh u = e^{|u|}(1 + e^{−2|u|})/2.
    "LogCosh": """(u) => Math.abs(u) > 1
  ? Math.abs(u) - Math.LN2 + Math.log1p(Math.exp(-2 * Math.abs(u)))
  : Math.log1p(2 * Math.sinh(u / 2) ** 2)""",
    # log((1 + eᵘ)/2), near 0 by eᵘ − 1.
    "LogMeanExp": "(u) => u > 1 ? Log1pExp(u) - Math.LN2 : Math.log1p(Math.expm1(u) / 2)",
    # Expit(u)^p·Expit(−u)^q with Expit(u) = e^{min(u, 0)}/(1 + e^{−|u|}); 0·∞ is left out.
    "LogisticPower": """(u, p, q) => {
  const power = u < 0 ? p : q, size = Math.abs(u);
  return (power ? Math.exp(-power * size) : 1) * Math.pow(1 + Math.exp(-size), -(p + q));
}""",
    "Offset": "(u, high, low) => u - high - low",
    "Reciprocal": "(u) => 1 / u",
    "ScaledPower": "(u, c, n) => c * u * Math.pow(u, n - 1)",
    # Horner's rule.
    "Series": "(u, ...c) => c.reduceRight((total, number) => total * u + number)",
    # u^{h + l} = u^h·(1 + l·log u), u held where its logarithm is finite.
    "SplitPower": """(u, high, low) => {
  const held = Math.min(Math.max(u, 2 ** -1022), Number.MAX_VALUE);
  return Math.pow(u, high) * (1 + low * Math.log(held));
}""",
    "StableTanh": "Math.tanh",
    "UpperAtan": "(u) => Math.atan2(1, u)",
    "UpperErfc": "(u) => erfc(u)",
    "WholePower": "(u, n) => Math.pow(u, n)",
    # A formula that is lost far out, as x·0 is at ∞, at a stand-in; what grew there goes on to ±∞.
    # At the ends where it oscillates there is none.
    "extended": """(f, largest, endless = []) => (x, ...p) => {
  const y = f(x, ...p);
  if (y === y || !(Math.abs(x) > largest) || endless.includes(x)) return y;
  const near = f(Math.sign(x) * largest, ...p);
  const grown = Math.abs(x) === Infinity && Math.abs(near) > Math.sqrt(largest);
  return grown ? Math.sign(near) * Infinity : near;
}""",
}

_TABLES = {"ALONG_HALF_LINE": _along_half_line, "NEAR_ZERO": _near_zero}


def javascript_library(sources: Iterable[str]) -> str:
    """Declarations of every function that some texts name, and of what these need in turn.

    Raises:
        TypeError: for what is not several texts.

    >>> print(javascript_library(["(x) => 2 * Expm1(x)"]))
    const Expm1 = Math.expm1;
    """
    sources = several_of(sources, str, "sources")
    needed: list[str] = []
    waiting = [word for source in sources for word in _WORD.findall(source)]
    while waiting:
        word = waiting.pop()
        if word in _TABLES and word not in needed:
            needed.append(word)
        elif word in JAVASCRIPT_FUNCTIONS and word not in needed:
            needed.append(word)
            waiting += _WORD.findall(JAVASCRIPT_FUNCTIONS[word])
    return "\n".join(f"const {name} = {_text(name)};" for name in sorted(needed))


def _text(name: str) -> str:
    return _array(_TABLES[name]) if name in _TABLES else JAVASCRIPT_FUNCTIONS[name]
