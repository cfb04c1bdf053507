"""A catalog entry as a PyTorch function and module, with the backward pass that SymPy derived."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from ..activation import Activation
from ..number import Number
from .formula import Formula, formula_of


class Apply(torch.autograd.Function):
    """y = f(x; θ) forward; ∂f/∂x and ∂f/∂θ, as derived, backward.

    Each partial derivative is applied by this same class, so that the backward pass has a
    backward pass of its own. Runs under ``vmap``, ``grad`` and ``torch.compile``.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(formula: Formula, x: Tensor, *parameters: Tensor) -> Tensor:
        """f(x; θ), parameters broadcast against x."""
        y = formula(x, *parameters)
        return y.clone() if y is x else y

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep what the derivatives depend on."""
        formula, *tensors = inputs
        ctx.formula = formula
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        """∂E/∂θ = Σ ∂E/∂y · ∂f/∂θ over everything that shares θ (He et al. 2015, Eqs. 2 and 3)."""
        tensors, (gradient,) = ctx.saved_tensors, upstream
        found: list[Tensor | None] = [None]
        wanted = zip(tensors, ctx.formula.partials, ctx.needs_input_grad[1:], strict=True)
        for tensor, partial, needed in wanted:
            if not needed:
                found.append(None)
            elif partial is None:
                found.append(torch.zeros_like(tensor))
            else:
                full = gradient * _partial(partial, *tensors)
                found.append(full.sum_to_size(tensor.shape).to(tensor.dtype))
        return tuple(found)


class ApplyBothWays(Apply):
    """``Apply`` with forward-mode differentiation, which ``torch.compile`` cannot trace."""

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep what the derivatives depend on, for either direction."""
        Apply.setup_context(ctx, inputs, output)
        ctx.save_for_forward(*inputs[1:])

    @staticmethod
    def jvp(ctx: Any, _: None, *tangents: Tensor | None) -> Tensor:
        """Σ ∂f/∂θ · dθ, for forward-mode differentiation."""
        tensors = ctx.saved_tensors
        total = torch.zeros_like(tensors[0])
        for tangent, partial in zip(tangents, ctx.formula.partials, strict=True):
            if tangent is not None and partial is not None:
                total = total + tangent * _partial(partial, *tensors)
        return total


def evaluate(formula: Formula, x: Tensor, *parameters: Tensor) -> Tensor:
    """The formula's value, differentiable by its own derived partials where it has them."""
    if not formula.partials:
        return formula(x, *parameters)
    function = Apply if torch.compiler.is_compiling() else ApplyBothWays
    result: Tensor = function.apply(formula, x, *parameters)  # type: ignore[no-untyped-call]
    return result


def _partial(formula: Formula, *tensors: Tensor) -> Tensor:
    """A partial derivative; compiled code, which has no double backward, takes it as it is."""
    return formula(*tensors) if torch.compiler.is_compiling() else evaluate(formula, *tensors)


def elementwise(activation: Activation, x: Tensor, **parameters: Tensor) -> Tensor:
    """f(x; θ) for every element, θ given as tensors that broadcast against x.

    Gradients with respect to x and to each given θ are the derived ones; what is not given keeps
    its default. Shape (broadcast), dtype and device are those of x. The formula is looked up at
    every call, which ``torch.compile`` cannot trace: inside compiled code use a module, or
    ``formula_of`` once and ``evaluate``.

    Raises:
        ValueError: for a parameter that the activation does not have or that cannot be learned.
        TypeError: for tensors that are not floating-point.

    >>> from actmath import catalog
    >>> slope = torch.tensor(0.25, requires_grad=True)
    >>> elementwise(catalog.prelu, torch.tensor([-2.0, 3.0]), a=slope).sum().backward()
    >>> slope.grad
    tensor(-2.)
    """
    return evaluate(formula_of(activation, tuple(parameters)), x, *parameters.values())


class Elementwise(nn.Module):
    """y = f(x; parameters) for every element of a tensor, from the activation's one declaration.

    Shape, dtype and device are kept. The parameters are fixed numbers: none of them is trained
    (``elementwise`` takes tensors, ``PReLU`` learns its slope).

    Args:
        activation: the declaration.
        parameters: values by name, in place of the defaults.

    Raises:
        ValueError: for a parameter that the activation does not have, or outside its domain.

    >>> from actmath import catalog
    >>> Elementwise(catalog.leaky_relu, a=0.5)(torch.tensor([-2.0, 3.0]))
    tensor([-1.,  3.])
    """

    inplace: bool = False

    def __init__(self, activation: Activation, **parameters: Number) -> None:
        super().__init__()
        self.activation = activation.with_parameters(**parameters)
        self.formula = formula_of(self.activation)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the activation to every element; with ``inplace``, x is overwritten by it."""
        if self.inplace:
            return x.copy_(evaluate(self.formula, x.clone()))
        return evaluate(self.formula, x)

    def extra_repr(self) -> str:
        """Name and parameters, for ``repr``."""
        values = self.activation.defaults.items()
        return ", ".join([self.activation.name, *(f"{s}={float(v):.6g}" for s, v in values)])

    def __getstate__(self) -> dict[str, Any]:
        # Compiled formulas cannot be pickled; the declaration from which they follow can.
        return {name: value for name, value in vars(self).items() if name != "formula"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.formula = formula_of(self.activation)
