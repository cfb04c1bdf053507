"""The rows of a sheet, one answer at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import oo, sqrt

from actmath import catalog
from actmath.derive import fixed_points, lipschitz, saturation
from actmath.numeric import moments
from actmath.numeric._sheet_rows import (
    Missing,
    fixed_text,
    gain_rows,
    lipschitz_text,
    moment_rows,
    parameter_rows,
    saturation_rows,
)

MISSING = Missing("no closed form")


@pytest.mark.parametrize(
    "rows",
    [saturation_rows(MISSING), moment_rows(MISSING), gain_rows(MISSING)],
    ids=["saturation", "moments", "gains"],
)
def test_what_is_missing_says_why_in_one_row(rows: tuple[tuple[str, str], ...]) -> None:
    ((_, answer),) = rows
    assert answer == "cannot be had: no closed form"


def test_missing_points_and_constants_say_why_too() -> None:
    assert fixed_text(MISSING) == lipschitz_text(MISSING) == str(MISSING)


def test_an_infinite_limit_is_a_sign_and_a_threshold_is_named() -> None:
    (_, left), (_, right) = saturation_rows(saturation(catalog.relu))
    assert left == "hard from x = 0 on; f → 0, f′ → 0"
    assert right == "none; f → ∞, f′ → 1"


def test_whole_intervals_are_fixed_points_too() -> None:
    assert fixed_text(fixed_points(catalog.hard_tanh)) == "every x in [-1, 1]"


def test_a_constant_says_what_it_means_for_iteration() -> None:
    assert lipschitz_text(lipschitz(catalog.sigmoid)) == "1/4: a contraction"


def test_a_parameter_is_typeset_by_its_letter_and_named_in_a_console() -> None:
    (title, answer), *_ = parameter_rows(catalog.elu.parameters)
    assert title == "parameter alpha"
    assert r"\alpha" in title.html  # type: ignore[attr-defined]
    assert answer.startswith("1 in Interval.open(0, ∞): ")


def test_a_mean_square_beyond_all_numbers_is_infinite_and_not_minus_infinite() -> None:
    """As of e^{z²/4}, whose mean is √2."""
    found = replace(moments("relu"), mean=sqrt(2), second=oo, variance=oo)
    rows = dict(moment_rows(found))
    assert rows["E f, z ~ N(0, 1)"] == "1.41421356237"
    assert rows["E f²"] == rows["Var f"] == "infinite"
