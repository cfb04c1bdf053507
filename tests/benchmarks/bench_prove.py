"""Theorem 1's contraction by four methods side by side: boxes and seconds; then all statements."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest

from actmath import catalog, prove
from actmath.prove import Coordinates, Inequality, Layer, examine
from actmath.prove._balls.layer import NATIVE, TILES_AND_WEIGHTS
from actmath.prove._cover.comparison import bisection, undecided_share
from actmath.prove._cover.cover import branch_and_bound
from actmath.prove.theorems._declare import THEOREM_1

pytestmark = pytest.mark.benchmark

BUDGET = 200_000
FOLDER = Path(__file__).parents[2] / "book" / "certificates"


METHODS: dict[str, tuple[Coordinates, bool]] = {
    "bisection over mu, omega, nu, tau": (NATIVE, True),
    "bisection over y, x, omega, tau": (TILES_AND_WEIGHTS, True),
    "mean value and monotonicity over mu, omega, nu, tau": (NATIVE, False),
    "mean value and monotonicity over y, x, omega, tau": (TILES_AND_WEIGHTS, False),
}


@pytest.mark.parametrize("name", METHODS)
def test_theorem_1_by_method(name: str) -> None:
    coordinates, plain = METHODS[name]
    norm = Layer(catalog.selu, coordinates).norm()
    inequality = Inequality(norm, above=False, bound=Fraction(1))
    root = coordinates.box(THEOREM_1)
    examiner = bisection(norm, root) if plain else examine
    branch_and_bound(inequality, root, 10, examiner=examiner)
    start = time.process_time()
    cover = branch_and_bound(inequality, root, BUDGET, examiner=examiner)
    took = time.process_time() - start
    left = "all decided" if cover.complete else f"{undecided_share(cover, root):.1%} open"
    print(f"\n{name:52} {cover.boxes:7} boxes {took:7.2f} cpu-s  {left}")
    assert plain or cover.complete


def test_all_statements() -> None:
    totals = {"prove": 0.0, "verify": 0.0}
    boxes = 0
    for name in prove.STATEMENTS:
        start = time.process_time()
        result = prove.prove(name)
        totals["prove"] += time.process_time() - start
        boxes += result.boxes
        start = time.process_time()
        assert prove.verify(FOLDER / f"{name}.json").accepted
        totals["verify"] += time.process_time() - start
    print(
        f"\n{len(prove.STATEMENTS)} statements: {boxes} boxes; proving {totals['prove']:.1f} cpu-s "
        f"with all derivations, verifying {totals['verify']:.1f}"
    )
