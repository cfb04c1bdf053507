"""GELU's two approximations: how far each is from GELU, and with which constant it is nearest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ...number import mp
from ...prove.theorems.gelu_forms import GELU_FORMS
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if, matches_print
from .._evidence.proved import certified

PAPER, CODE = "hendrycks2016", "authors' code, README"
#: The authors' code prints √(2/π) with these digits.
ROOT = "0.7978845608"


def distance(form: str) -> Finding:
    """The largest distance of the published form."""
    low, high = GELU_FORMS[form].error
    return Finding(Verdict.ANSWERED, f"at most {high}, and somewhere {low}")


def nearest(form: str) -> Finding:
    """The best constant, its distance, and by how much the published one is worse."""
    found = GELU_FORMS[form]
    with mp.workdps(20):
        ratio = mp.mpf(found.error[0]) / mp.mpf(found.least[0])
    return Finding(
        Verdict.ANSWERED,
        f"one, between {found.best[0]} and {found.best[1]}, at a distance between "
        f"{found.least[0]} and {found.least[1]}; with {found.published} the largest distance is "
        f"{mp.nstr(ratio, 5)} times that",
    )


def more_accurate(near: str, far: str) -> Finding:
    """Is the largest error of one form, at its published constant, below the other's?"""
    small, large = GELU_FORMS[near].error, GELU_FORMS[far].error
    with mp.workdps(20):
        smaller = mp.mpf(small[1]) < mp.mpf(large[0])
        ratio = mp.nstr(mp.mpf(large[0]) / mp.mpf(small[1]), 4)
    return holds_if(
        bool(smaller), f"largest errors {small[1]} of {near}, {large[0]} of {far}: {ratio} times"
    )


def root_of_two_over_pi(printed: str) -> Finding:
    """Is that √(2/π), rounded?"""
    with mp.workdps(30):
        value = mp.sqrt(2 / mp.pi)
        return holds_if(matches_print(printed, value), f"√(2/π) = {mp.nstr(value, 15)}")


def _question(part: str, form: str, statement: str, ask: Callable[[str], Finding]) -> Claim:
    what = "published" if ask is distance else "best"
    proofs = tuple(f"gelu-{form}-{which}" for which in dict.fromkeys((what, "published")))
    tex = {
        "sigmoid": r"\sup_x |x\Phi(x) - x\sigma(cx)|",
        "sigmoid-gate": r"\sup_x |\Phi(x) - \sigma(cx)|",
        "tanh-gate": r"\sup_x |\Phi(x) - \tfrac12(1 + \tanh(\sqrt{2/\pi}\,(x + ax^3)))|",
        "tanh": r"\sup_x |x\Phi(x) - \tfrac x2(1 + \tanh(\sqrt{2/\pi}\,(x + ax^3)))|",
    }
    return certified(
        id=f"C-GEL-2.{part}",
        statement=statement,
        tex=tex[form],
        source=Source(PAPER, "Section 2"),
        assumptions="all real x; the constant is positive",
        proofs=proofs,
        judge=partial(ask, form),
    )


CLAIMS = (
    _question("a", "tanh", "How far is the tanh form with 0.044715 from GELU?", distance),
    _question("b", "sigmoid", "How far is x·σ(1.702x) from GELU?", distance),
    _question("c", "tanh", "With which constant in place of 0.044715 is it nearest?", nearest),
    _question("d", "sigmoid", "With which constant in place of 1.702 is it nearest?", nearest),
    _question(
        "e", "tanh-gate", "With which constant is the tanh form's gate nearest to Φ?", nearest
    ),
    _question(
        "f", "sigmoid-gate", "With which constant is σ(cx), the gate, nearest to Φ?", nearest
    ),
    certified(
        id="C-GEL-3.a",
        statement="The tanh form is more accurate than the sigmoid form.",
        tex=r"\sup|\text{tanh form} - \text{GELU}| < \sup|\text{sigmoid form} - \text{GELU}|",
        source=Source(PAPER, CODE),
        assumptions="all real x; the constants 0.044715 and 1.702",
        proofs=("gelu-tanh-published", "gelu-sigmoid-published"),
        judge=partial(more_accurate, "tanh", "sigmoid"),
    ),
    Claim(
        id="C-GEL-3.b",
        statement=f"The tanh form's factor √(2/π) is {ROOT}.",
        tex=rf"\sqrt{{2/\pi}} = {ROOT}",
        source=Source(PAPER, CODE),
        assumptions="rounded to the printed digits",
        kind=Kind.COMPUTED,
        check=lambda: root_of_two_over_pi(ROOT),
    ),
)
