"""Sines and cosines of multiples of one argument."""

from __future__ import annotations

from sympy import Expr, Mul, ceiling, cos, sin, tan

from ...notation import x

_PERIODIC = (sin, cos, tan)
# Each doubles the formula's length.
_MOST_HALVINGS = 6


def double_angle(product: Expr) -> Expr | None:
    """sin u·cos u as sin(2u)/2, which a constant beside it may complete to a square.

    >>> double_angle(3 * sin(x) * cos(x))
    3*sin(2*x)/2
    """
    if not isinstance(product, Mul):
        return None
    for factor in product.args:
        if isinstance(factor, sin) and cos(*factor.args) in product.args:
            (u,) = factor.args
            return product / factor / cos(u) * sin(2 * u) / 2
    return None


def halved_angles(expr: Expr) -> Expr:
    """With every sin(kx + b) for |k| > 1 in functions of (kx + b)/2ⁿ: kx overflows before x does.

    >>> halved_angles(sin(3 * x / 2))
    2*sin(3*x/4)*cos(3*x/4)
    """
    if not expr.has(*_PERIODIC):
        return expr
    args = [halved_angles(arg) for arg in expr.args]
    if isinstance(expr, _PERIODIC) and (times := _halvings(args[0])):
        return _of_half(type(expr), args[0], times)
    return expr.func(*args)


def _halvings(u: Expr) -> int:
    rate = u.diff(x)
    if not rate.is_number or not abs(rate) > 1:
        return 0
    # |k| ≤ 2ⁿ.
    times = (int(ceiling(abs(rate))) - 1).bit_length()
    return times if times <= _MOST_HALVINGS else 0


def _of_half(function: type[Expr], u: Expr, times: int) -> Expr:
    if not times:
        return function(u)
    if function is tan:
        half = _of_half(tan, u / 2, times - 1)
        return 2 * half / (1 - half**2)
    sine, cosine = (_of_half(each, u / 2, times - 1) for each in (sin, cos))
    if function is sin:
        return 2 * sine * cosine
    # cos 2v = (cos v − sin v)(cos v + sin v).
    return (cosine - sine) * (cosine + sine)
