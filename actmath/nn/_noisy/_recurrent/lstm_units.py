"""Five units of an LSTM that go through a whole sequence at once, differentiable and compiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....lower._autograd.operator import applied
from ..kernel import has_tangent
from ..source import is_exporting
from ..units import NAH, NAN
from .lstm_sequence import Course, lstm_backward, lstm_forward, lstm_in_operations

#: The order of the rows in PyTorch's weights, and the state's unit.
_ORDER = ("input", "forget", "cell", "output", "state")


@dataclass(frozen=True)
class AlikeUnits:
    """NAN or NAH without leak, whose thresholds lie on either side of 0, all in one mode."""

    units: tuple[NAN, ...]

    @classmethod
    def of(cls, activations: nn.ModuleDict, features: int) -> AlikeUnits | None:
        """The units, or None if one is of another kind, is observed, or has noise of its own."""
        found = (activations[name] for name in _ORDER)
        units = tuple(unit for unit in found if isinstance(unit, NAN) and _plain(unit, features))
        kinds = {(unit.training, unit.generator, unit.num_parameters) for unit in units}
        return cls(units) if len(units) == len(_ORDER) and len(kinds) == 1 else None

    def run(
        self,
        x: Tensor,
        weights: Sequence[Tensor],
        biases: Sequence[Tensor],
        states: Sequence[Tensor],
        sizes: Sequence[int],
        reverse: bool,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """h of every step, and the last h and c, for (time, batch, features) or packed rows."""
        n = states[0].shape[-1]
        rows = functional.linear(x, weights[0], biases[0] + biases[1] if biases else None)
        steep = _columns(torch.cat([unit.p for unit in self.units]), n).to(rows.dtype)
        noise, late = self._noise(rows, n, steep.detach())
        half = any(unit.half_normal for unit in self.units)
        lines = [
            number
            for unit in self.units
            for number in (unit.line.slope, unit.line.intercept, unit.line.bottom, unit.line.top)
        ]
        h, c = states
        inputs = (rows, weights[1], h, c, steep, noise, late)
        course = Course(lines, half, list(sizes), reverse)
        if torch.compiler.is_compiling():
            h, last_h, last_c, *_ = noisy_lstm(*inputs, *course)
        else:
            h, last_h, last_c, *_ = applied(_Sequence, *inputs, course)
        return h, (last_h, last_c)

    def _noise(self, rows: Tensor, n: int, steep: Tensor) -> tuple[Tensor, Tensor]:
        """level·ε, or level·E ε in evaluation, half-normal with the sign of p; empty if all 0."""
        levels = _columns(torch.stack([unit.level for unit in self.units]), n).to(rows.dtype)
        means = [unit.epsilon_mean for unit in self.units]
        if any(means):
            levels = torch.where(steep < 0, -levels, levels)
        if not self.units[0].training:
            if not any(means):
                return rows.new_empty(0), rows.new_empty(0)
            levels = levels * _columns(levels.new_tensor(means), n)
            wide = levels.expand(*rows.shape[:-1], 5 * n)
            return wide[..., : 4 * n], wide[..., 4 * n :]
        source = self.units[0].source
        noise, late = source.normal(rows.detach()), source.normal(rows.detach()[..., :n])
        for unit, column in zip(self.units, [*noise.chunk(4, dim=-1), late], strict=True):
            if unit.half_normal:
                column.abs_()
        return noise.mul_(levels[: 4 * n]), late.mul_(levels[4 * n :])


def taken_whole(tensors: Sequence[Tensor]) -> bool:
    """Is nothing on its way that must see every operation: transforms, autocast, an export?"""
    if torch._C._are_functorch_transforms_active() or torch._C._is_any_autocast_enabled():
        return False
    if torch.compiler.is_compiling():
        return not is_exporting()
    return not torch._C._is_tracing() and not any(has_tangent(each) for each in tensors)


def _plain(unit: NAN, features: int) -> bool:
    kinds = ("forward", "forward_pre", "backward", "backward_pre")
    if type(unit) not in (NAN, NAH) or any(vars(unit)[f"_{kind}_hooks"] for kind in kinds):
        return False
    if unit.num_parameters not in (1, features) or unit.dim not in (-1, 1):
        return False
    still = unit.level.dim() == 0 and not unit.level.requires_grad and unit.mixture.mix == 1
    return still and unit.line.slope > 0 and unit.line.left < 0 < unit.line.right


def _columns(numbers: Tensor, n: int) -> Tensor:
    """Five numbers, or five times n, as 5n."""
    return numbers.reshape(5, -1).expand(5, n).reshape(-1)


def _keep(ctx: Any, tensors: Sequence[Tensor], course: Course, output: Sequence[Tensor]) -> None:
    ctx.course = course
    ctx.save_for_backward(*tensors, output[0], *output[3:])
    ctx.set_materialize_grads(False)


def _by_inputs(ctx: Any, gradients: Sequence[Tensor | None], backward: Any) -> list[Tensor | None]:
    """The gradients by rows, weight, h, c and steep."""
    rows, weight, h, c, steep, noise, late, *kept = ctx.saved_tensors
    outputs = kept[0]
    wholes, inputs = (outputs, h, c), (rows, weight, h, c, steep)
    upstream = [
        torch.zeros_like(whole) if gradient is None else gradient
        for whole, gradient in zip(wholes, gradients, strict=False)
    ]
    if not torch.is_grad_enabled():
        return list(backward(upstream, kept, *inputs[1:], noise, late, ctx.course))
    # Someone takes another derivative: of the same function in operations that are recorded. By
    # views, since the first state may itself depend on the weight: PyTorch follows that path later.
    inputs = tuple(each.view_as(each) for each in inputs)
    found = lstm_in_operations(*inputs, noise, late, ctx.course)
    wanted = [each for each in inputs if each.requires_grad]
    slopes = iter(
        torch.autograd.grad(found, wanted, upstream, create_graph=True, allow_unused=True)
    )
    return [next(slopes) if each.requires_grad else None for each in inputs]


class _Sequence(torch.autograd.Function):
    """``lstm_forward``, of whose outputs the first three are differentiable."""

    @staticmethod
    def forward(*inputs: Any) -> tuple[Tensor, ...]:
        return tuple(lstm_forward(*inputs))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        *tensors, course = inputs
        _keep(ctx, tensors, course, output)
        ctx.mark_non_differentiable(*output[3:])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        return (*_by_inputs(ctx, gradients, lstm_backward), None, None, None)


# --- the same as operators, which compiled code calls and does not look into ---------------------


@torch.library.custom_op("actmath::noisy_lstm", mutates_args=())
def noisy_lstm(
    rows: Tensor,
    weight: Tensor,
    h: Tensor,
    c: Tensor,
    steep: Tensor,
    noise: Tensor,
    late: Tensor,
    lines: Sequence[float],
    half: bool,
    sizes: Sequence[int],
    reverse: bool,
) -> list[Tensor]:
    """``lstm_forward``."""
    course = Course(lines, half, sizes, reverse)
    return lstm_forward(rows, weight, h, c, steep, noise, late, course)


@noisy_lstm.register_fake
def _(rows: Tensor, weight: Tensor, h: Tensor, c: Tensor, *_: Any) -> list[Tensor]:
    output, cells = (rows.new_empty((*rows.shape[:-1], h.shape[-1])) for _ in range(2))
    return [output, torch.empty_like(h), torch.empty_like(c), torch.empty_like(rows), cells]


@torch.library.custom_op("actmath::noisy_lstm_backward", mutates_args=())
def noisy_lstm_backward(
    upstream: Sequence[Tensor],
    kept: Sequence[Tensor],
    weight: Tensor,
    h: Tensor,
    c: Tensor,
    steep: Tensor,
    noise: Tensor,
    late: Tensor,
    lines: Sequence[float],
    half: bool,
    sizes: Sequence[int],
    reverse: bool,
) -> list[Tensor]:
    """``lstm_backward``."""
    course = Course(lines, half, sizes, reverse)
    return lstm_backward(upstream, kept, weight, h, c, steep, noise, late, course)


@noisy_lstm_backward.register_fake
def _(
    upstream: Any, kept: Any, weight: Tensor, h: Tensor, c: Tensor, steep: Tensor, *_: Any
) -> list[Tensor]:
    return [torch.empty_like(each) for each in (kept[1], weight, h, c, steep)]


def _keep_operator(ctx: Any, inputs: tuple[Any, ...], output: Sequence[Tensor]) -> None:
    _keep(ctx, inputs[:7], Course(*inputs[7:]), output)


def _operator_backward(ctx: Any, gradients: Sequence[Tensor | None]) -> tuple[Any, ...]:
    def backward(*inputs: Any) -> list[Tensor]:
        found: list[Tensor] = noisy_lstm_backward(*inputs[:-1], *inputs[-1])
        return found

    by = _by_inputs(ctx, gradients, backward)
    # An empty list passes for one of tensors, whose gradients are a list too.
    return (*by, None, None, None, None, None if ctx.course.sizes else [], None)


noisy_lstm.register_autograd(_operator_backward, setup_context=_keep_operator)
