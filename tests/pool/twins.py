"""The functions that twins are made of: mpmath's, held where its own do not return."""

from __future__ import annotations

from typing import Any

from mpmath import mp

# e^u beyond this u, larger than every float, has an exponent that mpmath still adds and divides.
_MOST = mp.mpf(10) ** 320
#: What is as large may be larger.
LARGEST = mp.exp(_MOST / 2)
# tanh and erfc are within e^{−2·10⁵} of their limits here: no float64 tells.
_SATURATED = 10**5


def exp(u: Any) -> Any:
    return mp.exp(max(-_MOST, min(_MOST, u)))


def expm1(u: Any) -> Any:
    return exp(u) - 1 if abs(u) > _SATURATED else mp.expm1(u)


def tanh(u: Any) -> Any:
    return mp.sign(u) * mp.one if abs(u) > _SATURATED else mp.tanh(u)


def cosh(u: Any) -> Any:
    return (exp(u) + exp(-u)) / 2


def sinh(u: Any) -> Any:
    return (exp(u) - exp(-u)) / 2 if abs(u) > 1 else mp.sinh(u)


def erfc(u: Any) -> Any:
    return mp.mpf(2 if u < 0 else 0) if abs(u) > _SATURATED else mp.erfc(u)


def erf(u: Any) -> Any:
    return mp.sign(u) * mp.one if abs(u) > _SATURATED else mp.erf(u)


def sigmoid(u: Any) -> Any:
    return 1 / (1 + exp(-u))


def softplus(u: Any) -> Any:
    return max(u, mp.zero) + mp.log1p(exp(-abs(u)))


def cdf(u: Any) -> Any:
    """Φ, the normal distribution function."""
    return erfc(-u / mp.sqrt(2)) / 2


def clip(u: Any, low: Any, high: Any) -> Any:
    return max(mp.mpf(low), min(mp.mpf(high), u))


def relu(u: Any) -> Any:
    return max(u, mp.zero)
