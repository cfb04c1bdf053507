"""The guard: find where a lowered formula loses digits, and serve these regions by another one.

A region is served by an equivalent formula, if one holds there, else by a polynomial, a power or an
exponential that was fitted to values of many digits. Whatever serves was compared at fresh points
before. What cannot be cured is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import inf, isfinite, isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Float, oo

from ...derive._formula.pieces import Piece
from ...notation import x
from .._arithmetics import FLOAT64
from .._stable import Loss, StableForm
from .fits import fits
from .judge import PROMISED_ULPS, Judge
from .many_digits import Exhausted, ManyDigits
from .rounding import Shaken
from .series import coefficient
from .trial_points import Points, between, trial_points

# Of the points in a row that the rounding test flags so many are compared at first, and at most.
_GLANCE, _MOST_COMPARED = 14, 90
# Two bad stretches with fewer good points between are one.
_GAP = 3
# A region is halved so often before it is given up, and one piece may have so many parts.
_DEEPEST, _MOST_PARTS = 8, 24
# A range is wide from such a ratio of its ends on, and is cut at this ratio from them.
_FAR, _STEP = 1000.0, 16.0
# What serves has to keep this share of the promise at the points where it is tried.
_MARGIN = 0.75
# Half an ulp, and a little, as a share of the promise.
_RIGHT = 0.13
_FRESH, _TRIED = 24, 60


@dataclass(frozen=True)
class Numerics:
    """How an arithmetic evaluates a formula in ``notation.x`` on arrays of float64.

    Args:
        compile: from a formula and a share of the largest number (``StableForm.reach``).
        others: other spellings of a formula that are worth trying.
    """

    compile: Callable[[Expr, float], Callable[[NDArray[Any]], NDArray[Any]]]
    others: Callable[[Expr], Iterable[Expr]] = lambda _: ()


@lru_cache(maxsize=256)
def served(form: StableForm, numerics: Numerics) -> StableForm:
    """The form with other formulas where its own lose digits; the form itself where none does.

    The parameters have their defaults: where anything is replaced, the new form holds for these
    values alone. ``losses`` names what is left.
    """
    found = [
        _Served(form, piece, plain, numerics).parts()
        for piece, plain in zip(form.pieces, form.plain, strict=True)
    ]
    pieces = tuple(piece for part in found for piece in part.pieces)
    changed = replace(
        form,
        pieces=pieces,
        plain=tuple(piece for part in found for piece in part.plain),
        at_points=(*form.at_points, *(limit for part in found for limit in part.limits)),
        losses=tuple(loss for part in found for loss in part.losses),
        patched=pieces != form.pieces,
    )
    return form if changed == form else changed


@dataclass(frozen=True)
class _Parts:
    pieces: tuple[Piece, ...]
    plain: tuple[Piece, ...]
    limits: tuple[tuple[Expr, Expr], ...] = ()
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True)
class _Region:
    lower: float
    upper: float
    expr: Expr | None


class _Served:
    """One piece of a form, and what serves it."""

    def __init__(self, form: StableForm, piece: Piece, plain: Piece, numerics: Numerics) -> None:
        self.form, self.piece, self.plain, self.numerics = form, piece, plain, numerics
        numbers = {s: Float(v.evalf(20), 20) for s, v in form.activation.defaults.items()}
        self.expr = piece.expr.xreplace(numbers)
        ends = (piece.lower.xreplace(numbers), piece.upper.xreplace(numbers))
        self.lower, self.upper = (float(end) for end in ends)
        exact = plain.expr.xreplace(form.activation.defaults)
        self.others = tuple(other.xreplace(numbers) for other in numerics.others(exact))
        self.judge = Judge(ManyDigits(exact), FLOAT64)
        self.regions: list[_Region] = []
        self.losses: list[Loss] = []
        self._compiled: dict[Expr, Callable[[NDArray[Any]], NDArray[Any]]] = {}

    def parts(self) -> _Parts:
        # A line is its own best version.
        if self.expr.is_polynomial(x) and not self.expr.diff(x).has(x):
            return _Parts((self.piece,), (self.plain,))
        points = trial_points(self.lower, self.upper, FLOAT64)
        spread, flagged = self._screened(self.expr, points)
        try:
            for low, high in self._bad(points, spread, flagged):
                self._serve(low, high, 0)
        except Exhausted:
            self.losses.append(Loss(self.lower, self.upper, nan, inf))
        return self._assembled()

    def _screened(self, expr: Expr, points: Points) -> tuple[NDArray[Any], NDArray[Any]]:
        """The spread of rounding at random, and the points where it, or the result, is suspect."""
        got = self._values(expr, points)
        shaken = Shaken(points, FLOAT64, lambda part: self.numerics.compile(part, 1.0))
        spread = shaken.spread(expr)
        unit = np.maximum(np.abs(got), FLOAT64.smallest) * FLOAT64.epsilon
        with np.errstate(all="ignore"):
            flagged = ~(spread <= PROMISED_ULPS * unit) | shaken.suspicious | ~np.isfinite(got)
        return spread, flagged

    def _bad(
        self, points: Points, spread: NDArray[Any], flagged: NDArray[Any]
    ) -> Iterator[tuple[float, float]]:
        """The stretches where the formula breaks the promise, with a good point at each end."""
        bad = np.zeros(len(points), dtype=bool)
        self._proven = np.zeros(len(points), dtype=bool)
        for run in _runs(np.flatnonzero(flagged), 1):
            # A few first: most of what is flagged is in order.
            if self._broken(points, spread, _some(run, _GLANCE)).any():
                chosen = _some(run, _MOST_COMPARED)
                broken = self._broken(points, spread, chosen)
                # Between two that were compared a point is bad if either is.
                place = np.searchsorted(chosen, run)
                bad[run] = broken[place] | broken[np.maximum(place - 1, 0)]
                bad[chosen] = broken
        for run in _runs(np.flatnonzero(bad), _GAP):
            first, last = run[0] - 1, run[-1] + 1
            low = float(points[first]) if first >= 0 else self.lower
            high = float(points[last]) if last < len(points) else self.upper
            if self._proven[run].any() or self._is_confirmed(low, high):
                yield low, high

    def _broken(
        self, points: Points, spread: NDArray[Any], chosen: NDArray[Any]
    ) -> NDArray[np.bool_]:
        got = self._values(self.expr, points[chosen])
        found = self.judge.excess(points[chosen], got)
        self._proven[chosen] = found > 1
        # Where all neighbours are right to the last bit, the formula has reached its limit.
        near = [found[max(i - 2, 0) : i + 3].max() > _RIGHT for i in range(len(chosen))]
        return near & (self.judge.excess(points[chosen], got, spread[chosen]) > 1)

    def _is_confirmed(self, low: float, high: float) -> bool:
        """Is the promise broken in fact, and not only by the worst that rounding could do?"""
        points = _fresh(low, high, _TRIED)
        return bool((self.judge.excess(points, self._values(self.expr, points)) > 1).any())

    def _serve(self, low: float, high: float, depth: int) -> None:
        """Serve a region by the first candidate that holds, or its parts."""
        for candidate in self._candidates(low, high):
            if self._holds(candidate, low, high):
                self.regions.append(_Region(low, high, candidate))
                return
        if depth >= _DEEPEST or len(self.regions) + len(self.losses) >= _MOST_PARTS:
            self._lose(low, high)
            return
        for left, right in _split(low, high):
            if not self._keeps(self.expr, left, right):
                self._serve(left, right, depth + 1)

    def _candidates(self, low: float, high: float) -> Iterator[Expr]:
        yield from self.others
        yield from fits(self.judge, low, high)

    def _holds(self, candidate: Expr, low: float, high: float) -> bool:
        if candidate in self.others:
            return self._keeps(candidate, low, high)
        points = _fresh(low, high)
        return bool((self.judge.excess(points, self._values(candidate, points)) <= _MARGIN).all())

    def _keeps(self, expr: Expr, low: float, high: float) -> bool:
        """Does a formula keep the promise on an interval, however its operations are rounded?"""
        points = _fresh(low, high)
        got = self._values(expr, points)
        found = self.judge.excess(points, got)
        if found.max() > 1 or found.max() <= _RIGHT:
            return bool(found.max() <= 1)
        spread, _ = self._screened(expr, points)
        return bool((self.judge.excess(points, got, spread) <= 1).all())

    def _lose(self, low: float, high: float) -> None:
        """Name a region; together with the one before it, if they meet."""
        points = _fresh(low, high)
        excess = self.judge.excess(points, self._values(self.expr, points))
        worst = int(np.argmax(excess))
        loss = Loss(low, high, float(points[worst]), float(excess[worst]))
        if self.losses and self.losses[-1].upper == low:
            before = self.losses.pop()
            worse = max(before, loss, key=lambda each: each.excess)
            loss = Loss(before.lower, high, worse.at, worse.excess)
        self.losses.append(loss)

    def _values(self, expr: Expr, points: NDArray[Any]) -> NDArray[Any]:
        if expr not in self._compiled:
            self._compiled[expr] = self.numerics.compile(expr, self.form.reach)
        return self._compiled[expr](points)

    def _limits(self, regions: Sequence[_Region]) -> Iterator[tuple[Expr, Expr]]:
        """The ends at which the float version misses the limit, and the limit."""
        for end, region in ((self.lower, regions[0]), (self.upper, regions[-1])):
            if isfinite(end):
                continue
            limit = self._limit(1 if end > 0 else -1)
            (got,) = self._values(self.expr if region.expr is None else region.expr, np.array([end]))
            close = 1e-14 * abs(limit) + FLOAT64.smallest if isfinite(limit) else 0
            if not (isnan(limit) or got == limit or abs(got - limit) <= close):
                yield (oo if end > 0 else -oo), _level(limit)

    def _limit(self, side: int) -> float:
        """The limit at ±∞, from values far beyond every float; nan where they do not settle."""
        context = self.judge.reference.context
        try:
            near, far = (self.judge.reference(side * context.mpf(10) ** k) for k in (400, 600))
        except Exhausted:
            return nan
        if context.isnan(near) or context.isnan(far):
            return nan
        if abs(near - far) <= context.ldexp(abs(far), -60):
            return float(far)
        # Between these points a logarithm grows by half, a power by its 200th decade.
        if abs(far) > 1.2 * abs(near) and abs(far) > 100:
            return inf * int(context.sign(far))
        return 0.0 if abs(far) < 1e-300 and abs(far) < abs(near) else nan

    def _assembled(self) -> _Parts:
        plain, pieces = self.plain, []
        cuts = _tiled(self.regions, self.lower, self.upper)
        ends = [self.piece.lower, *(coefficient(cut.lower) for cut in cuts[1:]), self.piece.upper]
        for region, low, high in zip(cuts, ends[:-1], ends[1:], strict=True):
            pieces.append(Piece(low, high, self.piece.expr if region.expr is None else region.expr))
        return _Parts(
            tuple(pieces),
            tuple(Piece(piece.lower, piece.upper, plain.expr) for piece in pieces),
            tuple(self._limits(cuts)),
            tuple(self.losses),
        )


def _runs(indices: NDArray[Any], gap: int) -> list[NDArray[Any]]:
    """Indices cut where neighbours are farther apart than that."""
    if not len(indices):
        return []
    return np.split(indices, np.flatnonzero(np.diff(indices) > gap) + 1)


def _some(run: NDArray[Any], most: int) -> NDArray[Any]:
    """At most so many of a run, evenly, its ends among them."""
    count = min(len(run), most)
    some: NDArray[Any] = run[np.linspace(0, len(run) - 1, count).round().astype(int)]
    return some


def _level(limit: float) -> Expr:
    return limit * oo if abs(limit) == inf else coefficient(limit)


def _fresh(low: float, high: float, count: int = _FRESH) -> Points:
    """Points at which nothing was fitted, the finite ends among them."""
    low, high = (float(np.clip(end, -FLOAT64.largest, FLOAT64.largest)) for end in (low, high))
    return np.concatenate([between(low, high, count, 1), [np.nextafter(low, high), high]])


def _split(low: float, high: float) -> list[tuple[float, float]]:
    """Two or three parts: beside 0, without both ends of a wide range, or of equal ratios."""
    sign = 1 if high > 0 else -1
    small, large = sorted((abs(low), abs(high)))
    # 0 and infinity have no logarithm: the ends of float64 stand for them.
    small, large = max(small, FLOAT64.smallest), min(large, FLOAT64.largest)
    if low < 0 < high:
        inner = [-small / 4, small / 4]
    elif small < 1 / _FAR and large > _FAR:
        inner = [sign]
    elif large > _FAR * small:
        # A power times a series holds in the middle, if its ends are far enough from the bend.
        inner = [sign * small * _STEP, sign * large / _STEP]
    else:
        inner = [sign * float(np.sqrt(small) * np.sqrt(large))]
    cuts = [low, *sorted(inner), high]
    return [(left, right) for left, right in pairwise(cuts) if left < right]


def _tiled(regions: Sequence[_Region], lower: float, upper: float) -> list[_Region]:
    """All of an interval in order, neighbours of one formula joined."""
    found: list[_Region] = []
    at = lower
    for region in sorted(regions, key=lambda region: region.lower):
        if region.lower > at:
            found.append(_Region(at, region.lower, None))
        if found and found[-1].expr == region.expr:
            found[-1] = replace(found[-1], upper=region.upper)
        else:
            found.append(region)
        at = region.upper
    return found if at == upper else [*found, _Region(at, upper, None)]
