"""Kernels in closed form as papers and Neural Tangents print them, derived or integrated again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from sympy import Expr, atan, cos, exp, factorial, integrate, pi, simplify, sin, sqrt

from ...activation import Activation
from ...catalog.exponential import elu
from ...catalog.periodic import cosine
from ...catalog.rectified import relu
from ...catalog.smooth import gelu
from ...derive._moments.gaussian_moments import gaussian_moments
from ...notation import auxiliary, mu, nu, x
from ...numeric._array import Array
from ...numeric._gaussian.evaluate import gaussian
from ...numeric._kernel.plane import by_quadrature
from ...sources import Source
from .._claim import Finding, Kind, holds_if
from .._evidence.rows import Rows

_ANGLE = auxiliary("angle", positive=True)
_TURN = auxiliary("turn", real=True)
_LEFT, _RIGHT = auxiliary("left_slope", real=True), auxiliary("right_slope", real=True)
_Q1, _Q2 = auxiliary("q1", positive=True), auxiliary("q2", positive=True)
_RATE, _SPREAD = auxiliary("rate", positive=True), auxiliary("spread", positive=True)
_COVARIANCE = auxiliary("covariance", real=True)
#: J_0, J_1 and J_2 as Cho & Saul print them.
ARC_COSINES = (
    pi - _ANGLE,
    sin(_ANGLE) + (pi - _ANGLE) * cos(_ANGLE),
    3 * sin(_ANGLE) * cos(_ANGLE) + (pi - _ANGLE) * (1 + 2 * cos(_ANGLE) ** 2),
)
#: Neural Tangents, leaky ReLU at variances 1, and erf.
LEAKY = (_LEFT - _RIGHT) ** 2 / (2 * pi) * sin(_ANGLE) + cos(_ANGLE) * (
    (_LEFT**2 + _RIGHT**2) / 2 - (_LEFT - _RIGHT) ** 2 / (2 * pi) * _ANGLE
)
ERF = 2 / pi * atan(2 * _COVARIANCE / sqrt((1 + 2 * _Q1) * (1 + 2 * _Q2) - 4 * _COVARIANCE**2))

RBF = exp(-_RATE * (_Q1 + _Q2 - 2 * _COVARIANCE))
#: A unit whose kernel Neural Tangents prints.
GABOR = Activation("gabor", exp(-(x**2)) * sin(x))


def quadrant(degree: int, angle: Expr) -> Expr:
    """E[uⁿvⁿ; u > 0, v > 0] of unit Gaussians at that angle, by polar coordinates.

    ∫ r^{2n+1}e^{−r²/2} dr = 2ⁿn!, and cos φ·cos(φ − θ) = (cos θ + cos t)/2 with t = 2φ − θ, which
    goes from −(π − θ) to π − θ.
    """
    around = integrate(((cos(angle) + cos(_TURN)) / 2) ** degree, (_TURN, angle - pi, pi - angle))
    return 2**degree * factorial(degree) * around / 2 / (2 * pi)


def arc_cosine(degree: int, printed: Expr) -> Finding:
    """Is twice that expectation the printed function over π?"""
    gap = simplify(2 * quadrant(degree, _ANGLE) - printed / pi)
    return holds_if(gap == 0, f"twice the integral over the quadrant, less J/π, is {gap}")


def bent_line(printed: Expr) -> Finding:
    """Is that E f(u)f(v) for f = left·x below 0 and right·x above?"""
    # Both positive, both negative, and twice one of each, at the angle π − θ.
    same, mixed = quadrant(1, _ANGLE), quadrant(1, pi - _ANGLE)
    exact = (_LEFT**2 + _RIGHT**2) * same - 2 * _LEFT * _RIGHT * mixed
    gap = simplify((exact - printed).expand())
    return holds_if(gap == 0, f"the integrals over the four quadrants, less that, are {gap}")


def angle_of_erf(printed: Expr) -> Finding:
    """Is that E erf(u)erf(v): 0 for independent ones, and of the right slope?"""
    # By Price the slope in the covariance is (4/π)E e^{−u²−v²} = (4/π)/√det(1 + 2Σ).
    determinant = (1 + 2 * _Q1) * (1 + 2 * _Q2) - 4 * _COVARIANCE**2
    gap = simplify(printed.diff(_COVARIANCE) - 4 / pi / sqrt(determinant))
    start = printed.subs(_COVARIANCE, 0)
    return holds_if(
        gap == 0 and start == 0,
        f"at covariance 0 it is {start}; its slope less (4/π)/√det(1 + 2Σ) is {gap}",
    )


def tsuchida_gelu(q1: Array, q2: Array, c: Array) -> Array:
    """GELU's kernel as the code of Tsuchida et al. has it."""
    s1, s2, sine = np.sqrt(q1), np.sqrt(q2), 1 - c * c
    root = np.sqrt(1 + q1 + q2 + q1 * q2 * sine)
    twice = 2 * c * c - 1
    first = (q1 + q2 + q1 * q2 * sine + (twice + 3) / 2) / ((1 + q1) * (1 + q2) * root)
    angle = c * np.arctan(s1 * s2 * c / root) / (s1 * s2)
    return np.asarray(q1 * q2 / (2 * np.pi) * (first + angle) + s1 * s2 * c / 4)


