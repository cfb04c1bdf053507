"""Fully connected classifiers with normalization layers or shortcuts, any optimizer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from torch import Tensor, nn

from ...catalog import get
from ...nn import Elementwise
from ..config import Condition, Option
from ..models import draw_weights
from ..supervised import Supervised
from ..task import choices

NORMS: Mapping[str, type[nn.Module]] = {
    "none": nn.Identity,
    "batch": nn.BatchNorm1d,
    "layer": nn.LayerNorm,
}
PLACES = ("before", "after")


class DenseNetwork(nn.Module):
    """Hidden layers h ← f(norm(Wh + b)), or norm(f(Wh + b)); logits Wh + b.

    Args:
        weights: every layer's matrix, (fan_in, fan_out); biases begin at zero.
        activation: name in the catalog.
        norm: name in ``NORMS``.
        place: the normalization comes ``before`` or ``after`` the activation.
        residual: add the layer's input to its output where the widths agree.
    """

    def __init__(
        self, weights: list[Tensor], activation: str, norm: str, place: str, residual: bool
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_linear(weight) for weight in weights)
        widths = [weight.shape[1] for weight in weights[:-1]]
        self.norms = nn.ModuleList(NORMS[norm](width) for width in widths)
        self.activation = Elementwise(get(activation))
        self.place, self.residual = place, residual

    def hidden(self, x: Tensor) -> list[Tensor]:
        """The input, then the output of each hidden layer, (batch, units)."""
        outputs = [x]
        for layer, norm in zip(list(self.layers)[:-1], self.norms, strict=True):
            z, h = layer(outputs[-1]), outputs[-1]
            z = self.activation(norm(z)) if self.place == "before" else norm(self.activation(z))
            outputs.append(z + h if self.residual and z.shape == h.shape else z)
        return outputs

    def forward(self, x: Tensor) -> Tensor:
        """Logits (batch, classes) of inputs (batch, features)."""
        logits: Tensor = self.layers[-1](self.hidden(x)[-1])
        return logits


class Dense(Supervised):
    """Options of an arm: ``norm`` (none, batch, layer), its ``place``, ``residual``."""

    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = {
        "norm": "none",
        "place": "before",
        "residual": False,
    }

    def network(self, condition: Condition, seed: int) -> DenseNetwork:
        """The condition's network, its weights drawn as in the plain stack."""
        features, classes = self.data.train.shape[1], self.data.classes
        sizes = (features, *[self.config.width] * self.config.depth, classes)
        options = self.arm_options[condition.name]
        return DenseNetwork(
            draw_weights(condition.weights, sizes, seed),
            condition.activation,
            choices("norm", options["norm"], NORMS),
            choices("place", options["place"], PLACES),
            bool(options["residual"]),
        )


def _linear(weight: Tensor) -> nn.Linear:
    fan_in, fan_out = weight.shape
    layer = nn.Linear(fan_in, fan_out, dtype=weight.dtype)
    layer.weight.data = weight.T.contiguous()
    nn.init.zeros_(layer.bias)
    return layer


TASK = Dense
