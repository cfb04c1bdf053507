"""Lower an activation to NumPy: vectorized, silent, accurate at small and at large arguments."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sympy import Expr, Symbol, lambdify

from ..activation import Activation
from ..derive._formula.pieces import Piece
from ..derive._subject import resolve
from ..notation import x
from ..number import Number, mp
from ._arithmetics import FLOAT32, FLOAT64, Arithmetic, Enclosed, Precision
from ._stable import numbered, stable_form


def _expit(u: NDArray[Any]) -> NDArray[Any]:
    """1/(1 + e^{−u}) from e^{−|u|}, which does not overflow: half the time of scipy's."""
    # 1/(1 + e^{−u}) = eᵘ/(1 + eᵘ), the one for u ≥ 0, the other for u < 0.
    small = np.exp(-np.abs(u))
    value: NDArray[Any] = np.where(u < 0, small, 1) / (1 + small)
    return value


def _softplus(u: NDArray[Any]) -> NDArray[Any]:
    """log(1 + eᵘ), a quarter of the time of logaddexp."""
    # = max(u, 0) + log(1 + e^{−|u|}): the exponential stays in [0, 1].
    value: NDArray[Any] = np.maximum(u, 0) + np.log1p(np.exp(-np.abs(u)))
    return value


def _hypotenuse(u: NDArray[Any], c: float) -> NDArray[Any]:
    """√(u² + c) without u², which may overflow."""
    root: NDArray[Any] = np.hypot(u, math.sqrt(c))
    return root


def _hyperbolic_ramp(u: NDArray[Any], c: float) -> NDArray[Any]:
    """(u + √(u² + c))/2 as a sum of two positive terms."""
    # = max(u, 0) + c/(2(√(u² + c) + |u|)); for u < 0 the sum as it stands would cancel.
    ramp: NDArray[Any] = np.maximum(u, 0) + c / 2 / (_hypotenuse(u, c) + np.abs(u))
    return ramp


_FUNCTIONS = {
    "Hypotenuse": _hypotenuse,
    "HyperbolicRamp": _hyperbolic_ramp,
    "Expm1": np.expm1,
    "Expit": _expit,
    "Log1pExp": _softplus,
    "UpperErfc": special.erfc,
    "StableTanh": np.tanh,
    "erf": special.erf,
    "erfc": special.erfc,
}


@lru_cache(maxsize=256)
def to_numpy(activation: Activation | str, order: int = 0) -> Callable[..., NDArray[Any]]:
    """f (order 0) or f′ (order 1) as a function of an array and of parameters by name.

    Any shape goes in and the same shape comes out; float32 stays float32, integers become
    float64. nan gives nan, ±inf gives the limit, and no floating-point warning is raised.

    Raises:
        ValueError: for another order, an unknown parameter, or one outside its domain.
        TypeError: for complex or non-numeric arrays.

    >>> from actmath import catalog
    >>> to_numpy(catalog.elu)([-1e-20, 3.0, -float("inf")])
    array([-1.e-20,  3.e+00, -1.e+00])
    """
    activation = resolve(activation)
    form = stable_form(activation, order)
    symbols = form.symbols
    defaults = {symbol: float(value) for symbol, value in activation.defaults.items()}
    parts = [_compile(piece, symbols) for piece in form.pieces]
    breaks = [lambdify(symbols, numbered(piece.upper), "math") for piece in form.pieces[:-1]]
    points = [tuple(lambdify(symbols, side, "math") for side in pair) for pair in form.at_points]

    def lowered(argument: Any, **given: Number) -> NDArray[Any]:
        values = list((defaults | _checked(activation, given)).values())
        array = _floats(argument)
        ends = [-np.inf, *(at(*values) for at in breaks), np.inf]
        with np.errstate(all="ignore"):
            # From left to right: at a break the piece before it stays.
            result = _evaluate(parts[0], array, ends[0], ends[1], values, form.reach)
            for part, left, right in zip(parts[1:], ends[1:-1], ends[2:], strict=True):
                beyond = _evaluate(part, array, left, right, values, form.reach)
                result = np.where(array > left, beyond, result)
        # Values other than the left piece's: of x ≥ 0 at 0, or of f′ at a kink.
        for point, value in points:
            result = np.where(array == point(*values), value(*values), result)
        # A constant piece forgets nan, which lies above no break.
        unknown = np.isnan(array)
        if unknown.any():
            result = np.where(unknown, array, result)
        finished: NDArray[Any] = np.asarray(result).astype(array.dtype, copy=False)
        return finished

    lowered.__name__ = activation.name
    return lowered


def _checked(activation: Activation, given: dict[str, Number]) -> dict[Symbol, float]:
    symbols = [activation.parameter(name).symbol for name in given]
    values = activation.substitution(given) if given else {}
    return {symbol: float(values[symbol]) for symbol in symbols}


def _compile(piece: Piece, symbols: list[Expr]) -> Callable[..., Any]:
    return lambdify([x, *symbols], piece.expr, [_FUNCTIONS, "numpy"], cse=True)  # type: ignore[no-any-return]


def _floats(argument: Any) -> NDArray[Any]:
    array = np.asarray(argument)
    # NumPy's kinds: b is bool, i and u are integers, f are real, c complex numbers.
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise TypeError(f"expected an array of real numbers, got dtype {array.dtype}")
    return array


def _evaluate(
    part: Callable[..., Any],
    array: NDArray[Any],
    left: float,
    right: float,
    values: list[float],
    reach: float,
) -> Any:
    """One piece on the whole array, with the argument held inside the piece.

    Outside its interval a piece may overflow. At ±inf a product such as x·erfc(−x) is inf·0: there
    a large finite argument stands in, and what has grown at it is sent to ±inf.
    """
    # np.clip copies the array even where it changes nothing.
    whole = left == -np.inf and right == np.inf
    inside = array if whole else np.clip(array, left, right)
    result = part(inside, *values)
    # x itself, or a number, must become an array of its own.
    if result is array or np.shape(result) != array.shape:
        result = result * np.ones_like(array)
    undefined = np.isnan(result)
    if undefined.any():
        # nan at nan is right, and stays.
        undefined &= ~np.isnan(array)
    if not undefined.any():
        return result
    # A stand-in for ±inf; what exceeds its root has grown, and goes on to ±inf.
    biggest = float(np.finfo(array.dtype).max) * reach
    near = part(np.clip(inside, -biggest, biggest), *values) * np.ones_like(array)
    grown = np.isinf(array) & (np.abs(near) > biggest**0.5)
    return np.where(undefined, np.where(grown, np.copysign(np.inf, near), near), result)


def _enclosed(
    function: Callable[..., Any], points: Sequence[float], precision: Precision, **given: Number
) -> list[Enclosed]:
    kind = np.float64 if precision == FLOAT64 else np.float32
    values = function(np.array(points, dtype=kind), **given)
    return [Enclosed(mp.mpf(float(value)), mp.zero) for value in values]


NUMPY = Arithmetic("numpy", to_numpy, _enclosed, (FLOAT64, FLOAT32))
