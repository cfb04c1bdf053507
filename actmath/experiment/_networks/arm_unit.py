"""The activation of an arm, with the slope that the arm asks for."""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from ...activation import Activation
from ...catalog import get, leaky_relu
from .._record.config import Condition, Option
from .fused_units import unit_of

#: The setting of an arm that is read here, as large as the catalog's; a task that heeds it lists it
#: as its own.
SLOPE: Mapping[str, Option] = {"slope": float(leaky_relu.parameter("a").default)}


def arm_activation(condition: Condition) -> Activation:
    """The condition's activation; a leaky ReLU has the slope of the option ``slope``.

    Raises:
        ValueError: if another activation is given a slope.
    """
    activation, options = get(condition.activation), condition.options
    if activation.name == "leaky_relu":
        return activation.with_parameters(a=float(options.get("slope", SLOPE["slope"])))
    if "slope" in options:
        raise ValueError(f"{condition.name}: only leaky_relu takes a slope")
    return activation


def arm_unit(condition: Condition) -> nn.Module:
    """The module of the condition's activation, whose parameters are not trained.

    Raises:
        ValueError: if another activation than leaky_relu is given a slope; for prelu, whose slope
            would stay where it begins.
    """
    activation = arm_activation(condition)
    if activation.name == "prelu":
        raise ValueError(
            f"{condition.name}: the slope of prelu is learned, which the task convolutional does; "
            "here take leaky_relu, whose slope is fixed"
        )
    return unit_of(activation)
