"""How the line is cut for Gaussian integrals, and which of them are infinite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ...derive._iteration.settled import NotSettledError
from ...number import mp
from .double_exponential import End, Section
from .far_mass import overlooked, spans

if TYPE_CHECKING:
    from .integrand import Integrand

# Cells of the grid from the mean to where the normal density has died out, and the most of all.
_CELLS, _FAR = 4, 60
# Tails are probed at z = ±2^(k/2), up to 2^24; by octaves to so many beyond all breaks and bends.
_PROBES, _BEYOND = 49, 12
# Places within a gap at which it is seen to be empty, and how many octaves nearer to its two
# ends than needed the rule goes.
_LOOKS, _AROUND_A_GAP = 12, 16
# Octaves beyond the last probe at which what seems to be infinite is looked at again, if it has no
# more bits there than these; and the bits by which a power of z may fall in an octave.
_FARTHER, _MOST_GROWTH, _POWER = (4, 20, 84), 2**12, 100
# Growth at a break is read off between these distances from it, in decimal orders, with so many
# digits: more than what the slope of sin(x)/x cancels so near to 0.
_NEAR, _NEARER, _GROWTH_DIGITS = 30, 60, 250
# A power this near to −1 at a break is −1, for which the integral is infinite.
_SURELY = 1e-6

#: From f, f′ and z at a node to what is integrated there against the normal density.
Combine = Callable[[Any, Any, Any], tuple[Any, ...]]


@dataclass(frozen=True)
class Partition:
    """The sections for the integrals of ``combine`` to a relative 2^−bits; some may be infinite."""

    integrand: Integrand
    combine: Combine
    bits: int
    #: Terms that are differences, each with the term that it is a part of.
    parts: dict[int, int] | None = None

    @cached_property
    def infinite(self) -> tuple[bool, ...]:
        """Which of the integrals of absolute values are infinite."""
        at_breaks = [[q <= _SURELY - 1 for q, _ in each] for each in self._growths.values()]
        return tuple(any(each) for each in zip(*at_breaks, self._diverging, strict=True))

    @cached_property
    def signs(self) -> tuple[Any, ...]:
        """Of each infinite integral the sign that all its infinite parts have, else nan."""
        found = []
        for k, out in enumerate(self.infinite):
            parts = {each[k][1] for each in self._growths.values() if each[k][0] <= _SURELY - 1}
            parts |= {mp.sign(self._terms(z)[k]) for z in self._diverging[k]}
            found.append(parts.pop() if out and len(parts) == 1 else mp.nan)
        return tuple(found)

    @property
    def centre(self) -> End:
        """The mean, as a place from which all others are told."""
        return End(self.integrand.mean, mp.zero, mp.one)

    def is_smooth(self, sharpest: float) -> bool:
        """Is it one formula near the mean, with nothing infinite and no bend sharper than that?"""
        widths = [wide / self.integrand.deviation for wide in self.integrand.landmarks.values()]
        broken = bool(self.integrand.breaks) or any(self.infinite)
        return not broken and self._is_near and min(widths) >= sharpest

    @property
    def _is_near(self) -> bool:
        low, high = self.reach
        return bool(high - low <= _FAR * self._base / _CELLS)

    def sections(self) -> list[Section]:
        """The line from tail to tail, cut at breaks, at landmarks and on a grid around the mean.

        Where that takes too many cells, only around the spots that hold mass.
        """
        # Finely, since near a break the distance from it must be exact.
        with mp.workprec(4 * mp.prec):
            cuts = {self._z(at): (at, number) for number, at in enumerate(self.integrand.breaks)}
        found = []
        for marks in self._spans():
            ends = self._ends(marks, cuts)
            ordered = sorted(z for z in ends if marks[0] <= z <= marks[-1])
            for z, after in pairwise(ordered):
                whole = Section(ends[z][1], ends[after][0], sum(bool(cut <= z) for cut in cuts))
                found += self._without_gap(whole)
        return found

    def _without_gap(self, whole: Section) -> list[Section]:
        """Both ends of a section that has nothing between a sharp bend and its own width."""
        left, right = whole.left, whole.right
        length = right.z - left.z
        bend, side = (left, 1) if left.width < right.width else (right, -1)
        bits = self.bits + _AROUND_A_GAP
        near, far = mp.ldexp(bend.width, bits), mp.ldexp(length, -bits)
        # Beside a place far from the mean such distances are lost.
        if near * 16 > far or near < mp.ldexp(abs(bend.z), -20) or bend.singular:
            return [whole]
        distances = [near * (far / near) ** (mp.mpf(k) / _LOOKS) for k in range(_LOOKS + 1)]
        octaves = mp.mag(mp.mag(far / near)) + 1
        masses = [self._masses(bend.z, side * d, whole.piece) for d in distances]
        wholes = [self._masses(bend.z, side * d, whole.piece) for d in (bend.width, length / 2)]
        for k, out in enumerate(self.infinite):
            most = max(each[k] for each in wholes) - self.bits - octaves
            if not out and max(each[k] for each in masses) > most:
                return [whole]
        cuts = (self._cut(bend.z + side * near, near), self._cut(bend.z + side * far, far))
        one, other = cuts[::side]
        return [Section(left, one, whole.piece), Section(other, right, whole.piece)]

    def _cut(self, z: Any, width: Any) -> End:
        return End(self.integrand.mean + self.integrand.deviation * z, z, width)

    def _masses(self, z: Any, apart: Any, piece: int) -> list[Any]:
        """Binary logarithms of what the terms have within an octave of a distance."""
        octave = mp.mag(apart)
        return [size + octave for size in self._logarithms(z + apart)]

    def _spans(self) -> list[list[Any]]:
        """Marks of the cells, in parts of the line that need not touch: all that is not 0."""
        low, high = self.reach
        step = self._base / _CELLS
        if self._is_near:
            inner = (k * step for k in range(int(low / step), int(high / step) + 1))
            return [[low, *map(mp.mpf, inner), high]]
        parts = self.parts or {}
        counted = {k: parts.get(k, k) for k, out in enumerate(self.infinite) if not out}
        return spans(sorted(self._probes), self._logarithms_once, counted, self.bits)

    def _ends(self, marks: list[Any], cuts: dict[Any, tuple[Any, int]]) -> dict[Any, Any]:
        """The ends of sections to both sides of each break, landmark and mark of a span."""
        low, high, width = marks[0], marks[-1], 1 / self.integrand.deviation
        step = min(after - z for z, after in pairwise(sorted(marks)) if after > z)
        inside = {z: cut for z, cut in cuts.items() if low < z < high}
        ends = {z: self._sides(place, z, width, number) for z, (place, number) in inside.items()}
        for place, wide in self.integrand.landmarks.items():
            z, wide = self._z(place), wide / self.integrand.deviation
            # A break that bends as well stays a break; where a bend lies is told by a float.
            slack = max(wide / 1024, mp.ldexp(abs(place), -50) / self.integrand.deviation)
            beside = [other for other in ends if abs(z - other) <= slack]
            ends |= {other: tuple(end.bent(wide) for end in ends[other]) for other in beside}
            if low < z < high and not beside:
                ends[z] = (End(place, z, wide),) * 2
        bends = list(ends)
        for z in marks:
            if z in (low, high) or all(abs(z - other) > step / 8 for other in bends):
                ends[z] = (self._cut(z, high - low),) * 2
        return ends

    @property
    def looks(self) -> int:
        """How many evaluations the cutting took."""
        return self._logarithms_once.cache_info().misses  # type: ignore[attr-defined,no-any-return]

    def _z(self, place: Any) -> Any:
        return (place - self.integrand.mean) / self.integrand.deviation

    def _sides(self, place: Any, z: Any, width: Any, number: int) -> tuple[End, End]:
        """A break as the right end of a section and as the left end of the next."""
        found = []
        for side in (-1, 1):
            powers = self._growths[number, side]
            kept = [q for (q, _), out in zip(powers, self.infinite, strict=True) if not out]
            steep = 1 / (1 + min([0.0, *kept]))
            found.append(End(place, z, width, steep, self._is_singular(place, side, number)))
        return found[0], found[1]

    def _is_singular(self, place: Any, side: int, number: int) -> bool:
        """Has the piece's formula no value or no slope at the break itself?"""
        return not all(map(mp.isfinite, self.integrand.at(place, number + (side > 0))))

    @cached_property
    def _growths(self) -> dict[tuple[int, int], list[tuple[float, Any]]]:
        """For each break and side, the power of the distance and the sign that each term has."""
        with mp.workdps(_GROWTH_DIGITS):
            return {
                (number, side): self._powers(place, side, number + (side > 0))
                for number, place in enumerate(self.integrand.breaks)
                for side in (-1, 1)
            }

    def _powers(self, place: Any, side: int, piece: int) -> list[tuple[float, Any]]:
        places = (place + side * mp.mpf(10) ** -order for order in (_NEAR, _NEARER))
        found = [self.combine(*self.integrand.at(at, piece), mp.one) for at in places]
        powers = [
            (float(mp.log10(abs(near / nearer)) / (_NEARER - _NEAR)), mp.sign(nearer))
            if near and nearer
            else (0.0, mp.zero)
            for near, nearer in zip(*found, strict=True)
        ]
        # A difference from a number, which may be the value at one of the places, has its whole's.
        return [powers[(self.parts or {}).get(k, k)] for k in range(len(powers))]

    @property
    def _base(self) -> Any:
        """Where the normal density itself has died out."""
        return mp.sqrt(2 * self.bits * mp.ln2) + 1

    @cached_property
    def _probes(self) -> dict[Any, list[Any]]:
        """Binary logarithms of the terms times the density, at standardized points."""
        tails = [mp.mpf(2) ** (mp.mpf(k) / 2) for k in range(_PROBES)]
        bends, cuts = map(self._z, self.integrand.landmarks), [*map(self._z, self.integrand.breaks)]
        found = {z: self._logarithms_once(z) for z in (mp.zero, *bends)}
        octaves = max(map(mp.mag, filter(None, (*found, *cuts))), default=0) + _BEYOND
        tails += [mp.mpf(2) ** k for k in range(_PROBES // 2 + 1, octaves)]
        for side in (-1, 1):
            last = found[mp.zero]
            for z in tails:
                try:
                    found[side * z] = last = self._logarithms_once(side * z)
                except NotSettledError:
                    # A wave too fast for numbers: of what lies farther out nothing is told.
                    tops = map(max, zip(*found.values(), strict=True))
                    if any(one > top - self.bits for one, top in zip(last, tops, strict=True)):
                        raise
                    break
        found |= {z: self._logarithms_once(z) for z in overlooked(cuts, found)}
        return dict(sorted(found.items()))

    @cached_property
    def _logarithms_once(self) -> Callable[[Any], list[Any]]:
        return cache(self._logarithms)

    def _terms(self, z: Any) -> tuple[Any, ...]:
        place = self.integrand.mean + self.integrand.deviation * z
        return self.combine(*self.integrand.at(place, self.integrand.piece_at(place)), z)

    def _logarithms(self, z: Any) -> list[Any]:
        # The exponent of e^{−z²/2}, in binary.
        lost = z * z / (2 * mp.ln2)
        # At a singular place there is no value: its neighbours tell. Magnitudes are integers, some
        # of them longer than a float.
        return [-mp.inf if mp.isnan(t) else mp.mpf(mp.mag(t)) - lost for t in self._terms(z)]

    @cached_property
    def _diverging(self) -> list[list[Any]]:
        """Of each term the last probes of tails at which it still grows, against the density."""
        points = sorted(self._probes)
        found: list[list[Any]] = [[] for _ in self._tops]
        for end, inner in ((points[-1], points[-2]), (points[0], points[1])):
            logs = zip(self._probes[end], self._probes[inner], self._tops, strict=True)
            grows = [
                # Not >: of magnitudes longer than the precision nothing is subtracted.
                bool(last > before - 1 and last >= top - self.bits) or bool(last == mp.inf)
                for last, before, top in logs
            ]
            self._check_that_it_goes_on(end, grows)
            for places, out in zip(found, grows, strict=True):
                places += [end] * out
        return found

    def _check_that_it_goes_on(self, end: Any, grows: list[bool]) -> None:
        """What does not fall at the last probe may do so farther out, as e^{(1 − ε)z²/2} does.

        Raises:
            NotSettledError: if it does: then the integral is finite, and out of reach.
        """
        logs = enumerate(self._logarithms_once(end))
        terms = [(k, log) for k, log in logs if grows[k] and abs(log) < _MOST_GROWTH]
        for octaves in _FARTHER if terms else ():
            z = end * 2**octaves
            # What is left of z² − z² has digits of its own.
            with mp.workprec(mp.prec + 2 * mp.mag(z)):
                ahead = self._logarithms(z)
            if any(ahead[k] < log - _POWER * octaves for k, log in terms):
                raise NotSettledError(
                    f"the moments of {self.integrand.activation.name} are made more than "
                    f"{mp.nstr(abs(end), 3)} deviations from the mean, out of reach of sums"
                )

    @cached_property
    def _tops(self) -> list[Any]:
        return [max(logs) for logs in zip(*self._probes.values(), strict=True)]

    @cached_property
    def reach(self) -> tuple[Any, Any]:
        """The farthest points, left and right, at which some term is not yet negligible."""
        counted = [
            z
            for z, logs in self._probes.items()
            if any(
                not out and log > top - self.bits
                for log, top, out in zip(logs, self._tops, self.infinite, strict=True)
            )
        ]
        # One probe further out, where it has died out.
        low, high = min([0, *counted]) * mp.sqrt(2), max([0, *counted]) * mp.sqrt(2)
        return min(-self._base, low), max(self._base, high)
