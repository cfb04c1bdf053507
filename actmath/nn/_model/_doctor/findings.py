"""What is wrong with a model, by comparing each layer with what it should be.

In a healthy model every net input has mean square 1: standardized inputs, weights of the exact
gain for what the layer reads, no biases. What finite width and the batch allow for is ``Width``'s;
four deviations of the logarithm are the tolerance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from ..plan import Wanted
from .diagnosis import Cause, Departure, LayerSigns
from .measured import MeasuredTensor

#: Deviations that count, and a gradient that changes by more than this factor over a model.
SIGMAS, _FAR = 4.0, 100.0
#: Shares of units that are dead: by a bias, and by themselves.
SOME, MANY = 0.05, 0.25


@dataclass(frozen=True)
class Examined:
    """A weighted layer with all that is known of it."""

    wanted: Wanted
    signs: LayerSigns
    measured: MeasuredTensor
    #: What it reads, where one step gives it, and whether that is the model's own input.
    read: MeasuredTensor | None
    reads_input: bool
    #: Is its scale taken out again by a normalization?
    free: bool
    #: Layers between which every step is told have the same one.
    stretch: int


def single_variance(measured: MeasuredTensor) -> float:
    """2/(n·r), the relative variance of a layer's mean square given its inputs."""
    return 2 / (measured.channels * measured.samples)


def findings(layers: list[Examined]) -> tuple[Departure, ...]:
    """What is wrong, the first departure first, each layer and cause once."""
    found = list(_departures(layers)) + list(_dead(layers)) + list(_gradients(layers))
    once: dict[tuple[str, Cause], Departure] = {}
    for each in found:
        once.setdefault((each.layer, each.cause), each)
    return tuple(once.values())


def _departures(layers: list[Examined]) -> Iterator[Departure]:
    """The first layer whose mean square is not 1, and all with a cause of their own."""
    departed = False
    for layer in layers:
        if layer.free or not 0 < layer.wanted.square < math.inf:
            continue
        if not 0 < layer.measured.square < math.inf or _reads_nothing(layer):
            if not departed:
                yield _without_scale(layer)
            return
        causes = _causes(layer, inherited=departed)
        cause = max(causes, key=lambda each: abs(math.log(causes[each])), default=None)
        beyond = abs(_log(layer.measured.square)) > layer.signs.tolerance
        if beyond and not departed:
            departed = True
            cause = _explaining(causes, layer)
            if cause is not None:
                yield _finding(layer, cause, causes.get(cause, layer.measured.square))
        elif cause in (Cause.GAIN, Cause.BIAS) and cause is not None:
            yield _finding(layer, cause, causes[cause])


def _reads_nothing(layer: Examined) -> bool:
    return layer.read is not None and layer.read.square == 0


def _without_scale(layer: Examined) -> Departure:
    """A layer whose net inputs are all 0, not finite, or its biases alone."""
    square, name, nothing = layer.measured.square, layer.signs.layer, _reads_nothing(layer)
    cause = Cause.INPUT if nothing and layer.reads_input else Cause.GAIN
    what = "all 0" if square == 0 else "its biases alone" if nothing else "not finite"
    why = "What it reads is 0. " if nothing else ""
    remedy = (
        "Look at the batch." if cause is Cause.INPUT else "Draw weights: nn.initialize_(model)."
    )
    return Departure(name, cause, square, f"Layer {name}: its net inputs are {what}.", why + remedy)


def _explaining(causes: dict[Cause, float], layer: Examined) -> Cause | None:
    """The cause that moves the mean square farthest in the direction in which it departs.

    Where the layer's own weights, taken as random, would not have it depart so, it is they.
    """
    signs = layer.signs
    predicted = signs.predicted_mean * signs.predicted_mean + signs.predicted_variance
    if predicted > 0 and abs(_log(layer.measured.square / predicted)) > signs.tolerance:
        return Cause.WEIGHTS
    side = math.copysign(1.0, _log(layer.measured.square))
    named = {cause: side * math.log(factor) for cause, factor in causes.items()}
    return max(named, key=lambda cause: named[cause], default=None)


def _causes(layer: Examined, *, inherited: bool) -> dict[Cause, float]:
    """The factors that the layer itself puts on the mean square, beyond what width explains."""
    found: dict[Cause, float] = {}
    wanted, own = layer.wanted, SIGMAS * math.sqrt(single_variance(layer.measured))
    weight: Tensor = wanted.layer.weight.detach()
    gain = float(weight.double().square().mean()) * wanted.fan_in * wanted.square
    # A layer that reads no unit has no weights.
    if weight.numel() and abs(_log(gain)) > SIGMAS * math.sqrt(2 / weight.numel()):
        found[Cause.GAIN] = gain
    bias = wanted.layer.bias
    extra = 0.0 if bias is None else float(bias.detach().double().square().mean())
    if extra > own:
        found[Cause.BIAS] = 1 + extra
    if layer.read is not None and not inherited:
        ratio = layer.read.square / wanted.square
        width = SIGMAS * math.sqrt(single_variance(layer.read))
        if abs(_log(ratio)) > max(own, width):
            found[Cause.INPUT if layer.reads_input else Cause.UNIT] = ratio
    return {cause: factor for cause, factor in found.items() if 0 < factor < math.inf}


