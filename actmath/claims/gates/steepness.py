"""How steep units get: questions of ours about each, answered by certificates."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from ... import catalog
from ...prove._balls.box import exact_text
from ...prove.theorems.slopes import EXTREME_SLOPES
from ...sources import Source
from .._claim import Claim, Finding, Verdict
from .._evidence.proved import certified


def steepness(name: str) -> Finding:
    """The digits of the least and the greatest slope, and of the Lipschitz constant."""
    found = EXTREME_SLOPES[name]
    largest = max((Fraction(found.greatest), Fraction(found.least)), key=abs)
    return Finding(
        Verdict.ANSWERED,
        f"the least is {found.least}…, the greatest {found.greatest}…, and so the Lipschitz "
        f"constant {exact_text(abs(largest))}…",
    )


def _row(name: str) -> Claim:
    unit = catalog.get(name)
    hyphenated = name.replace("_", "-")
    return certified(
        id=f"C-LIP-1.{hyphenated}",
        statement=f"Between which numbers does the slope of {unit.title} lie?",
        tex=r"\inf_x f'(x),\ \sup_x f'(x)",
        source=unit.source or Source(name, "definition"),
        assumptions="all real x; default parameters",
        proofs=(f"slope-{hyphenated}",),
        judge=partial(steepness, name),
    )


CLAIMS = tuple(_row(name) for name in EXTREME_SLOPES)
