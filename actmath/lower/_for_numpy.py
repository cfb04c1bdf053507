"""Lower an activation to NumPy: vectorized, silent, accurate at small and at large arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, oo

from .._arrays import plain_array
from .._code import coded, with_powers_told
from .._kept import kept
from ..activation import Activation
from ..derive._formula.pieces import Piece
from ..derive._subject import resolve
from ..notation import x
from ..number import Number, mp
from ._arithmetics import FLOAT32, FLOAT64, Arithmetic, Enclosed, Precision
from ._functions.in_numpy import NUMPY_FUNCTIONS
from ._functions.series import with_split_powers
from ._stable import Loss, StableForm, default_floats, numbered, stable_form, with_numbers


@kept(256, typed=True)
def to_numpy(activation: Activation | str, order: int = 0) -> Callable[..., NDArray[Any]]:
    """f (order 0) or f′ (order 1) as a function of an array and of parameters by name.

    Any shape goes in and the same shape comes out; float32 stays float32, float16 is computed in
    float64 and rounded once, integers become float64. nan gives nan, ±inf gives the limit, and no
    floating-point warning is raised. Where the formula loses digits is examined once for each set
    of parameters, at the first array.

    Raises:
        ValueError: for another order, an unknown parameter, or one outside its domain.
        TypeError: for complex or non-numeric arrays, and where some numbers are masked or missing.

    >>> from actmath import catalog
    >>> to_numpy(catalog.elu)([-1e-20, 3.0, -float("inf")])
    array([-1.e-20,  3.e+00, -1.e+00])
    """
    activation = resolve(activation)
    form = stable_form(activation, order)

    # Once for each set of numbers, where an array comes: neither a form nor its hash is cheap.
    @lru_cache(maxsize=256)
    def at(*values: Expr) -> Callable[[NDArray[Any]], NDArray[Any]]:
        return _examined(with_numbers(form, values) if values else form)

    def lowered(argument: Any, **given: Number) -> NDArray[Any]:
        values = activation.substitution(given).values() if given else ()
        return at(*values)(_floats(argument))

    lowered.__name__ = activation.name
    return lowered


@lru_cache(maxsize=512)
def _examined(form: StableForm) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """What keeps the digits at the default parameters, in float64 and in narrower floats."""
    found, numbers = guarded(form), tuple(default_floats(form.activation).values())
    function = numpy_function(found)

    @cache
    def good_in_single() -> bool:
        return is_good_in_single(found)

    def evaluate(array: NDArray[Any]) -> NDArray[Any]:
        # Float16 is never enough: of 0.001 the square is below its normal numbers.
        size = array.dtype.itemsize
        if size < 4 or (size < 8 and not good_in_single()):
            wide = function(array.astype(np.float64), *numbers)
            return _in_precision(wide, array.dtype)
        return function(array, *numbers)

    return evaluate


def losses(activation: Activation | str, order: int = 0) -> tuple[Loss, ...]:
    """Where f (order 0) or f′ (order 1) in float64 may err by more than 4 ulp·(1 + |x·f′/f|).

    Empty for the catalog's, but for SIREN's sin(30x) where 30x is no float any more, and for all
    that could be served by a rewritten formula or by a series.
    What NumPy computes is examined. Where PyTorch's functions give something else ``to_torch``
    serves that alike; what it cannot serve there alone is not listed.

    Raises:
        ValueError: for another order.

    >>> from actmath import catalog
    >>> losses(catalog.gelu), losses(Activation("rest", "x - sin(x)"))
    ((), ())
    """
    return guarded(stable_form(resolve(activation), order)).losses


def guarded(form: StableForm) -> StableForm:
    """The form with other formulas where its own lose digits, at the default parameters."""
    # The guard is loaded where a formula is first evaluated.
    from ._guard.serve import served

    return served(form, compile_one)


def is_good_in_single(form: StableForm) -> bool:
    """Does a guarded form keep its digits in float32 too, at the default parameters?"""
    from ._guard.single import holds_in_single

    return holds_in_single(form, numpy_function(form))


@lru_cache(maxsize=512)
def numpy_function(form: StableForm) -> Callable[..., NDArray[Any]]:
    """A form as it is, as a function of an array of floats and of the parameters' values."""
    symbols = form.symbols
    parts = [_compile(piece, symbols) for piece in form.pieces]
    breaks = [coded(symbols, numbered(piece.upper), "math") for piece in form.pieces[:-1]]
    points = [tuple(coded(symbols, numbered(s), "math") for s in pair) for pair in form.at_points]

    def evaluate(array: NDArray[Any], *values: float) -> NDArray[Any]:
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
        return _in_precision(result, array.dtype)

    return evaluate


def compile_one(expr: Expr, reach: float) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """A formula in ``notation.x`` on the whole line, silent and with its limits at ±inf."""
    part = _compile(Piece(-oo, oo, expr), [])

    def evaluate(array: NDArray[Any]) -> NDArray[Any]:
        with np.errstate(all="ignore"):
            value: NDArray[Any] = _evaluate(part, array, -np.inf, np.inf, (), reach)
        return value

    return evaluate


def _in_precision(result: Any, precision: Any) -> NDArray[Any]:
    # float32 may have been computed in float64, whose range is wider.
    with np.errstate(all="ignore"):
        finished: NDArray[Any] = np.asarray(result).astype(precision, copy=False)
    return finished


def _compile(piece: Piece, symbols: list[Expr]) -> Callable[..., Any]:
    expr = with_split_powers(piece.expr)
    evaluate = coded([x, *symbols], expr, [NUMPY_FUNCTIONS, "numpy"], common=True)
    return with_powers_told(evaluate, expr, symbols)


def _floats(argument: Any) -> NDArray[Any]:
    if getattr(argument, "requires_grad", False):
        raise TypeError("this tensor needs a gradient, which would be lost: take to_torch")
    try:
        array = plain_array(argument, "the argument")
    except ValueError as error:
        raise ValueError("expected a number or a rectangular array of numbers") from error
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
    values: Sequence[float],
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
    # A stand-in for ±inf; what exceeds its root has grown, and goes on to ±inf.
    biggest = float(np.finfo(array.dtype).max) * reach
    undefined = np.isnan(result)
    if undefined.any():
        # nan at nan is right, and anywhere else it is what the guard looks for.
        undefined &= np.abs(array) > biggest
    if not undefined.any():
        return result
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
