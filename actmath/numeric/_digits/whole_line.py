"""The trapezoidal rule on the whole line, for what is one smooth formula all along it.

With f analytic within d of the line the sum at step h errs by e^{−2πd/h}: of all rules none needs
fewer nodes for a normal density (Trefethen and Weideman 2014, theorem 5.1).
"""

from __future__ import annotations

from typing import Any

from ...number import mp
from .double_exponential import Terms, Work, known_bits
from .partition import Partition

# Steps are 2^{−k} deviations. The first three are taken without asking: what is narrower than the
# third one may not be seen, and is a matter of sections.
_FIRST, _LAST = 2, 7
_SHARPEST = 2.0**-4
# From a round number, at which a formula may read 0/0.
_ASIDE = 0.3


def over_the_line(
    partition: Partition, terms: Terms, digits: int, work: Work
) -> tuple[tuple[Any, ...], tuple[Any, ...]] | None:
    """∫ of each term and of its absolute value; None where the line is to be cut, or not settled.

    Raises:
        OutOfWorkError: if the evaluations are spent.
    """
    if not partition.is_smooth(_SHARPEST):
        return None
    bits = int(digits * 3.33) + 1
    low, high = partition.reach
    centre = partition.centre
    sums: list[Any] = []
    sizes: list[Any] = []
    history: list[list[Any]] = []
    for level in range(_FIRST, _LAST + 1):
        step = mp.ldexp(1, -level)
        # Each level adds the points between those of the one before.
        start, stride = (_ASIDE + step, 2 * step) if history else (mp.mpf(_ASIDE), step)
        first, last = int(mp.ceil((low - start) / stride)), int(mp.floor((high - start) / stride))
        work.spend(last - first + 1)
        for k in range(first, last + 1):
            values = terms(centre, start + k * stride, 0)
            sums = [a + v for a, v in zip(sums or [mp.zero] * len(values), values, strict=True)]
            sizes = [
                a + abs(v) for a, v in zip(sizes or [mp.zero] * len(values), values, strict=True)
            ]
        history.append([step * total for total in sums])
        wholes = [step * size for size in sizes]
        three = zip(*history[-3:], wholes, strict=True)
        if len(history) > 2 and all(known_bits(found, whole) >= bits for *found, whole in three):
            return tuple(history[-1]), tuple(wholes)
    return None
