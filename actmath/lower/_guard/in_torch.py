"""Gradients in PyTorch that come from the formula of f′, where those of f's formula lose digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .._arithmetics import FLOAT64, Precision
from .single import beside, excess_over

_Function = Callable[..., torch.Tensor]


class Routed(torch.autograd.Function):
    """f(x) forward; backward f′(x), another formula, which PyTorch differentiates further.

    Runs under ``vmap``, ``grad`` and ``torch.compile``.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(value: _Function, slope: _Function, x: torch.Tensor) -> torch.Tensor:
        """f(x)."""
        return value(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: torch.Tensor) -> None:
        """Keep x and the formula of f′."""
        _, ctx.slope, x = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[None, None, torch.Tensor]:
        """∂E/∂x = ∂E/∂y · f′(x)."""
        (x,) = ctx.saved_tensors
        return None, None, upstream[0] * ctx.slope(x)


class RoutedBothWays(Routed):
    """``Routed`` with forward-mode differentiation, which ``torch.compile`` cannot trace."""

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: torch.Tensor) -> None:
        """Keep x for either direction."""
        Routed.setup_context(ctx, inputs, output)
        ctx.save_for_forward(inputs[2])

    @staticmethod
    def jvp(ctx: Any, _: None, __: None, tangent: torch.Tensor) -> torch.Tensor:
        """dy = f′(x)·dx."""
        (x,) = ctx.saved_tensors
        change: torch.Tensor = tangent * ctx.slope(x)
        return change


def routed(value: _Function, slope: _Function, x: torch.Tensor) -> torch.Tensor:
    """f(x), with f′ by its own formula as the derivative."""
    function = Routed if torch.compiler.is_compiling() else RoutedBothWays
    result: torch.Tensor = function.apply(value, slope, x)  # type: ignore[no-untyped-call]
    return result


def gradient_holds(
    function: _Function,
    slope: Callable[[NDArray[Any]], NDArray[Any]],
    points: NDArray[np.float64],
    precision: Precision,
) -> bool:
    """Does PyTorch's own derivative of a function keep the promise, measured against f′?

    Args:
        function: f for tensors. slope: f′ for arrays of float64.
        points: where it is tried; they are numbers of the precision.
    """
    kind = torch.float64 if precision == FLOAT64 else torch.float32
    at = torch.tensor(points, dtype=kind, requires_grad=True)
    # The caller may be under no_grad, where autograd.grad would fail.
    with torch.enable_grad():
        (found,) = torch.autograd.grad(function(at).sum(), at)
    want, near = slope(points), slope(beside(points))
    excess = excess_over(want, near, found.double().numpy(), precision)
    return bool((excess <= 1).all())
