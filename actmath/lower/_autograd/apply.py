"""A formula as a function of tensors, with the backward pass that SymPy derived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch import Tensor

from .forward_mode import outer_tangents
from .in_stack import stacked
from .operator import applied, apply, is_differentiated, is_recorded, sent_on
from .plain import is_plain

#: Precisions of 11 and 8 binary digits: values are computed in float32 and rounded to them.
NARROW = (torch.float16, torch.bfloat16)


class Differentiable(Protocol):
    """A function of a tensor and of tensor parameters that knows its partial derivatives."""

    @property
    def name(self) -> str:
        """Under which ``operator`` knows it; empty where nobody told it."""

    @property
    def rule(self) -> type[torch.autograd.Function]:
        """``Apply``, as the operator asks for it."""

    @property
    def again(self) -> Callable[[], object] | None:
        """How the operator makes it again; None where no graph holds it."""

    @property
    def partials(self) -> tuple[Differentiable | None, ...]:
        """∂/∂x and ∂/∂θ for every parameter, None where it vanishes; empty where none is known."""

    @property
    def pulled_back(self) -> Callable[[Tensor, Tensor], Tensor] | None:
        """∂E/∂y·∂f/∂x from ∂E/∂y and x in one pass, where PyTorch has it."""

    def __call__(self, x: Tensor, *parameters: Tensor) -> Tensor:
        """The value."""


class Apply(torch.autograd.Function):
    """y = f(x; θ) forward; ∂f/∂x and ∂f/∂θ, as derived, backward.

    Each partial derivative is applied by this same class, so that the backward pass has a
    backward pass of its own. What is compiled or exported meets it behind ``operator``.
    """

    @staticmethod
    def forward(formula: Differentiable, x: Tensor, *parameters: Tensor) -> Tensor:
        """f(x; θ), parameters broadcast against x."""
        y = formula(x, *parameters)
        # The output is a tensor of its own; an identity would hand out its input.
        return y.clone() if y is x else y

    @staticmethod
    def value_below(formula: Differentiable, x: Tensor, *parameters: Tensor) -> Tensor:
        """``forward`` among levels of ``torch.func``: by the rule again, not by operations."""
        return sent_on(formula, x, *parameters)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep what the derivatives depend on."""
        ctx.formula, *tensors = inputs
        ctx.save_for_backward(*tensors)
        ctx.save_for_forward(*tensors)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        """∂E/∂θ = Σ ∂E/∂y · ∂f/∂θ over everything that shares θ (He et al. 2015, Eqs. 2 and 3)."""
        partials, (gradient,), tensors = ctx.formula.partials, upstream, ctx.saved_tensors
        # The formula itself is no tensor and has no gradient.
        found: list[Tensor | None] = [None]
        for i, (tensor, partial) in enumerate(zip(tensors, partials, strict=True)):
            if not ctx.needs_input_grad[1 + i]:
                found.append(None)
            elif partial is None:
                found.append(torch.zeros_like(tensor))
            else:
                at_once = ctx.formula.pulled_back if i == 0 else None
                # Summed over everything that shares θ, back to the shape that θ has.
                full = _pulled_back(gradient, partial, tensors, at_once)
                found.append(full.sum_to_size(tensor.shape).to(tensor.dtype))
        return tuple(found)

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], formula: Any, *tensors: Tensor) -> Any:
        """Apply to the stacked tensors, whose stack dimension is then the first."""
        _, *places = in_dims
        together = stacked(info.batch_size, places, tensors)
        return Apply.apply(formula, *together), 0  # type: ignore[no-untyped-call]

    @staticmethod
    def jvp(ctx: Any, _: None, *tangents: Tensor | None) -> Tensor:
        """Σ ∂f/∂θ · dθ, for forward-mode differentiation."""
        with outer_tangents(ctx.saved_tensors) as tensors:
            total = torch.zeros_like(tensors[0])
            for tangent, partial in zip(tangents, ctx.formula.partials, strict=True):
                if tangent is not None and partial is not None:
                    total = total + tangent * evaluate(partial, *tensors)
            return total


def evaluate(formula: Differentiable, x: Tensor, *parameters: Tensor) -> Tensor:
    """The formula's value, differentiable by its own derived partials where it has them."""
    if not formula.partials:
        return formula(x, *parameters)
    if is_recorded(x, *parameters) and formula.name:
        return apply(formula.name, x, *parameters)
    if not is_differentiated(x, *parameters):
        y = formula(x, *parameters)
        return y.clone() if y is x else y
    result: Tensor = applied(Apply, formula, x, *parameters)
    return result


def _pulled_back(
    gradient: Tensor,
    partial: Differentiable,
    tensors: tuple[Tensor, ...],
    at_once: Callable[[Tensor, Tensor], Tensor] | None,
) -> Tensor:
    """∂E/∂y · ∂f/∂θ, in place where this is the last derivative that anyone takes."""
    # Recording gradients (``create_graph``) needs every factor as it was.
    if torch.is_grad_enabled() or not is_plain(gradient):
        return gradient * evaluate(partial, *tensors)
    # A half precision would round the slope before the product: there the formula is wide.
    if at_once is not None and gradient.dtype == tensors[0].dtype not in NARROW:
        return at_once(gradient, tensors[0])
    slope = partial(*tensors)
    # Only a new tensor of the right kind may be overwritten.
    kept = any(slope is tensor for tensor in tensors)
    if kept or slope.shape != gradient.shape or slope.dtype != gradient.dtype:
        return gradient * slope
    return slope.mul_(gradient)
