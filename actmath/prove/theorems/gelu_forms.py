"""GELU by a sigmoid and by tanh: the best constants in the sup norm, and the published ones.

Both forms are x·σ(s) with an odd s that grows with the constant. So their error, GELU minus form,
is even in x and falls with the constant at every x ≠ 0: the greatest excess P falls, the greatest
lack N grows, and the largest error, max(P, N), is least where the two are equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from types import MappingProxyType

from sympy import Expr, Rational, exp, pi, sqrt

from ... import catalog
from ...notation import x
from .._balls.box import Box, exact_text
from .._balls.formula import Formula
from .._cover.statement import Bound, Part, Statement
from ._declare import LINE, Declaration, largest

# Beyond 20 each of x(1 − Φ) and x(1 − σ) is below 1e-13, and so is the error.
_FAR = "20"
_BITS = 128


@dataclass(frozen=True)
class Form:
    """One of the two, or the gate of one alone: its argument of σ, and what is certified.

    Attributes:
        name: how statements call it.
        words: how people do.
        argument: s, given the constant.
        published: the constant as it is printed.
        best: two decimals that enclose the best constant.
        least: two decimals that enclose the error of the best.
        excess, lack: where the error of the best is greatest and least.
        error: two decimals that enclose the largest error of the published constant.
        worst: where that is.
        target: what is approximated: GELU, or its gate Φ.
    """

    name: str
    words: str
    argument: Callable[[Expr], Expr]
    published: str
    best: tuple[str, str]
    least: tuple[str, str]
    excess: tuple[str, str]
    lack: tuple[str, str]
    error: tuple[str, str]
    worst: tuple[str, str]
    target: str = "GELU"

    @property
    def parity(self) -> str:
        """Of the error as a function of x."""
        return "even" if self.target == "GELU" else "odd"

    def gap(self, constant: str) -> Formula:
        """The target minus the form with that constant."""
        gate = 1 / (1 + exp(-self.argument(Rational(constant))))
        difference = catalog.gelu.expr / x - gate
        value = x * difference if self.target == "GELU" else difference
        return Formula(f"gap at {constant}", value, LINE)


def _inside_tanh(a: Expr) -> Expr:
    # (1 + tanh u)/2 = σ(2u)
    return 2 * sqrt(2 / pi) * (x + a * x**3)


#: By name.
GELU_FORMS = MappingProxyType(
    {
        form.name: form
        for form in (
            Form(
                "sigmoid",
                "x·σ(cx)",
                lambda c: c * x,
                "1.702",
                ("1.772933965616754", "1.772933965616755"),
                ("0.0139222454727584", "0.0139222454727586"),
                ("2.4266", "2.4267"),
                ("0.8957", "0.8958"),
                ("0.020334872209239", "0.020334872209240"),
                ("2.27", "2.28"),
            ),
            Form(
                "tanh",
                "x/2·(1 + tanh(√(2/π)(x + ax³)))",
                _inside_tanh,
                "0.044715",
                ("0.044382943816734", "0.044382943816735"),
                ("0.0003874187383105", "0.0003874187383107"),
                ("1.4561", "1.4562"),
                ("2.795", "2.7951"),
                ("0.0004732355206872", "0.0004732355206873"),
                ("2.69", "2.7"),
            ),
            Form(
                "sigmoid-gate",
                "σ(cx)",
                lambda c: c * x,
                "1.702",
                ("1.701744925338003", "1.701744925338004"),
                ("0.00945730917637104", "0.00945730917637112"),
                ("2.043", "2.0431"),
                ("0.571", "0.5711"),
                ("0.009486324445585", "0.009486324445586"),
                ("0.571", "0.572"),
                "Φ",
            ),
            Form(
                "tanh-gate",
                "(1 + tanh(√(2/π)(x + ax³)))/2",
                _inside_tanh,
                "0.044715",
                ("0.044714911227632", "0.044714911227633"),
                ("0.00017892131094502", "0.00017892131094542"),
                ("1.242", "1.2422"),
                ("2.592", "2.5923"),
                ("0.000178932583772", "0.000178932583773"),
                ("2.592", "2.593"),
                "Φ",
            ),
        )
    }
)
_ARGUMENT = (
    " in x, below 1e-13 beyond 20, and at every x ≠ 0 falls as the constant, "
    "which is positive, grows: so the greatest excess falls and the greatest lack grows"
)


def _line(ends: tuple[str, str] = ("0", _FAR)) -> Box:
    return Box.of(x=ends)


def _best(name: str) -> Statement:
    """At the lower end the excess is the larger error, at the upper end the lack is."""
    form = GELU_FORMS[name]
    low, high = (form.gap(constant) for constant in form.best)
    least, most = form.least
    middle = exact_text((Fraction(least) + Fraction(most)) / 2)
    return Statement(
        f"gelu-{name}-best",
        "C-GEL-2",
        f"the constant of {form.words} with the least largest distance to {form.target} is unique "
        f"and lies between {' and '.join(form.best)}, and that distance between {least} and {most}",
        (
            Part(_line(), (Bound(low, ">", f"-{middle}"), Bound(high, "<", middle))),
            Part(_line(form.excess), (Bound(low, ">", middle, True),)),
            Part(_line(form.lack), (Bound(high, "<", f"-{middle}", True),)),
            # E* < max(P, N) at the lower end, and E* > N there.
            Part(_line(), (Bound(low, "<", most),)),
            Part(_line(form.lack), (Bound(low, "<", f"-{least}", True),)),
        ),
        follows=f"the error is {form.parity}{_ARGUMENT}, equal for one constant, where the larger "
        "of them is least",
        bits=_BITS,
    )


def _published(name: str) -> Statement:
    form = GELU_FORMS[name]
    gap, (low, high) = form.gap(form.published), form.error
    below = Formula(f"minus the {gap.name}", -gap.value, LINE)
    # Of the two sides one is the largest error; the other stays below.
    worst, other = (gap, below) if name == "sigmoid" else (below, gap)
    upper, somewhere = largest(worst, low, high)
    return Statement(
        f"gelu-{name}-published",
        "C-GEL-2",
        f"with the published constant {form.published} the largest distance of {form.words} to "
        f"{form.target} lies between {low} and {high}",
        (Part(_line(), (upper, Bound(other, "<", low))), Part(_line(form.worst), (somewhere,))),
        follows=f"the error is {form.parity} in x and below 1e-13 beyond 20",
        bits=_BITS,
    )


DECLARED: tuple[Declaration, ...] = tuple(
    (f"gelu-{name}-{what}", partial(make, name))
    for name in GELU_FORMS
    for what, make in (("best", _best), ("published", _published))
)
