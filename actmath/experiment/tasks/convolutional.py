"""Plain convolutional classifiers, with batch normalization and learned slopes as options."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d
from torch.optim import SGD, Optimizer

from .._networks.arm_unit import SLOPE, arm_activation, arm_unit
from .._networks.batched import BatchedStack
from .._networks.convolutions import (
    BatchedConvolution,
    BatchedDense,
    ChannelNorm,
    halved,
    one_by_one,
    side_by_side,
)
from .._networks.fused_units import BatchedPReLU
from .._networks.normalization import refuse_lone_examples
from .._networks.stack import Stack
from .._networks.weights import BatchedDraws
from .._record.config import Condition, Option
from .._record.options import choices
from .._tasks.classification import Classification
from .._tasks.task import Row

WIDER = 4  # a fully connected layer has so many times the channels
SPATIAL_NORMS = ("none", "batch")
INITIALIZATIONS = ("lecun_normal", "he_normal")
#: Makes a layer's unit from its number of channels.
MakeUnit = Callable[[int], nn.Module]


class ConvolutionalNetwork(nn.Module):
    """Stages of 3×3 convolutions, maximum pooling between them, dense layers at the end.

    h ← f(norm(w ∗ h + b)) with circular padding, so that every response has its 9·channels
    inputs however small the image. The last dense layer gives the logits. All S networks at once.

    Args:
        stages: convolutions in each stage; 2×2 maxima are taken between stages.
        shape: channels, height and width of an input.
        channels: of every convolution; dense hidden layers have ``WIDER`` times as many units.
        dense: number of dense hidden layers.
        classes: number of logits.
        activation: makes the unit of a layer from its number of channels.
        norm: in ``SPATIAL_NORMS``, before the activation.
        draws: the networks' initial numbers.
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
        draws: BatchedDraws,
    ) -> None:
        super().__init__()
        inputs, height, width = shape
        depth, scale, self.size = sum(stages), 2 ** (len(stages) - 1), len(draws.seeds)
        sizes = [inputs, *[channels] * depth]
        # Pooling rounds half a pixel up: −(−n // scale) = ⌈n/scale⌉.
        features = channels * -(-height // scale) * -(-width // scale)
        ends = [features, *[WIDER * channels] * dense, classes]
        self.layers = nn.ModuleList(
            [BatchedConvolution(*pair, draws) for pair in pairwise(sizes)]
            + [BatchedDense(*pair, draws) for pair in pairwise(ends)]
        )
        # Of every hidden layer; the logits have neither norm nor unit.
        widths = sizes[1:] + ends[1:-1]
        self.units = nn.ModuleList(map(activation, widths))
        self.norms = nn.ModuleList(
            ChannelNorm(self.size, n) if norm == "batch" else nn.Identity() for n in widths
        )
        self.first = {sum(stages[:i]) for i in range(1, len(stages))}  # of its stage

    def advance(self, x: Tensor) -> list[Tensor]:
        """The output of each hidden layer, before pooling, the networks side by side."""
        outputs = [side_by_side(x)]
        hidden = zip(self.layers, self.norms, self.units, strict=False)
        for place, (layer, norm, activation) in enumerate(hidden):
            h = halved(outputs[-1]) if place in self.first else outputs[-1]
            outputs.append(activation(norm(layer(h))))
        return outputs

    def hidden(self, x: Tensor) -> list[Tensor]:
        """The input, then the output of each hidden layer, (S, batch, …)."""
        return [one_by_one(h, self.size) for h in self.advance(x)]

    def forward(self, x: Tensor) -> Tensor:
        """Logits (S, batch, classes) of images (S, batch, channels, height, width)."""
        return one_by_one(self.layers[-1](self.advance(x)[-1]), self.size)


class Convolutional(Classification):
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
        **Classification.DEFAULTS,
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

    def build(self, arms: tuple[Condition, ...]) -> Stack:
        """The arm's repetitions: weights drawn layer by layer, biases zero."""
        (arm,) = arms
        options = self.arm_options[arm.name]
        # avg_pool2d drops the pixels that fill no whole square.
        side = math.isqrt(self.data.train.shape[1]) // int(self.options["shrink"])
        name = choices("initialization", arm.weights, INITIALIZATIONS)
        norm = choices("norm", options["norm"], SPATIAL_NORMS)
        if norm == "batch":
            refuse_lone_examples(self.train_size, self.config.batch)
        network = ConvolutionalNetwork(
            self.stages(arm),
            (1, side, side),
            self.config.width,
            int(self.options["dense"]),
            self.data.classes,
            _units(arm, len(self.config.seeds), bool(options["channelwise"])),
            norm,
            BatchedDraws(name, self.config.seeds),
        ).to(device=self.device, dtype=self.dtype)
        slopes = set(network.units.parameters())
        optimize = partial(self.descent, condition=arm, slopes=slopes)
        return BatchedStack(network, network.size, optimize)

    def descent(
        self, parameters: Iterable[Tensor], condition: Condition, slopes: set[nn.Parameter]
    ) -> Optimizer:
        """As for any network; sgd with weight decay and a rate of the slopes' own."""
        if self.options["optimizer"] != "sgd":
            return self.optimizer(parameters, condition)
        decay, rate = float(self.options["weight_decay"]), condition.learning_rate
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
        for tensor in parameters:
            groups[tensor in slopes].append(tensor)
        return SGD(
            [
                {"params": tensors, **settings[slope]}
                for slope, tensors in groups.items()
                if tensors
            ],
            lr=rate,
            momentum=float(self.options["momentum"]),
            fused=self.fused,
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


def _units(condition: Condition, size: int, channelwise: bool) -> MakeUnit:
    arm_activation(condition)  # refuses a slope where none is taken
    if condition.activation == "prelu":
        return lambda channels: BatchedPReLU(size, channels if channelwise else 1)
    return lambda _: arm_unit(condition)


TASK = Convolutional
