"""What a batch does in a model: moments, gradients, and how many samples are worth counting."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..._layer_weights import SummingLayer
from .._trace.steps import TraceStep, is_number
from ..laws import Function, alone_values
from ..norms import NORMS
from ..propagation import SUMS

#: Rows of which the number of effective samples is taken; entries of which slopes are.
_ROWS, _ENTRIES = 512, 2_000_000
#: Below this slope a unit counts as saturated.
SATURATED = 0.05
_TURNING = frozenset(("permute", "transpose", "movedim", "swapaxes", "t", "flatten", "Flatten"))


@dataclass
class MeasuredTensor:
    """One tensor of a pass.

    ``channels`` units are seen on all samples and positions; ``samples`` is (tr K)²/tr K² of the
    matrix K of their scalar products: 1 where all are alike, their number where all are orthogonal.
    ``uneven`` is the relative variance of the samples' own mean squares beyond the 2/channels that
    Gaussian entries have.
    """

    size: int
    mean: float
    variance: float
    channels: int
    samples: float
    uneven: float = 0.0
    gradient: float = math.nan
    values: Tensor | None = None

    @property
    def square(self) -> float:
        """The mean square."""
        # A product is infinite where a power would raise OverflowError.
        return self.mean * self.mean + self.variance


class Measurer:
    """Looks at each tensor when it is made, and at its gradient when that comes."""

    def __init__(self) -> None:
        self.of: dict[int, MeasuredTensor] = {}
        self._channels_first: dict[int, bool] = {}
        self._dimensions: dict[int, int] = {}

    def __call__(self, place: int, step: TraceStep, tensor: Tensor) -> None:
        """Note what the tensor holds now; the next operation may overwrite it."""
        if not is_number(tensor) or not tensor.numel():
            return
        rows = self._rows(place, step, tensor.detach())
        wide = _wide(rows)
        mean, variance = float(wide.mean()), float(wide.var(correction=0))
        samples = effective_samples(wide)
        own = wide.square().mean(dim=1)
        square = max(mean * mean + variance, torch.finfo(wide.dtype).tiny)
        uneven = max(0.0, float((own / square).var(correction=0)) - 2 / rows.shape[1])
        found = MeasuredTensor(tensor.numel(), mean, variance, rows.shape[1], samples, uneven)
        self.of[place] = found
        net_input = isinstance(step.operation, SummingLayer | NORMS) or step.function in SUMS
        if net_input:
            found.values = rows.clone()
        if tensor.requires_grad:
            tensor.register_hook(_noting(found))  # type: ignore[no-untyped-call]

    def _rows(self, place: int, step: TraceStep, tensor: Tensor) -> Tensor:
        """The tensor as (samples and positions, channels)."""
        first = [self._channels_first.get(k, False) for k in step.inputs[:1]]
        same = [self._dimensions.get(k) == tensor.dim() for k in step.inputs[:1]]
        layer = step.operation
        convolves = isinstance(layer, SummingLayer) and hasattr(layer, "kernel_size")
        kept = bool(first and first[0] and same[0]) and step.function not in _TURNING
        kept = kept and not isinstance(layer, nn.Linear)
        given = not step.inputs and tensor.dim() > 3
        leading = convolves or kept or given
        self._channels_first[place], self._dimensions[place] = leading, tensor.dim()
        if leading and tensor.dim() > 2:
            axis = 1 if not convolves or tensor.dim() == len(layer.kernel_size) + 2 else 0
            tensor = tensor.movedim(axis, -1)
        return tensor.reshape(-1, tensor.shape[-1]) if tensor.dim() else tensor.reshape(1, 1)


def _wide(rows: Tensor) -> Tensor:
    """In float32, in float64 where squares leave it."""
    largest = float(rows.abs().max())
    near = 1e-15 < largest < 1e15 or not 0 < largest < math.inf
    return rows.float() if near and rows.dtype != torch.float64 else rows.double()


def _noting(found: MeasuredTensor) -> object:
    def note(gradient: Tensor | None) -> None:
        # None behind an operation that has no derivative.
        if gradient is None:
            return
        found.gradient = float(gradient.detach().double().square().mean())

    return note


def effective_samples(rows: Tensor) -> float:
    """(tr K)²/tr K² of K = rows·rowsᵀ, at most of some hundred rows spread over all.

    >>> round(effective_samples(torch.eye(4)), 6), effective_samples(torch.ones(7, 3))
    (4.0, 1.0)
    """
    some = rows[:: max(1, len(rows) // _ROWS)]
    # tr (XXᵀ)² = tr (XᵀX)²: the smaller one. Scaled, so that nothing overflows.
    largest = float(some.abs().max())
    if not 0 < largest < math.inf:
        return 1.0
    some = some / largest
    gram = some @ some.T if len(some) <= some.shape[1] else some.T @ some
    trace = float(some.square().sum())
    return max(1.0, trace**2 / float(gram.square().sum()))


def idle_shares(values: Tensor, function: Function) -> tuple[float, float]:
    """The share of units that do nothing on the whole batch, and of saturated values.

    A unit does nothing where its output or its slope is 0 for every sample and position; a value
    is saturated where the slope is below 0.05.

    >>> idle_shares(torch.tensor([[-1.0, 2.0], [-3.0, -1.0]]), torch.relu)
    (0.5, 0.75)
    """
    columns = max(1, _ENTRIES // max(1, len(values)))
    z = values[:, :columns].detach().cpu().double()
    outputs, slopes = alone_values(function, z.reshape(-1))
    outputs, slopes = outputs.reshape(z.shape), slopes.reshape(z.shape).abs()
    tiny = torch.finfo(values.dtype).eps
    idle = (outputs == 0).all(dim=0) | (slopes <= tiny).all(dim=0)
    return float(idle.double().mean()), float((slopes < SATURATED).double().mean())
