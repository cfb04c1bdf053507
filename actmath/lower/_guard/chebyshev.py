"""Interpolation at Chebyshev points with many digits, and its polynomial in powers."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from mpmath.ctx_mp import MPContext

from .many_digits import BETWEEN

# Bits of a polynomial's coefficients that are kept below the largest one.
_KEPT = 90

_Number = Any


def interpolated(
    context: Any, function: Callable[[_Number], _Number], size: int
) -> list[_Number] | None:
    """The Chebyshev coefficients of the polynomial through a function's values on [−1, 1].

    Args:
        context: of the numbers.
        size: how many values; where it is even none is in the middle.

    None where a value is not to be had.

    >>> context = MPContext()
    >>> [float(context.chop(c)) for c in interpolated(context, lambda t: 2 * t**2, 4)]
    [1.0, 0.0, 1.0, 0.0]
    """
    cosines = [context.make_mpf(cosine) for cosine in _cosines(size)]
    odd = range(1, 2 * size, 2)
    try:
        values = [function(cosines[k]) for k in odd]
    except (ZeroDivisionError, ValueError, TypeError):
        return None
    # Where the formula is not real its logarithm is complex.
    if any(isinstance(v, context.mpc) or not context.isfinite(v) for v in values):
        return None
    rows = [[cosines[j * k % (4 * size)] for k in odd] for j in range(size)]
    sums = [2 * context.fdot(values, row) / size for row in rows]
    return [sums[0] / 2, *sums[1:]]


@lru_cache(maxsize=8)
def _cosines(size: int) -> list[Any]:
    """cos kπ/(2·size) for k below 4·size, a whole turn, without a context."""
    context = MPContext()
    context.prec = BETWEEN + 20
    return [context.cospi(context.mpf(k) / (2 * size))._mpf_ for k in range(4 * size)]


def polynomial(context: Any, chebyshev: list[_Number], bits: int) -> list[_Number]:
    """Σ c_j T_j(t) as coefficients of powers of t, by T_{j+1} = 2t·T_j − T_{j−1}.

    Args:
        context: of the numbers.
        chebyshev: the c_j, not all 0.
        bits: the last ones are left out where they are below 2^{−bits} of the largest.
    """
    known = _without_tail(context, chebyshev, bits)
    size = len(known)
    before, now = [context.mpf(1)] + [context.zero] * (size - 1), [context.zero] * size
    if size > 1:
        now[1] = context.mpf(1)
    total = [known[0] * a for a in before]
    for number in known[1:]:
        total = [sum_ + number * a for sum_, a in zip(total, now, strict=True)]
        doubled = [context.zero, *(2 * a for a in now[:-1])]
        before, now = now, [a - b for a, b in zip(doubled, before, strict=True)]
    least = context.ldexp(max(map(abs, total)), -_KEPT)
    return [number if abs(number) > least else context.zero for number in total]


def _without_tail(context: Any, numbers: list[_Number], bits: int) -> list[_Number]:
    # 4 bits more: the coefficients that are left out may add up.
    least = context.ldexp(max(map(abs, numbers)), -bits - 4)
    count = max(k for k, number in enumerate(numbers) if abs(number) > least) + 1
    return numbers[:count]