def _dead(layers: list[Examined]) -> Iterator[Departure]:
    """Units that a bias keeps from doing anything, and the first layer where many do nothing."""
    many = False
    for layer in layers:
        name, share, bias = layer.signs.layer, layer.signs.dead, layer.wanted.layer.bias
        size = 0.0 if bias is None else float(bias.detach().double().square().mean())
        sentence = f"Layer {name}: {100 * share:.0f} % of its units are dead on this batch"
        # A bias that is larger than a standard deviation of what the weights bring.
        if share > SOME and size > layer.measured.variance:
            yield Departure(name, Cause.BIAS, share, f"{sentence}.", "Set its biases to 0.")
        elif share > MANY and not many:
            many = True
            alike = (
                f"{sentence}, where the batch is as good as {layer.measured.samples:.1f} samples."
            )
            remedy = "Take a unit whose slope is nowhere 0, a normalization or shortcuts."
            yield Departure(name, Cause.UNIT, share, alike, remedy)


def _gradients(layers: list[Examined]) -> Iterator[Departure]:
    """Gradients that vanish or explode though the signal is kept: what the units' slopes do."""
    for stretch in dict.fromkeys(layer.stretch for layer in layers):
        within = [x for x in layers if x.stretch == stretch and math.isfinite(x.signs.gradient)]
        within = [x for x in within if x.signs.gradient > 0]
        if len(within) < 2:
            continue
        first, last = within[0], within[-1]
        # The sum of squares, which does not change with the widths.
        factor = _gradient(first) / _gradient(last)
        if not 1 / _FAR <= factor <= _FAR:
            yield _gradient_finding(first, last, factor, [x.signs.unit for x in within])


def _gradient(layer: Examined) -> float:
    """The sum of squares; before a normalization of z/σ, as if σ were 1."""
    scale = layer.measured.square if layer.free else 1.0
    return layer.signs.gradient * layer.measured.size * scale


def _gradient_finding(
    first: Examined, last: Examined, factor: float, units: list[str]
) -> Departure:
    word = "vanishes" if factor < 1 else "explodes"
    sentence = (
        f"The gradient {word}: from layer {last.signs.layer} back to {first.signs.layer} its sum "
        f"of squares is multiplied by {factor:.2g}."
    )
    unit = next(filter(None, units), "the one it has")
    other = f"instead of {unit} a unit that nearly keeps both, such as selu"
    remedy = f"Take a normalization, shortcuts, or {other}."
    return Departure(first.signs.layer, Cause.UNIT, factor, sentence, remedy)


def _finding(layer: Examined, cause: Cause, factor: float) -> Departure:
    name, square, wanted = layer.signs.layer, layer.measured.square, layer.wanted
    head = f"Layer {name}: the mean square of its net inputs is {square:.3g} instead of 1."
    std = float(wanted.layer.weight.detach().double().square().mean()) ** 0.5
    why, remedy = {
        Cause.GAIN: (
            f"Its weights have standard deviation {std:.3g}, the exact one is "
            f"{1 / math.sqrt(wanted.fan_in * wanted.square):.3g} ({wanted.reads}).",
            "Draw them anew: nn.initialize_(model).",
        ),
        Cause.BIAS: (
            f"Its biases bring {factor - 1:.3g} of it.",
            "Set them to 0.",
        ),
        Cause.INPUT: (
            f"The input's mean square is {factor:.3g}.",
            "Standardize the input: subtract its mean, divide by its deviation.",
        ),
        Cause.UNIT: (
            f"What {wanted.reads} gives has {factor:.3g} times the mean square that it would have "
            "at Gaussian net inputs of mean square 1.",
            "Look at the layer before: another unit, or a normalization behind it.",
        ),
        Cause.WEIGHTS: (
            "Its weights have the right size, and are not independent of what it reads, as after "
            "training.",
            "Nothing, if the model is trained; else draw them anew: nn.initialize_(model).",
        ),
    }[cause]
    return Departure(name, cause, factor, f"{head} {why}", remedy)


def _log(ratio: float) -> float:
    """log, ∞ where nothing or everything is left."""
    return math.log(ratio) if 0 < ratio < math.inf else math.inf
