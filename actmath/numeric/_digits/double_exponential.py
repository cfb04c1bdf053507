"""The trapezoidal rule after a substitution that dies out doubly exponentially at both ends.

On a section from a to b the share s of the way is 1/(1 + e^{−u}) with

    u(t) = t + e^{t − right} − e^{−t − left},

so that the ends, where an integrand may be singular, are reached faster than any power of s. For t
from −left to right the nodes are equally spaced in log s: a bend that is e^{−left} of the section
wide, at its left end, gets as many of them as one as wide as the section. (Takahasi and Mori 1974
have the rule without the stretch.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from ...derive._iteration.settled import NotSettledError
from ...number import mp

# The first of three sums has four times the step 2π·d/nats at which an integrand without
# singularities nearer than d is known to so many nats; the rule itself has them at d = 1.2.
_STEP = 4 * 6.2832 * 0.9
# What has not settled after this many, each of half the step, is cut in two.
_FIRST_LEVELS, _MOST_LEVELS = 3, 5
# More bits than are ever asked for.
_ALL = 2**40
# So many evaluations, and so many more for each digit: some 4 s at 20 digits.
_EVALUATIONS, _PER_DIGIT = 20_000, 300
# An evaluation with so many bits costs twice as much as one with few.
_DEARER = 1000

Terms = Callable[[Any, Any, int], tuple[Any, ...]]


class OutOfWorkError(NotSettledError):
    """All evaluations that were allowed are spent."""


class Work:
    """The evaluations of an integrand that are left, counted: the same on every machine."""

    def __init__(self, digits: int) -> None:
        self.digits = digits
        #: How many a node is worth.
        self.each = 1.0
        self.allowed = _EVALUATIONS + _PER_DIGIT * digits
        # For as many bits as the first integral is computed with.
        self._left = self.allowed * (1 + digits * 3.33 / _DEARER)

    def spend(self, nodes: int) -> None:
        """Count those of so many nodes at the working precision.

        Raises:
            OutOfWorkError: if so many are not left.
        """
        self._left -= nodes * self.each * (1 + mp.prec / _DEARER)
        if self._left < 0:
            raise OutOfWorkError(
                f"the integral does not settle to {self.digits} digits "
                f"within {self.allowed} evaluations"
            )


@dataclass(frozen=True)
class End:
    """An end of a section: its place ``x``, standardized ``z``, and how nodes come near it.

    ``width`` is that of the bend there, standardized; ``steepness`` what the substitution must do
    more, 1/(1 + q), where a term grows like a power q of the distance.
    """

    x: Any
    z: Any
    width: Any
    steepness: float = 1.0
    singular: bool = False

    def bent(self, width: Any) -> End:
        """The same end with a bend at most so wide."""
        return replace(self, width=min(self.width, width))


@dataclass
class Section:
    """A part of the line on which the integrand is one analytic formula, that of a piece."""

    left: End
    right: End
    piece: int
    history: list[list[Any]] = field(default_factory=list)
    sums: list[Any] = field(default_factory=list)
    sizes: list[Any] = field(default_factory=list)

    def refine(self, terms: Terms, nats: int, work: Work) -> None:
        """Add the nodes of the next level, which halves the step."""
        level, width = len(self.history), self.right.z - self.left.z
        found = _nodes(*self.shape, nats, level, mp.setting)
        work.spend(len(found))
        for from_left, share, weight in found:
            end, offset = (self.left, share) if from_left else (self.right, -share)
            values = [weight * value for value in terms(end, offset * width, self.piece)]
            if not self.sums:
                self.sums, self.sizes = [mp.zero] * len(values), [mp.zero] * len(values)
            self.sums = [a + v for a, v in zip(self.sums, values, strict=True)]
            self.sizes = [a + abs(v) for a, v in zip(self.sizes, values, strict=True)]
        scale = width * _step(nats, level)
        self.history.append([scale * total for total in self.sums])

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """The stretch at both ends, then how many nats the substitution must fall there."""
        width = self.right.z - self.left.z
        nats = mp.prec * 0.6931 + 5
        ends = (self.left, self.right)
        stretch = [max(0, int(mp.ceil(mp.log(width / end.width)))) for end in ends]
        return (*stretch, *(int(nats * end.steepness) for end in ends))  # type: ignore[return-value]

    def absolute(self, nats: int) -> list[Any]:
        """The integrals of the terms' absolute values."""
        scale = (self.right.z - self.left.z) * _step(nats, len(self.history) - 1)
        return [scale * size for size in self.sizes]

    def is_settled(self, wholes: list[Any], bits: int) -> bool:
        """Is each term known to so many bits of its whole?"""
        pairs = zip(*self.history[-3:], wholes, strict=True)
        return all(known_bits(three, whole) >= bits for *three, whole in pairs)

    def halves(self) -> tuple[Section, Section]:
        """The section cut in the middle."""
        middle = (self.left.z + self.right.z) / 2
        apart = self.right.z - self.left.z
        at = (self.left.x + self.right.x) / 2
        cut = End(at, middle, apart)
        return Section(self.left, cut, self.piece), Section(cut, self.right, self.piece)


