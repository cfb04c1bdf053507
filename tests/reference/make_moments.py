"""Write the accuracy tables ``moments_*.json`` by mpmath alone; nothing of ``actmath`` is used.

Run as ``python tests/reference/make_moments.py [NAME …]``. Every formula is typed here by hand, the
integrals are taken at 80 digits, split at the kinks and around 0, and a value is written
only if two quadrature rules agree to 40 digits.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from mpmath import mp

HERE = Path(__file__).parent
KEPT = 40
Function = Callable[[Any], Any]


@dataclass(frozen=True)
class Case:
    """f, f′ and the kinks; ``left``/``right`` of a kink are decided by strict comparison."""

    value: Function
    slope: Function
    kinks: tuple[float, ...] = ()


def _sigmoid(t: Any) -> Any:
    return 1 / (1 + mp.exp(-t))


def _cdf(t: Any) -> Any:
    return mp.erfc(-t / mp.sqrt(2)) / 2


def _selu(part: str) -> Function:
    k = mp.exp(mp.mpf(1) / 2) * mp.erfc(1 / mp.sqrt(2))
    k2 = mp.exp(2) * mp.erfc(mp.sqrt(2))
    alpha = mp.sqrt(2 / mp.pi) / (1 - k)
    root = mp.sqrt(2 * k2 + mp.pi * k**2 - 2 * (2 + mp.pi) * k + mp.pi + 2)
    lam = (1 - k) * mp.sqrt(2 * mp.pi) / root
    if part == "value":
        return lambda t: lam * (t if t > 0 else alpha * mp.expm1(t))
    return lambda t: lam * (mp.one if t > 0 else alpha * mp.exp(t))


def _mish_slope(t: Any) -> Any:
    s = mp.log1p(mp.exp(t))
    return mp.tanh(s) + t * _sigmoid(t) / mp.cosh(s) ** 2


def _steps(*parts: tuple[float, Any]) -> Function:
    """A step function: pairs (upper end, value)."""
    return lambda t: next(mp.mpf(value) for end, value in parts if t < end)


INF = float("inf")

with mp.workdps(200):
    CASES = {
        "identity": Case(lambda t: t, lambda t: mp.one),
        "abs": Case(abs, _steps((0, -1), (INF, 1)), (0,)),
        "relu": Case(lambda t: max(t, mp.zero), _steps((0, 0), (INF, 1)), (0,)),
        "leaky_relu": Case(
            lambda t: t if t > 0 else t / 100, lambda t: mp.one if t > 0 else mp.one / 100, (0,)
        ),
        "prelu": Case(lambda t: t if t > 0 else t / 4, _steps((0, 0.25), (INF, 1)), (0,)),
        "rrelu": Case(
            lambda t: t if t > 0 else 11 * t / 48,
            lambda t: mp.one if t > 0 else mp.mpf(11) / 48,
            (0,),
        ),
        "shifted_relu": Case(lambda t: max(t, -mp.one), _steps((-1, 0), (INF, 1)), (-1,)),
        "relu6": Case(
            lambda t: min(max(t, mp.zero), mp.mpf(6)), _steps((0, 0), (6, 1), (INF, 0)), (0, 6)
        ),
        "elu": Case(
            lambda t: t if t > 0 else mp.expm1(t), lambda t: mp.one if t > 0 else mp.exp(t), (0,)
        ),
        "celu": Case(
            lambda t: t if t > 0 else mp.expm1(t), lambda t: mp.one if t > 0 else mp.exp(t), (0,)
        ),
        "selu": Case(_selu("value"), _selu("slope"), (0,)),
        "sigmoid": Case(_sigmoid, lambda t: _sigmoid(t) * _sigmoid(-t)),
        "tanh": Case(mp.tanh, lambda t: 1 / mp.cosh(t) ** 2),
        "softsign": Case(lambda t: t / (1 + abs(t)), lambda t: 1 / (1 + abs(t)) ** 2, (0,)),
        "arctan": Case(mp.atan, lambda t: 1 / (1 + t**2)),
        "hard_sigmoid": Case(
            lambda t: max(min(t / 4 + mp.mpf(1) / 2, mp.one), mp.zero),
            _steps((-2, 0), (2, 0.25), (INF, 0)),
            (-2, 2),
        ),
        "hard_tanh": Case(
            lambda t: max(min(t, mp.one), -mp.one), _steps((-1, 0), (1, 1), (INF, 0)), (-1, 1)
        ),
        "hard_swish": Case(
            lambda t: t * min(max(t + 3, mp.zero), mp.mpf(6)) / 6,
            lambda t: mp.zero if t < -3 else (2 * t + 3) / 6 if t < 3 else mp.one,
            (-3, 3),
        ),
        "softplus": Case(lambda t: mp.log1p(mp.exp(t)), _sigmoid),
        "gelu": Case(lambda t: t * _cdf(t), lambda t: _cdf(t) + t * mp.npdf(t)),
        "silu": Case(lambda t: t * _sigmoid(t), lambda t: _sigmoid(t) * (1 + t * _sigmoid(-t))),
        "mish": Case(lambda t: t * mp.tanh(mp.log1p(mp.exp(t))), _mish_slope),
    }


def points() -> dict[str, list[tuple[float, float]]]:
    """Inner and dense: |mean| ≤ 1, variance in [0.01, 16]. Outer: ≤ 30, in [1e-8, 1e6]."""
    draw = random.Random(2017)

    def log_uniform(low: float, high: float) -> float:
        return low * (high / low) ** draw.random()

    inner = [(m, v) for m in (-1.0, 0.0, 1.0) for v in (0.01, 1.0, 16.0)]
    inner += [(draw.uniform(-1, 1), log_uniform(0.01, 16)) for _ in range(9)]
    outer = [(m, v) for m in (-30.0, 0.0, 30.0) for v in (1e-8, 1e-2, 1e6)]
    outer += [(draw.uniform(-30, 30), log_uniform(1e-8, 1e6)) for _ in range(12)]
    near = [draw.choice((-1, 1)) * log_uniform(1e-4, 30) for _ in range(5)]
    outer += [(m, log_uniform(1e-8, 1e6)) for m in near]
    dense = [(draw.uniform(-1, 1), log_uniform(0.01, 16)) for _ in range(30)]
    return {"inner": inner, "outer": outer, "dense": dense}


def moments(case: Case, mean: float, variance: float, count: int) -> list[Any]:
    """E f, Var f and E f′²; f is centred at f(mean) before anything is squared."""
    m, s = mp.mpf(mean), mp.sqrt(mp.mpf(variance))
    ends = _ends(case, m, s)
    nodes = [
        (w * mp.npdf(z), case.value(m + s * z) - case.value(m), case.slope(m + s * z))
        for left, right in pairwise(ends)
        for z, w in _rule(left, right, count)
    ]
    total = mp.fsum(w for w, _, _ in nodes)
    centre = mp.fsum(w * d for w, d, _ in nodes) / total
    spread = mp.fsum(w * (d - centre) ** 2 for w, d, _ in nodes)
    return [case.value(m) + centre, spread, mp.fsum(w * g**2 for w, _, g in nodes)]


def _ends(case: Case, m: Any, s: Any) -> list[Any]:
    """Where the Gaussian or the activation changes scale; tails are cut at 1e-782."""
    reach = mp.mpf(60)
    bulk = [mp.mpf(k) for k in range(-60, 61) if k % 2 == 0 or abs(k) > 8]
    grid = [mp.mpf(k) for k in range(-16, 17)]
    grow, at = [], mp.mpf(16)
    while at < 1e5:
        grow += [at, -at]
        at *= 1 + mp.mpf(1) / 4
    fixed = [(mp.mpf(x) - m) / s for x in (*case.kinks, *grid, *grow)]
    inside = {p for p in (*bulk, *fixed) if -reach < p < reach}
    return [-reach, *sorted(inside), reach]


_LEGENDRE: dict[int, list[tuple[Any, Any]]] = {}


def _rule(left: Any, right: Any, count: int) -> list[tuple[Any, Any]]:
    if count not in _LEGENDRE:
        _LEGENDRE[count] = _legendre(count)
    half, middle = (right - left) / 2, (right + left) / 2
    return [(middle + half * x, half * w) for x, w in _LEGENDRE[count]]


def _legendre(count: int) -> list[tuple[Any, Any]]:
    """Gauss–Legendre nodes and weights by Newton's iteration on the three-term recurrence."""
    found = []
    for i in range(count):
        x = mp.cos(mp.pi * (i + mp.mpf(3) / 4) / (count + mp.mpf(1) / 2))
        for _ in range(12):
            before, value = mp.one, x
            for k in range(2, count + 1):
                before, value = value, ((2 * k - 1) * x * value - (k - 1) * before) / k
            slope = count * (x * value - before) / (x**2 - 1)
            x -= value / slope
        found.append((x, 2 / ((1 - x**2) * slope**2)))
    return found


