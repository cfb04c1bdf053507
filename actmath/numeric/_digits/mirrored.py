"""An integrand folded about the mean: what is odd cancels before it is added up.

E f = E h, where h(m + d) = (f(m + d) + f(m − d))/2. Of tanh(x) + max(0, x − 30) under N(0, 1) the
mean is 10⁻¹⁹⁹ beside E |f|, but all of E |h|: as few nodes as ever give its digits, and only the
arithmetic must hold as many more as the two halves cancel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import mpmath

from ...number import mp
from .integrand import Integrand, narrowest

#: With how many digits a symmetry is looked for: more than are ever asked for below the largest.
MIRROR_DIGITS = 440
# Where it is looked for, in standard deviations, and in octaves of them.
_MIRRORED = tuple(mpmath.mpf(k) / 7 for k in (0, 1, 2, 3, 5, 8, 13, 21, 34))
_TAILS = range(3, 25)
# Values of opposite signs differ by rounding alone, if it is in so many of their last bits.
_ROUNDING = 16


@dataclass(frozen=True)
class Mirrored(Integrand):
    """The even parts of f and f′ about the mean, (f(m + d) + f(m − d))/2."""

    is_even: ClassVar[bool] = True

    @cached_property
    def _cuts(self) -> list[tuple[int, int]]:
        """Breaks and images in order, each as its number and 1, or −1 where it is an image.

        A break that is the image of another is there twice, with nothing in between.
        """
        with mp.workdps(MIRROR_DIGITS):
            own = super().breaks
            places = [(place, k, 1) for k, place in enumerate(own)]
            places += [(2 * self.mean - place, k, -1) for k, place in enumerate(own)]
        return [(k, side) for _, k, side in sorted(places)]

    @property
    def breaks(self) -> list[Any]:
        """Those of f and their images, in increasing order."""
        own = super().breaks
        return [own[k] if side > 0 else 2 * self.mean - own[k] for k, side in self._cuts]

    @property
    def landmarks(self) -> dict[Any, Any]:
        """Those of f and their images."""
        own = super().landmarks.items()
        return narrowest([*own, *((2 * self.mean - place, width) for place, width in own)])

    def at(self, place: Any, piece: int) -> tuple[Any, Any]:
        """The even parts at a place, 0 where the two sides differ by rounding only."""
        left = sum(side > 0 for _, side in self._cuts[:piece])
        right = sum(side < 0 for _, side in self._cuts[piece:])
        image = mp.fsub(2 * self.mean, place, exact=True)
        pairs = zip(super().at(place, left), super().at(image, right), strict=True)
        f, slope = (_even(one, other) for one, other in pairs)
        return f, slope


def _even(one: Any, other: Any) -> Any:
    total = one + other
    if abs(total) <= mp.ldexp(abs(one) + abs(other), _ROUNDING - mp.prec):
        return mp.zero
    return total / 2


def is_mirrored(integrand: Integrand, sign: int) -> bool:
    """Is f(mean + d) = −sign·f(mean − d), looked at in more digits than are ever asked for?

    Near the mean, in the far tails, and at and around every place where f bends or breaks. The
    integrand's mean must have ``MIRROR_DIGITS`` digits.
    """
    with mp.workdps(max(MIRROR_DIGITS, mp.dps)):
        tiny = mp.mpf(10) ** (10 - mp.dps)
        for apart in _distances(integrand):
            one, other = (_at(integrand, apart * side)[0] for side in (1, -1))
            # m ± d has so many digits fewer for a small d.
            lost = 1 + abs(integrand.mean) / apart if apart else mp.inf
            # Not ≤: where a formula has no value, and beside itself an infinity, nothing is told.
            if abs(one + sign * other) > lost * tiny * (abs(one) + abs(other)):
                return False
    return True


def cancelled_bits(integrand: Integrand, which: int) -> int:
    """Of f (0) or f′ (1) times the density: how many bits its even part is smaller, about.

    At the places of ``is_mirrored``; no more than ``MIRROR_DIGITS`` digits can be seen.
    """
    with mp.workdps(MIRROR_DIGITS):
        whole, even = mp.zero, mp.zero
        for apart in _distances(integrand):
            density = mp.exp(-((apart / integrand.deviation) ** 2) / 2)
            one, other = (_at(integrand, apart * side)[which] for side in (1, -1))
            if mp.isfinite(one) and mp.isfinite(other):
                whole = max(whole, density * (abs(one) + abs(other)))
                even = max(even, density * abs(_even(one, other)))
        least = mp.ldexp(whole, -mp.prec)
        return int(mp.mag(whole) - mp.mag(max(even, least))) if whole else 0


def _at(integrand: Integrand, apart: Any) -> tuple[Any, Any]:
    place = integrand.mean + apart
    return integrand.at(place, integrand.piece_at(place))


def _distances(integrand: Integrand) -> list[Any]:
    """From the mean: shares of the deviation, tails, and each bend with its two sides."""
    found = [integrand.deviation * mp.mpf(share) for share in _MIRRORED]
    found += [integrand.deviation * 2**octave for octave in _TAILS]
    bends = {place: abs(place - integrand.mean) / 7 for place in integrand.breaks}
    for place, width in (bends | integrand.landmarks).items():
        apart = abs(place - integrand.mean)
        found += [apart, apart + width, apart - width]
    return [distance for distance in found if distance >= 0]
