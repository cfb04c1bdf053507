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
    at_kinks=((0, alpha),),
    title="ELU",
)

_K1 = sqrt(exp(1)) * erfc(1 / sqrt(2))
_K2 = exp(2) * erfc(sqrt(2))

selu = Activation(
    "selu",
    lam * Piecewise((x, x > 0), (alpha * (exp(x) - 1), True)),
    (
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

celu = Activation(
    "celu",
    Piecewise((x, x > 0), (alpha * (exp(x / alpha) - 1), True)),
    (Parameter(alpha, Rational(1), POSITIVE, "minus the value of saturation, and its width"),),
    Source("barron2017", "definition of CELU"),
    title="CELU",
)
