"""Exponential units: the identity for positive arguments, a saturating exponential below."""

from __future__ import annotations

from sympy import Piecewise, Rational, erfc, exp, pi, sqrt

from ..activation import POSITIVE, Activation, Parameter
from ..notation import alpha, lam, x
from ..sources import Source

elu = Activation(
    "elu",
    Piecewise((x, x > 0), (alpha * (exp(x) - 1), True)),
    (Parameter(alpha, 1, POSITIVE, "minus the value of saturation"),),
    Source("clevert2016", "Section 3"),
    # From the right the slope is 1; PyTorch takes the left one, alpha·e⁰.
    at_kinks=((0, alpha),),
    title="ELU",
)

# E eᶻ and E e²ᶻ over z < 0, z ~ N(0, 1), twice each: the integral of φ(z)·e^{kz} up to 0 is
# e^{k²/2}·erfc(k/√2)/2. With E f = 0 and Var f = 1 they give Eq. 14 (``derive.self_normalizing``
# solves for the same constants).
_K1 = sqrt(exp(1)) * erfc(1 / sqrt(2))
_K2 = exp(2) * erfc(sqrt(2))

selu = Activation(
    "selu",
    lam * Piecewise((x, x > 0), (alpha * (exp(x) - 1), True)),
    (
        # E f = lam·(1/√(2π) + alpha·(K₁ − 1)/2) = 0.
        Parameter(alpha, sqrt(2 / pi) / (1 - _K1), POSITIVE, "saturation before scaling"),
        Parameter(
            lam,
            (1 - _K1) * sqrt(2 * pi) / sqrt(2 * _K2 + pi * _K1**2 - 2 * (2 + pi) * _K1 + pi + 2),
            POSITIVE,
            "scale: the slope for positive arguments",
        ),
    ),
    Source("klambauer2017", "Eq. 2; defaults Eq. 14"),
    at_kinks=((0, alpha * lam),),
    title="SELU",
)

# No kink: both slopes at 0 are 1, whatever alpha.
celu = Activation(
    "celu",
    Piecewise((x, x > 0), (alpha * (exp(x / alpha) - 1), True)),
    (Parameter(alpha, Rational(1), POSITIVE, "minus the value of saturation, and its width"),),
    Source("barron2017", "definition of CELU"),
    title="CELU",
)
