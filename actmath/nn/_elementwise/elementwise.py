"""A catalog entry as a PyTorch function and module, with the backward pass that SymPy derived."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from ...activation import Activation
from ...derive._subject import resolve
from ...lower._autograd.apply import evaluate
from ...lower._autograd.operator import is_recorded
from ...lower._for_torch import check_tensor
from ...number import Number
from .formula import TensorFormula, formula_of


def elementwise(activation: Activation | str, x: Tensor, **parameters: Tensor) -> Tensor:
    """f(x; θ) for every element, θ given as tensors that broadcast against x.

    Gradients with respect to x and to each given θ are the derived ones; what is not given keeps
    its default. Shape (broadcast), dtype and device are those of x. The formula is looked up at
    every call, which ``torch.compile`` cannot trace: inside compiled code use a module, or
    ``formula_of`` once and ``evaluate``.

    Raises:
        ValueError: for a parameter that the activation does not have or that cannot be learned.
        TypeError: for what is no tensor, and for tensors that are not floating-point.

    >>> import torch
    >>> from actmath import catalog
    >>> slope = torch.tensor(0.25, requires_grad=True)
    >>> elementwise(catalog.prelu, torch.tensor([-2.0, 3.0]), a=slope).sum().backward()
    >>> slope.grad
    tensor(-2.)
    """
    activation = resolve(activation)
    check_tensor(x)
    strangers = [(n, type(v).__name__) for n, v in parameters.items() if not isinstance(v, Tensor)]
    for name, kind in strangers:
        raise TypeError(f"{name} must be a tensor, got a {kind}; a module takes numbers")
    return evaluate(formula_of(activation, tuple(parameters)), x, *parameters.values())


class Elementwise(nn.Module):
    """y = f(x; parameters) for every element of a tensor, from the activation's one declaration.

    Shape, dtype and device are kept. The parameters are fixed numbers: none of them is trained
    (``elementwise`` takes tensors, ``PReLU`` learns its slope). They are attributes too, and act
    when they are changed, as another ``activation`` does.

    Args:
        activation: the declaration, or its name in the catalog.
        parameters: values by name, in place of the defaults.

    Raises:
        ValueError: for a parameter that the activation does not have, or outside its domain.

    >>> import torch
    >>> from actmath import catalog
    >>> Elementwise(catalog.leaky_relu, a=0.5)(torch.tensor([-2.0, 3.0]))
    tensor([-1.,  3.])
    """

    inplace: bool = False
    activation: Activation
    formula: TensorFormula

    def __init__(self, activation: Activation | str, **parameters: Number) -> None:
        super().__init__()
        self.activation = resolve(activation, parameters)

    def __setattr__(self, name: str, value: Any) -> None:
        held = vars(self).get("activation")
        if name == "activation":
            vars(self).update(activation=resolve(value), formula=formula_of(resolve(value)))
        elif held is not None and name in _names(held):
            self.activation = held.with_parameters(**{name: value})
        else:
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        held = self.__dict__.get("activation")
        if held is not None and name in _names(held):
            return float(held.parameter(name).default)
        return super().__getattr__(name)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the activation to every element; with ``inplace``, x is overwritten by it."""
        # A symbolic trace comes with something that stands for a tensor.
        if torch.compiler.is_compiling() or not is_recorded(x):
            check_tensor(x)
        if self.inplace:
            # The backward pass reads its argument: a copy, since x is overwritten.
            return x.copy_(evaluate(self.formula, x.clone()))
        return evaluate(self.formula, x)

    def extra_repr(self) -> str:
        """Name and parameters, for ``repr``."""
        if torch.compiler.is_compiling():
            # ``vmap`` of a module asks for it, and the compiler cannot follow.
            return self.activation.name
        values = self.activation.defaults.items()
        return ", ".join([self.activation.name, *(f"{s}={float(v):.6g}" for s, v in values)])

    def __getstate__(self) -> dict[str, Any]:
        # Compiled formulas cannot be pickled; the declaration from which they follow can.
        return {name: value for name, value in vars(self).items() if name != "formula"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.activation = state["activation"]


def _names(activation: Activation) -> list[str]:
    return [parameter.name for parameter in activation.parameters]
