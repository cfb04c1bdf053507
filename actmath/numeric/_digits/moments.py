"""Mean, second moment, variance and E f′² of an activation under a Gaussian, to any digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from mpmath import mp
from sympy import Expr

from ...activation import Activation
from ...derive._moments.gaussian_moments import gaussian_moments
from ...lower._for_mpmath import compile_mpmath, to_mpf
from ...notation import mu, nu
from ...number import Number, exact
from .._array import Array
from .._gaussian.evaluate import ArrayMoments, gaussian, is_tensor
from .._gaussian.result import MomentRoute
from .._subject import resolve
from . import quadrature

# Decimal orders below the largest moment that are looked into: all that float64 can hold.
_DEPTH = 400


@dataclass(frozen=True)
class Moments:
    """E f, E f², Var f, E f′ and E f′² of z ~ N(mean_in, variance_in), as decimal strings."""

    activation: str
    mean_in: str
    variance_in: str
    digits: int
    mean: str
    second: str
    variance: str
    derivative_mean: str
    derivative_second: str
    route: MomentRoute

    def _repr_html_(self) -> str:
        rows = {
            "E f": self.mean,
            "E f²": self.second,
            "Var f": self.variance,
            "E f′": self.derivative_mean,
            "E f′²": self.derivative_second,
        }
        body = "".join(f"<tr><th>{k}</th><td>{v}</td></tr>" for k, v in rows.items())
        caption = f"{self.activation}(z), z ~ N({self.mean_in}, {self.variance_in}); {self.route}"
        return f"<table><caption>{caption}</caption>{body}</table>"


if TYPE_CHECKING:

    @overload
    def moments(
        activation: Activation | str,
        mean: Number = 0,
        variance: Number = 1,
        *,
        digits: int = 15,
        **parameters: Number,
    ) -> Moments: ...

    @overload
    def moments(
        activation: Activation | str,
        mean: Array,
        variance: Array,
        *,
        digits: None = None,
        **parameters: Number,
    ) -> ArrayMoments: ...


def moments(
    activation: Activation | str,
    mean: Any = 0,
    variance: Any = 1,
    *,
    digits: int | None = None,
    **parameters: Number,
) -> Moments | ArrayMoments:
    """Gaussian moments of an activation: of numbers to any digits, of arrays in float64.

    If mean or variance is a NumPy array, a list or a PyTorch tensor, this is ``gaussian``. Of
    numbers every printed digit is computed.

    The working precision is raised until two precisions agree, because the closed forms cancel
    where the unit is saturated or the variance small. What is below 10^-400 of the largest of the
    five (below 10^(-digits-20) by quadrature) is printed as 0.

    Args:
        activation: an ``Activation`` or a catalog name.
        mean, variance: of the Gaussian input; read exactly, so 0.1 is one tenth.
        digits: significant digits, 1 to 10000, 15 if not given; not for arrays.
        parameters: values for the activation's parameters.

    Raises:
        KeyError: for an unknown name. ValueError: for a variance that is not positive, digits out
            of range or given for arrays, or a parameter outside its domain.

    >>> moments("relu", 0, 1, digits=20).mean
    '0.3989422804014326779'
    """
    if _is_array(mean) or _is_array(variance):
        if digits is not None:
            raise ValueError("digits are for single numbers; arrays are computed in float64")
        return gaussian(activation, mean, variance, **parameters)
    subject = resolve(activation, parameters)
    digits = check_digits(15 if digits is None else digits)
    centre, spread = exact(mean, "mean"), exact(variance, "variance")
    if not spread > 0:
        raise ValueError(f"variance must be positive, got {spread}")
    evaluate, route = _route(subject)
    depth = _DEPTH if route is MomentRoute.CLOSED_FORM else 0
    values = settle(
        lambda: _with_variance(evaluate(to_mpf(centre), to_mpf(spread))), digits, depth=depth
    )
    first, second, spread_out, slope, square = (decimal(value, digits) for value in values)
    return Moments(
        activation=subject.name,
        mean_in=str(centre),
        variance_in=str(spread),
        digits=digits,
        mean=first,
        second=second,
        variance=spread_out,
        derivative_mean=slope,
        derivative_second=square,
        route=route,
    )


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray | list | tuple) or is_tensor(value)


def check_digits(digits: int) -> int:
    """The number of digits if it is an integer from 1 to 10000, else ValueError."""
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= 10_000:
        raise ValueError(f"digits must be an integer from 1 to 10000, got {digits!r}")
    return digits


def decimal(value: Any, digits: int) -> str:
    """An mpf as a decimal string of that many significant digits."""
    return str(mp.nstr(value, digits, strip_zeros=False)) if value else "0"


def settle(
    compute: Callable[[], tuple[Any, ...]],
    digits: int,
    units: Callable[[tuple[Any, ...]], tuple[Any, ...]] | None = None,
    depth: int = 0,
) -> tuple[Any, ...]:
    """Evaluate at rising precision until two precisions agree to ``digits`` digits and 3 more.

    An entry that stays below 10^(-digits-20), or 10^-depth if that is less, of its unit counts as
    zero; where no ``units`` are given the unit is the largest entry.
    """
    seen, precision, previous = 0, digits + 25, None
    depth = max(digits + 20, depth)
    while precision < 40 * (digits + 25):
        with mp.workdps(precision):
            current = compute()
            unit = units(current) if units else (max(map(abs, current)),) * len(current)
            floors = [u * mp.mpf(10) ** -depth for u in unit]
            if previous is not None and _agree(previous, current, floors, digits, seen > depth):
                pairs = zip(current, floors, strict=True)
                return tuple(mp.zero if abs(v) < floor else v for v, floor in pairs)
        seen, precision, previous = precision, int(precision * 1.6), current
    raise ArithmeticError(f"no agreement to {digits} digits at {precision} digits")


def _agree(
    previous: tuple[Any, ...],
    current: tuple[Any, ...],
    floors: list[Any],
    digits: int,
    to_the_floor: bool,
) -> bool:
    tolerance = mp.mpf(10) ** (-digits - 3)
    return all(
        (other and abs(one - other) <= tolerance * abs(other))
        or (to_the_floor and max(abs(one), abs(other)) <= floor)
        for one, other, floor in zip(previous, current, floors, strict=True)
    )


def _with_variance(values: tuple[Any, Any, Any, Any]) -> tuple[Any, ...]:
    mean, second, slope_mean, slope_second = values
    return mean, second, second - mean**2, slope_mean, slope_second


def _route(
    activation: Activation,
) -> tuple[Callable[[Any, Any], tuple[Any, Any, Any, Any]], MomentRoute]:
    try:
        return _closed_form(activation), MomentRoute.CLOSED_FORM
    except NotImplementedError:
        return (
            lambda mean, variance: quadrature.expectations(activation, mean, variance),
            MomentRoute.QUADRATURE,
        )


@lru_cache(maxsize=64)
def _closed_form(activation: Activation) -> Callable[[Any, Any], tuple[Any, Any, Any, Any]]:
    found = gaussian_moments(activation)
    symbols: list[Expr] = [p.symbol for p in activation.parameters]
    formulas = [found.mean, found.second, found.derivative_mean, found.derivative_second]
    evaluate = compile_mpmath([mu, nu, *symbols], formulas)

    def expectations(mean: Any, variance: Any) -> tuple[Any, Any, Any, Any]:
        values = [to_mpf(value) for value in activation.defaults.values()]
        mean_, second, slope_mean, slope_second = evaluate(mean, variance, *values)
        return mean_, second, slope_mean, slope_second

    return expectations
