"""The functions behind the modules, as ``torch.nn.functional`` has them.

Most are PyTorch's own, handed on: where a test proves that a kernel is the formula and its backward
pass the derivative that SymPy found, to the last digits at every magnitude and with the declared
values at kinks, nothing else is as fast, and all that PyTorch does with it works. The others are
those whose kernel loses digits: the slopes of ``sigmoid``, ``tanh``, ``softsign``, ``tanhshrink``
and ``glu``, ``gelu`` itself on the left, ``hardsigmoid`` in float64 (1/6 is a float32 there), and
``elu``, ``selu``, ``celu`` with ``inplace``, whose slope is f + α.

Of what is handed on, the slopes of ``silu`` and ``mish`` err by up to 20 units in the last place,
and ``silu`` is 0 where e^(−x) overflows, below −88.7 in float32 and −709.8 in float64: there
``Elementwise("silu")`` has digits still. At nan the value is nan, and the slope what PyTorch's
kernel gives.

>>> import torch
>>> x = torch.tensor(20.0, requires_grad=True)
>>> sigmoid(x).backward()
>>> f"{x.grad.item():.4g}"
'2.061e-09'
"""

# PyTorch calls the argument so, and people give it by name.
# ruff: noqa: A002

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as theirs
from torch.nn.functional import (
    hardshrink,
    hardswish,
    hardtanh,
    leaky_relu,
    log_softmax,
    logsigmoid,
    mish,
    prelu,
    relu,
    relu6,
    rrelu,
    silu,
    softmax,
    softmin,
    softplus,
    softshrink,
    threshold,
)
from torch.overrides import handle_torch_function, has_torch_function_unary

from ..lower._autograd.apply import evaluate
from ..lower._autograd.operator import applied, apply, is_differentiated, is_recorded
from ._elementwise.with_slope import (
    GELU_BY_TANH_FORMULA,
    GELU_FORMULA,
    SLOPED,
    ValueWithSlope,
)

__all__ = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "log_softmax",
    "logsigmoid",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "rrelu",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
]


def __dir__() -> list[str]:
    return sorted(__all__)


