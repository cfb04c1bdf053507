"""Claims of Klambauer et al. (2017), Self-Normalizing Neural Networks."""

from __future__ import annotations

from sympy import Expr, Rational, S, simplify, sqrt

from ...notation import auxiliary
from ...numeric._self_normalizing.constants import constants
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if, matches_print

PAPER = "klambauer2017"
#: Appendix A5, and the example in the published code.
ALPHA_02, LAMBDA_02 = "1.97126", "1.06071"
ALPHA_CODE, LAMBDA_CODE = "1.9769", "1.0739"


def digits(name: str, text: str, mean: str, variance: str, omega: int | None = None) -> Finding:
    """Is a constant for a fixed point, rounded, the printed text?"""
    # Four digits more than printed decide the rounding.
    found = constants("elu", mean, variance, omega=omega, digits=len(text) + 4)
    value = getattr(found, name)
    return holds_if(matches_print(text, value), f"printed {text}, computed {value}")


def singular_value_formula(factor: Expr) -> Finding:
    """Is the largest singular value ``factor`` times the sum of the two printed square roots?"""
    a11, a12, a21, a22 = (auxiliary(name, real=True) for name in ("a11", "a12", "a21", "a22"))
    plus = (a11 + a22) ** 2 + (a21 - a12) ** 2
    minus = (a11 - a22) ** 2 + (a12 + a21) ** 2
    frobenius = a11**2 + a12**2 + a21**2 + a22**2
    determinant = a11 * a22 - a12 * a21
    # s = (√plus + √minus)/2 is a root of s⁴ − ‖A‖²s² + det² = 0, and the other root is no larger.
    sum_of_squares = simplify((plus + minus) * 2 * factor**2 / frobenius)
    product = simplify((plus - minus) * factor**2 / determinant)
    evidence = (
        f"{factor}·(√p ± √m) have squares with sum {sum_of_squares}·‖A‖² and the product "
        f"{product}·det A, where singular values have ‖A‖² and |det A|"
    )
    if sum_of_squares == product == 1:
        return Finding(Verdict.HOLDS, evidence)
    if sum_of_squares == product:
        right = factor / sqrt(product)
        return Finding(Verdict.CORRECTED, evidence, f"with the factor {right} before the roots")
    return Finding(Verdict.REFUTED, evidence)


CLAIMS = (
    Claim(
        id="C-SNN-2.a",
        statement=f"For the fixed point (0, 2), alpha02 = {ALPHA_02}.",
        tex=rf"\alpha_{{02}} = {ALPHA_02}",
        source=Source(PAPER, "Appendix A5"),
        assumptions="omega = 0, tau = 1, fixed point (0, 2)",
        kind=Kind.COMPUTED,
        check=lambda: digits("alpha", ALPHA_02, "0", "2"),
    ),
    Claim(
        id="C-SNN-2.b",
        statement=f"For the fixed point (0, 2), lambda02 = {LAMBDA_02}.",
        tex=rf"\lambda_{{02}} = {LAMBDA_02}",
        source=Source(PAPER, "Appendix A5"),
        assumptions="omega = 0, tau = 1, fixed point (0, 2)",
        kind=Kind.COMPUTED,
        check=lambda: digits("lam", LAMBDA_02, "0", "2"),
    ),
    Claim(
        id="C-SNN-2.c",
        statement=f"The published code's example, fixed point (−0.1, 2): alpha ≈ {ALPHA_CODE}.",
        tex=rf"\alpha \approx {ALPHA_CODE}",
        source=Source(PAPER, "published code, example"),
        assumptions="omega = 1, tau = 1: the code feeds the activation N(−0.1, 2) itself",
        kind=Kind.COMPUTED,
        check=lambda: digits("alpha", ALPHA_CODE, "-0.1", "2", omega=1),
    ),
    Claim(
        id="C-SNN-2.d",
        statement=f"The published code's example, fixed point (−0.1, 2): lambda ≈ {LAMBDA_CODE}.",
        tex=rf"\lambda \approx {LAMBDA_CODE}",
        source=Source(PAPER, "published code, example"),
        assumptions="omega = 1, tau = 1: the code feeds the activation N(−0.1, 2) itself",
        kind=Kind.COMPUTED,
        check=lambda: digits("lam", LAMBDA_CODE, "-0.1", "2", omega=1),
    ),
    Claim(
        id="C-SNN-3.d",
        statement="The largest singular value of a 2×2 matrix is half the sum of two square roots.",
        tex=r"s = \tfrac12\left(\sqrt{(a_{11}+a_{22})^2 + (a_{21}-a_{12})^2}"
        r" + \sqrt{(a_{11}-a_{22})^2 + (a_{12}+a_{21})^2}\right)",
        source=Source(PAPER, "Appendix A3.4.1"),
        assumptions="any real 2×2 matrix",
        kind=Kind.DERIVED,
        check=lambda: singular_value_formula(Rational(1, 2)),
    ),
    Claim(
        id="C-SNN-3.j",
        statement="The largest singular value is the sum of the two square roots, with no factor "
        "before it.",
        tex=r"s = \sqrt{(a_{11}+a_{22})^2 + (a_{21}-a_{12})^2}"
        r" + \sqrt{(a_{11}-a_{22})^2 + (a_{12}+a_{21})^2}",
        source=Source(PAPER, "Eq. 71, first line"),
        assumptions="any real 2×2 matrix; the second line, Eq. 69 and Eq. 88 have the factor ½",
        kind=Kind.DERIVED,
        check=lambda: singular_value_formula(S.One),
    ),
)
