"""Mean and variance of what a tensor holds, and of which Gaussian it is a function."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ...activation import Activation

Function = Callable[[Tensor], Tensor]
#: A sum that changes by more than this share with the grid, or has more at its ends, has no digits.
_SETTLED, _AT_THE_ENDS = 0.02, 1e-6
#: Points at which an undeclared unit is evaluated, over so many deviations to either side.
_POINTS, _DEVIATIONS = 2**15, 12


@dataclass(frozen=True)
class Gaussian:
    """A Gaussian net input, told apart by its key."""

    key: tuple[Hashable, ...]
    mean: float
    variance: float


@dataclass(frozen=True, eq=False)
class Law:
    """Mean and variance over a tensor's entries.

    Args:
        mean, variance: those.
        roots: the independent quantities that it is made of.
        source: the Gaussian of which it is a function, None if it is of none or of several.
        function: that function, None for the Gaussian itself.
        name: what it is in words, such as ``relu``.
        slope_second: E f′² at the source.
    """

    mean: float
    variance: float
    roots: frozenset[Hashable]
    source: Gaussian | None = None
    function: Function | None = None
    name: str = ""
    slope_second: float = 1.0

    @property
    def square(self) -> float:
        """E x² = mean² + variance."""
        # A product is infinite where a power would raise OverflowError.
        return self.mean * self.mean + self.variance


def gaussian_law(key: tuple[Hashable, ...], mean: float, variance: float, name: str = "") -> Law:
    """A tensor whose entries are a Gaussian of its own."""
    return Law(mean, variance, frozenset([key]), Gaussian(key, mean, variance), name=name)


def function_law(
    source: Gaussian, function: Function, name: str, roots: frozenset[Hashable]
) -> Law:
    """f(z) of a Gaussian z, f evaluated on a fine grid, to six digits.

    Raises:
        ValueError: if the function does not give numbers for numbers, one by one.
    """
    mean, variance, slope = sums(function, source.mean, source.variance)
    return Law(mean, variance, roots, source, function, name, slope)


def declared_law(
    source: Gaussian, unit: Activation, function: Function, roots: frozenset[Hashable]
) -> Law:
    """f(z) of a Gaussian z, f a declaration, whose moments are exact."""
    # Here, since it loads what integrates.
    from ...numeric._gaussian.evaluate import gaussian

    try:
        at = gaussian(unit, source.mean, source.variance)
    except ArithmeticError:
        return function_law(source, function, unit.name, roots)
    slope = float(at.derivative_second)
    return Law(float(at.mean), float(at.variance), roots, source, function, unit.name, slope)


def sums(function: Function, mean: float, variance: float) -> tuple[float, float, float]:
    """E f, Var f and E f′² by sums over the middles of equal pieces.

    The last is nan where it has no finite value.

    Raises:
        ValueError: if the function is not element by element, its values are no numbers, or E f²
            is not finite.
    """
    # Where nothing varies, in one point.
    width = math.sqrt(variance) if variance > 0 else 0.0
    t = (torch.arange(_POINTS, dtype=torch.float64) + 0.5) * (2 * _DEVIATIONS / _POINTS)
    t -= _DEVIATIONS
    density = torch.softmax(-(t**2) / 2, dim=0)
    values, slopes = alone_values(function, mean + width * t)
    first = float(density @ values)
    second = float(density @ (values - first) ** 2)
    if not (math.isfinite(first + second) and _is_settled(density * values**2)):
        raise ValueError("its moments are not finite")
    slope = float(density @ slopes**2)
    return first, second, slope if _is_settled(density * slopes**2) else math.nan


def _is_settled(terms: Tensor) -> bool:
    """Is their sum that of an integral? Not beside a pole, nor where it grows to the ends."""
    # A third: half of them would be as wrong beside a pole in the middle.
    whole, third = float(terms.sum()), 3 * float(terms[1::3].sum())
    ends = float(terms[: _POINTS // 24].sum() + terms[-_POINTS // 24 :].sum())
    return abs(whole - third) <= _SETTLED * whole and ends <= _AT_THE_ENDS * whole


def alone_values(function: Function, z: Tensor) -> tuple[Tensor, Tensor]:
    """f and f′ at numbers, (n,).

    Raises:
        ValueError: if the function is not element by element.
    """
    z = z.detach().requires_grad_()
    with torch.enable_grad():
        values = _values(function, z)
        slopes = torch.autograd.grad(values.sum(), z)[0] if values.requires_grad else 0 * z
    return values.detach(), slopes.detach()


def _values(function: Function, z: Tensor) -> Tensor:
    try:
        values, some = function(z.clone()), function(z[::7].clone())
    except Exception as error:  # A user's function raises anything.
        raise ValueError(f"it does not take numbers one by one: {error}") from error
    alike = isinstance(values, Tensor) and values.shape == z.shape and values.dtype == z.dtype
    # Every seventh point must not notice that the others are gone.
    if not (alike and isinstance(some, Tensor) and some.shape == z[::7].shape):
        raise ValueError("it does not give a number for each number")
    if not torch.allclose(some, values[::7], rtol=1e-9, atol=1e-9, equal_nan=True):
        raise ValueError("it is not element by element")
    return values


def alone(operation: Any) -> Any:
    """A module as a copy in float64 on the CPU that runs in evaluation mode; else itself."""
    if not isinstance(operation, nn.Module):
        return operation
    return copy.deepcopy(operation).to(device="cpu", dtype=torch.float64).eval()
