"""Second derivatives by every two modes of ``torch.func``, called as they are and by the operator.

PyTorch turns forward mode off inside of a rule, and both modes inside of the operator's: there a
derivative of a derivative was 0 without a word.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.func import grad, hessian, jvp

from actmath import catalog, nn
from actmath.lower._autograd.operator import apply
from actmath.nn._elementwise.formula import formula_of

Unit = Callable[[Tensor], Tensor]

#: Typed by hand, of PyTorch's own operations; the name that graphs hold.
UNITS: dict[str, tuple[Unit, Unit, str]] = {
    "snake": (
        nn.MODULES["snake"](),
        lambda x: x + torch.sin(x) ** 2,
        formula_of(catalog.snake).name,
    ),
    "gelu": (nn.GELU(), lambda x: x * torch.special.ndtr(x), "gelu"),
    "sigmoid": (nn.Sigmoid(), lambda x: 1 / (1 + torch.exp(-x)), "sigmoid"),
    "tanh": (nn.Tanh(), lambda x: 1 - 2 / (torch.exp(2 * x) + 1), "tanh"),
    "softsign": (nn.Softsign(), lambda x: x / (1 + x.abs()), "softsign"),
    "tanhshrink": (nn.Tanhshrink(), lambda x: x - torch.tanh(x), "tanhshrink"),
}
AT = torch.tensor([-2.3, -0.4, 0.15, 0.9, 3.1], dtype=torch.float64)


def forward(unit: Unit, x: Tensor) -> Tensor:
    return jvp(unit, (x,), (torch.ones_like(x),))[1]


def backward(unit: Unit, x: Tensor) -> Tensor:
    return grad(lambda each: unit(each).sum())(x)


WAYS = {
    f"{b.__name__} of {a.__name__}": (a, b)
    for a in (forward, backward)
    for b in (forward, backward)
}


def second(unit: Unit, way: str) -> Tensor:
    """Of the square, so that value and slope both count."""
    inner, outer = WAYS[way]
    return outer(lambda x: inner(lambda z: unit(z) ** 2, x), AT)


def expected(by_hand: Unit) -> Tensor:
    x = AT.clone().requires_grad_()
    (slope,) = torch.autograd.grad((by_hand(x) ** 2).sum(), x, create_graph=True)
    return torch.autograd.grad(slope.sum(), x)[0]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", UNITS)
def test_second_derivatives(name: str, way: str) -> None:
    module, by_hand, _ = UNITS[name]
    torch.testing.assert_close(second(module, way), expected(by_hand), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", UNITS)
def test_second_derivatives_of_the_operator(name: str, way: str) -> None:
    """As compiled code meets it."""
    _, by_hand, known = UNITS[name]
    found = second(lambda x: apply(known, x), way)
    torch.testing.assert_close(found, expected(by_hand), rtol=1e-11, atol=1e-12)


def test_a_compiled_hessian() -> None:
    module, by_hand, _ = UNITS["sigmoid"]
    compiled = torch.compile(hessian(lambda x: (module(x) ** 2).sum()), backend="aot_eager")
    torch.testing.assert_close(compiled(AT).diag(), expected(by_hand), rtol=1e-11, atol=1e-12)
