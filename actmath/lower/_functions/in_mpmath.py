"""The functions of stable formulas for mpmath's numbers, whose exponents have no bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...number import mp

# Binary digits of an exponent: the square of 10^9999 has 66,432.
_LARGEST_EXPONENT = 2**17
# And those of an argument whose exponential is taken by parts.
_LARGE = 40


def _size(u: Any) -> int:
    """The binary digits of a number before its point; 0 for 0 and for what is not finite."""
    return int(mp.mag(u)) if u and mp.isfinite(u) else 0


def _exp(u: Any) -> Any:
    """exp, but 0 or infinite where its exponent alone would fill the memory."""
    u = mp.convert(u)
    size = _size(u)
    if size > _LARGEST_EXPONENT:
        return mp.inf if u > 0 else mp.zero
    if size < _LARGE:
        return mp.exp(u)
    # mpmath multiplies e by itself where u is an integer, however large: eᵘ = 2ⁿ·e^{u − n·log 2}.
    with mp.workprec(mp.prec + size):
        n = mp.floor(u / mp.ln2)
        rest = u - n * mp.ln2
    return mp.ldexp(mp.exp(rest), int(n))


def _erfc(u: Any) -> Any:
    """erfc by its asymptotic series for huge arguments, where mpmath's own overflows an integer."""
    # erfc u = e^{−u²}/(u√π)·(1 − 1/(2u²) + 1·3/(2u²)² − …): some 20 terms reach 2^{−prec}.
    if mp.isfinite(u) and u > mp.ldexp(1, max(64, mp.prec // 40)):
        total, term, k = mp.zero, mp.one, 0
        while abs(term) > mp.eps:
            total += term
            k += 1
            term *= -(2 * k - 1) / (2 * u**2)
        return _exp(-(u**2)) / (u * mp.sqrt(mp.pi)) * total
    # Far to the left 2 − erfc(−u) is 2: e^{−u²} is below 2^{−1.4·prec}.
    if mp.isfinite(u) and u < -mp.sqrt(mp.prec):
        return mp.mpf(2)
    return mp.erfc(u)


def _tanh(u: Any) -> Any:
    """tanh; ±1 where 1 − |tanh| has an exponent that mpmath refuses to make."""
    u = mp.convert(u)
    return mp.sign(u) if _size(u) > _LARGEST_EXPONENT else mp.tanh(u)


def _softplus(u: Any) -> Any:
    """log(1 + eᵘ) = max(u, 0) + log(1 + e^{−|u|}), which does not overflow."""
    return mp.log1p(_exp(-abs(u))) + max(u, mp.zero)


def _logistic_power(u: Any, p: Any, q: Any) -> Any:
    """Expit(u)^p·Expit(−u)^q, by Expit(u) = e^{min(u, 0)}/(1 + e^{−|u|})."""
    return _exp(-(p if u < 0 else q) * abs(u)) * (1 + _exp(-abs(u))) ** -(p + q)


def _log_mean_exp(u: Any) -> Any:
    """log((1 + eᵘ)/2), near 0 by eᵘ − 1."""
    return _softplus(u) - mp.log(2) if u > 1 else mp.log1p(mp.expm1(u) / 2)


def _log_cosh(u: Any) -> Any:
    """log(cosh(u)), near 0 by cosh u = 1 + 2 sinh²(u/2)."""
    size = abs(u)
    if size > 1:
        return size - mp.log(2) + mp.log1p(_exp(-2 * size))
    return mp.log1p(2 * mp.sinh(size / 2) ** 2)


def _hypotenuse(u: Any, c: Any) -> Any:
    return mp.sqrt(u**2 + c)


def _hyperbolic_ramp(u: Any, c: Any) -> Any:
    """(u + √(u² + c))/2 as a sum of two positive terms."""
    # = max(u, 0) + c/(2(√(u² + c) + |u|)); for u < 0 the sum as it stands would cancel.
    return max(u, mp.zero) + c / (2 * (_hypotenuse(u, c) + abs(u)))


MPMATH_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Direction": lambda u, c: u / _hypotenuse(u, c),
    "Expit": lambda u: 1 / (1 + _exp(-u)),
    "Expm1": lambda u: mp.expm1(u) if abs(u) < 1 else _exp(u) - 1,
    "HyperbolicBowl": lambda u, c: u**2 / (_hypotenuse(u, c) + mp.sqrt(c)),
    "HyperbolicRamp": _hyperbolic_ramp,
    "Hypotenuse": _hypotenuse,
    "LambertW": lambda u, branch=0: mp.re(mp.lambertw(u, int(branch))),
    "Log1p": lambda u: mp.log1p(u),
    "Log1pExp": _softplus,
    "Log1pSquare": lambda u: mp.log1p(u**2),
    "LogCosh": _log_cosh,
    "LogMeanExp": _log_mean_exp,
    "LogisticPower": _logistic_power,
    "StableTanh": _tanh,
    "UpperAtan": lambda u: mp.atan2(1, u),
    "UpperErfc": _erfc,
    "WholePower": lambda u, n: u**n,
    "erfc": _erfc,
    "exp": _exp,
    "tanh": _tanh,
}
