"""What the moment map says of a model with the weights that it has, from the measured input on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..._layer_weights import SummingLayer
from .._trace.steps import Trace, TraceStep
from ..laws import Gaussian, Law, gaussian_law, sums
from ..norms import BATCH_NORM, NORMS
from ..propagation import PRODUCTS, SHAPES, SUMS, TraceLaws, origin
from .measured import MeasuredTensor

_TRANSPOSED: dict[int, Any] = {
    1: functional.conv_transpose1d,
    2: functional.conv_transpose2d,
    3: functional.conv_transpose3d,
}
_PASSED_ON = SHAPES | {"getitem", "narrow", "select"}


class ExpectedSigns:
    """Forward: mean and variance of each net input. Backward: the mean square of its gradient.

    A response with weights w and bias b of inputs of mean μ and variance ν has mean μΣw + b and
    variance νΣw²; over all responses the variance of the means is added. A gradient's sum of
    squares is multiplied by the mean of Σw² on its way back through a layer, and by E f′² through
    a unit. At the model's outputs, ``ends``, and where no rule tells (softmax, pooling), the
    measured values start anew.
    """

    def __init__(
        self, trace: Trace, measured: dict[int, MeasuredTensor], ends: frozenset[int]
    ) -> None:
        self._trace, self._measured, self._ends = trace, measured, ends
        self._squares: dict[int, float] = {}
        # Of a layer's responses, each on its own: without what their means differ by.
        self._within: dict[int, float] = {}
        self.propagation = TraceLaws(trace, self._layer, self._start)
        self.propagation.run()
        self.gradients = self._backward()

    def _start(self, place: int, step: TraceStep) -> Law | None:
        found = self._measured.get(place)
        if found is None or not math.isfinite(found.mean + found.variance):
            return None
        return gaussian_law(("measured", place), found.mean, found.variance, step.name)

    def _layer(self, place: int, step: TraceStep, laws: Sequence[Law]) -> Law | None:
        layer, law = step.operation, laws[0]
        if isinstance(layer, nn.Bilinear) or not step.shapes:
            return None
        weight = layer.weight.detach()
        weight = weight if weight.dtype == torch.float64 else weight.float()
        ones = weight.new_ones(_one_sample(layer, step.shapes[0]))
        with torch.no_grad():
            sums_of, squares = (respond(layer, w, ones) for w in (weight, weight.square()))
            means = law.mean * sums_of
            if layer.bias is not None:
                means = means + respond(layer, 0 * weight, ones, layer.bias.detach().to(weight))
        self._squares[place] = float(squares.mean())
        self._within[place] = law.variance * self._squares[place]
        spread = float(means.double().var(correction=0))
        variance = law.variance * self._squares[place] + spread
        mean = float(means.double().mean())
        if not math.isfinite(mean + variance):
            return None
        return gaussian_law(("layer", place), mean, variance, step.name)

    # --- backward ------------------------------------------------------------------------------

    def _backward(self) -> dict[int, float]:
        """The expected mean square of the gradient at each step, nan where nothing is measured."""
        laws, readers = self.propagation.laws, self._trace.readers()
        whole: dict[int, float] = {}
        through_units: dict[int, float] = {}
        for place in reversed(range(len(laws))):
            found, law = self._measured.get(place), laws[place]
            if found is None:
                continue
            outside = [k for k in readers[place] if not self._is_function_of(k, law)]
            total = sum(self._passed(k, place, whole) for k in outside)
            if outside or readers[place]:
                total += through_units.get(place, 0.0)
            if not readers[place] or place in self._ends or math.isnan(total):
                # The end of the model, or of the rules.
                total = found.gradient * found.size
            whole[place] = total
            source = _place(law)
            if source is not None and source != place and law is not None:
                through_units.setdefault(source, 0.0)
                through_units[source] += law.slope_second * total
        return {place: total / self._measured[place].size for place, total in whole.items()}

    def _is_function_of(self, reader: int, law: Law | None) -> bool:
        """Is the reader a function of the same net input, whose slope counts from there?"""
        after = self.propagation.laws[reader]
        one, other = _place(law), _place(after)
        return one is not None and one == other

    def _passed(self, reader: int, place: int, whole: dict[int, float]) -> float:
        """The sum of squares that comes back from a step to one of those that it reads."""
        step, total = self._trace.steps[reader], whole.get(reader, math.nan)
        law, after = self.propagation.laws[place], self.propagation.laws[reader]
        if law is None or after is None:
            return math.nan
        if reader in self._squares:
            return total * self._squares[reader]
        if step.function in _PASSED_ON:
            return total
        if isinstance(step.operation, NORMS):
            # Over the batch a response is normalized by its own variance, not by that of all.
            own = self._within.get(place, law.variance)
            over_batch = isinstance(step.operation, BATCH_NORM)
            return total * _slope_of_norm(step.operation, law, own if over_batch else law.variance)
        if step.function in ("GLU", "glu"):
            mean, variance, slope = sums(torch.sigmoid, law.mean, law.variance)
            return total * (mean * mean + variance + law.square * slope)
        if step.function in PRODUCTS:
            other = [self.propagation.laws[k] for k in step.inputs if k != place]
            return total * other[0].square if other and other[0] is not None else math.nan
        if step.function in SUMS and after.name == "a sum":
            return total
        if step.function.lower().endswith("dropout"):
            return total * after.square / law.square if law.square else math.nan
        return math.nan


def _place(law: Law | None) -> int | None:
    """The step that gives the Gaussian of which a law is a function."""
    if law is None or not isinstance(law.source, Gaussian):
        return None
    key = origin(law.source.key)
    return int(key[1]) if isinstance(key, tuple) else None


def _slope_of_norm(norm: nn.Module, law: Law, variance: float) -> float:
    weight = getattr(norm, "weight", None)
    scale = 1.0 if weight is None else float(weight.detach().double().square().mean())
    if isinstance(norm, BATCH_NORM) and not norm.training and norm.running_var is not None:
        return scale * float((norm.running_var.double() + norm.eps).reciprocal().mean())
    square = law.square if isinstance(norm, nn.RMSNorm) else variance
    return scale / square if square else math.nan


def _one_sample(layer: SummingLayer, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of one sample of such a batch."""
    if isinstance(layer, nn.Linear):
        return (1, shape[-1])
    # Of a layer with a kernel of k dimensions: channels and k positions.
    return (1, *shape[-(layer.weight.dim() - 1) :])


def respond(layer: SummingLayer, weight: Tensor, x: Tensor, bias: Tensor | None = None) -> Tensor:
    """The layer's responses with another weight and bias.

    >>> respond(nn.Conv1d(1, 1, 3, padding=1), torch.ones(1, 1, 3), torch.ones(1, 1, 4))
    tensor([[[2., 3., 3., 2.]]])
    """
    if isinstance(layer, nn.Linear):
        return functional.linear(x, weight, bias)
    convolution: Any = layer
    found: Tensor
    if convolution.transposed:
        transposed: Any = _TRANSPOSED[weight.dim() - 2]
        rest = (convolution.output_padding, convolution.groups, convolution.dilation)
        found = transposed(x, weight, bias, convolution.stride, convolution.padding, *rest)
    else:
        found = convolution._conv_forward(x, weight, bias)
    return found
