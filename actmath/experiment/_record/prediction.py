"""What the moment map says of the layers of a recorded run, before any training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..._arrays import whole_number
from ..._text.kinds import check_kind, check_name
from ..._text.tables import Answer
from ...numeric._depth.propagate import random_lengths
from ...numeric._gaussian.evaluate import gaussian
from .config import RECORD_HINT
from .record import RunRecord

#: tau = n·Var w of a layer from its fan-in and fan-out, by the name of the initialization.
TAU: Mapping[str, Callable[[int, int], float]] = MappingProxyType(
    {
        # Var w = 2/(fan_in + fan_out), 1/fan_in and 2/fan_in, times fan_in.
        "glorot_uniform": lambda fan_in, fan_out: 2 * fan_in / (fan_in + fan_out),
        "lecun_normal": lambda fan_in, fan_out: 1.0,
        "he_normal": lambda fan_in, fan_out: 2.0,
    }
)


@dataclass(frozen=True, eq=False, repr=False)
class Prediction(Answer):
    """Layers 1 … depth of a wide random network without normalization layers.

    ``mean`` and ``variance`` are those of the outputs, over units and inputs. ``gradient`` is the
    mean square of the gradient by a layer's outputs over that by the last layer's.
    """

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]
    gradient: NDArray[np.float64]


def predict(record: RunRecord, condition: str, features: int = 784) -> Prediction:
    """Iterate E f(z)² with z ~ N(0, q), from the recorded moments of the input on.

    A layer's net inputs have variance tau·E h², since the weights are drawn with mean 0; f then
    gives mean and variance of the next outputs. Recorded is layer 0, from which q₁ follows.

    Args:
        record: the run; its tables ``mean_before`` and ``variance_before``.
        condition: which arm.
        features: fan-in of the first layer.

    Raises:
        KeyError: for an initialization of which nothing is known here.
        ValueError: if no condition is so named.
        TypeError: for what is no record, no name or no integer.
    """
    check_kind(record, RunRecord, "record", RECORD_HINT)
    check_name(condition, "condition")
    features = whole_number(features, "features")
    mean, variance = (record.layer(f"{name}_before", condition) for name in ("mean", "variance"))
    (arm,) = (c for c in record.config.conditions if c.name == condition)
    # E h² = (E h)² + Var h of the scaled input, averaged over repetitions.
    square = float(np.mean(mean[:, 0] ** 2 + variance[:, 0]))
    # An arm's width of 0 stands for the configuration's.
    width = int(arm.options.get("width") or record.config.width)
    # Layer 0 is the input.
    depth = mean.shape[1] - 1
    # By fan-in and fan-out, which only the first layer has different.
    first, inner = TAU[arm.weights](features, width), TAU[arm.weights](width, width)
    # One tau serves all layers there: what the first has more goes into the input's square.
    found = random_lengths(arm.activation, first / inner * square, depth, sigma_w=inner**0.5)
    # Net inputs are N(0, q) in every layer; then f.
    at = gaussian(arm.activation, 0.0, found.length)
    return Prediction(at.mean, at.variance, found.gradient)
