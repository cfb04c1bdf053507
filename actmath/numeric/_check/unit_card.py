"""Measure what the gallery shows of a unit, where no current measurement is kept."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...activation import Activation
from ...catalog import CATALOG, told
from ...derive._formula.derivative import continuity_class
from ...derive._formula.pieces import breakpoints
from ...derive._saturation.saturation import saturation
from ...lower._for_numpy import numpy_function
from ...lower._stable import default_floats, stable_form
from .._depth.gains import gains
from .._depth.mean_field import length_map
from .._gaussian.evaluate import gaussian
from .gallery import POINTS, WINDOW, UnitCard, kept_cards

#: Range and monotony are looked for on a grid to here, in steps of 1/1000.
_FAR, _STEPS = 40.0, 80_001
# Where waves are looked at, each at so many points: one that grows, if only like log x², is that
# much larger on the second octave.
_OCTAVES, _SAMPLES, _GROWN = (1e8, 1e12), 20_001, 1.2
# A fixed length is called neutral where the slope of lengths is nearer to 1 than this.
_NEUTRAL = 1e-6
# Derivatives beyond this order are asked of no break.
_HIGHEST = 4


def gallery(path: str | Path) -> tuple[UnitCard, ...]:
    """A card for each unit of the catalog, those of the chapters first.

    Those of ``book/units.json`` in the checkout are taken as they are, if the formula is still the
    catalog's; the others are measured, which takes seconds for each.

    Raises:
        OSError: where there is no such file. ValueError: where it is no record of units.
    """
    kept = {card.name: card for card in kept_cards(path) if card.is_current}
    names = [*told(), *(name for name in CATALOG if name not in told())]
    return tuple(kept.get(name) or unit_card(name) for name in names)


def unit_card(name: str) -> UnitCard:
    """Measure one unit of the catalog.

    Raises:
        UnknownNameError: if there is none of that name; it is a KeyError.

    >>> card = unit_card("relu")
    >>> card.lowest, card.highest, card.monotone, card.smooth, card.lengths
    (0.0, inf, 'rising', 0, 'neutral')
    """
    activation = CATALOG[name]
    ends = saturation(activation)
    at = gaussian(activation, 0.0, 1.0)
    lowest, highest = _range(activation)
    forward, gradient, lengths = _signal(name)
    window = np.linspace(-WINDOW, WINDOW, POINTS)
    return UnitCard(
        activation.name,
        str(activation.formula()),
        lowest,
        highest,
        _monotony(_values(activation, 1, _grid())),
        _smoothness(activation),
        f"{ends.left.kind}, {ends.right.kind}",
        float(at.mean),
        forward,
        gradient,
        lengths,
        *(tuple(_short(_values(activation, order, window))) for order in (0, 1)),
    )


def _grid() -> NDArray[np.float64]:
    return np.linspace(-_FAR, _FAR, _STEPS)


def _values(activation: Activation, order: int, at: NDArray[np.float64]) -> NDArray[np.float64]:
    # As it is: no digit that a picture needs is lost, and nothing has to be examined.
    numbers = default_floats(activation).values()
    found = numpy_function(stable_form(activation, order))(at, *numbers)
    return np.asarray(found, dtype=np.float64)


def _range(activation: Activation) -> tuple[float, float]:
    """The least and the largest value on the grid and at ±∞; nan, at the end of a wave, is none."""
    ends = np.array([-np.inf, np.inf])
    found = np.concatenate([_values(activation, 0, at) for at in (_grid(), ends)])
    # 0 is added, so that −0 is 0.
    low, high = float(np.nanmin(found)) + 0.0, float(np.nanmax(found)) + 0.0
    for side in ends[np.isnan(found[-2:])]:
        near, far = (_on_octave(activation, np.sign(side) * start) for start in _OCTAVES)
        # What is 0 but for its rounding grows by nothing.
        least = (_GROWN - 1) * max(map(abs, near))
        # A wave that grows has no bound, whatever the grid ends at.
        up = far[1] > max(_GROWN * near[1], least)
        down = far[0] < min(_GROWN * near[0], -least)
        high = math.inf if up else max(high, near[1], far[1])
        low = -math.inf if down else min(low, near[0], far[0])
    return low, high


def _on_octave(activation: Activation, start: float) -> tuple[float, float]:
    """The least and the largest value from there to twice as far; 0 where there is none."""
    values = _values(activation, 0, start * np.linspace(1, 2, _SAMPLES))
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)


def _monotony(slopes: NDArray[np.float64]) -> str:
    rising, falling = bool((slopes >= 0).all()), bool((slopes <= 0).all())
    return "rising" if rising else "falling" if falling else "no"


def _smoothness(activation: Activation) -> float:
    cuts = breakpoints(activation.formula())
    return min((continuity_class(activation, cut, _HIGHEST) for cut in cuts), default=math.inf)


def _signal(name: str) -> tuple[float, float, str]:
    """Forward gain, factor of the gradient's mean square, and what the length 1 does."""
    found = gains(name)
    if math.isnan(found.forward):
        return math.nan, math.nan, ""
    low, high = length_map(name, [0.999, 1.001], found.forward, 0)
    slope = float(high - low) / 0.002
    kind = "attracts" if slope < 1 else "repels"
    return (
        found.forward,
        found.gradient_factor,
        "neutral" if abs(slope - 1) < _NEUTRAL else kind,
    )


def _short(values: NDArray[np.float64]) -> list[float]:
    # Four digits are a hundredth of a pixel.
    return [float(f"{value:.4g}") for value in values]
