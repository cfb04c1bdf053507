"""Does a unit saturate hard? Definition 2.3 of Gulcehre et al. (2016), as printed and as meant."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from ...activation import Activation
from .._formula.derivative import derivative
from .saturation import SaturationKind, saturation


@dataclass(frozen=True)
class HardSaturation:
    """``printed``: one c with h′ = 0 for x > c and for x < c; ``meant``: a constant for each side.

    As printed, h′ may differ from 0 at c alone: only steps and constants qualify.
    """

    printed: bool
    meant: bool
    left: Expr | None
    right: Expr | None


def hard_saturation(activation: Activation) -> HardSaturation:
    """Both readings, at the default parameters.

    >>> from actmath import catalog
    >>> hard_saturation(catalog.hard_tanh)
    HardSaturation(printed=False, meant=True, left=-1, right=1)
    """
    slopes = [p.expr.subs(activation.defaults) for p in derivative(activation).pieces]
    flat = all(slope == 0 for slope in slopes)
    ends = saturation(activation)
    hard = (ends.left.kind, ends.right.kind) == (SaturationKind.HARD, SaturationKind.HARD)
    return HardSaturation(
        printed=flat and len(slopes) <= 2,
        meant=hard,
        left=ends.left.threshold,
        right=ends.right.threshold,
    )
