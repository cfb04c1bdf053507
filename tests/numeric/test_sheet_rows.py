"""The rows of a sheet, one answer at a time."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from sympy import Rational, nan, oo, sqrt

from actmath import Activation, catalog
from actmath.derive import fixed_points, lipschitz, saturation
from actmath.numeric import moments
from actmath.numeric._depth.gains import Gains
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


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("x/2", "1/2: a contraction"),
        ("x", "1: nonexpansive, no contraction"),
        ("-x", "1: nonexpansive, no contraction"),
        ("2*x", "2: expanding somewhere"),
        ("x**2", "∞: expanding somewhere"),
        ("3", "0: a contraction"),
    ],
)
def test_what_a_constant_says_of_iteration(formula: str, said: str) -> None:
    assert lipschitz_text(lipschitz(Activation("unit", formula))) == said


def test_a_constant_responds_nowhere_and_an_open_side_has_no_threshold() -> None:
    flat = dict(saturation_rows(saturation(Activation("two", "2"))))
    assert set(flat) == {"saturation, left", "saturation, right"}
    assert set(flat.values()) == {"hard everywhere; f → 2, f′ → 0"}
    soft = dict(saturation_rows(saturation(catalog.tanh)))
    assert soft["saturation, left"] == "soft; f → -1, f′ → 0"
    assert soft["saturation, right"] == "soft; f → 1, f′ → 0"


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("x + 1", ["none"]),
        ("2", ["x = 2: attracting, multiplier 0; faster than linear"]),
        (
            "where(x > 1000, x + sin(x), 2)",
            [
                "x = 2: attracting, multiplier 0; faster than linear",
                "looked for in [-∞, 1000]; waves go on beyond",
            ],
        ),
        ("where(abs(x) > 1, x, 0)", [None, "every x in [-∞, -1]", "every x in [1, ∞]"]),
    ],
)
def test_fixed_points_in_words(formula: str, said: list[str | None]) -> None:
    """A point or an interval a line."""
    lines = fixed_text(fixed_points(Activation("unit", formula))).splitlines()
    assert len(lines) == len(said)
    for line, wanted in zip(lines, said, strict=True):
        assert line == wanted or (wanted is None and line.startswith("x = 0: "))


def test_gains_have_twelve_digits_or_say_why_there_is_none() -> None:
    route = moments("relu").route
    found = Gains.of("unit", 1.0, 3.0, 0.0, route)
    assert gain_rows(found) == (
        ("gain, forward", "0.57735026919"),
        ("gain, backward", "cannot be had: E f′² is 0, infinite or beyond doubles"),
    )
    other = Gains.of("unit", 1.0, 0.0, 16.0, route)
    assert gain_rows(other) == (
        ("gain, forward", "cannot be had: E f² is 0, infinite or beyond doubles"),
        ("gain, backward", "0.25"),
    )


def test_each_moment_has_its_row() -> None:
    numbers = (Rational(1, 3), Rational(5, 7), -oo, nan)
    names = ("mean", "second", "variance", "derivative_second")
    found = replace(moments("relu"), **dict(zip(names, numbers, strict=True)))
    assert moment_rows(found) == (
        ("E f, z ~ N(0, 1)", "0.333333333333"),
        ("E f²", "0.714285714286"),
        ("Var f", "minus infinite"),
        ("E f′²", "not determined"),
        ("moments by", "closed form"),
    )


@pytest.mark.slow
def test_of_many_fixed_points_those_nearest_to_0_are_listed() -> None:
    """x + sin x has them at the multiples of π, up to 128·π on either side."""
    lines = fixed_text(fixed_points(Activation("unit", "x + sin(x)"))).splitlines()
    places = [float(line.partition(":")[0].removeprefix("x = ")) for line in lines[:-2]]
    assert places == pytest.approx([k * math.pi for k in range(-4, 5)])
    assert lines[-2] == "and 248 more, farther from 0"
    assert lines[-1].startswith("looked for in [-402.1")


def test_nine_fixed_points_are_all_listed_and_of_ten_one_is_not() -> None:
    found = fixed_points("siren")
    nine, ten = (replace(found, isolated=found.isolated[:count]) for count in (9, 10))
    assert len(fixed_text(nine).splitlines()) == 9
    assert fixed_text(ten).splitlines()[-1] == "and 1 more, farther from 0"