def neural_tangents_gelu(q1: Array, q2: Array, c: Array) -> Array:
    """GELU's kernel as Neural Tangents has it."""
    k = c * np.sqrt(q1 * q2)
    product = (1 + q1) * (1 + q2)
    delta = np.sqrt(product - k * k)
    first = (k * k + q1 * q2 * delta**2) / (product * delta)
    return np.asarray((first + k * np.arctan(k / delta)) / (2 * np.pi) + k / 4)


def integrated_again(
    unit: Activation, printed: Callable[[Array, Array, Array], Array], tolerance: float = 1e-13
) -> Finding:
    """Is that E f(u)f(v) at 5 × 5 × 7 variances and correlations?"""
    variances, c = (
        np.array([0.1, 0.5, 1.0, 2.0, 5.0]),
        np.array([-0.99, -0.6, -0.2, 0, 0.3, 0.8, 1]),
    )
    at = tuple(part.ravel() for part in np.meshgrid(variances, variances, c))
    exact = by_quadrature(unit, *at).value
    size = np.sqrt(gaussian(unit, 0.0, at[0]).second * gaussian(unit, 0.0, at[1]).second)
    apart = float(np.max(np.abs(printed(*at) - exact) / size))
    return holds_if(apart <= tolerance, f"against quadrature at {len(c) * 25} points {apart:.0e}")


def neural_tangents_gabor(q1: Array, q2: Array, c: Array) -> Array:
    """The kernel of e^(−x²)·sin x as Neural Tangents has it."""
    k = c * np.sqrt(q1 * q2)
    apart = 4 * (q1 * q2 - k * k)
    below = 2 * (q1 + q2) + apart + 1
    above = q1 + q2 + apart + 2 * k
    return np.asarray(np.exp(-above / (2 * below)) * np.expm1(2 * k / below) / (2 * np.sqrt(below)))


def wave(printed: Expr) -> Finding:
    """Is that E f(u)f(v) for f = √2·sin(√(2g)·x + π/4)?"""
    # 2·sin A·sin B = cos(A − B) − cos(A + B): the sum's phase is π/2, a sine of mean 0, and the
    # difference √(2g)·(u − v) is normal with mean 0.
    apart = _Q1 + _Q2 - 2 * _COVARIANCE
    mean = gaussian_moments(cosine).mean.subs({mu: 0, nu: _SPREAD})
    exact = mean.subs(_SPREAD, 2 * _RATE * apart)
    gap = simplify(exact - printed)
    return holds_if(gap == 0, f"E cos(√(2g)·(u − v)) is {exact}, less that {gap}")


def tsuchida_slope(scale: Array, norm: Array, c: Array) -> Array:
    """GELU's derivative kernel times σ² for two inputs of one norm, as the code has it."""
    s, sine = scale**2 * norm**2, 1 - c * c
    root = 1 + 2 * s + s * s * sine
    bent = scale**4 * norm**2 * c
    first = scale**2 / 4 * (1 + 2 / np.pi * np.arcsin(s * c / (1 + s)))
    return np.asarray(
        first + bent / (np.pi * (1 + s) * np.sqrt(root)) + bent / (2 * np.pi) * root**-1.5
    )


def slopes_again(
    unit: Activation, printed: Callable[[Array, Array, Array], Array], tolerance: float = 1e-13
) -> Finding:
    """Is that σ²·E f′(u)f′(v), u and v of variance σ²n², at 3 × 4 × 7 scales and correlations?"""
    scales, norms = np.array([0.5, 1.0, 2.0]), np.array([0.3, 1.0, 1.5, 2.0])
    c = np.array([-0.99, -0.6, -0.2, 0, 0.3, 0.8, 1])
    at = tuple(part.ravel() for part in np.meshgrid(scales, norms, c))
    variance = (at[0] * at[1]) ** 2
    exact = at[0] ** 2 * by_quadrature(unit, variance, variance, at[2]).derivative
    apart = float(np.max(np.abs(printed(*at) - exact) / at[0] ** 2))
    return holds_if(apart <= tolerance, f"against quadrature at {len(exact)} points {apart:.0e}")


