"""Where does the float version of a formula break the promise?

First by rounding at random, which costs no number of many digits and looks at every magnitude; only
what that flags is compared. What is bad is a stretch between two good points.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr

from .judge import PROMISED_ULPS, Judge
from .rounding import Shaken
from .trial_points import Points, scattered, trial_points

#: From a formula in ``notation.x`` and a share of the largest number (``StableForm.reach``) to a
#: function of arrays of float64.
CompileOne = Callable[[Expr, float], Callable[[NDArray[Any]], NDArray[Any]]]

# Of the points in a row that the rounding test flags so many are compared at first, and at most.
_GLANCE, _MOST_COMPARED = 14, 60
# And of zeros, or of what is no number.
_ALIKE = 5
# One of so many points is compared, whatever rounding at random says.
_SAMPLED = 31
# Fresh points among such at which a formula is 0, but for rounding.
_AT_ZEROS = 2000
# Two bad stretches with fewer good points between are one.
_GAP = 3
# Half an ulp, and a little, as a share of the promise.
_RIGHT = 0.13
# Fresh points that decide on an interval, and those that confirm that one is bad.
_FRESH, _CONFIRMING = 24, 60
# Zeros without a change of sign are looked for up to here, where the trial points are dense.
_DENSE, _MOST_DIPS = 50.0, 40


class Inspector:
    """Tries float versions of one formula.

    Args:
        judge: which knows the formula.
        reach: see ``StableForm``.
    """

    def __init__(self, judge: Judge, compile_one: CompileOne, reach: float) -> None:
        self.judge = judge
        self._compile_one, self._reach = compile_one, reach
        self._bad_ones: Points = np.empty(0)
        self._compiled: dict[Expr, Callable[[NDArray[Any]], NDArray[Any]]] = {}

    def values(self, expr: Expr, points: NDArray[Any]) -> NDArray[Any]:
        """What NumPy gives."""
        if expr not in self._compiled:
            self._compiled[expr] = self._compile_one(expr, self._reach)
        return self._compiled[expr](points)

    def excess(self, expr: Expr, low: float, high: float) -> tuple[float, float]:
        """The worst of fresh points of an interval, and its error over the promise."""
        points = self._fresh(low, high, _FRESH)
        found = self.judge.excess(points, self.values(expr, points))
        worst = int(np.argmax(found))
        return float(points[worst]), float(found[worst])

    def keeps(self, expr: Expr, low: float, high: float) -> bool:
        """Does a formula keep the promise on an interval, however its operations are rounded?"""
        _, worst = self.excess(expr, low, high)
        if worst > 1 or worst <= _RIGHT:
            return worst <= 1
        points = self._fresh(low, high, _FRESH)
        spread, _ = self._screened(expr, points)
        return bool((self.judge.excess(points, self.values(expr, points), spread) <= 1).all())

    def stretches(self, expr: Expr, lower: float, upper: float) -> list[tuple[float, float]]:
        """Where a formula breaks the promise between two points: intervals with good ends.

        Raises:
            WorkDoneError: if the work that was granted does not do.
        """
        points = trial_points(lower, upper, self.judge.precision)
        points = np.unique(np.concatenate([points, *self._dips(expr, points)]))
        return list(self._bad(expr, points, lower, upper))

    def _dips(self, expr: Expr, points: Points) -> Iterator[Points]:
        """Points around each place where |f| is smallest, on one side of which f may vanish."""
        size = np.abs(self.values(expr, points))
        inner = (size[1:-1] < size[:-2]) & (size[1:-1] <= size[2:])
        found = 1 + np.flatnonzero(inner & (np.abs(points[1:-1]) < _DENSE))
        for i in found[np.argsort(size[found])][:_MOST_DIPS]:
            low, high = points[i - 1], points[i + 1]
            # Each round narrows the place to one step of 60 to either side.
            for _ in range(3):
                near = np.linspace(low, high, 121)
                at = int(np.argmin(np.nan_to_num(np.abs(self.values(expr, near)), nan=np.inf)))
                low, high = near[max(at - 1, 0)], near[min(at + 1, 120)]
            steps = (points[i + 1] - points[i - 1]) * 2.0 ** -np.arange(2, 36, 3)
            yield (low + high) / 2 + np.concatenate([-steps, steps])

    def _screened(self, expr: Expr, points: Points) -> tuple[NDArray[Any], NDArray[Any]]:
        """The spread of rounding at random, and the points where it, or the result, is suspect."""
        got, precision = self.values(expr, points), self.judge.precision
        shaken = Shaken(points, precision, lambda part: self._compile_one(part, 1.0))
        spread = shaken.spread(expr)
        unit = np.maximum(np.abs(got) * precision.epsilon * PROMISED_ULPS, precision.smallest)
        with np.errstate(all="ignore"):
            flagged = ~(spread <= unit) | shaken.suspicious | ~np.isfinite(got)
        return spread, flagged

    def _bad(
        self, expr: Expr, points: Points, lower: float, upper: float
    ) -> Iterator[tuple[float, float]]:
        spread, flagged = self._screened(expr, points)
        got = self.values(expr, points)
        self._sample(points, got, flagged)
        # What is good at a few last points may be so because it is infinite there.
        left, right = (0 if np.isfinite(end) else _GAP for end in (lower, upper))
        nothing = []
        for run in _runs(np.flatnonzero(flagged & (np.abs(got) / 4 <= spread)), _GAP):
            run = self._nothing(expr, points, run)
            if len(run):
                low = float(points[run[0]]) if run[0] > left else lower
                high = float(points[run[-1]]) if run[-1] < len(points) - 1 - right else upper
                nothing.append((low, high))
                flagged[run] = False
        # By point: 2 where the promise is broken in fact, 1 where rounding at worst would break it.
        grades = np.zeros(len(points), dtype=int)
        dull = _plateaus(got)
        # Where numbers end, or are 0, something else is wrong than beside: none stands for another.
        numbers, zeros = np.isfinite(got), got == 0
        kinds = (numbers & ~zeros, zeros, ~numbers)
        for run in chain(*(_runs(np.flatnonzero(flagged & kind), 1) for kind in kinds)):
            dull[run[[0, -1]]] = False
            lively = run[~dull[run]]
            # A few first: most of what is flagged is in order; where all look the same, fewer.
            alike = zeros[run[0]] or not numbers[run[0]]
            first, most = (_ALIKE, _ALIKE) if alike else (_GLANCE, _MOST_COMPARED)
            if self._grades(points, got, spread, _some(lively, first)).any():
                chosen = _some(lively, most)
                found = self._grades(points, got, spread, chosen)
                # Between two that were compared a point is as bad as the worse of them.
                place = np.searchsorted(chosen, run)
                grades[run] = np.maximum(found[place], found[np.maximum(place - 1, 0)])
                grades[chosen] = found
        self._bad_ones = points[grades > 1]
        for run in _runs(np.flatnonzero(grades), _GAP):
            first, last = run[0] - 1, run[-1] + 1
            low = float(points[first]) if first >= left else lower
            high = float(points[last]) if last < len(points) - right else upper
            if grades[run].max() > 1 or self._is_confirmed(expr, low, high):
                yield low, high
        yield from nothing

    def _nothing(self, expr: Expr, points: Points, run: NDArray[Any]) -> NDArray[Any]:
        """The far part of a run where the formula should be 0, and is what equal terms leave.

        That is 0 at most points, and here and there an ulp of the terms.
        """
        outward = sorted(run, key=lambda k: abs(points[k]))
        # The first from which on it is below every normal number.
        least, value = self.judge.precision.smallest, self.judge.value
        first = bisect_left(outward, True, key=lambda k: bool(abs(value(float(points[k]))) < least))
        part = np.sort(np.array(outward[first:], dtype=int))
        # On one side of 0, with the few that are not flagged between.
        if len(part) < _GAP or points[part[0]] < 0 < points[part[-1]]:
            return part[:0]
        part = np.arange(part[0], part[-1] + 1)
        fresh = scattered(float(points[part[0]]), float(points[part[-1]]), _AT_ZEROS, 2)
        loud = np.abs(self.values(expr, fresh)) > least
        return part if loud.any() else part[:0]

    def _sample(self, points: Points, got: NDArray[Any], flagged: NDArray[Any]) -> None:
        """Flag what rounding at random cannot see, as a constant that is wrong at every point."""
        chosen = np.arange(0, len(points), _SAMPLED)
        for k in map(int, np.flatnonzero(self.judge.excess(points[chosen], got[chosen]) > 1)):
            flagged[chosen[max(k - 1, 0)] : chosen[k] + _SAMPLED + 1] = True

    def _grades(
        self, points: Points, got: NDArray[Any], spread: NDArray[Any], chosen: NDArray[Any]
    ) -> NDArray[Any]:
        found = self.judge.excess(points[chosen], got[chosen])
        worst = self.judge.excess(points[chosen], got[chosen], spread[chosen])
        # Where all neighbours are right to the last bit, the formula has reached its limit.
        near = [found[max(i - 2, 0) : i + 3].max() > _RIGHT for i in range(len(chosen))]
        return np.where(found > 1, 2, np.where((worst > 1) & np.array(near), 1, 0))

    def _is_confirmed(self, expr: Expr, low: float, high: float) -> bool:
        """Is the promise broken in fact, and not only by the worst that rounding could do?"""
        points = self._fresh(low, high, _CONFIRMING)
        return bool((self.judge.excess(points, self.values(expr, points)) > 1).any())

    def _fresh(self, low: float, high: float, count: int) -> Points:
        """Points at which nothing was fitted, the finite ends among them, and some bad ones."""
        most = self.judge.precision.largest
        low, high = (float(np.clip(end, -most, most)) for end in (low, high))
        bad = _some(self._bad_ones[(self._bad_ones > low) & (self._bad_ones < high)], count)
        return np.concatenate(
            [scattered(low, high, count, 1), [np.nextafter(low, high), high], bad]
        )


def _runs(indices: NDArray[Any], gap: int) -> list[NDArray[Any]]:
    """Indices cut where neighbours are farther apart than that."""
    if not len(indices):
        return []
    return np.split(indices, np.flatnonzero(np.diff(indices) > gap) + 1)


def _plateaus(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a value is that of both neighbours, except for every tenth of them."""
    same = np.zeros(len(values), dtype=bool)
    same[1:-1] = (values[1:-1] == values[:-2]) & (values[1:-1] == values[2:])
    same[np.flatnonzero(same)[::10]] = False
    return same


def _some(run: NDArray[Any], most: int) -> NDArray[Any]:
    """At most so many of a run, evenly, its ends among them."""
    count = min(len(run), most)
    if not count:
        return run
    some: NDArray[Any] = run[np.linspace(0, len(run) - 1, count).round().astype(int)]
    return some
