"""The activation of an arm, with the slope that the arm asks for."""

from __future__ import annotations

from collections.abc import Mapping

from ..catalog import get
from ..nn import Elementwise
from .config import Condition, Option

#: The setting of an arm that ``unit`` reads; a task that uses ``unit`` lists it as its own.
SLOPE: Mapping[str, Option] = {"slope": 0.01}


def unit(condition: Condition) -> Elementwise:
    """The condition's activation; a leaky ReLU has the slope of the option ``slope``.

    Raises:
        ValueError: if another activation is given a slope.
    """
    activation, options = get(condition.activation), condition.options
    if activation.name == "leaky_relu":
        return Elementwise(activation, a=float(options.get("slope", SLOPE["slope"])))
    if "slope" in options:
        raise ValueError(f"{condition.name}: only leaky_relu takes a slope")
    return Elementwise(activation)
