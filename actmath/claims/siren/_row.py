"""What rows on Sitzmann et al. (2020) share."""

from __future__ import annotations

from sympy import Expr, integrate, simplify

from ...notation import x
from .._evidence.rows import Rows

PAPER = "sitzmann2020"
#: The square of the bound ±√(6/n) of the weights, times n.
BOUND = 6

siren_row = Rows("C-SIR", PAPER)


def uniform_variance(bound: Expr) -> Expr:
    """E w² of weights that are uniform between −bound and bound."""
    return simplify(integrate(x**2, (x, -bound, bound)) / (2 * bound))
