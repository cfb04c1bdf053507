"""Plain bisection, which everybody tries first."""

from __future__ import annotations

from fractions import Fraction

from actmath import prove
from actmath.prove import Inequality
from actmath.prove._cover.comparison import bisection, undecided_share
from actmath.prove._cover.cover import branch_and_bound

from ..bowl import BOWL, SQUARE


def test_plain_bisection_certifies_what_is_easy_and_gives_up_on_the_norm() -> None:
    easy = Inequality(BOWL, True, Fraction("0.5"))
    plain = branch_and_bound(easy, SQUARE, 5000, examiner=bisection(BOWL, SQUARE))
    assert plain.complete
    assert plain.boxes > branch_and_bound(easy, SQUARE, 5000).boxes
    claim = prove.STATEMENTS["theorem-1"].parts[0].bounds[-1]
    domain = prove.STATEMENTS["theorem-1"].parts[0].domain
    root = claim.formula.coordinates.box(domain)
    norm = Inequality(claim.formula, False, Fraction(claim.number))
    spent = branch_and_bound(norm, root, 300, examiner=bisection(claim.formula, root))
    assert not spent.complete
    assert 0 < undecided_share(spent, root) <= 1
    assert undecided_share(branch_and_bound(norm, root, 300), root) == 0
