"""Fully connected networks as one, and ways to train deep ones: layers that carry the stack's axis.

Tensors are (networks, batch, units), weights (networks, fan_in, fan_out): one batched product a
layer for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import torch
from torch import Tensor, nn

from .normalization import Normalization, OverBatch, OverUnits

#: Srivastava et al. 2015 begin with negative biases, so that a gate at first lets h pass.
GATE_BIAS = -1.0


@dataclass(frozen=True, eq=False)
class BatchedDropout:
    """y ↦ scale·y + shift where a unit is kept, scale·value + shift where it is dropped.

    Scale and shift are numbers, or one for each network, (networks, 1, 1).
    """

    scale: Tensor | float = 1.0
    shift: Tensor | float = 0.0
    value: float = 0.0

    @property
    def is_unscaled(self) -> bool:
        """Is the mask itself what units are multiplied by?"""
        return not isinstance(self.scale, Tensor) and self.scale == 1

    def __call__(self, y: Tensor, keep: Tensor | None) -> Tensor:
        """The units after dropping; y itself where there is no mask (evaluation).

        The mask holds 1 where a unit is kept and 0 where it is dropped.
        """
        if keep is None:
            return y
        # Of what has no gradient first: y, which has one, enters a single operation.
        factor = keep if self.is_unscaled else keep * self.scale
        if not isinstance(self.shift, Tensor) and self.shift == self.value == 0:
            return y * factor
        # keep = 1 gives scale·y + shift, keep = 0 gives scale·value + shift.
        dropped = self.scale * self.value + self.shift
        return torch.addcmul(torch.rsub(factor, dropped, alpha=self.value), y, factor)


NO_DROPOUT = BatchedDropout()


class Plain(nn.Module):
    """h ← dropout(f(hW + b)). The other methods change one of its four steps.

    Args:
        weight: (networks, fan_in, fan_out).
        activation: f.
        dropout: what dropping does.
        gate: as the weight, for gates where there are any.
    """

    def __init__(
        self,
        weight: Tensor,
        activation: nn.Module,
        dropout: BatchedDropout = NO_DROPOUT,
        gate: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)
        self.bias = nn.Parameter(weight.new_zeros(len(weight), 1, weight.shape[2]))
        self.activation, self.dropout = activation, dropout
        self.prepare(gate)

    def prepare(self, gate: Tensor | None) -> None:
        """Make what the method needs besides W and b."""

    def forward(self, h: Tensor, keep: Tensor | None) -> Tensor:
        """The layer's output for its input h; ``keep`` is the mask of the units that are kept."""
        z = self.normalize(torch.baddbmm(self.bias, h, self.matrix()))
        return self.merge(h, self.dropout(self.activation(z), keep))

    def matrix(self) -> Tensor:
        """The matrix that multiplies h."""
        return self.weight

    def normalize(self, z: Tensor) -> Tensor:
        """What becomes of the sums before the activation."""
        return z

    def merge(self, h: Tensor, y: Tensor) -> Tensor:
        """What becomes of the layer's input h and the activations y."""
        return y


class WeightNorm(Plain):
    """W = g·V/‖V‖ for each unit's weights; g begins at ‖V‖, so that W begins at V."""

    def prepare(self, gate: Tensor | None) -> None:
        """The lengths g."""
        # (networks, 1, units): over a unit's incoming weights.
        self.length = nn.Parameter(self.weight.detach().norm(dim=1, keepdim=True))

    def matrix(self) -> Tensor:
        """g·V/‖V‖."""
        # ``norm`` would take ten times as long as this sum of squares.
        squares = self.weight.square().sum(dim=1, keepdim=True)
        return self.weight * (self.length * squares.rsqrt())


class LayerNorm(Plain):
    """Layer normalization of the sums; the bias stays in use before."""

    NORM: ClassVar[type[Normalization]] = OverUnits

    def prepare(self, gate: Tensor | None) -> None:
        """The normalization."""
        self.norm = self.NORM(self.bias.detach())

    def normalize(self, z: Tensor) -> Tensor:
        """The normalized sums."""
        found: Tensor = self.norm(z)
        return found


