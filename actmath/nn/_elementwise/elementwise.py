"""A catalog entry as a PyTorch function and module, with the backward pass that SymPy derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ...activation import Activation
from ...derive._subject import resolve
from ...number import Number
from .formula import NARROW, TensorFormula, formula_of
from .in_stack import stacked


@dataclass(frozen=True, eq=False)
class _Watched:
    """A value from which the derivative follows, as long as nobody overwrites it.

    Saving it for the backward pass would forbid to overwrite it, which torch.nn allows.
    """

    value: Tensor
    version: int
    slope: Callable[..., Tensor]

    @classmethod
    def of(cls, formula: TensorFormula, value: Tensor) -> _Watched | None:
        """None where the derivative has to be taken from the argument."""
        # A value that was rounded to half precision would hand its rounding on to f′.
        exact = value.dtype not in NARROW and not value.is_inference()
        if formula.slope_from_value is None or not (exact and _plain(value)):
            return None
        # PyTorch raises the version at every write in place, through a view as well.
        return cls(value.detach(), value._version, formula.slope_from_value)

    def derivative(self) -> Tensor | None:
        """f′, a new tensor; None if the value was overwritten."""
        return self.slope(self.value) if self.value._version == self.version else None


class Apply(torch.autograd.Function):
    """y = f(x; θ) forward; ∂f/∂x and ∂f/∂θ, as derived, backward.

    Each partial derivative is applied by this same class, so that the backward pass has a
    backward pass of its own. Runs under ``vmap``, ``grad`` and ``torch.compile``.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(formula: TensorFormula, x: Tensor, *parameters: Tensor) -> Tensor:
        """f(x; θ), parameters broadcast against x."""
        y = formula(x, *parameters)
        # The output is a tensor of its own; an identity would hand out its input.
        return y.clone() if y is x else y

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep what the derivatives depend on."""
        formula, *tensors = inputs
        ctx.formula, ctx.watched = formula, None
        follows = formula.slope_from_value is not None and output.dtype not in NARROW
        # Compiling turns what overwrites into new tensors: there the output is safe to save.
        if torch.compiler.is_compiling() and follows:
            tensors.append(output)
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        """∂E/∂θ = Σ ∂E/∂y · ∂f/∂θ over everything that shares θ (He et al. 2015, Eqs. 2 and 3)."""
        partials, (gradient,) = ctx.formula.partials, upstream
        tensors = ctx.saved_tensors[: len(partials)]
        # The formula itself is no tensor and has no gradient.
        found: list[Tensor | None] = [None]
        for i, (tensor, partial) in enumerate(zip(tensors, partials, strict=True)):
            if not ctx.needs_input_grad[1 + i]:
                found.append(None)
            elif partial is None:
                found.append(torch.zeros_like(tensor))
            else:
                slope = _slope_from_value(ctx) if i == 0 else None
                # Summed over everything that shares θ, back to the shape that θ has.
                full = _pulled_back(gradient, partial, tensors, slope)
                found.append(full.sum_to_size(tensor.shape).to(tensor.dtype))
        return tuple(found)


class ApplyBothWays(Apply):
    """``Apply`` with forward-mode differentiation and a rule of its own under ``vmap``.

    Neither is anything that ``torch.compile`` can trace.
    """

    generate_vmap_rule = False

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], formula: Any, *tensors: Tensor) -> Any:
        """Apply to the stacked tensors, whose stack dimension is then the first."""
        _, *places = in_dims
        together = stacked(info.batch_size, places, tensors)
        return ApplyBothWays.apply(formula, *together), 0  # type: ignore[no-untyped-call]

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep what the derivatives depend on, for either direction."""
        Apply.setup_context(ctx, inputs, output)
        ctx.save_for_forward(*inputs[1:])
        ctx.watched = _Watched.of(inputs[0], output)

    @staticmethod
    def jvp(ctx: Any, _: None, *tangents: Tensor | None) -> Tensor:
        """Σ ∂f/∂θ · dθ, for forward-mode differentiation."""
        tensors = ctx.saved_tensors
        total = torch.zeros_like(tensors[0])
        for tangent, partial in zip(tangents, ctx.formula.partials, strict=True):
            if tangent is not None and partial is not None:
                total = total + tangent * _partial(partial, *tensors)
        return total


