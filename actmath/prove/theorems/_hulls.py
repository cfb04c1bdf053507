"""Boxes that follow a set of layers: where can the moments of a layer lie, given those before?

The boxes are guesses from a grid, rounded outwards; it is the certificate that proves them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import product

from ..._code import coded
from ...activation import Activation
from ...number import evaluated
from .._balls.box import Box
from .._balls.unit import MEAN, SECOND, S, Y, jet_formula

#: Boxes are rounded outwards to five places, and widened by a few units of the last: the grid
#: misses the extremes by a little, and the certificate must close.
_PLACES = Decimal("0.00001")
_MARGIN = 3e-5


def chain(activation: Activation, start: Box, target: Box, longest: int = 60) -> list[Box]:
    """Boxes in (mu, nu) from a start to inside a target, each holding the image of the last.

    ``start`` has sides mu, omega, nu, tau; every layer may have its own omega and tau.

    Raises:
        ValueError: if the target is not reached; the message says where the chain got stuck.
    """
    boxes = [start]
    while not lies_in(boxes[-1], target):
        if len(boxes) > longest:
            raise ValueError(f"not inside the target after {longest} layers: {boxes[-1]}")
        boxes.append(image(activation, boxes[-1]))
    return boxes


def attracting_box(activation: Activation, start: Box, margin: float = 1e-3) -> Box:
    """A box whose image lies inside it with a margin: where the layers lead, if they settle.

    Raises:
        ValueError: if the boxes still change after 400 layers.
    """
    box = start
    for _ in range(400):
        following = image(activation, box, margin)
        # Equal after rounding outwards: with its margin, the image lies inside the box.
        if following == box:
            return box
        box = following
    raise ValueError(f"the images of {start} do not settle: {box}")


def image(activation: Activation, box: Box, margin: float = _MARGIN) -> Box:
    """A box around all (mean, variance) that one layer makes of a box, omega and tau kept."""
    means, variances = zip(*_outputs(activation, box), strict=True)
    sides = {"mu": _outwards(means, margin), "nu": _outwards(variances, margin)}
    pairs = zip(box.names, box.sides, strict=True)
    # As numbers, not as text: this is called thousands of times.
    return Box(box.names, tuple(sides.get(name, side) for name, side in pairs))


def lies_in(box: Box, target: Box) -> bool:
    """Whether mu and nu lie inside the target's."""
    return all(
        target.side(name)[0] <= box.side(name)[0] and box.side(name)[1] <= target.side(name)[1]
        for name in ("mu", "nu")
    )


def _outputs(activation: Activation, box: Box) -> Iterator[tuple[float, float]]:
    # y = mu·omega is extreme at corners; x = nu·tau of positive factors at the equal ends.
    ends = [float(a * b) for a in box.side("mu") for b in box.side("omega")]
    low, high = (float(a * b) for a, b in zip(box.side("nu"), box.side("tau"), strict=True))
    # A long range of variances bends the moments; a short one has its extremes at ends or middle.
    cuts = 48 if high > 2 * low else 2
    # Evenly spaced in log x, as the variances themselves are spread over decades.
    columns = [low * (high / low) ** (k / cuts) for k in range(cuts + 1)]
    rows = [min(ends) + (max(ends) - min(ends)) * k / 2 for k in range(3)]
    for y, x in product(rows, columns):
        mean, second = _compiled(activation)(y, math.sqrt(x))
        # Var f = E f² − (E f)²
        yield mean, second - mean * mean


@lru_cache(maxsize=16)
def _compiled(activation: Activation) -> Callable[[float, float], list[float]]:
    """E f and E f² in y and s = √x. Floats do: boxes are rounded to many fewer digits."""
    forms = [jet_formula(activation, moment) for moment in (MEAN, SECOND)]
    given = [float(evaluated(value)) for value in activation.defaults.values()]
    values = coded([Y, S, *activation.defaults], forms, "math", common=True)
    return lambda y, s: list(values(y, s, *given))


def _outwards(values: tuple[float, ...], margin: float) -> tuple[Fraction, Fraction]:
    low = Decimal(min(values) - margin).quantize(_PLACES, ROUND_FLOOR)
    high = Decimal(max(values) + margin).quantize(_PLACES, ROUND_CEILING)
    return Fraction(low), Fraction(high)
