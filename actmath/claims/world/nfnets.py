"""NFNets' factors: each is to give its unit the variance 1; and weights that are standardized."""

from __future__ import annotations

from functools import partial

from sympy import S, pi, simplify, sqrt

from ... import catalog
from ...derive._moments.gaussian_moments import gaussian_moments
from ...notation import alpha, mu, n, nu
from ...number import evaluated
from ...numeric._gaussian.evaluate import gaussian
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if, matches_print
from ._exact.purposes import Factor
from ._outputs import NFNETS

PAPER = "brock2021"
_CODE = Source(PAPER, "code, nfnets/base.py")


def relu_factor() -> Finding:
    """Is √(2/(1 − 1/π)) the factor that gives relu(Z) the variance 1?"""
    found = gaussian_moments(catalog.relu)
    variance = simplify((found.second - found.mean**2).subs({mu: 0, nu: 1}))
    right = simplify(variance * 2 / (1 - 1 / pi)) == 1
    return holds_if(right, f"Var relu(Z) = {variance}")


def factor_of(unit: str, printed: str) -> Finding:
    """Does the printed factor give the unit the variance 1, to the digits that it has?"""
    exact = Factor(unit).exact(len(printed) + 5)
    variance = float(printed) ** 2 * float(gaussian(unit, 0.0, 1.0).variance)
    evidence = (
        f"it makes the variance {variance:.6f}; fifty such factors together {variance**50:.4f}"
    )
    if matches_print(printed, exact):
        return Finding(Verdict.HOLDS, evidence)
    # A sample of 2¹⁸ normals or so is off by a thousandth.
    verdict = Verdict.CORRECTED if abs(variance - 1) < 0.01 else Verdict.REFUTED
    return Finding(verdict, evidence, str(evaluated(exact, 16)))


def two_for_one(celu: str, elu: str) -> Finding:
    """Are CELU and ELU two functions at alpha = 1?"""
    same = simplify(catalog.celu.expr.subs(alpha, 1) - catalog.elu.expr.subs(alpha, 1)) == 0
    gap = abs(float(celu) / float(elu) - 1)
    right = evaluated(Factor("elu").exact(), 10)
    return Finding(
        Verdict.ANSWERED,
        f"{'no, they are one function' if same else 'yes'}: both have the factor {right}; the two "
        f"that are printed differ by {gap:.1e}",
    )


def stays(units: tuple[str, ...]) -> Finding:
    """Does a network return to the variance 1, with the exact factor and centred weights?"""
    slopes = {unit: _elasticity(unit) for unit in units}
    listed = ", ".join(
        f"{unit} multiplies a deviation by {slope:.4f} a layer, {slope**50:.3g} in fifty"
        for unit, slope in slopes.items()
    )
    attracts = all(slope < 1 - 1e-6 for slope in slopes.values())
    return Finding(Verdict.ANSWERED, f"{'yes' if attracts else 'no'}: {listed}")


def _elasticity(unit: str) -> float:
    """d log Var f/d log q at q = 1, by a central difference of fourth order."""
    step = 1e-3
    at = gaussian(unit, 0.0, [1 - 2 * step, 1 - step, 1.0, 1 + step, 1 + 2 * step]).variance
    slope = (at[0] - 8 * at[1] + 8 * at[3] - at[4]) / (12 * step)
    return float(slope / at[2])


def standardized_weights() -> Finding:
    """Has a sum over relu(Z) with standardized weights times √(2/(1 − 1/π)) the variance 1?"""
    found = gaussian_moments(catalog.relu)
    mean, second = (part.subs({mu: 0, nu: 1}) for part in (found.mean, found.second))
    # Σŵ = 0, and Σŵ² = n·(1/n): E (Σŵx)² = (E x² − (E x)²)·Σŵ² + (E x)²·(Σŵ)².
    total, squares = S.Zero, n * (1 / n)
    variance = 2 / (1 - 1 / pi) * ((second - mean**2) * squares + mean**2 * total)
    plain = 2 / (1 - 1 / pi) * second
    return holds_if(
        simplify(variance) == 1,
        f"the mean of relu drops out, since the weights sum to 0; with weights that do not, the "
        f"mean square would be {evaluated(sqrt(plain) ** 2, 6)}",
    )


def _units() -> tuple[Claim, ...]:
    return tuple(
        Claim(
            id=f"C-NFN-2.{unit.replace('_', '-')}",
            statement=f"{printed}·{unit}(Z) has variance 1.",
            tex=rf"\operatorname{{Var}} \gamma f(Z) = 1,\ \gamma = {printed}",
            source=_CODE,
            assumptions="Z standard normal; to the digits that are printed",
            kind=Kind.COMPUTED,
            check=partial(factor_of, unit, printed),
        )
        for unit, printed in NFNETS.items()
    )


CLAIMS = (
    Claim(
        id="C-NFN-1",
        statement="The factor that gives relu of a standard normal the variance 1 is "
        "√(2/(1 − 1/π)).",
        tex=r"\gamma = \sqrt{2/(1-1/\pi)}",
        source=Source(PAPER, "Section 4 (from memory)"),
        assumptions="Z standard normal",
        kind=Kind.DERIVED,
        check=relu_factor,
    ),
    *_units(),
    Claim(
        id="C-NFN-3",
        statement="Is the variance 1 a stable one with relu, silu and gelu, which are called good "
        "choices?",
        tex=r"|\tfrac{d \log \operatorname{Var} f}{d \log q}| < 1",
        source=_CODE,
        assumptions="a plain stack, weights that sum to 0; shortcuts and their resets left out",
        kind=Kind.COMPUTED,
        check=lambda: stays(("relu", "silu", "gelu")),
    ),
    Claim(
        id="C-NFN-4",
        statement="Do CELU and ELU need two factors at alpha = 1, as are printed?",
        tex=r"\gamma_{\mathrm{celu}} \ne \gamma_{\mathrm{elu}}",
        source=_CODE,
        assumptions="alpha = 1",
        kind=Kind.DERIVED,
        check=lambda: two_for_one(NFNETS["celu"], NFNETS["elu"]),
    ),
    Claim(
        id="C-NFN-5",
        statement="With scaled weight standardization a layer over relu of unit normals has "
        "outputs of variance 1.",
        tex=r"\hat w = \gamma (w - \bar w)/(s \sqrt n)",
        source=Source(PAPER, "Section 4 (from memory)"),
        assumptions="independent inputs relu(Z); s² the mean square of the n weights less their "
        "mean",
        kind=Kind.DERIVED,
        check=standardized_weights,
    ),
)