def evaluate(formula: TensorFormula, x: Tensor, *parameters: Tensor) -> Tensor:
    """The formula's value, differentiable by its own derived partials where it has them."""
    if not formula.partials:
        return formula(x, *parameters)
    function = Apply if torch.compiler.is_compiling() else ApplyBothWays
    result: Tensor = function.apply(formula, x, *parameters)  # type: ignore[no-untyped-call]
    return result


def _plain(tensor: Tensor) -> bool:
    """Neither compiled nor a batch that ``vmap`` hides: what is new may be overwritten."""
    if torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active():
        return False
    # The older vmap is behind ``is_grads_batched`` of torch.autograd.grad.
    return not torch._C._functorch.is_legacy_batchedtensor(tensor)


def _slope_from_value(ctx: Any) -> Tensor | None:
    """f′ as a new tensor, if it follows from f as it was kept and nobody differentiates further."""
    if torch.compiler.is_compiling():
        # The output was saved last, after x and the parameters.
        kept = ctx.saved_tensors[len(ctx.formula.partials) :]
        return ctx.formula.slope_from_value(kept[0]) if kept else None
    return None if ctx.watched is None or torch.is_grad_enabled() else ctx.watched.derivative()


def _pulled_back(
    gradient: Tensor, partial: TensorFormula, tensors: tuple[Tensor, ...], slope: Tensor | None
) -> Tensor:
    """∂E/∂y · ∂f/∂θ, in place where this is the last derivative that anyone takes."""
    # Recording gradients (``create_graph``) needs every factor as it was.
    if torch.is_grad_enabled() or not _plain(gradient):
        return gradient * (_partial(partial, *tensors) if slope is None else slope)
    slope = partial(*tensors) if slope is None else slope
    # Only a new tensor of the right kind may be overwritten.
    kept = any(slope is tensor for tensor in tensors)
    if kept or slope.shape != gradient.shape or slope.dtype != gradient.dtype:
        return gradient * slope
    return slope.mul_(gradient)


def _partial(formula: TensorFormula, *tensors: Tensor) -> Tensor:
    """A partial derivative; compiled code, which has no double backward, takes it as it is."""
    return formula(*tensors) if torch.compiler.is_compiling() else evaluate(formula, *tensors)


def elementwise(activation: Activation | str, x: Tensor, **parameters: Tensor) -> Tensor:
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
    activation = resolve(activation)
    return evaluate(formula_of(activation, tuple(parameters)), x, *parameters.values())


class Elementwise(nn.Module):
    """y = f(x; parameters) for every element of a tensor, from the activation's one declaration.

    Shape, dtype and device are kept. The parameters are fixed numbers: none of them is trained
    (``elementwise`` takes tensors, ``PReLU`` learns its slope).

    Args:
        activation: the declaration, or its name in the catalog.
        parameters: values by name, in place of the defaults.

    Raises:
        ValueError: for a parameter that the activation does not have, or outside its domain.

    >>> from actmath import catalog
    >>> Elementwise(catalog.leaky_relu, a=0.5)(torch.tensor([-2.0, 3.0]))
    tensor([-1.,  3.])
    """

    inplace: bool = False

    def __init__(self, activation: Activation | str, **parameters: Number) -> None:
        super().__init__()
        self.activation = resolve(activation, parameters)
        self.formula = formula_of(self.activation)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the activation to every element; with ``inplace``, x is overwritten by it."""
        if self.inplace:
            # The backward pass reads its argument: a copy, since x is overwritten.
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
