"""The functions behind the modules, as ``torch.nn.functional`` has them.

Most are PyTorch's own, handed on: where a test proves that a kernel is the formula and its backward
pass the derivative that SymPy found, to the last digits at every magnitude and with the declared
values at kinks, nothing else is as fast, and all that PyTorch does with it works. The others are
those whose kernel loses digits: the slopes of ``sigmoid``, ``tanh``, ``softsign``, ``tanhshrink``
and ``glu``, ``gelu`` itself on the left, ``hardsigmoid`` in float64 (1/6 is a float32 there), and
``elu``, ``selu``, ``celu`` with ``inplace``, whose slope is f + α.

``torch.jit.script`` compiles them too, with the same slopes. On a CPU, in float32 and float64, they
are loops in C, built when first wanted, where there is a compiler (``ACTMATH_KERNELS=off`` for
none); with the loops the last digits differ from those without.

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
from torch._jit_internal import is_scripting
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
from ..lower._autograd.operator import (
    applied,
    apply,
    is_differentiated,
    is_recorded,
    named_unit,
)
from ..lower._for_torch import check_tensor_like
from ._elementwise.gated import check_halves, gated
from ._elementwise.sloped import ValueWithSlope
from ._elementwise.with_slope import (
    GELU_BY_TANH_FORMULA,
    GELU_FORMULA,
    SLOPED,
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

    Shape, dtype and device are kept; integers, complex numbers, sparse and nested tensors go to
    ``torch.sigmoid``.
    """
    if is_scripting():
        return named_unit(input, "sigmoid")
    return _sloped("sigmoid", input, sigmoid, torch.sigmoid)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent, with the slope 1/cosh² x = 4σ(2x)σ(−2x).

    Shape, dtype and device are kept; integers, complex numbers, sparse and nested tensors go to
    ``torch.tanh``.
    """
    if is_scripting():
        return named_unit(input, "tanh")
    return _sloped("tanh", input, tanh, torch.tanh)


def softsign(input: Tensor) -> Tensor:
    """x/(1 + |x|), with the slope 1/(1 + |x|)², and the limits ±1 at ±∞.

    Shape, dtype and device are kept; integers, sparse and nested tensors go to
    ``torch.nn.functional.softsign``.
    """
    if is_scripting():
        return named_unit(input, "softsign")
    return _sloped("softsign", input, softsign, theirs.softsign)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x·Φ(x), or its approximation by ``"tanh"``, with all digits on the left.

    Raises:
        ValueError: for another approximation.
    """
    if is_scripting():
        return named_unit(input, "gelu" if approximate == "none" else "gelu_by_tanh")
    return _gelu(input, approximate)


def _gelu(input: Tensor, approximate: str) -> Tensor:
    if approximate not in ("none", "tanh"):
        raise ValueError(f"approximate must be 'none' or 'tanh', got {approximate!r}")
    if _has_a_way(input):
        return _handed_over(gelu, input, approximate=approximate)
    if not input.is_floating_point():
        return theirs.gelu(input, approximate=approximate)
    return evaluate(GELU_FORMULA if approximate == "none" else GELU_BY_TANH_FORMULA, input)


def tanhshrink(input: Tensor) -> Tensor:
    """x − tanh x, by its series near 0, with the slope tanh² x."""
    if is_scripting():
        return named_unit(input, "tanhshrink")
    return _sloped("tanhshrink", input, tanhshrink, theirs.tanhshrink)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """a·σ(b) of the two halves a and b of a dimension (Dauphin et al. 2016).

    Raises:
        ValueError: for a tensor without dimensions, or an odd number along this one.
        IndexError: if there is no such dimension.
    """
    if not is_scripting() and not _has_a_way(input):
        check_halves(input, dim, "glu")
        found = gated(input, dim)
        if found is not None:
            return found
    value, gate = input.chunk(2, dim)
    return value * sigmoid(gate)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x for x > 0, else alpha·(eˣ − 1), for an alpha of either sign."""
    if inplace and _is_followed(input):
        return input.copy_(theirs.elu(input.clone(), alpha))
    return theirs.elu(input, alpha, inplace)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """λ·elu(x; α) with the constants of the fixed point (0, 1)."""
    if inplace and _is_followed(input):
        return input.copy_(theirs.selu(input.clone()))
    return theirs.selu(input, inplace)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x for x > 0, else alpha·(e^(x/alpha) − 1), for an alpha of either sign.

    Raises:
        ZeroDivisionError, RuntimeError: if alpha is 0.
    """
    if not is_scripting() and _has_a_way(input):
        return _handed_over(celu, input, alpha=alpha, inplace=inplace)
    if inplace and _is_followed(input):
        return input.copy_(_celu(input.clone(), alpha))
    return theirs.celu(input, alpha, True) if inplace else _celu(input, alpha)


def _celu(x: Tensor, alpha: float) -> Tensor:
    if x.dtype != torch.float64 or alpha == 0:
        return theirs.celu(x, alpha)
    # ``torch.celu`` goes backward with 1/alpha as a float32; the operator behind it does not.
    y: Tensor = torch._C._nn.elu(x, alpha, 1.0, 1.0 / alpha)
    return y


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """x/6 + 1/2 clipped to [0, 1], of the slope 0 at both corners."""
    if not is_scripting() and _has_a_way(input):
        return _handed_over(hardsigmoid, input, inplace=inplace)
    if input.dtype != torch.float64:
        return theirs.hardsigmoid(input, inplace)
    if inplace and _is_followed(input):
        return input.copy_(_sixth(input.clone()))
    return theirs.hardsigmoid(input, True) if inplace else _sixth(input)


def _sixth(x: Tensor) -> Tensor:
    """In float64, where PyTorch's kernel goes backward with 1/6 as a float32."""
    return (theirs.hardtanh(x, -3.0, 3.0) + 3) / 6


def _sloped(
    name: str,
    x: Tensor,
    ours: Callable[[Tensor], Tensor],
    others: Callable[[Tensor], Tensor],
) -> Tensor:
    """A unit of ``SLOPED``; ``others`` takes what is no dense tensor of real numbers."""
    if _has_a_way(x):
        return _handed_over(ours, x)
    if not x.is_floating_point() or x.layout is not torch.strided:
        return others(x)
    if is_recorded(x):
        return apply(name, x)
    unit = SLOPED[name]
    if not is_differentiated(x):
        return unit(x)
    value: Tensor = applied(ValueWithSlope, unit, x)[0]
    return value


def _handed_over(ours: Callable[..., Tensor], x: Tensor, **given: object) -> Tensor:
    """To the way that its type has."""
    result: Tensor = handle_torch_function(ours, (x,), x, **given)
    return result


def _has_a_way(x: Tensor) -> bool:
    """Is it a type of tensor, or a node in a graph, that has a way of its own with functions?

    Raises:
        TypeError: for what is no tensor at all, such as a list.
    """
    if is_scripting():
        return False
    if torch.compiler.is_compiling():
        return False
    check_tensor_like(x)
    return has_torch_function_unary(x)


def _is_followed(x: Tensor) -> bool:
    """May a slope be asked for? PyTorch's way of overwriting loses it: a copy is to be read."""
    if is_scripting():
        return True
    return is_recorded(x) or is_differentiated(x)
