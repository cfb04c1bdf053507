"""Numbers in the SELU paper's proofs: each decision is turned by another number."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import Rational

from actmath import catalog
from actmath.claims import Finding, Verdict
from actmath.claims.snn import _decisions as decide
from actmath.claims.snn import constants, proofs, signal
from actmath.claims.snn._extrema import PrintedExtreme
from actmath.notation import n

CORNER = ("1", "0.1", "3", "1.25")
MAXIMUM = PrintedExtreme(decide.TAIL, "0.587622")


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"),
    [
        (
            lambda: decide.value_at(decide.GROWTH, CORNER, "-0.0180173"),
            lambda: decide.value_at(decide.GROWTH, CORNER, "-0.0180174"),
            Verdict.REFUTED,
        ),
        (
            lambda: decide.other_arguments(decide.NEW_SECOND, CORNER, CORNER, "2.9819827"),
            lambda: decide.other_arguments(
                decide.NEW_SECOND, ("0", "0", "1", "1"), CORNER, "2.9819827"
            ),
            Verdict.CORRECTED,
        ),
        (
            lambda: decide.letters(MAXIMUM, "-0.01", "0.64"),
            lambda: decide.letters(MAXIMUM, "0.64", "-0.01"),
            Verdict.CORRECTED,
        ),
        (
            lambda: decide.letters(MAXIMUM, "-0.01", "0.64"),
            lambda: decide.letters(MAXIMUM, "2", "2"),
            Verdict.REFUTED,
        ),
        (
            lambda: decide.by_symmetry(decide.J12, decide.J12, ("one", "same")),
            lambda: decide.by_symmetry(decide.J12, decide.J_TAU, ("one", "other")),
            Verdict.REFUTED,
        ),
        (
            lambda: decide.grid_remainder(proofs.GRID_SLOPES, proofs.GRID_STEPS, "0.008747"),
            lambda: decide.grid_remainder(proofs.GRID_SLOPES, proofs.GRID_STEPS, "0.008748"),
            Verdict.REFUTED,
        ),
        (
            lambda: decide.product("0.194145"),
            lambda: decide.product("0.194035"),
            Verdict.CORRECTED,
        ),
        (
            lambda: decide.affine_bound(decide.EQ_51, "0.24"),
            lambda: decide.affine_bound(decide.EQ_51, "0.241"),
            Verdict.REFUTED,
        ),
        (
            lambda: decide.affine_bound(decide.EQ_51, "0.24"),
            lambda: decide.affine_bound({**decide.EQ_51, "xi": "0.0753998"}, "0.24"),
            Verdict.REFUTED,
        ),
        (
            lambda: decide.fixed_points_below("3"),
            lambda: decide.fixed_points_below("1.2"),
            Verdict.REFUTED,
        ),
        (decide.step_bound("1.00998"), decide.step_bound("1.00584"), Verdict.CORRECTED),
        (
            lambda: decide.less("0.5", "0.9"),
            lambda: decide.less("0.9", "0.5"),
            Verdict.REFUTED,
        ),
        (
            lambda: proofs.zero_is_fixed(catalog.sigmoid, "0.16"),
            lambda: proofs.zero_is_fixed(catalog.selu, "0.16"),
            Verdict.CORRECTED,
        ),
        (
            lambda: constants.digits("alpha", "1.97126", "0", "2"),
            lambda: constants.digits("alpha", "1.97127", "0", "2"),
            Verdict.REFUTED,
        ),
        (
            lambda: constants.singular_value_formula(Rational(1, 2)),
            lambda: constants.singular_value_formula(Rational(1)),
            Verdict.CORRECTED,
        ),
        (
            lambda: signal.in_expectation(1 / n),
            lambda: signal.in_expectation(2 / n),
            Verdict.REFUTED,
        ),
        (lambda: signal.gain(1.0), lambda: signal.gain(0.75), Verdict.CORRECTED),
        (
            lambda: signal.gradients("identity"),
            lambda: signal.gradients("selu"),
            Verdict.REFUTED,
        ),
    ],
)
def test_the_printed_number_decides(
    right: Callable[[], Finding], wrong: Callable[[], Finding], verdict: Verdict
) -> None:
    assert right().verdict is Verdict.HOLDS
    assert wrong().verdict is verdict
