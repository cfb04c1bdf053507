"""The report of what was done with each layer of a model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from ..._text.tables import Tabular


@dataclass(frozen=True)
class InitializedLayer:
    """What was done with one layer.

    ``gain`` is √(fan_in)·``std``, the root of the variance that a response's weights have together;
    both are nan where nothing was done. ``reads`` and ``followed_by`` name units.
    """

    name: str
    kind: str
    reads: str
    followed_by: str
    fan_in: float
    fan_out: float
    gain: float
    std: float
    done: str


@dataclass(frozen=True, repr=False)
class InitializedModel(Tabular):
    """What ``initialize_`` did with each layer of a model, and what it left alone.

    A layer of n inputs of mean square E x² is drawn with Var w = length/(n·E x²): each net input
    then has mean square ``length``, whatever was before, a unit, a gate a·f(b), a residual sum.
    In "backward" Var w = 1/(n̂·E f′²) keeps the gradient's mean square through the layer and the
    unit that follows. In a chain of one unit both are ``weight_std``'s. Inputs are taken to be
    standardized, or as the batch has them; dropout counts as the model's mode says. Shared weights
    are drawn once, for the first place that calls them.

    Behind what changes the mean square in a way that no unit's moments tell (pooling, attention's
    averages, softmax) layers are left alone, as are embeddings, normalizations, and what the trace
    does not meet. Where neither a symbolic trace nor a batch is to be had, layers are taken in the
    order in which the model holds them, as ``way`` says.

    Attributes:
        layers: one for each weighted layer, embedding and normalization, in the order of the trace.
        way: how the order of operations was found.
        mode, length: what was kept.
    """

    css_class: ClassVar[str] = "initialized"

    layers: tuple[InitializedLayer, ...]
    way: str
    mode: str
    length: float

    @property
    def left(self) -> tuple[InitializedLayer, ...]:
        """The layers that nothing was done with."""
        return tuple(layer for layer in self.layers if math.isnan(layer.std))

    def columns(self) -> tuple[str, ...]:
        """The titles."""
        return ("layer", "kind", "reads", "then", "fan in", "fan out", "gain", "std", "done")

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """One for each layer."""
        return tuple(
            (
                *(layer.name, layer.kind, layer.reads, layer.followed_by),
                *map(_short, (layer.fan_in, layer.fan_out, layer.gain, layer.std)),
                layer.done,
            )
            for layer in self.layers
        )

    def caption(self) -> str:
        """What was kept, and by which way the layers' neighbours were found."""
        drawn = len(self.layers) - len(self.left)
        return (
            f"{drawn} drawn, {len(self.left)} left alone; {self.mode} at length {self.length:g}; "
            f"found by {self.way}"
        )


def _short(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.4g}"
