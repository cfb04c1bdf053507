"""Claims of Klambauer et al. (2017), Self-Normalizing Neural Networks."""

from __future__ import annotations

from sympy import simplify

from ... import catalog
from ...derive._moments.self_normalizing import self_normalizing
from ...lower._for_mpmath import to_mpf
from ...notation import alpha, auxiliary, lam
from ...number import mp
from ...numeric._self_normalizing.constants import constants
from ...prove.theorems.fixed_point import ALPHA_01, LAMBDA_01
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if, matches_print

PAPER = "klambauer2017"
#: Appendix A5, and the example in the published code.
ALPHA_02, LAMBDA_02 = "1.97126", "1.06071"
ALPHA_CODE, LAMBDA_CODE = "1.9769", "1.0739"
#: Eq. 6, as printed.
JACOBIAN_12, JACOBIAN_22, NORM = "0.088834", "0.782648", "0.7877"


def _digits(name: str, text: str, mean: str, variance: str, omega: int | None = None) -> Finding:
    # Four digits more than printed decide the rounding.
    found = constants("elu", mean, variance, omega=omega, digits=len(text) + 4)
    value = getattr(found, name)
    return holds_if(matches_print(text, value), f"printed {text}, computed {value}")


def _closed_forms() -> Finding:
    derived = self_normalizing(catalog.elu).candidates[0]
    declared = catalog.selu.defaults
    with mp.workdps(100):
        gaps = [
            abs(to_mpf(one - other))
            for one, other in (
                (derived.shape, declared[alpha]),
                (derived.scale, declared[lam]),
            )
        ]
        return holds_if(
            # 100 digits, of which the last five are left to rounding.
            max(gaps) < mp.mpf(10) ** -95,
            "the derived constants and Eq. 14 as printed agree to 95 digits",
        )


def _jacobian_entry(row: int, column: int, text: str) -> Finding:
    found = constants("elu", digits=12)
    value = found.jacobian[row][column]
    if matches_print(text, value):
        return Finding(Verdict.HOLDS, f"printed {text}, computed {value}")
    # Printed digits that begin the true ones were cut off; others are wrong.
    if not str(value).startswith(text):
        return Finding(Verdict.REFUTED, f"printed {text}, computed {value}")
    decimals = len(text.partition(".")[2])
    return Finding(
        Verdict.CORRECTED,
        f"computed {value}: the printed digits are cut off, not rounded",
        f"{float(value):.{decimals}f}, not {text}",
    )


def _norm() -> Finding:
    value = constants("elu", digits=12).spectral_norm
    return holds_if(matches_print(NORM, value), f"printed {NORM}, computed {value}")


def _singular_value_formula() -> Finding:
    a11, a12, a21, a22 = (auxiliary(name, real=True) for name in ("a11", "a12", "a21", "a22"))
    plus = (a11 + a22) ** 2 + (a21 - a12) ** 2
    minus = (a11 - a22) ** 2 + (a12 + a21) ** 2
    frobenius = a11**2 + a12**2 + a21**2 + a22**2
    determinant = a11 * a22 - a12 * a21
    # s = (√plus + √minus)/2 is a root of s⁴ − ‖A‖²s² + det² = 0, and the other root is no larger.
    same_sum = simplify((plus + minus) / 2 - frobenius) == 0
    same_product = simplify((plus - minus) / 4 - determinant) == 0
    return holds_if(
        same_sum and same_product,
        "(√p ± √m)/2 have squares with sum ‖A‖² and product det², as the singular values do",
    )


_TARGET_01 = "omega = 0, tau = 1, fixed point (0, 1)"

