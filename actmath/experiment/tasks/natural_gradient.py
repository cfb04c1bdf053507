"""Small classifiers whose gradients are compared with their unit natural gradients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ...nn._studies.layer_fisher import LayerScores, layer_scores
from .._networks.arm_unit import arm_unit
from .._networks.classifiers import Plain
from .._record.config import Condition, Option
from .._tasks.classification import TRAIN
from .._tasks.task import Row
from .dense import Dense

#: Training examples that everything is measured over.
SAMPLES = 500
#: Added to the Fisher matrices' diagonals, as a share of their mean.
DAMPING = 1e-10


@dataclass(frozen=True)
class LayerComparison:
    """What is measured of one hidden layer, each a number.

    Attributes:
        angle: median over units of the degrees between gradient and unit natural gradient.
        centred: the same with the incoming means subtracted, δ as it is.
        mean_share: |E a|²/E|a|² of the activations a that come into the layer.
        shift: |E Δa|²/E|Δa|² of their change Δa in one update: how much of it is bias shift.
    """

    angle: float
    centred: float
    mean_share: float
    shift: float


class PlainNetwork(nn.Module):
    """One network of a stack by itself, of PyTorch's own layers.

    Args:
        weights, biases: every layer's, (fan_in, fan_out) and (1, fan_out).
        activation: the unit of every hidden layer.
    """

    def __init__(self, weights: list[Tensor], biases: list[Tensor], activation: nn.Module) -> None:
        super().__init__()
        self.activation = activation
        self.layers = nn.ModuleList(map(_linear, weights, biases))

    def hidden(self, x: Tensor) -> list[Tensor]:
        """The input, then the output of each hidden layer, (batch, units)."""
        outputs = [x]
        for layer in self.layers[:-1]:
            outputs.append(self.activation(layer(outputs[-1])))
        return outputs

    def forward(self, x: Tensor) -> Tensor:
        """Logits (batch, classes) of inputs (batch, features)."""
        logits: Tensor = self.layers[-1](self.hidden(x)[-1])
        return logits


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    fan_in, fan_out = weight.shape
    layer = nn.Linear(fan_in, fan_out, device=weight.device, dtype=weight.dtype)
    # nn.Linear multiplies by the transpose; copies, for what is measured takes a step.
    layer.weight.data, layer.bias.data = weight.T.clone(), bias.flatten().clone()
    return layer


class NaturalGradient(Dense):
    """Adds what ``LayerComparison`` says of the hidden layers from the second on; curves average.

    All over the first 500 training examples, in float64; Fisher matrices are exact, the labels
    drawn from the model. The update is one of plain gradient descent on those examples. Arms have
    no normalization layers: they would make samples depend on each other.

    Option: ``relative_step``, the update's length as a share of the parameters'.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {**Dense.DEFAULTS, "relative_step": 1e-3}

    def evaluate(self) -> Mapping[str, Row]:
        """Adds ``angle``, ``centred``, ``mean_share`` and ``shift``, means over the layers."""
        tables = self.study()
        means = {name: [sum(row) / len(row) for row in rows] for name, rows in tables.items()}
        return {**super().evaluate(), **means}

    def probe(self) -> Mapping[str, list[Row]]:
        """Adds the same by layer, from the second hidden layer on."""
        return {**super().probe(), **self.study()}

    @torch.enable_grad()
    def study(self) -> dict[str, list[Row]]:
        """The four measurements by name, one row of layers a member."""
        rows = [list(self._layers(*member)) for member in self.each_alone()]
        names = LayerComparison.__dataclass_fields__
        return {n: [[getattr(layer, n) for layer in row] for row in rows] for n in names}

    def each_alone(self) -> Iterator[tuple[PlainNetwork, Tensor]]:
        """Each member by itself, a copy in float64, with the examples as it sees them."""
        for condition in self.config.conditions:
            stack, mine = self.networks(condition)
            parameters = {name: p[mine].detach().double() for name, p in stack.parameters.items()}
            # Hidden layers in order, then the layer of the logits.
            weights = [p for n, p in parameters.items() if n.endswith(".weight")]
            biases = [p for n, p in parameters.items() if n.endswith(".bias")]
            weights, biases = [*weights, parameters["last"]], [*biases, parameters["bias"]]
            # Float64 in any run: float32's rounding of 6e-8 would swallow the damping.
            x = self.inputs[condition.scaling][TRAIN][:SAMPLES].double()
            for place in range(len(self.config.seeds)):
                own = [weight[place] for weight in weights], [bias[place] for bias in biases]
                yield PlainNetwork(*own, arm_unit(condition)), x

    def layer(self, arm: Condition, weight: Tensor, activation: nn.Module) -> Plain:
        """As in ``Dense``; ValueError for an arm with normalization layers or shortcuts."""
        options = self.arm_options[arm.name]
        if options["norm"] != "none":
            raise ValueError(f"{arm.name}: norm must be none, or samples are not independent")
        if options["residual"]:
            raise ValueError(f"{arm.name}: the layers that are measured have no shortcuts")
        return super().layer(arm, weight, activation)

    def _layers(self, network: PlainNetwork, x: Tensor) -> Iterator[LayerComparison]:
        labels = self.labels[TRAIN][:SAMPLES]
        before = [h.detach() for h in network.hidden(x)]
        # From the second hidden layer on; the last gives the logits.
        linears = [layer for layer in network.layers if isinstance(layer, nn.Linear)][1:-1]
        scores = [layer_scores(network, layer, x, labels) for layer in linears]
        self._descend(network, x, labels)
        with torch.no_grad():
            after = network.hidden(x)
        # hidden(x)[i] is what comes into layer i, counted from 0.
        for index, found in enumerate(scores, start=1):
            change = after[index] - before[index]
            yield LayerComparison(*_angles(found), mean_share(before[index]), mean_share(change))

    def _descend(self, network: PlainNetwork, x: Tensor, labels: Tensor) -> None:
        """One step along the negative gradient, of the length that the option says."""
        parameters = list(network.parameters())
        gradients = torch.autograd.grad(cross_entropy(network(x), labels), parameters)
        with torch.no_grad():
            # The step's length is a share of the parameters': rate·|gradient| = share·|parameters|.
            rate = float(self.options["relative_step"]) * _length(parameters) / _length(gradients)
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.sub_(rate * gradient)


def _length(tensors: Iterable[Tensor]) -> float:
    return float(torch.cat([tensor.flatten() for tensor in tensors]).norm())


def mean_share(values: Tensor) -> float:
    """|E a|²/E|a|² of vectors a, (samples, units): 1 if all are equal, 0 if they average to 0.

    Raises:
        TypeError: for what is no tensor of real floats. ValueError: for another shape.
    """
    if not isinstance(values, Tensor) or not values.is_floating_point():
        raise TypeError(f"values must be a tensor of floats, got {type(values).__name__}")
    if values.ndim != 2 or not values.numel():
        raise ValueError(f"values must be (samples, units), got {tuple(values.shape)}")
    # |E a|² ≤ E|a|² (Jensen): at most 1.
    return float(values.mean(0).square().sum() / values.square().sum(1).mean())


def _angles(scores: LayerScores) -> tuple[float, float]:
    """Median angles in degrees over the units that anything reaches: as it is, and centred."""
    damping = DAMPING * float(scores.unit_fisher().diagonal(dim1=1, dim2=2).mean())
    layers = (scores, scores.with_mean(0.0))
    # A unit that nothing reaches has no angle: nan, left out of the median.
    as_is, centred = (float(layer.angles(damping).nanmedian()) for layer in layers)
    return as_is, centred


TASK = NaturalGradient
