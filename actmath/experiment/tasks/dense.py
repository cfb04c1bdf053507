"""Fully connected classifiers with normalization layers or shortcuts, any optimizer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from .._networks.arm_unit import arm_unit
from .._networks.weights import draw_weights
from .._record.config import Condition, Option
from .._record.options import choices
from .._tasks.classification import CHUNK, TEST, NetworkClassification, layer_moments
from .._tasks.task import Row

NORMALIZATIONS: Mapping[str, type[nn.Module]] = {
    "none": nn.Identity,
    "batch": nn.BatchNorm1d,
    "layer": nn.LayerNorm,
}
PLACES = ("before", "after")


class DenseNetwork(nn.Module):
    """Hidden layers h ← f(norm(Wh + b)), or norm(f(Wh + b)); logits Wh + b.

    Args:
        weights: every layer's matrix, (fan_in, fan_out); biases begin at zero.
        activation: the unit of every hidden layer.
        norm: name in ``NORMALIZATIONS``.
        place: the normalization comes ``before`` or ``after`` the activation.
        residual: add the layer's input to its output where the widths agree.
    """

    def __init__(
        self, weights: list[Tensor], activation: nn.Module, norm: str, place: str, residual: bool
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_linear(weight) for weight in weights)
        widths = [weight.shape[1] for weight in weights[:-1]]
        self.norms = nn.ModuleList(NORMALIZATIONS[norm](width) for width in widths)
        self.activation = activation
        self.place, self.residual = place, residual

    def hidden(self, x: Tensor) -> list[Tensor]:
        """The input, then the output of each hidden layer, (batch, units)."""
        outputs = [x]
        for layer in range(len(self.norms)):
            outputs.append(self.advance(layer, outputs[-1]))
        return outputs

    def advance(self, layer: int, h: Tensor) -> Tensor:
        """From the input of a hidden layer, counted from 0, to its output."""
        z: Tensor = self.layers[layer](h)
        norm = self.norms[layer]
        z = self.activation(norm(z)) if self.place == "before" else norm(self.activation(z))
        return z + h if self.residual and z.shape == h.shape else z

    def tapped(self, x: Tensor, *taps: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Logits and hidden layers when each layer's output, from 0 on, gets its tap added.

        The derivative of a loss by a tap that is zero is its derivative by that layer's output.
        """
        outputs = [x + taps[0]]
        for layer, tap in enumerate(taps[1:]):
            outputs.append(self.advance(layer, outputs[-1]) + tap)
        return self.layers[-1](outputs[-1]), outputs

    def forward(self, x: Tensor) -> Tensor:
        """Logits (batch, classes) of inputs (batch, features)."""
        logits: Tensor = self.layers[-1](self.hidden(x)[-1])
        return logits


class Dense(NetworkClassification):
    """Options of an arm: ``norm`` (none, batch, layer), its ``place``, ``residual``.

    ``depth`` and ``width`` of an arm, where they are not 0, stand for the configuration's.
    """

    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = {
        "norm": "none",
        "place": "before",
        "residual": False,
        "depth": 0,
        "width": 0,
    }

    def network(self, condition: Condition, seed: int) -> DenseNetwork:
        """The condition's network, its weights drawn as in the plain stack."""
        options = self.arm_options[condition.name]
        return DenseNetwork(
            draw_weights(condition.weights, self.sizes(condition), seed),
            arm_unit(condition),
            choices("norm", options["norm"], NORMALIZATIONS),
            choices("place", options["place"], PLACES),
            bool(options["residual"]),
        )

    def sizes(self, condition: Condition) -> tuple[int, ...]:
        """Features, units of each hidden layer, classes.

        Raises:
            ValueError: if the arm's depth or width is negative.
        """
        options = self.arm_options[condition.name]
        depth, width = int(options["depth"]), int(options["width"])
        if min(depth, width) < 0:
            raise ValueError(f"{condition.name}: depth {depth} and width {width} must be ≥ 0")
        hidden = [width or self.config.width] * (depth or self.config.depth)
        return (self.data.train.shape[1], *hidden, self.data.classes)

    def probe(self) -> Mapping[str, list[Row]]:
        """Mean and variance of every layer's outputs, and the mean square of their gradients.

        The gradient is that of the summed loss by a layer's outputs. All are over units and the
        first 500 test examples, as in training: batch normalization uses these examples' own
        statistics.
        """
        rows: dict[str, list[Row]] = {"mean": [], "variance": [], "gradient": []}
        for condition in self.config.conditions:
            outputs, gradients = self._traced(condition)
            for moment, found in layer_moments(outputs).items():
                rows[moment] += found
            # (S,) for each layer.
            squares = [(g.double().flatten(1) ** 2).mean(1) for g in gradients]
            rows["gradient"] += torch.stack(squares, dim=1).tolist()
        return rows

    def _traced(self, condition: Condition) -> tuple[list[Tensor], tuple[Tensor, ...]]:
        """Every layer's outputs, (S, b, units), and the summed loss's derivatives by them."""
        stack, inputs = self.stacks[condition.name], self.inputs[condition.scaling][TEST][:CHUNK]
        x = inputs.expand(stack.size, *inputs.shape)
        labels = self.labels[TEST][:CHUNK].expand(stack.size, -1)
        widths = self.sizes(condition)[:-1]
        # Zeros that are added to each layer's output: the loss's derivative by them is that by it.
        taps = [x.new_zeros(*x.shape[:2], n).requires_grad_() for n in widths]
        # In training mode batch normalization would keep these examples in its running moments.
        with stack.unchanged():
            logits, outputs = stack(x, *taps, method="tapped")
            # One backward pass for all: no network's loss depends on another's taps.
            gradients = torch.autograd.grad(self.errors(logits, labels).sum(), taps)
        return [output.detach() for output in outputs], gradients


def _linear(weight: Tensor) -> nn.Linear:
    fan_in, fan_out = weight.shape
    layer = nn.Linear(fan_in, fan_out, dtype=weight.dtype)
    layer.weight.data = weight.T.contiguous()  # nn.Linear multiplies by the transpose
    nn.init.zeros_(layer.bias)
    return layer


TASK = Dense
