"""Fully connected classifiers with normalization layers or shortcuts, any optimizer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.optim import SGD

from .._networks.classifiers import Plain
from .._networks.normalization import NORMALIZATIONS, refuse_lone_examples
from .._networks.stack import Optimize
from .._record.config import Condition, Option
from .._record.options import choices
from .._tasks.classification import CHUNK, TEST, Classification, layer_moments
from .._tasks.task import Row
from .mlp import MLP

PLACES = ("before", "after")


class DenseLayer(Plain):
    """h ← f(norm(hW + b)), or norm(f(hW + b)), with h added where it is residual and widths agree.

    Args:
        weight: (networks, fan_in, fan_out).
        activation: f.
        norm: name in ``NORMALIZATIONS``.
        place: the normalization comes ``before`` or ``after`` the activation.
        residual: add the layer's input to its output.
    """

    def __init__(
        self, weight: Tensor, activation: nn.Module, norm: str, place: str, residual: bool
    ) -> None:
        super().__init__(weight, activation)
        self.norm = NORMALIZATIONS[norm](self.bias.detach())
        self.place, self.residual = place, residual

    def forward(self, h: Tensor, keep: Tensor | None = None) -> Tensor:
        """The layer's output for its input h; no unit is dropped."""
        z = torch.baddbmm(self.bias, h, self.weight)
        y: Tensor = (
            self.activation(self.norm(z))
            if self.place == "before"
            else self.norm(self.activation(z))
        )
        return y + h if self.residual and y.shape == h.shape else y


class Dense(MLP):
    """Options of an arm: ``norm`` (none, batch, layer), its ``place``, ``residual``.

    ``depth`` and ``width`` of an arm, where they are not 0, stand for the configuration's. Arms of
    one shape share a stack where the optimizer is ``sgd``, in which a rate is a factor of the loss.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = Classification.DEFAULTS
    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = {
        "norm": "none",
        "place": "before",
        "residual": False,
        "depth": 0,
        "width": 0,
    }

    def together(self) -> Mapping[str, tuple[Condition, ...]]:
        """Arms of one shape, by the name of the first."""
        alike: dict[object, list[Condition]] = {}
        for arm in self.config.conditions:
            shape = tuple(sorted(self.arm_options[arm.name].items()))
            key = shape if self.options["optimizer"] == "sgd" else arm.name
            alike.setdefault(key, []).append(arm)
        return {arms[0].name: tuple(arms) for arms in alike.values()}

    def layer(self, arm: Condition, weight: Tensor, activation: nn.Module) -> Plain:
        """A hidden layer as the arm's options say."""
        options = self.arm_options[arm.name]
        norm = choices("norm", options["norm"], NORMALIZATIONS)
        if norm == "batch":
            refuse_lone_examples(self.train_size, self.config.batch)
        place = choices("place", options["place"], PLACES)
        return DenseLayer(weight, activation, norm, place, bool(options["residual"]))

    def descent(self, arms: tuple[Condition, ...]) -> tuple[Optimize, Tensor | None]:
        """As in the plain stack for sgd; any other optimizer at its one arm's rate."""
        if self.options["optimizer"] != "sgd":
            return partial(self.optimizer, condition=arms[0]), None
        momentum = float(self.options["momentum"])
        if not momentum:
            return super().descent(arms)
        return partial(SGD, lr=1.0, momentum=momentum, fused=self.fused), self.rates(arms)

    def sizes(self, arm: Condition) -> tuple[int, ...]:
        """Features, units of each hidden layer, classes.

        Raises:
            ValueError: if the arm's depth or width is negative.
        """
        options = self.arm_options[arm.name]
        depth, width = int(options["depth"]), int(options["width"])
        if min(depth, width) < 0:
            raise ValueError(f"{arm.name}: depth {depth} and width {width} must be ≥ 0")
        hidden = [width or self.config.width] * (depth or self.config.depth)
        return (self.data.train.shape[1], *hidden, self.data.classes)

    def probe(self) -> Mapping[str, list[Row]]:
        """Mean and variance of every layer's outputs, and the mean square of their gradients.

        The gradient is that of the summed loss by a layer's outputs. All are over units and the
        first 500 test examples, as in training: batch normalization uses these examples' own
        statistics.
        """
        rows: dict[str, list[Row]] = {"mean": [], "variance": [], "gradient": []}
        for name in self.stacks:
            outputs, gradients = self._traced(name)
            for moment, found in layer_moments(outputs).items():
                rows[moment] += found
            # (S,) for each layer.
            squares = [(g.double().flatten(1) ** 2).mean(1) for g in gradients]
            rows["gradient"] += torch.stack(squares, dim=1).tolist()
        return {moment: self.in_order(found) for moment, found in rows.items()}

    def _traced(self, name: str) -> tuple[list[Tensor], tuple[Tensor, ...]]:
        """Every layer's outputs, (S, b, units), and the summed loss's derivatives by them."""
        stack, x = self.stacks[name], self._everyones(self._seen(name, TEST, slice(CHUNK)))
        labels = self.labels[TEST][:CHUNK].expand(stack.size, -1)
        # A leaf: what follows from it has a gradient.
        x = x.detach().requires_grad_()
        # In training mode batch normalization would keep these examples in its running moments.
        with stack.unchanged(), torch.enable_grad():
            outputs = list(stack(x, method="hidden"))
            logits = stack(outputs[-1], method="logits")
            # One backward pass for all: no network's loss depends on another's outputs.
            gradients = torch.autograd.grad(self.errors(logits, labels).sum(), outputs)
        return [output.detach() for output in outputs], gradients


TASK = Dense
