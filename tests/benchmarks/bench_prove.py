"""Theorem 1's contraction by four methods side by side: boxes and seconds; then all statements."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sympy import sqrt

from actmath import catalog, prove
from actmath.lower.for_arb import arb_function
from actmath.prove import Box, Coordinates, Inequality, Layer
from actmath.prove.cover import grow
from actmath.prove.enclose import Leaf, Split, Step, examine
from actmath.prove.formula import Formula, in_order, plain
from actmath.prove.layer import NATIVE, TILES_AND_WEIGHTS
from actmath.prove.theorems.declare import THEOREM_1
from actmath.prove.unit import S, X, Y, closed_form, jets_of

pytestmark = pytest.mark.benchmark

BUDGET = 200_000
FOLDER = Path(__file__).parents[2] / "book" / "certificates"


def natural(formula: Formula) -> Callable[[Inequality, Box], list[Step]]:
    """Plain interval bisection: run the formula on balls, halve the relatively widest side."""
    jets = [(jet, closed_form(formula.activation, jet)) for jet in jets_of(formula.value)]
    lets = [*formula.constants, (Y, formula.y), (X, formula.x), (S, sqrt(X)), *jets]
    given = {name for name, _ in formula.coordinates.products}
    lets = [(symbol, expr) for symbol, expr in lets if symbol.name not in given]
    variables = [plain(symbol) for symbol in formula.coordinates.symbols]
    run = arb_function(variables, in_order(lets), [plain(formula.value)])
    root = formula.coordinates.box(THEOREM_1).widths

    def step(inequality: Inequality, box: Box) -> list[Step]:
        value = run(*box.balls())[0]
        if value < float(inequality.bound):
            return [Leaf(0.0)]
        shares = [width / whole for width, whole in zip(box.widths, root, strict=True)]
        return [Split(shares.index(max(shares)))]

    return step


def open_share(boxes: tuple[Box, ...], root: Box) -> float:
    """The part of the root's volume that is undecided."""
    whole = math.prod(root.widths)
    return float(sum((math.prod(box.widths) for box in boxes), start=Fraction(0)) / whole)


METHODS: dict[str, tuple[Coordinates, bool]] = {
    "bisection over mu, omega, nu, tau": (NATIVE, True),
    "bisection over y, x, omega, tau": (TILES_AND_WEIGHTS, True),
    "mean value and monotonicity over mu, omega, nu, tau": (NATIVE, False),
    "mean value and monotonicity over y, x, omega, tau": (TILES_AND_WEIGHTS, False),
}


@pytest.mark.parametrize("name", METHODS)
def test_theorem_1_by_method(name: str) -> None:
    coordinates, bisection = METHODS[name]
    norm = Layer(catalog.selu, coordinates).norm()
    inequality = Inequality(norm, above=False, bound=Fraction(1))
    examiner: Any = natural(norm) if bisection else examine
    root = coordinates.box(THEOREM_1)
    grow(inequality, root, 10, examiner=examiner)
    start = time.process_time()
    cover = grow(inequality, root, BUDGET, examiner=examiner)
    took = time.process_time() - start
    left = "all decided" if cover.complete else f"{open_share(cover.open, root):.1%} open"
    print(f"\n{name:52} {cover.boxes:7} boxes {took:7.2f} cpu-s  {left}")
    assert bisection or cover.complete


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