def sigmoid(input: Tensor) -> Tensor:
    """1/(1 + e^(−x)), with the slope σ(x)σ(−x).

    Shape, dtype and device are kept; integers and complex numbers go to ``torch.sigmoid``.
    """
    return _sloped("sigmoid", input, sigmoid, torch.sigmoid)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent, with the slope 1/cosh² x.

    Shape, dtype and device are kept; integers and complex numbers go to ``torch.tanh``.
    """
    return _sloped("tanh", input, tanh, torch.tanh)


def softsign(input: Tensor) -> Tensor:
    """x/(1 + |x|), with the slope 1/(1 + |x|)², and the limits ±1 at ±∞.

    Shape, dtype and device are kept; integers go to ``torch.nn.functional.softsign``.
    """
    return _sloped("softsign", input, softsign, theirs.softsign)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x·Φ(x), or its approximation by ``"tanh"``, with all digits on the left.

    Raises:
        ValueError: for another approximation.
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"approximate must be 'none' or 'tanh', got {approximate!r}")
    if not torch.compiler.is_compiling() and has_torch_function_unary(input):
        return _handed_over(gelu, input, approximate=approximate)
    if not input.is_floating_point():
        return theirs.gelu(input, approximate=approximate)
    return evaluate(GELU_FORMULA if approximate == "none" else GELU_BY_TANH_FORMULA, input)


def tanhshrink(input: Tensor) -> Tensor:
    """x − tanh x, by its series near 0, with the slope tanh² x."""
    return _sloped("tanhshrink", input, tanhshrink, theirs.tanhshrink)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """a·σ(b) of the two halves a and b of a dimension (Dauphin et al. 2016).

    Raises:
        ValueError: for a tensor without dimensions, or an odd number along this one.
        IndexError: if there is no such dimension.
    """
    if torch.compiler.is_compiling() or not has_torch_function_unary(input):
        if input.dim() == 0:
            raise ValueError("glu takes two halves of a dimension, got a tensor without one")
        if not -input.dim() <= dim < input.dim():
            raise IndexError(f"there is no dimension {dim} in shape {tuple(input.shape)}")
        if input.shape[dim] % 2:
            raise ValueError(
                f"glu takes two halves of a dimension, got size {input.shape[dim]} in dimension "
                f"{dim}"
            )
    value, gate = input.chunk(2, dim)
    return value * sigmoid(gate)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x for x > 0, else alpha·(eˣ − 1), for an alpha of either sign."""
    if inplace:
        return _overwritten(input, lambda x: theirs.elu(x, alpha), lambda x: theirs.elu_(x, alpha))
    return theirs.elu(input, alpha)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """λ·elu(x; α) with the constants of the fixed point (0, 1)."""
    return _overwritten(input, theirs.selu, theirs.selu_) if inplace else theirs.selu(input)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x for x > 0, else alpha·(e^(x/alpha) − 1), for an alpha of either sign.

    Raises:
        ZeroDivisionError, RuntimeError: if alpha is 0.
    """
    if not torch.compiler.is_compiling() and has_torch_function_unary(input):
        return _handed_over(celu, input, alpha=alpha, inplace=inplace)

    def of(x: Tensor) -> Tensor:
        if x.dtype != torch.float64 or alpha <= 0:
            return theirs.celu(x, alpha)
        # ``torch.celu`` goes backward with 1/alpha as a float32; x/alpha·alpha is not always x.
        return torch.where(x > 0, x, theirs.elu(x / alpha) * alpha)

    return _overwritten(input, of, lambda x: theirs.celu_(x, alpha)) if inplace else of(input)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """x/6 + 1/2 clipped to [0, 1], of the slope 0 at both corners."""
    if not torch.compiler.is_compiling() and has_torch_function_unary(input):
        return _handed_over(hardsigmoid, input, inplace=inplace)
    if input.dtype != torch.float64:
        return theirs.hardsigmoid(input, inplace)
    if inplace:
        return _overwritten(input, _sixth, lambda x: theirs.hardsigmoid(x, True))
    return _sixth(input)


def _sixth(x: Tensor) -> Tensor:
    """In float64, where PyTorch's kernel goes backward with 1/6 as a float32."""
    return (theirs.hardtanh(x, -3.0, 3.0) + 3) / 6


def _sloped(
    name: str,
    x: Tensor,
    ours: Callable[[Tensor], Tensor],
    other_numbers: Callable[[Tensor], Tensor],
) -> Tensor:
    """A unit of ``SLOPED``; ``other_numbers`` takes what is no real floating-point tensor."""
    if not torch.compiler.is_compiling() and has_torch_function_unary(x):
        return _handed_over(ours, x)
    if not x.is_floating_point():
        return other_numbers(x)
    if is_recorded(x):
        return apply(name, x)
    unit = SLOPED[name]
    if not is_differentiated(x):
        return unit(x)
    value: Tensor = applied(ValueWithSlope, unit, x)[0]
    return value


def _handed_over(ours: Callable[..., Tensor], x: Tensor, **given: object) -> Tensor:
    """To a type of tensor, or of a node in a graph, that has a way of its own with functions."""
    result: Tensor = handle_torch_function(ours, (x,), x, **given)
    return result


def _overwritten(
    x: Tensor, of: Callable[[Tensor], Tensor], over: Callable[[Tensor], Tensor]
) -> Tensor:
    """x, with f(x) in its place: PyTorch's way loses the slope, unless nobody will ask for it."""
    if is_recorded(x) or is_differentiated(x):
        # The backward pass reads its argument: a copy, since x is overwritten.
        return x.copy_(of(x.clone()))
    return over(x)