def fixed_rule(ends: Sequence[tuple[Any, Any]], digits: int) -> Iterator[tuple[Any, Any]]:
    """Nodes and weights for sections between neighbours of (end, width of the bend there)."""
    nats = int(digits * 2.31) + 1
    for (low, wide), (high, wide_too) in pairwise(ends):
        section = Section(End(low, low, wide), End(high, high, wide_too), 0)
        shape = section.shape
        for level in range(_FIRST_LEVELS):
            scale = (high - low) * _step(nats, _FIRST_LEVELS - 1)
            for from_left, share, weight in _nodes(*shape, nats, level, mp.setting):
                offset = share * (high - low)
                yield (low + offset if from_left else high - offset), weight * scale


def known_bits(sums: list[Any], whole: Any) -> float:
    """Bits of ``whole`` to which the last of three sums is known: each halves the step."""
    coarse, middle, fine = sums
    last = abs(fine - middle)
    if not last:
        return math.inf
    if not whole:
        return -math.inf
    # A magnitude may be too long for a float: that of e^{−z²/2} at a bend 1e154 deviations away.
    before, reached = (
        min(mp.mag(whole) - mp.mag(gap), _ALL) for gap in (abs(middle - coarse) or last, last)
    )
    # Halving the step doubles the digits of an analytic integrand. The rate that was seen, no more
    # than that, tells the error of the last sum; a byte of it is given away.
    rate = min(2.0, reached / before) if 8 < before < reached else 1.0
    return float(reached * (rate if rate > 1.5 else 1.0) - 8)


def integrate(
    sections: Iterable[Section], terms: Terms, digits: int, work: Work | None = None
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """∫ of each term over the sections, and of its absolute value, to so many digits of the latter.

    Args:
        sections: what the line is cut into.
        terms: from an end, the distance from it (standardized), and the number of the piece.
        digits: decimal; the working precision must be higher by a few.
        work: what may be spent, by several integrals together; else what one may have.

    Raises:
        OutOfWorkError: if the evaluations are spent.
    """
    bits, nats = int(digits * 3.33) + 1, int(digits * 2.31) + 1
    work, open_, done = work or Work(digits), list(sections), list[Section]()
    while open_:
        for section in open_:
            missing = max(1, _FIRST_LEVELS - len(section.history))
            for _ in range(missing):
                section.refine(terms, nats, work)
        wholes = [
            mp.fsum(sizes) for sizes in zip(*(p.absolute(nats) for p in done + open_), strict=True)
        ]
        still = [section for section in open_ if not section.is_settled(wholes, bits)]
        done += [section for section in open_ if section not in still]
        open_ = []
        for section in still:
            open_ += (section,) if len(section.history) < _MOST_LEVELS else section.halves()
    totals = tuple(mp.fsum(found) for found in zip(*(p.history[-1] for p in done), strict=True))
    return totals, tuple(wholes)


def _step(nats: int, level: int) -> Any:
    return mp.ldexp(mp.mpf(_STEP) / nats, -level)


@lru_cache(maxsize=256)
def _nodes(
    left: int, right: int, fall_left: int, fall_right: int, nats: int, level: int, _: object
) -> tuple[tuple[bool, Any, Any], ...]:
    """The nodes that a level adds: is the left end nearer, the share from it, and the weight."""
    step = _step(nats, level)
    # e^{−t − left} is the fall at the first node, and e^{t − right} at the last one.
    first = int(mp.floor((-left - mp.log(fall_left)) / step))
    last = int(mp.ceil((right + mp.log(fall_right)) / step))
    found = []
    for k in range(first, last + 1):
        if level and k % 2 == 0:
            continue
        t = k * step
        up, down = mp.exp(t - right), mp.exp(-t - left)
        u = t + up - down
        small = mp.exp(-abs(u))
        share = small / (1 + small)
        # ds/dt = s·(1 − s)·du/dt.
        found.append((bool(u < 0), share, share / (1 + small) * (1 + up + down)))
    return tuple(found)
