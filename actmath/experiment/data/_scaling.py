"""How the inputs are scaled: affine maps that are fitted to the training examples alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..._arrays import checked_array
from ..._text.tables import Answer
from ._dataset import Doubles, Features

#: The square of a smaller deviation, or of its inverse, has lost digits, or is infinite.
_LEAST = 1e-150


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

    Raises:
        ValueError: if an input's squares are beyond double precision.
    """
    train = _examples(train)
    # A constant input's deviation may come out as rounding, not as 0; its range does not.
    alive = train.min(axis=0) < train.max(axis=0)
    deviation = _deviation(train, 0, alive)
    factor = np.where(alive, 1 / np.where(alive, deviation, 1.0), 0.0)
    # Of equal numbers the sum may overflow.
    with np.errstate(over="ignore"):
        return Scaling(np.where(alive, train.mean(axis=0), train[0]), factor)


def standardized_together(train: Features) -> Scaling:
    """All inputs shifted and scaled alike: mean 0 and variance 1 over all of them.

    Raises:
        ValueError: if all are equal, or their squares beyond double precision.
    """
    train = _examples(train)
    if train.min() == train.max():
        raise ValueError("train has one value only, so that nothing can be scaled")
    # No input is dropped: a constant pixel has the common shift and factor.
    return _constant(train, float(train.mean()), 1 / float(_deviation(train, None, True)))


#: By the word that a configuration, and so a record, has for it.
SCALINGS: Mapping[str, Callable[[Features], Scaling]] = MappingProxyType(
    {
        "stored": unscaled,
        "unit": unit_interval,
        "standardized": standardized,
        "standardized_together": standardized_together,
    }
)


def fitted(name: str, train: Features, others: Features, dtype: str) -> Scaling:
    """The scaling of that name for training examples, which others are to be scaled by, too.

    Raises:
        ValueError: if it does not suit them, or a scaled input is beyond the type's numbers.
    """
    found = SCALINGS[name](train)
    # An affine map is greatest at an end.
    parts = [part for part in (train, others) if len(part)]
    ends = np.stack([end(part, axis=0) for part in parts for end in (np.min, np.max)])
    with np.errstate(over="ignore", invalid="ignore"):
        reached = np.abs((ends.astype(np.float64) - found.shift) * found.factor)
    beyond = ~(reached <= np.finfo(dtype).max).all(axis=0)
    if beyond.any():
        raise ValueError(
            f"scaling {name}: input {int(beyond.argmax()) + 1} of the examples is beyond "
            f"{dtype} when it is scaled: write it in another unit"
        )
    return found


def _examples(train: object) -> Features:
    """A table of examples, one a row, as it is stored: NumPy's statistics, not another's."""
    table = checked_array(train, "train")
    if table.ndim != 2 or not table.size:
        raise ValueError(f"train must be (examples, features), some of each, got {table.shape}")
    if table.dtype.kind == "f" and not np.isfinite(table).all():
        raise ValueError("train must be finite")
    return table


def _deviation(train: Features, axis: int | None, alive: NDArray[np.bool_] | bool) -> Doubles:
    """The standard deviation; ValueError where squares overflow, or lose digits near 0."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        found: Doubles = np.asarray(train.std(axis=axis))
    if (alive & ~((found > _LEAST) & (found < 1 / _LEAST))).any():
        raise ValueError(
            f"train has an input whose spread is not between {_LEAST:g} and {1 / _LEAST:g}, so "
            "that its variance is beyond double precision: write it in another unit"
        )
    return found


def _constant(train: Features, shift: float, factor: float) -> Scaling:
    inputs = _examples(train).shape[1]
    return Scaling(np.full(inputs, shift), np.full(inputs, factor))