class BatchNorm(LayerNorm):
    """Batch normalization of the sums."""

    NORM = OverBatch


class Highway(Plain):
    """h ← t·y + (1 − t)·h with gates t = sigmoid(hG + c), where the widths agree."""

    def prepare(self, gate: Tensor | None) -> None:
        """G and c, which begins at −1: the layer at first mostly carries its input on."""
        if gate is None:
            raise ValueError("a highway layer needs the weights of its gates")
        self.gate = nn.Parameter(gate)
        self.gate_bias = nn.Parameter(torch.full_like(self.bias.detach(), GATE_BIAS))

    def merge(self, h: Tensor, y: Tensor) -> Tensor:
        """t·y + (1 − t)·h."""
        if h.shape != y.shape:
            return y
        # lerp(h, y, t) = h + t·(y − h) = t·y + (1 − t)·h.
        return torch.lerp(h, y, torch.sigmoid(torch.baddbmm(self.gate_bias, h, self.gate)))


class Residual(Plain):
    """h ← h + y, where the widths agree."""

    def merge(self, h: Tensor, y: Tensor) -> Tensor:
        """h + y."""
        return h + y if h.shape == y.shape else y


METHODS: Mapping[str, type[Plain]] = MappingProxyType(
    {
        "plain": Plain,
        "weight_norm": WeightNorm,
        "layer_norm": LayerNorm,
        "batch_norm": BatchNorm,
        "highway": Highway,
        "residual": Residual,
    }
)


class Alongside(nn.Module):
    """Several activations at once, each for its own neighbouring networks of the stack.

    Args:
        activations: f₁, f₂, ….
        sizes: how many networks each is for, in order.
    """

    def __init__(self, activations: Sequence[nn.Module], sizes: Sequence[int]) -> None:
        super().__init__()
        self.activations, self.sizes = nn.ModuleList(activations), list(sizes)

    def forward(self, z: Tensor) -> Tensor:
        """Each activation of its own slice of (networks, batch, units)."""
        # Slices along the stack's axis.
        parts = torch.split(z, self.sizes)
        images = [f(part) for f, part in zip(self.activations, parts, strict=True)]
        return images[0] if len(images) == 1 else torch.cat(images)


class BatchedClassifier(nn.Module):
    """Hidden layers, then logits hW + b; classes that a network's table lacks are −∞.

    Args:
        layers: the hidden layers.
        last: weights of the logits, (networks, units, classes).
        present: which classes each network's table has, (networks, classes); None: all.
    """

    present: Tensor | None

    def __init__(
        self, layers: Sequence[Plain], last: Tensor, present: Tensor | None = None
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.last = nn.Parameter(last)
        self.bias = nn.Parameter(last.new_zeros(len(last), 1, last.shape[2]))
        self.register_buffer("present", None if present is None else present[:, None, :])

    def hidden(self, x: Tensor, keep: Tensor | None = None) -> Iterator[Tensor]:
        """The input, then the output of each hidden layer, (networks, batch, units).

        ``keep`` (layers, networks, batch, units) says which units are kept, None: all, unchanged.
        """
        yield x
        for i, layer in enumerate(self.layers):
            x = layer(x, None if keep is None else keep[i])
            yield x

    def forward(self, x: Tensor, keep: Tensor | None = None) -> Tensor:
        """Logits (networks, batch, classes) of inputs (networks, batch, features)."""
        *_, h = self.hidden(x, keep)
        return self.logits(h)

    def logits(self, h: Tensor) -> Tensor:
        """Logits of the last hidden layer's outputs h."""
        logits = torch.baddbmm(self.bias, h, self.last)
        # e^−∞ = 0: softmax and cross-entropy give an absent class no share.
        return logits if self.present is None else logits.masked_fill(~self.present, -torch.inf)