def slope_at_one(unit: Activation) -> Finding:
    """The slope of the correlation map at c = 1, with σ_w² = 1/E f² and no bias: above 1?"""
    at = gaussian(unit, 0.0, 1.0)
    slope = float(at.derivative_second / at.second)
    # E f² and E f′² err by less than 1e-14, relative.
    return holds_if(slope > 1 + 1e-13, f"σ_w²·E f′² = E f′²/E f² = {slope:.6f}")


_row = Rows("C-KER")

_TEX = (
    r"J_0 = \pi - \theta",
    r"J_1 = \sin\theta + (\pi - \theta)\cos\theta",
    r"J_2 = 3\sin\theta\cos\theta + (\pi - \theta)(1 + 2\cos^2\theta)",
)

CLAIMS = (
    *(
        _row(
            f"1.{'abc'[n]}",
            f"The arc-cosine kernel of order {n}, twice the mean of powers {n} of two positive "
            f"projections, is J_{n}(θ)/π.",
            _TEX[n],
            Source("cho2009", f"Eq. {5 + n}"),
            partial(arc_cosine, n, ARC_COSINES[n]),
            "inputs of length 1; for others times the product of lengths to that power",
        )
        for n in range(3)
    ),
    _row(
        "2",
        "GELU's kernel is a quotient, an arc tangent and a product.",
        r"\mathbb{E} f(u)f(v)",
        Source("tsuchida2021", "code, nn_kernel_gelu.py"),
        lambda: integrated_again(gelu, tsuchida_gelu),
        "variances from 0.1 to 5, correlations from −0.99 to 1",
        Kind.COMPUTED,
    ),
    _row(
        "3",
        "GELU's kernel is what Neural Tangents computes.",
        r"\frac{1}{2\pi}\Bigl[\frac{k^2 + q_1 q_2 \delta^2}{P\delta}"
        r" + k\arctan\frac{k}{\delta}\Bigr] + \frac{k}{4}",
        Source("novak2020", "code, Gelu"),
        lambda: integrated_again(gelu, neural_tangents_gelu),
        "variances from 0.1 to 5, correlations from −0.99 to 1",
        Kind.COMPUTED,
    ),
    _row(
        "4",
        "The kernel of a line with two slopes is a sine and an angle times a cosine.",
        r"\tfrac{(a - b)^2}{2\pi}\sin\theta + \bigl(\tfrac{a^2 + b^2}{2}"
        r" - \tfrac{(a - b)^2}{2\pi}\theta\bigr)\cos\theta",
        Source("novak2020", "code, ABRelu"),
        partial(bent_line, LEAKY),
        "variances 1; slope a below 0 and b above",
    ),
    _row(
        "5",
        "The kernel of erf is an arc tangent.",
        r"\tfrac{2}{\pi}\arctan\frac{2k}{\sqrt{(1 + 2q_1)(1 + 2q_2) - 4k^2}}",
        Source("novak2020", "code, Erf"),
        partial(angle_of_erf, ERF),
        "covariance k, variances q₁ and q₂",
    ),
    _row(
        "6.a",
        "The kernel of e^(−x²)·sin x is what Neural Tangents computes.",
        r"\frac{e^{-h/2g}(e^{2k/g} - 1)}{2\sqrt g}",
        Source("novak2020", "code, Gabor"),
        partial(integrated_again, GABOR, neural_tangents_gabor),
        "variances from 0.1 to 5, correlations from −0.99 to 1",
        Kind.COMPUTED,
    ),
    _row(
        "6.b",
        "The kernel of √2·sin(√(2g)·x + π/4) is Gaussian.",
        r"e^{-g(q_1 + q_2 - 2k)}",
        Source("novak2020", "code, Rbf"),
        partial(wave, RBF),
        "g > 0, covariance k, variances q₁ and q₂",
    ),
    _row(
        "7",
        "For two inputs of one norm GELU's derivative kernel times σ² is an arc sine and two "
        "quotients.",
        r"\sigma^2\,\mathbb{E} f'(u)f'(v)",
        Source("tsuchida2021", "code, dynamics.py"),
        partial(slopes_again, gelu, tsuchida_slope),
        "σ from 0.5 to 2, norms from 0.3 to 2, correlations from −0.99 to 1",
        Kind.COMPUTED,
    ),
    *(
        _row(
            f"8.{part}",
            f"At the weight variance that keeps a length of 1, has {unit.title}'s correlation map "
            "a slope above 1 at c = 1?",
            r"\sigma_w^2\,\mathbb{E} f'(z)^2 > 1",
            Source("tsuchida2021", "abstract, fixed points that are not trivial"),
            partial(slope_at_one, unit),
            "no bias, z standard normal, σ_w² = 1/E f(z)²",
            Kind.COMPUTED,
        )
        for part, unit in (("a", gelu), ("b", elu), ("c", relu))
    ),
)