def table(name: str) -> dict[str, Any]:
    case, rows = CASES[name], {}
    for domain, pairs in points().items():
        rows[domain] = [_row(name, case, mean, variance) for mean, variance in pairs]
    return {"activation": name, "digits": KEPT, "rows": rows}


def _row(name: str, case: Case, mean: float, variance: float) -> dict[str, Any]:
    keys = ("mean", "variance", "derivative_second")
    with mp.workdps(80):
        for counts in ((32, 38), (64, 72), (110, 124)):
            coarse, fine = (moments(case, mean, variance, count) for count in counts)
            if _agree(coarse, fine):
                values = [mp.nstr(v, KEPT) for v in fine]
                return {"at": [mean.hex(), variance.hex()], **dict(zip(keys, values, strict=True))}
    raise ArithmeticError(f"{name} at {mean}, {variance}: {coarse} against {fine}")


def _agree(coarse: list[Any], fine: list[Any]) -> bool:
    """To 40 digits; the mean, which may vanish, in units of the deviation."""
    scales = [max(abs(fine[0]), mp.sqrt(fine[1])), fine[1], fine[2]]
    return all(
        abs(one - other) <= mp.mpf(10) ** -KEPT * scale + mp.mpf(10) ** -400
        for one, other, scale in zip(coarse, fine, scales, strict=True)
    )


def main(names: list[str]) -> None:
    for name in names or CASES:
        path = HERE / f"moments_{name}.json"
        path.write_text(json.dumps(table(name), indent=1) + "\n", encoding="utf-8")
        print(f"wrote {path.name}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
