"""The guard: find where a lowered formula loses digits, and serve these regions by another one.

A region is served by an equivalent formula, if one holds there, else by a polynomial, a power or an
exponential that was fitted to values of many digits. Whatever serves was compared at fresh points
before. What cannot be cured is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain, pairwise
from math import inf, isfinite, isnan, nan
from typing import Any

import numpy as np
from sympy import Expr, S, oo, preorder_traversal
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ...derive._formula.pieces import Piece
from ...notation import x
from .._arithmetics import FLOAT64
from .._functions.series import ScaledPower, coefficient
from .._rules.constants import in_floats, is_line, is_moderate, keeps_sums, rounded_line
from .._rules.equivalents import equivalents
from .._stable import Loss, StableForm, default_floats
from .fits import fits
from .inspector import CompileOne, Inspector
from .judge import Judge
from .many_digits import WorkDoneError
from .multiplied_out import MultipliedOut

# A region is halved so often before it is given up, and one piece may have so many parts, for
# which so many are tried.
_DEEPEST, _MOST_PARTS, _MOST_TRIED = 8, 24, 72
# A range is wide from such a ratio of its ends on, and is cut at this ratio from them.
_FAR, _STEP = 1000.0, 16.0
# Another spelling may have so many times the operations.
_LONGER, _SHARED = 3, 8
# From here on floats are more than 2π apart.
_PERIODS_BETWEEN = 1e17
# What serves has to keep this share of the promise at the points where it is tried.
_MARGIN = 0.75


@lru_cache(maxsize=256)
def served(form: StableForm, compile_one: CompileOne) -> StableForm:
    """The form with other formulas where its own lose digits; the form itself where none does.

    The parameters have their defaults: where anything is replaced, the new form holds for these
    values alone. ``losses`` names what is left.
    """
    found = [
        _Served(form, piece, plain, compile_one).parts()
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

    def __init__(
        self, form: StableForm, piece: Piece, plain: Piece, compile_one: CompileOne
    ) -> None:
        self.plain = plain
        numbers = {symbol: coefficient(v) for symbol, v in default_floats(form.activation).items()}
        self.expr = piece.expr.xreplace(numbers)
        # What is examined has to be what is evaluated.
        same = keeps_sums(piece.expr, numbers) and is_moderate(numbers.values())
        self.given, self.piece = piece, piece if same else replace(piece, expr=self.expr)
        ends = (piece.lower.xreplace(numbers), piece.upper.xreplace(numbers))
        self.lower, self.upper = (float(end) for end in ends)
        self.exact = plain.expr.xreplace(form.activation.defaults)
        self.spellings = partial(_spellings, self.exact, tuple(numbers.items()), self.expr)
        self.known = [float(at) for at, _ in form.at_points if at.is_infinite]
        judge = Judge(MultipliedOut(self.exact), FLOAT64)
        self.inspector = Inspector(judge, compile_one, form.reach)
        self.regions: list[_Region] = []
        self.losses: list[Loss] = []
        self._tried = 0

    def parts(self) -> _Parts:
        # A line is its own best version, unless it is the difference of two parabolas.
        if is_line(self.expr):
            return _Parts((self._line(),), (self.plain,))
        scaled = _scaled(self.expr)
        if scaled is not None and self.inspector.keeps(scaled, self.lower, self.upper):
            self.regions.append(_Region(self.lower, self.upper, scaled))
            return self._assembled()
        try:
            stretches = self.inspector.stretches(self.expr, self.lower, self.upper)
        except WorkDoneError:
            stretches = []
            self.losses.append(Loss(self.lower, self.upper, nan, inf))
        for low, high in stretches:
            try:
                self._serve(low, high, 0)
            except WorkDoneError:
                # From left to right: what comes after the last region is not served.
                rest = max([low, *(r.upper for r in self.regions if low < r.upper < high)])
                self.losses.append(Loss(rest, high, nan, inf))
        return self._assembled()

    def _line(self) -> Piece:
        """The piece, or where SymPy has added up its coefficients, with each rounded once.

        In x + (s − 1)(x + 1) the sum s − 1 loses the digits of a small s. What is no float, as a
        quotient of 10³⁰⁰ and its reciprocal, is left to the order of the given operations.
        """
        if self.piece == self.given:
            return self.given
        line = rounded_line(self.exact)
        return self.given if line is None else replace(self.piece, expr=line)

    def _serve(self, low: float, high: float, depth: int) -> None:
        """Serve a region by the first candidate that holds, or its parts."""
        self._tried += 1
        inspector = self.inspector
        # Another spelling is tried on large regions alone: there are many of them.
        others = self.spellings() if depth <= 1 else ()
        spelt = (other for other in others if inspector.keeps(other, low, high))
        found = fits(inspector.judge, low, high)
        fitted = (fit for fit in found if inspector.excess(fit, low, high)[1] <= _MARGIN)
        for candidate in chain(spelt, fitted):
            self.regions.append(_Region(low, high, candidate))
            return
        # Where whole periods lie between two floats no part is smoother than the whole.
        wild = self.expr.has(TrigonometricFunction) and min(abs(low), abs(high)) > _PERIODS_BETWEEN
        parts = len(self.regions) + len(self.losses)
        spent = parts >= _MOST_PARTS or self._tried >= _MOST_TRIED
        if wild or spent or depth >= _DEEPEST:
            self._lose(low, high)
            return
        for left, right in _split(low, high):
            if not inspector.keeps(self.expr, left, right):
                self._serve(left, right, depth + 1)

    def _lose(self, low: float, high: float) -> None:
        """Name a region; together with the one before it, if they meet."""
        loss = Loss(low, high, *self.inspector.excess(self.expr, low, high))
        if self.losses and self.losses[-1].upper == low:
            before = self.losses.pop()
            worse = max(before, loss, key=lambda each: each.excess)
            loss = Loss(before.lower, high, worse.at, worse.excess)
        self.losses.append(loss)

    def _limits(self, regions: Sequence[_Region]) -> Iterator[tuple[Expr, Expr]]:
        """The ends at which the float version misses the limit, and the limit."""
        for end, region in ((self.lower, regions[0]), (self.upper, regions[-1])):
            if isfinite(end) or end in self.known:
                continue
            expr = self.expr if region.expr is None else region.expr
            (got,) = self.inspector.values(expr, np.array([end]))
            limit = self._limit(end)
            if limit is None or got == limit or (isnan(got) and isnan(limit)):
                continue
            close = 1e-14 * abs(limit) + FLOAT64.smallest if isfinite(limit) else 0.0
            if not abs(got - limit) <= close:
                yield (oo if end > 0 else -oo), _level(limit)

    def _limit(self, end: float) -> float | None:
        """The limit at ±∞, nan where values far beyond every float oscillate; None if unknown."""
        reference = self.inspector.judge.reference
        context = reference.context
        side, wave = int(np.sign(end)), self.piece.expr.has(TrigonometricFunction)
        # Two values of a wave may agree by chance.
        powers = range(1330, 1996, 35 if wave else 665)
        try:
            values = [reference(side * context.ldexp(1, k)) for k in powers]
        except WorkDoneError:
            return None
        if any(map(context.isnan, values)):
            return None
        near, far = values[0], values[-1]
        if all(abs(value - far) <= context.ldexp(abs(far), -60) for value in values):
            return float(far)
        # Between these points a logarithm grows by half, a power by its 200th decade.
        one_sign = len(set(map(context.sign, values))) == 1
        if one_sign and abs(far) > 1.2 * abs(near) and abs(far) > 100:
            return inf * int(context.sign(far))
        if abs(far) < 1e-300:
            return 0.0
        return nan if wave else None

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


@lru_cache(maxsize=64)
def _spellings(exact: Expr, numbers: Any, but: Expr) -> tuple[Expr, ...]:
    """Other formulas of the same function, with floats for the parameters."""
    found = (in_floats(other.xreplace(dict(numbers))) for other in equivalents(exact, {}))
    # An expanded power may be longer than anybody wants to evaluate.
    most = _LONGER * _length(but) + 20
    short = (other for other in found if other != but and _length(other) <= most)
    # What is shared may still be shared so often that nobody can print it.
    return tuple(other for other in short if other.count_ops() <= _SHARED * most)


def _length(expr: Expr) -> int:
    """The operations, those that are shared counted once."""
    return len({node for node in preorder_traversal(expr) if node.args})


def _scaled(expr: Expr) -> Expr | None:
    """c·xⁿ with |c| < 1 by the function that multiplies x by c first; None for others."""
    number, power = expr.as_coeff_Mul()
    base, n = power.as_base_exp()
    if base != x or not (n.is_Integer and n > 1) or not 0 < abs(number) < 1:
        return None
    return ScaledPower(x, coefficient(number), n)


def _level(limit: float) -> Expr:
    if isnan(limit):
        return S.NaN
    return oo * int(np.sign(limit)) if abs(limit) == inf else coefficient(limit)


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
    # Below the normal numbers a cut may lie beyond the region.
    return list(pairwise([low, *(cut for cut in sorted(inner) if low < cut < high), high]))


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
