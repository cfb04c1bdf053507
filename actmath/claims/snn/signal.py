"""What SELU's moment map says of gradients, of random weights, and of a framework's gain."""

from __future__ import annotations

from scipy import stats
from sympy import Expr, simplify, sqrt
from sympy.stats import E, Normal

from ...notation import n
from ...numeric._depth.gains import gains
from ...numeric._depth.mean_field import phase
from ...numeric._gaussian.evaluate import gaussian
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if

PAPER = "klambauer2017"
FRAMEWORK = "pytorch"
_LAYERS = 50
_OMEGA_BOX = 0.1
_TAU_BOX = (0.95, 1.1)
_WIDTHS = (100, 256, 1000, 4000)
#: ``torch.nn.init.calculate_gain("selu")``.
FRAMEWORK_GAIN = 0.75


def gradients(activation: str) -> Finding:
    """Do mean squares of gradients stay as they are through any number of layers?"""
    factor = float(gaussian(activation, 0.0, 1.0).derivative_second)
    # The gradient's mean square takes one factor E f′² a layer, 1.0716 for SELU.
    growth = factor**_LAYERS
    evidence = (
        f"at the fixed point each layer multiplies the mean square of gradients by "
        f"E f′² = {factor:.6f}; over {_LAYERS} layers that is {growth:.1f}, over {2 * _LAYERS} "
        f"{factor ** (2 * _LAYERS):.0f}"
    )
    if factor == 1:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.REFUTED,
        evidence,
        "gradients change by a constant factor a layer, close to 1 but not 1: slowly, and without "
        "bound in the depth",
    )


def in_expectation(variance: Expr) -> Finding:
    """Do n weights N(0, variance) have omega = 0 and tau = 1 in expectation?"""
    # omega = Σw and tau = Σw².
    weight = Normal("w", 0, sqrt(variance))
    omega, tau = (simplify(n * E(weight**power)) for power in (1, 2))
    return holds_if((omega, tau) == (0, 1), f"for n weights, E Σw = {omega} and E Σw² = {tau}")


def _in_the_box() -> Finding:
    # Σw of n weights N(0, 1/n) is N(0, 1), whatever n.
    omega = float(stats.norm.cdf(_OMEGA_BOX) - stats.norm.cdf(-_OMEGA_BOX))
    # n·tau is χ² with n degrees of freedom, as Σw² of n weights N(0, 1/n).
    shares = {
        n: float(stats.chi2.cdf(n * _TAU_BOX[1], n) - stats.chi2.cdf(n * _TAU_BOX[0], n))
        for n in _WIDTHS
    }
    listed = ", ".join(f"{share:.3f} at n = {n}" for n, share in shares.items())
    evidence = (
        f"Σw is N(0, 1) at every width, so |omega| ≤ {_OMEGA_BOX} has probability {omega:.4f}; "
        f"tau in [{_TAU_BOX[0]}, {_TAU_BOX[1]}] has probability {listed}"
    )
    # Typical is read as more than half of the units.
    answer = "yes" if omega > 0.5 and min(shares.values()) > 0.5 else "no"
    return Finding(Verdict.ANSWERED, f"{answer}: {evidence}")


def gain(printed: float) -> Finding:
    """Is that the gain that keeps SELU's mean square 1? And what does it keep?"""
    exact = gains("selu").forward
    # Where the mean square settles under that gain, and χ, the factor for gradients there.
    kept = phase("selu", printed, 0.0)
    length, slope = float(kept.length), float(kept.chi)
    out = gaussian("selu", 0.0, length)
    return Finding(
        Verdict.CORRECTED if abs(exact - printed) > 1e-3 else Verdict.HOLDS,
        f"the gain that keeps mean square 1 is {exact:.6f}; with {printed} net inputs "
        f"settle at variance {length:.4f}, where outputs have variance {float(out.variance):.4f} "
        f"and gradients keep their size, {slope:.5f} a layer: near 0 the unit is "
        f"a kinked line, which treats signals and gradients alike",
        f"gain {exact:.0f}, that is variance 1/n, for mean square 1; {printed} suits gradients",
    )


CLAIMS = (
    Claim(
        id="C-SNN-11",
        statement="With SELU, vanishing and exploding gradients are impossible.",
        tex=r"\mathbb{E} f'(z)^2 = 1",
        source=Source(PAPER, "Abstract"),
        assumptions="infinite width, mean-field gradients at the fixed point (0, 1), omega = 0, "
        "tau = 1",
        kind=Kind.COMPUTED,
        check=lambda: gradients("selu"),
    ),
    Claim(
        id="C-SNN-12.a",
        statement="Weights drawn from N(0, 1/n) have omega = 0 and tau = 1 in expectation.",
        tex=r"\mathbb{E}\omega = 0,\quad \mathbb{E}\tau = 1",
        source=Source(PAPER, "Section 3, initialization"),
        assumptions="n iid weights",
        kind=Kind.DERIVED,
        check=lambda: in_expectation(1 / n),
    ),
    Claim(
        id="C-SNN-12.b",
        statement="Does a typical unit with such weights satisfy the premises of Theorem 1?",
        tex=r"|\omega| \le 0.1,\quad 0.95 \le \tau \le 1.1",
        source=Source(PAPER, "Section 3, initialization; Theorem 1"),
        assumptions="n iid weights N(0, 1/n); typical: more than half of the units",
        kind=Kind.COMPUTED,
        check=_in_the_box,
    ),
    Claim(
        id="C-FW-1",
        statement="The recommended gain for SELU is 3/4.",
        tex=r"\sigma_w = \tfrac34/\sqrt{n}",
        source=Source(FRAMEWORK, "torch.nn.init.calculate_gain"),
        assumptions="gain: what keeps mean square 1 from layer to layer",
        kind=Kind.COMPUTED,
        check=lambda: gain(FRAMEWORK_GAIN),
    ),
)
