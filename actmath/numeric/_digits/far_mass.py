"""Where integrals have their mass, if that is far from the mean of the Gaussian.

E gelu(z) under N(−10⁹, 1) is made around −5·10⁸, where the unit's own tail meets that of the
density: a spot some deviations wide, half a billion deviations away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from ...number import mp

# A peak is known well enough within this part of a deviation.
_CLOSE = 0.25
# The golden section of a bracket.
_GOLDEN = 0.382
# Steps to a top, which divide the bracket by 1.6: from 10³²⁰ deviations to one.
_MOST_STEPS = 2000
# Cells from a top to where its mass has died out, on each side.
_CELLS = 6
# Of a gap, where it is looked at: its mass lies at an end, if not where the unit peaks.
_SHARES = (1 / 64, 1 / 2, 63 / 64)

# 400 decimal orders, in bits.
_DEPTH = 1329

#: Of the terms at z, times the density: binary logarithms of their sizes.
Logarithms = Callable[[Any], Sequence[Any]]


def overlooked(edges: Sequence[Any], seen: Iterable[Any]) -> Iterator[Any]:
    """Places in each gap between edges in which nothing was seen, two of them beside its ends."""
    for left, right in pairwise(edges):
        if not any(left < z < right for z in seen):
            yield from (left + (right - left) * share for share in _SHARES)


def spans(
    points: Sequence[Any], logarithms: Logarithms, terms: dict[int, int], bits: int
) -> list[list[Any]]:
    """Marks of the cells around each spot that holds mass, spot by spot, in order.

    Args:
        points: where the terms were looked at, in order: every spot rises between neighbours.
        logarithms: kept by the caller for a point that comes again.
        terms: the numbers of those that count, each with that of the one it is a part of: what
            is 10^-400 of that is rounding, and does not count.
        bits: what is so many below a term's largest does not count.
    """
    found: list[list[Any]] = []
    highest: dict[int, Any] = {}
    for k, whole in sorted(terms.items()):

        def size(z: Any, k: int = k) -> Any:
            return logarithms(z)[k]

        sizes = [size(z) for z in points]
        tops = [
            _top(size, *points[i - 1 : i + 2])
            for i in range(1, len(points) - 1)
            if sizes[i - 1] <= sizes[i] >= sizes[i + 1] and mp.isfinite(sizes[i])
        ]
        highest[k] = max(map(size, tops), default=-mp.inf)
        if highest[k] > highest.get(whole, highest[k]) - _DEPTH:
            floor = highest[k] - bits
            found += [_cells(size, top, floor) for top in tops if size(top) > floor]
    return _merged(found)


def _top(size: Callable[[Any], Any], low: Any, at: Any, high: Any) -> Any:
    """The place of the largest size between two that are no larger than that in the middle."""
    for _ in range(_MOST_STEPS):
        if high - low < _CLOSE:
            break
        to_the_right = high - at > at - low
        new = at + _GOLDEN * (high - at if to_the_right else low - at)
        if size(new) > size(at):
            low, at, high = (at, new, high) if to_the_right else (low, new, at)
        elif to_the_right:
            high = new
        else:
            low = new
    return at


def _cells(size: Callable[[Any], Any], top: Any, floor: Any) -> list[Any]:
    """The top and equal steps to both sides, to where the size is below the floor."""
    marks = {top}
    for side in (-1, 1):
        apart = mp.one
        while size(top + side * apart) > floor:
            apart *= 2
        marks |= {top + side * apart * k / _CELLS for k in range(1, _CELLS + 1)}
    return sorted(marks)


def _merged(found: list[list[Any]]) -> list[list[Any]]:
    """Spots that overlap as one, without those marks that lie beside another."""
    together: list[list[Any]] = []
    for marks in sorted(found, key=lambda each: each[0]):
        if together and marks[0] <= together[-1][-1]:
            together[-1] = sorted({*together[-1], *marks})
        else:
            together.append(marks)
    return [_apart(marks) for marks in together]


def _apart(marks: list[Any]) -> list[Any]:
    kept = marks[:1]
    for mark in marks[1:-1]:
        if mark - kept[-1] > _CLOSE < marks[-1] - mark:
            kept.append(mark)
    return [*kept, marks[-1]]
