"""Gains of any unit: a declaration, a module, a function of tensors."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from ..activation import Activation
from ..numeric._depth.gains import Gains, gains
from ..numeric._gaussian.result import MomentRoute

AnyUnit = Activation | str | nn.Module | Callable[[Tensor], Tensor]
#: Points at which a module or function is evaluated, over so many deviations to either side.
_POINTS, _DEVIATIONS = 2**19, 16
#: The largest share of a sum that a term at the end of the grid may be.
_REST = 1e-12


def unit_gains(unit: AnyUnit, length: float) -> Gains:
    """The gains of a declaration, or of any module or function by sums over a grid.

    A module is evaluated in evaluation mode, as a copy in float64 on the CPU.

    Raises:
        TypeError: for what is no unit, or gives something else than numbers for numbers.
        ValueError: if it is not element by element, if it grows so fast that the sum has not ended
            at 16 deviations, or if the length is not positive.

    >>> round(unit_gains(nn.ReLU(), 1.0).forward, 6)
    1.414214
    """
    if isinstance(unit, Activation | str):
        return gains(unit, length)
    if not callable(unit):
        raise TypeError(f"an activation, its name, a module or a function, got {unit!r}")
    # A float of any kind of number; refuses lengths that are not positive, too.
    length = gains("identity", length).length
    name = str(getattr(unit, "__name__", type(unit).__name__))
    if isinstance(unit, nn.Module):
        unit = copy.deepcopy(unit).to(device="cpu", dtype=torch.float64).eval()
    reach = _DEVIATIONS * math.sqrt(length)
    # The middles of equal pieces of [−reach, reach].
    z = (torch.arange(_POINTS, dtype=torch.float64) + 0.5) * (2 * reach / _POINTS) - reach
    density = torch.softmax(-(z**2) / (2 * length), dim=0)
    with torch.enable_grad():
        z.requires_grad_()
        # A copy, which a unit in place may overwrite.
        try:
            values = unit(z.clone())
        except (RuntimeError, ValueError, IndexError) as error:
            raise ValueError(f"{name} does not take numbers one by one: {error}") from error
        _check_elementwise(name, unit, z, values)
        slopes = torch.autograd.grad(values.sum(), z)[0] if values.requires_grad else 0 * z
    second, slope_second = (_mean_square(name, density, each) for each in (values, slopes))
    return Gains.of(name, length, second, slope_second, MomentRoute.QUADRATURE)


def _mean_square(name: str, density: Tensor, values: Tensor) -> float:
    """E f², or E f′², where the terms at the ends of the grid are nothing beside the sum.

    Raises:
        ValueError: where they are not: then there is more outside.
    """
    terms = density * values.detach() ** 2
    total = float(terms.sum())
    if float(terms[[0, -1]].max()) > _REST * total:
        raise ValueError(
            f"{name} grows so fast that its mean square is made more than {_DEVIATIONS} deviations "
            f"from 0: declare it as an Activation, whose moments are exact"
        )
    return total


def _check_elementwise(name: str, unit: Any, z: Tensor, values: Tensor) -> None:
    if not isinstance(values, Tensor) or values.shape != z.shape or values.dtype != z.dtype:
        raise TypeError(f"{name} does not give a tensor of float64 numbers like its argument")
    # Every seventh point, which must not notice that the others are gone.
    if not torch.allclose(
        unit(z[::7].clone()), values[::7], rtol=1e-12, atol=1e-12, equal_nan=True
    ):
        raise ValueError(f"{name} is not element by element: there is no E f² of one net input")
