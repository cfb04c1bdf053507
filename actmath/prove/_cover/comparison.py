"""What everybody tries first: plain interval bisection, for comparison with the adaptive cover."""

from __future__ import annotations

import math
from fractions import Fraction

from sympy import sqrt

from ..._text.kinds import check_kind
from ...lower._for_arb import arb_function
from .._balls.box import BOX_HINT, Box, rational
from .._balls.enclose import Inequality, Leaf, Split, Step
from .._balls.formula import Formula, in_order, without_assumptions
from .._balls.unit import S, X, jet_formula, jets_of
from .cover import Cover, Examiner, regions


def bisection(formula: Formula, root: Box) -> Examiner:
    """An examiner for ``branch_and_bound``: the relatively widest side is halved, in balls alone.

    No derivative is used. The closed forms of the moments are evaluated as they stand, so that
    their overestimate shrinks only like the width of the box.

    Raises:
        TypeError: for another formula or box.
    """
    check_kind(formula, Formula, "formula")
    check_kind(root, Box, "root", BOX_HINT)
    jets = [(jet, jet_formula(formula.activation, jet)) for jet in jets_of(formula.value)]
    # The closed forms are in y and s = √x, the coordinates in y and x.
    root_of_x = [(S, sqrt(X))] if jets else []
    steps = in_order([*formula.constants, *formula.inputs, *root_of_x, *jets])
    variables = [without_assumptions(symbol) for symbol in formula.coordinates.symbols]
    run = arb_function(variables, steps, [without_assumptions(formula.value)])

    def step(inequality: Inequality, box: Box) -> list[Step]:
        slack = inequality.sign * (run(*box.balls())[0] - rational(inequality.bound))
        if slack > 0:
            return [Leaf(float(slack.lower()))]
        # Relative to the root, so that axes of different lengths are cut equally often.
        shares = [
            float(w) / float(whole) if whole else 0.0
            for w, whole in zip(box.widths, root.widths, strict=True)
        ]
        return [Split(shares.index(max(shares)))]

    return step


def undecided_share(cover: Cover, root: Box) -> float:
    """The part of the root's volume that a cover leaves open, between 0 and 1.

    A face counts for the box that it stands for; along sides that are points nothing is measured.

    Raises:
        TypeError: for what is no cover or no box.
    """
    check_kind(cover, Cover, "cover", "prove.branch_and_bound(…) gives one")
    check_kind(root, Box, "root", BOX_HINT)
    ends = [letter for letter in cover.tree if letter in ".?"]
    # Exact fractions: the volumes of thousands of boxes add up without rounding.
    volumes = (
        math.prod(width for width, whole in zip(box.widths, root.widths, strict=True) if whole)
        for letter, box in zip(ends, regions(cover.tree, root), strict=True)
        if letter == "?"
    )
    whole = math.prod(filter(None, root.widths))
    return float(sum(volumes, start=Fraction(0)) / whole)
