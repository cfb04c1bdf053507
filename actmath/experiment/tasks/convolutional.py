"""Plain convolutional classifiers, with batch normalization and learned slopes as options."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, max_pool2d
from torch.optim import SGD, Optimizer

from ...nn._rectified import PReLU
from .._networks.arm_unit import SLOPE, arm_activation, arm_unit
from .._networks.weights import WEIGHT_LAWS
from .._randomness import generator
from .._record.config import Condition, Option
from .._record.options import choices
from .._tasks.classification import NetworkClassification
from .._tasks.task import Row

KERNEL = 3
WIDER = 4  # a fully connected layer has so many times the channels
SPATIAL_NORMS = ("none", "batch")
INITIALIZATIONS = ("lecun_normal", "he_normal")
#: Makes a layer's unit from its number of channels.
MakeUnit = Callable[[int], nn.Module]


class ConvolutionalNetwork(nn.Module):
    """Stages of 3×3 convolutions, maximum pooling between them, dense layers at the end.

    h ← f(norm(w ∗ h + b)) with circular padding, so that every response has its 9·channels
    inputs however small the image. The last dense layer gives the logits.

    Args:
        stages: convolutions in each stage; 2×2 maxima are taken between stages.
        shape: channels, height and width of an input.
        channels: of every convolution; dense hidden layers have ``WIDER`` times as many units.
        dense: number of dense hidden layers.
        classes: number of logits.
        activation: makes the unit of a layer from its number of channels.
        norm: in ``SPATIAL_NORMS``, before the activation.
    """

    def __init__(
        self,
        stages: Sequence[int],
        shape: tuple[int, int, int],
        channels: int,
        dense: int,
        classes: int,
        activation: MakeUnit,
        norm: str,
    ) -> None:
        super().__init__()
        inputs, height, width = shape
        depth, scale = sum(stages), 2 ** (len(stages) - 1)
        sizes = [inputs, *[channels] * depth]
        # Pooling with ceil_mode rounds half a pixel up: −(−n // scale) = ⌈n/scale⌉.
        features = channels * -(-height // scale) * -(-width // scale)
        ends = [features, *[WIDER * channels] * dense, classes]
        self.convolutions = nn.ModuleList(map(_convolution, sizes[:-1], sizes[1:]))
        self.dense = nn.ModuleList(map(nn.Linear, ends[:-1], ends[1:]))
        # Of every hidden layer; the logits have neither norm nor unit.
        widths = sizes[1:] + ends[1:-1]
        self.units = nn.ModuleList(map(activation, widths))
        self.norms = nn.ModuleList(_norm(norm, i < depth, n) for i, n in enumerate(widths))
        self.first = {sum(stages[:i]) for i in range(1, len(stages))}  # of its stage
        self.layers = [*self.convolutions, *self.dense]

    def hidden(self, x: Tensor) -> list[Tensor]:
        """The input, then the output of each hidden layer, before pooling."""
        outputs = [x]
        hidden = zip(self.layers, self.norms, self.units, strict=False)
        for place, (layer, norm, activation) in enumerate(hidden):
            h = outputs[-1]
            h = max_pool2d(h, 2, ceil_mode=True) if place in self.first else h
            h = h.flatten(1) if isinstance(layer, nn.Linear) else h
            outputs.append(activation(norm(layer(h))))
        return outputs

    def forward(self, x: Tensor) -> Tensor:
        """Logits (batch, classes) of images (batch, channels, height, width)."""
        logits: Tensor = self.layers[-1](self.hidden(x)[-1].flatten(1))
        return logits


class Convolutional(NetworkClassification):
    """Images as images, shrunk by averaging; networks of 3×3 convolutions.

    The configuration's ``width`` is the number of channels.

    Options (of the task): those of ``Classification``; ``shrink``, the side of the squares that
    are averaged into one pixel; ``dense``, the number of dense hidden layers; for sgd,
    ``weight_decay``, of weights and biases, and ``slope_speed``, how many times the learning rate
    the learned slopes have.
    Options (of an arm): ``stages``, the convolutions of each stage, such as "1,4,6"; ``norm``
    (none, batch); ``slope`` of a leaky ReLU; ``channelwise``, for PReLU, a slope a channel
    instead of one a layer; ``decay_slopes``, weight decay for the learned slopes too.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {
        **NetworkClassification.DEFAULTS,
        "shrink": 2,
        "dense": 0,
        "weight_decay": 0.0,
        "slope_speed": 1.0,
    }
    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = {
        **SLOPE,
        "stages": "",
        "norm": "none",
        "channelwise": False,
        "decay_slopes": False,
    }

    def shape(self, inputs: Tensor) -> Tensor:
        """Rows of pixels as square images with one channel, shrunk."""
        side = math.isqrt(inputs.shape[1])
        return avg_pool2d(inputs.reshape(-1, 1, side, side), int(self.options["shrink"]))

    def stages(self, condition: Condition) -> tuple[int, ...]:
        """Convolutions by stage; without the option one stage of the configuration's depth.

        Raises:
            ValueError: if the option is not a list of numbers ≥ 1.
        """
        text = str(self.arm_options[condition.name]["stages"]) or str(self.config.depth)
        if not all(part.isdigit() and int(part) for part in text.split(",")):
            raise ValueError(f"{condition.name}: stages must be like '1,4,6', got {text!r}")
        return tuple(map(int, text.split(",")))

    def network(self, condition: Condition, seed: int) -> ConvolutionalNetwork:
        """The condition's network: weights drawn layer by layer, biases zero."""
        options = self.arm_options[condition.name]
        # avg_pool2d drops the pixels that fill no whole square.
        side = math.isqrt(self.data.train.shape[1]) // int(self.options["shrink"])
        network = ConvolutionalNetwork(
            self.stages(condition),
            (1, side, side),
            self.config.width,
            int(self.options["dense"]),
            self.data.classes,
            _units(condition, bool(options["channelwise"])),
            choices("norm", options["norm"], SPATIAL_NORMS),
        )
        name = choices("initialization", condition.weights, INITIALIZATIONS)
        for place, layer in enumerate(network.layers):
            _draw(layer, name, generator(seed, "weights", place))
        return network

    def optimizer(self, parameters: Iterable[Tensor], condition: Condition) -> Optimizer:
        """As for any network; sgd with weight decay and a rate of the slopes' own."""
        if self.options["optimizer"] != "sgd":
            return super().optimizer(parameters, condition)
        decay, rate = float(self.options["weight_decay"]), condition.learning_rate
        # The stack's parameters have no names here; any seed's network has theirs, in order.
        names = (name for name, _ in self.network(condition, 0).named_parameters())
        # He et al. 2015 give slopes no decay: it would pull them to 0, a PReLU to a ReLU.
        decayed = bool(self.arm_options[condition.name]["decay_slopes"])
        settings = {
            True: {
                "lr": rate * float(self.options["slope_speed"]),
                "weight_decay": decay * decayed,
            },
            False: {"weight_decay": decay},
        }
        groups: dict[bool, list[Tensor]] = {slope: [] for slope in settings}
        for name, tensor in zip(names, parameters, strict=True):
            groups[name.startswith("units.")].append(tensor)
        return SGD(
            [
                {"params": tensors, **settings[slope]}
                for slope, tensors in groups.items()
                if tensors
            ],
            lr=rate,
            momentum=float(self.options["momentum"]),
        )

    @torch.no_grad()
    def probe(self) -> Mapping[str, list[Row]]:
        """Moments by layer; where slopes are learned, each layer's mean slope over channels."""
        slopes: list[Row] = []
        for condition in self.config.conditions:
            stack = self.stacks[condition.name]
            # (S, slopes) of each layer: one slope, or one a channel.
            found = [p.double().mean(1) for n, p in stack.parameters.items() if "units." in n]
            rows = torch.stack(found, dim=1).tolist() if found else [[]] * stack.size
            slopes += rows
        tables = dict(super().probe())
        return {**tables, "slope": slopes} if any(slopes) else tables


def _convolution(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, KERNEL, padding="same", padding_mode="circular")


def _norm(name: str, spatial: bool, channels: int) -> nn.Module:
    if name == "none":
        return nn.Identity()
    return nn.BatchNorm2d(channels) if spatial else nn.BatchNorm1d(channels)


def _units(condition: Condition, channelwise: bool) -> MakeUnit:
    arm_activation(condition)  # refuses a slope where none is taken
    if condition.activation == "prelu":
        return lambda channels: PReLU(channels if channelwise else 1)
    return lambda _: arm_unit(condition)


@torch.no_grad()
def _draw(layer: nn.Conv2d | nn.Linear, name: str, random: torch.Generator) -> None:
    """Weights of variance set by the fan-in, kernel included; biases zero."""
    outputs, *inputs = layer.weight.shape
    # Fan-in of a convolution: inputs·3·3. Laws give (fan_in, fan_out), PyTorch keeps the transpose.
    drawn = WEIGHT_LAWS[name](math.prod(inputs), outputs, random)
    layer.weight = nn.Parameter(drawn.T.reshape(layer.weight.shape).contiguous())
    layer.bias = nn.Parameter(drawn.new_zeros(outputs))


TASK = Convolutional
