"""How the inputs are scaled: affine maps that are fitted to the training examples alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ..._arrays import checked_array
from ..._text.tables import Answer
from ._dataset import Doubles, Features


@dataclass(frozen=True, eq=False, repr=False)
class Scaling(Answer):
    """An affine map of every input, (stored − shift)·factor; both of shape (features,)."""

    shift: Doubles
    factor: Doubles


def unscaled(train: Features) -> Scaling:
    """Inputs as the file stores them: 0 … 255 for images."""
    return _constant(train, 0.0, 1.0)


def unit_interval(train: Features) -> Scaling:
    """Images 0 … 1: stored / 255.

    Raises:
        ValueError: if the inputs are not bytes.
    """
    if _examples(train).dtype != np.uint8:
        raise ValueError("scaling unit is for images, stored as bytes: take standardized")
    return _constant(train, 0.0, 1 / 255)


def standardized(train: Features) -> Scaling:
    """Every input with mean 0 and variance 1 over the training examples.

    One that is constant there is dropped (factor 0): it carries nothing to learn from.
    """
    train = _examples(train)
    deviation = train.std(axis=0)
    # A constant input's deviation may come out as rounding, not as 0; its range does not.
    alive = np.ptp(train, axis=0) > 0
    factor = np.where(alive, 1 / np.where(alive, deviation, 1.0), 0.0)
    return Scaling(train.mean(axis=0), factor)


def standardized_together(train: Features) -> Scaling:
    """All inputs shifted and scaled alike: mean 0 and variance 1 over all of them.

    Raises:
        ValueError: if all are equal.
    """
    train = _examples(train)
    if train.min() == train.max():
        raise ValueError("train has one value only, so that nothing can be scaled")
    # No input is dropped: a constant pixel has the common shift and factor.
    return _constant(train, float(train.mean()), 1 / float(train.std()))


#: By the word that a configuration, and so a record, has for it.
SCALINGS: Mapping[str, Callable[[Features], Scaling]] = MappingProxyType(
    {
        "stored": unscaled,
        "unit": unit_interval,
        "standardized": standardized,
        "standardized_together": standardized_together,
    }
)


def _examples(train: object) -> Features:
    """A table of examples, one a row, as it is stored: NumPy's statistics, not another's."""
    table = checked_array(train, "train")
    if table.ndim != 2 or not table.size:
        raise ValueError(f"train must be (examples, features), some of each, got {table.shape}")
    if table.dtype.kind == "f" and not np.isfinite(table).all():
        raise ValueError("train must be finite")
    return table


def _constant(train: Features, shift: float, factor: float) -> Scaling:
    inputs = _examples(train).shape[1]
    return Scaling(np.full(inputs, shift), np.full(inputs, factor))
