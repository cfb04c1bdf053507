"""Claims of Clevert et al. (2016), Fast and Accurate Deep Network Learning by ELUs."""

from __future__ import annotations

from sympy import Expr, Rational, simplify, solve

from ... import catalog
from ..._text.typeset import typeset
from ...activation import Activation
from ...derive._formula.derivative import derivative, jumps
from ...derive._formula.pieces import pieces
from ...derive._saturation.saturation import saturation
from ...notation import alpha
from ...sources import Source
from .._claim import Claim, Finding, Kind, holds_if

PAPER = "clevert2016"
# LReLU with the slope 0.1, as the paper compares it.
FOUR: tuple[Activation, ...] = (
    catalog.relu,
    catalog.leaky_relu.with_parameters(a=Rational(1, 10)),
    catalog.shifted_relu,
    catalog.elu,
)


def _continuous() -> Finding:
    jump = jumps(catalog.elu, 0, 0)
    return holds_if(jump == 0, f"f jumps by {jump} at 0, for every alpha")


def _continuously_differentiable() -> Finding:
    # f′(0+) − f′(0−) = 1 − alpha.
    jump = jumps(catalog.elu, 0, 1)
    return holds_if(
        solve(jump, alpha) == [1], f"f′ jumps by {jump} at 0, which vanishes only at alpha = 1"
    )


def _saturation_value() -> Finding:
    value = saturation(catalog.elu).left.value
    return holds_if(value == -alpha, f"the limit at −∞ is {value}")


def _derivative_by_value() -> Finding:
    # alpha(eˣ − 1) and alpha·eˣ: the left pieces.
    value, slope = pieces(catalog.elu.expr)[0].expr, derivative(catalog.elu).pieces[0].expr
    return holds_if(
        simplify(slope - value - alpha) == 0, f"for x ≤ 0, f′ = {slope} = f + alpha identically"
    )


def _unit_slope() -> Finding:
    slopes = {f.name: derivative(f).pieces[-1].expr for f in FOUR}
    return holds_if(set(slopes.values()) == {1}, f"f′ for x > 0: {_listed(slopes)}")


def _negative_values() -> Finding:
    lowest = {f.name: saturation(f).left.value.subs(f.defaults) for f in FOUR}
    # ReLU's limit is 0; the leaky unit's is −∞, which is below 0 as well.
    without = [name for name, value in lowest.items() if not value < 0]
    return holds_if(without == ["relu"], f"the limits at −∞: {_listed(lowest)}")


def _listed(values: dict[str, Expr]) -> str:
    return ", ".join(f"{name} {typeset(value)}" for name, value in values.items())


CLAIMS = (
    Claim(
        id="C-ELU-1.a",
        statement="ELU is continuous everywhere.",
        tex=r"\lim_{x\to0^-} f(x) = \lim_{x\to0^+} f(x)",
        source=Source(PAPER, "Section 3"),
        assumptions="alpha > 0",
        kind=Kind.DERIVED,
        check=_continuous,
    ),
    Claim(
        id="C-ELU-1.b",
        statement="The derivative of ELU is continuous if and only if alpha = 1.",
        tex=r"f \in C^1 \iff \alpha = 1",
        source=Source(PAPER, "Section 3"),
        assumptions="alpha > 0",
        kind=Kind.DERIVED,
        check=_continuously_differentiable,
    ),
    Claim(
        id="C-ELU-1.c",
        statement="alpha controls the value to which ELU saturates.",
        tex=r"\lim_{x\to-\infty} f(x) = -\alpha",
        source=Source(PAPER, "Section 3"),
        assumptions="alpha > 0",
        kind=Kind.DERIVED,
        check=_saturation_value,
    ),
    Claim(
        id="C-ELU-1.d",
        statement="For x ≤ 0 the derivative is f(x) + alpha.",
        tex=r"f'(x) = f(x) + \alpha,\quad x \le 0",
        source=Source(PAPER, "Section 3"),
        assumptions="alpha > 0",
        kind=Kind.DERIVED,
        check=_derivative_by_value,
    ),
    Claim(
        id="C-ELU-2.a",
        statement="For x > 0 ReLU, LReLU, SReLU and ELU all have derivative exactly 1.",
        tex=r"f'(x) = 1,\quad x > 0",
        source=Source(PAPER, "Section 3"),
        assumptions="LReLU slope 0.1, alpha = 1",
        kind=Kind.DERIVED,
        check=_unit_slope,
    ),
    Claim(
        id="C-ELU-2.b",
        statement="Of the four, only ReLU has no negative values.",
        tex=r"\min f \ge 0 \text{ only for ReLU}",
        source=Source(PAPER, "Section 3"),
        assumptions="LReLU slope 0.1, alpha = 1",
        kind=Kind.DERIVED,
        check=_negative_values,
    ),
)
