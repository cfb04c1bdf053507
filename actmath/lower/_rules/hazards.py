"""How many sums of a formula may cancel, as far as signs tell."""

from __future__ import annotations

from sympy import Add, Expr, preorder_traversal

from ...notation import stand_in, x


def hazards(expr: Expr) -> int:
    """The sums whose terms are not known to have one sign, counted on either side of 0.

    >>> hazards(x**2 + 1), hazards(x**2 - 1)
    (0, 2)
    """
    positive = stand_in(x)
    return sum(
        not _has_one_sign(node)
        for side in (positive, -positive)
        for node in preorder_traversal(expr.xreplace({x: side}))
        if isinstance(node, Add) and node.has(positive)
    )


def steadiest(*spellings: Expr) -> Expr:
    """The first of those in which the fewest sums may cancel."""
    return min(spellings, key=hazards) if hazards(spellings[0]) else spellings[0]


def _has_one_sign(total: Add) -> bool:
    terms = total.args
    return all(t.is_nonnegative for t in terms) or all(t.is_nonpositive for t in terms)