CLAIMS = (
    Claim(
        id="C-SNN-1.a",
        statement=f"alpha01 = {ALPHA_01} makes (0, 1) a fixed point.",
        tex=rf"\alpha_{{01}} = {ALPHA_01}",
        source=Source(PAPER, "Eq. 14"),
        assumptions=_TARGET_01,
        kind=Kind.COMPUTED,
        check=lambda: _digits("alpha", ALPHA_01, "0", "1"),
    ),
    Claim(
        id="C-SNN-1.b",
        statement=f"lambda01 = {LAMBDA_01} makes (0, 1) a fixed point.",
        tex=rf"\lambda_{{01}} = {LAMBDA_01}",
        source=Source(PAPER, "Eq. 14"),
        assumptions=_TARGET_01,
        kind=Kind.COMPUTED,
        check=lambda: _digits("lam", LAMBDA_01, "0", "1"),
    ),
    Claim(
        id="C-SNN-1.c",
        statement="The closed forms printed for alpha01 and lambda01 solve the fixed-point "
        "equations.",
        tex=r"\alpha_{01} = -\sqrt{2/\pi}\,/\,(\operatorname{erfc}(1/\sqrt2)\,e^{1/2} - 1)",
        source=Source(PAPER, "Eq. 14"),
        assumptions=_TARGET_01,
        kind=Kind.DERIVED,
        check=_closed_forms,
    ),
    Claim(
        id="C-SNN-2.a",
        statement=f"For the fixed point (0, 2), alpha02 = {ALPHA_02}.",
        tex=rf"\alpha_{{02}} = {ALPHA_02}",
        source=Source(PAPER, "Appendix A5"),
        assumptions="omega = 0, tau = 1, fixed point (0, 2)",
        kind=Kind.COMPUTED,
        check=lambda: _digits("alpha", ALPHA_02, "0", "2"),
    ),
    Claim(
        id="C-SNN-2.b",
        statement=f"For the fixed point (0, 2), lambda02 = {LAMBDA_02}.",
        tex=rf"\lambda_{{02}} = {LAMBDA_02}",
        source=Source(PAPER, "Appendix A5"),
        assumptions="omega = 0, tau = 1, fixed point (0, 2)",
        kind=Kind.COMPUTED,
        check=lambda: _digits("lam", LAMBDA_02, "0", "2"),
    ),
    Claim(
        id="C-SNN-2.c",
        statement=f"The published code's example, fixed point (−0.1, 2): alpha ≈ {ALPHA_CODE}.",
        tex=rf"\alpha \approx {ALPHA_CODE}",
        source=Source(PAPER, "published code, example"),
        assumptions="omega = 1, tau = 1: the code feeds the activation N(−0.1, 2) itself",
        kind=Kind.COMPUTED,
        check=lambda: _digits("alpha", ALPHA_CODE, "-0.1", "2", omega=1),
    ),
    Claim(
        id="C-SNN-2.d",
        statement=f"The published code's example, fixed point (−0.1, 2): lambda ≈ {LAMBDA_CODE}.",
        tex=rf"\lambda \approx {LAMBDA_CODE}",
        source=Source(PAPER, "published code, example"),
        assumptions="omega = 1, tau = 1: the code feeds the activation N(−0.1, 2) itself",
        kind=Kind.COMPUTED,
        check=lambda: _digits("lam", LAMBDA_CODE, "-0.1", "2", omega=1),
    ),
    Claim(
        id="C-SNN-3.a",
        statement=f"The Jacobian of g at (0, 1) has ∂mean/∂variance = {JACOBIAN_12}.",
        tex=rf"\partial\tilde\mu/\partial\nu = {JACOBIAN_12}",
        source=Source(PAPER, "Eq. 6"),
        assumptions=_TARGET_01,
        kind=Kind.COMPUTED,
        check=lambda: _jacobian_entry(0, 1, JACOBIAN_12),
    ),
    Claim(
        id="C-SNN-3.b",
        statement=f"The Jacobian of g at (0, 1) has ∂variance/∂variance = {JACOBIAN_22}.",
        tex=rf"\partial\tilde\nu/\partial\nu = {JACOBIAN_22}",
        source=Source(PAPER, "Eq. 6"),
        assumptions=_TARGET_01,
        kind=Kind.COMPUTED,
        check=lambda: _jacobian_entry(1, 1, JACOBIAN_22),
    ),
    Claim(
        id="C-SNN-3.c",
        statement=f"The spectral norm of the Jacobian at (0, 1) is {NORM}.",
        tex=rf"\lVert\mathcal{{J}}(0, 1)\rVert_2 = {NORM}",
        source=Source(PAPER, "Eq. 6"),
        assumptions=_TARGET_01,
        kind=Kind.COMPUTED,
        check=_norm,
    ),
    Claim(
        id="C-SNN-3.d",
        statement="The largest singular value of a 2×2 matrix is half the sum of two square roots.",
        tex=r"s = \tfrac12\left(\sqrt{(a_{11}+a_{22})^2 + (a_{21}-a_{12})^2}"
        r" + \sqrt{(a_{11}-a_{22})^2 + (a_{12}+a_{21})^2}\right)",
        source=Source(PAPER, "Appendix A3.4.1"),
        assumptions="any real 2×2 matrix",
        kind=Kind.DERIVED,
        check=_singular_value_formula,
    ),
)
