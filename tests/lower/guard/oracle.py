"""Formulas with values typed a second time for mpmath, and how far floats are from these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpmath.ctx_mp import MPContext
from numpy.typing import NDArray
from sympy import E, Eq, Expr, Piecewise, Rational, cos, exp, sin, sympify, tanh

from actmath.notation import x

#: Digits that are left of a value of 10⁻³⁰⁰ beside 1, three times over.
BITS = 3600

_Value = Any


def filled(value: Any, formula: Expr) -> Expr:
    """The formula with a value at 0, where it reads 0/0."""
    return Piecewise((sympify(value), Eq(x, 0)), (formula, True))


@dataclass(frozen=True)
class Case:
    """A formula in SymPy, and its value and derivative at a number of a context of mpmath."""

    formula: Expr
    value: Callable[[MPContext, _Value], _Value]
    slope: Callable[[MPContext, _Value], _Value]


CASES = {
    "remainder": Case(
        filled(0, (exp(x) - 1 - x) / x),
        lambda m, t: (m.exp(t) - 1 - t) / t,
        lambda m, t: (m.exp(t) * (t - 1) + 1) / t**2,
    ),
    "cosine": Case(
        filled(Rational(1, 2), (1 - cos(x)) / x**2),
        lambda m, t: 2 * (m.sin(t / 2) / t) ** 2,
        lambda m, t: (t * m.sin(t) - 4 * m.sin(t / 2) ** 2) / t**3,
    ),
    "sine": Case(x - sin(x), lambda m, t: t - m.sin(t), lambda m, t: 2 * m.sin(t / 2) ** 2),
    "tangent": Case(exp(x) - E * x, lambda m, t: m.exp(t) - m.e * t, lambda m, t: m.exp(t) - m.e),
    "late": Case(
        x * tanh(exp(x)),
        lambda m, t: t * m.tanh(_exp(m, t)),
        # 1 − tanh² is below 10⁻⁸⁰⁰⁰ from eᵗ = 9999 on.
        lambda m, t: (
            m.tanh(_exp(m, t)) + t * _exp(m, t) / m.cosh(_exp(m, t)) ** 2 if t < 9 else m.mpf(1)
        ),
    ),
    "gauss": Case(
        filled(0, exp(-1 / x**2)),
        lambda m, t: _exp(m, -1 / t**2),
        lambda m, t: 2 * _exp(m, -1 / t**2) / t**3,
    ),
}


def _exp(m: MPContext, t: _Value) -> _Value:
    """eᵗ, or what is as good where its exponent would have too many digits."""
    return m.exp(max(min(t, m.mpf(10) ** 6), -(m.mpf(10) ** 6)))


def random_points(kind: type[np.floating[Any]], seed: int, count: int = 24) -> NDArray[Any]:
    """Numbers of every magnitude, of the usual ones, and between where exp leaves the range."""
    generator = np.random.default_rng(seed)
    most = 300 if kind is np.float64 else 37
    sizes = 10.0 ** generator.uniform(-most, most, count)
    usual = np.concatenate([10.0 ** generator.uniform(-9, 2, count), generator.uniform(0, 800, 8)])
    points = np.concatenate([sizes, usual])
    return (points * generator.choice([-1.0, 1.0], len(points))).astype(kind)


def errors(
    want: Callable[[MPContext, _Value], _Value], points: NDArray[Any], got: NDArray[Any]
) -> NDArray[np.float64]:
    """|got − want| over 4 ulp·(1 + |x·f′/f|), or over the smallest normal number."""
    context = MPContext()
    context.prec = BITS
    limits = np.finfo(points.dtype)
    found = []
    for at, value in zip(points.tolist(), got.tolist(), strict=True):
        exact, near = (want(context, context.mpf(at) * (1 + step)) for step in (0, 2.0**-50))
        if abs(exact) > float(limits.max):
            found.append(0.0 if value * exact > 0 and abs(value) > 0.99 * limits.max else np.inf)
            continue
        condition = abs(near / exact - 1) * 2**50 if exact else 0
        promised = 4 * float(limits.eps) * abs(exact) * (1 + condition)
        error = abs(context.mpf(value) - exact) if np.isfinite(value) else context.inf
        found.append(float(error / max(promised, float(limits.tiny))))
    return np.array(found)
