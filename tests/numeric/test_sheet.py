"""The sheet of one activation."""

from __future__ import annotations

import json
import re

import pytest
from sympy import Rational, nan, oo, sqrt

import actmath
from actmath import Activation, Parameter, catalog
from actmath.notation import x
from actmath.numeric._sheet import _number


@pytest.mark.slow
@pytest.mark.parametrize("name", catalog.CATALOG)
def test_every_sheet_is_complete_and_valid_json(name: str) -> None:
    sheet = actmath.show(name)
    data = json.loads(json.dumps(sheet.to_json(), allow_nan=False))
    assert data["name"] == name
    assert data["moments"]["second"] == pytest.approx(
        data["moments"]["variance"] + data["moments"]["mean"] ** 2
    )
    assert data["gains"]["forward"] ** -2 == pytest.approx(data["moments"]["second"])
    html = sheet._repr_html_()
    assert all(question in html for question in ("derivative", "fixed points", "gain, forward"))
    # On a page mathematics is typeset: nothing is left as Python writes it.
    assert not re.search(r"\boo\b|\*\*|sqrt\(|(?<!\\)\blam\b", html)


@pytest.mark.slow
def test_numbers_beyond_doubles_are_neither_0_nor_infinite() -> None:
    small = actmath.show("elu", alpha="1e-400")
    assert dict(small.rows())["parameter alpha"].startswith("1e-400 in ")
    assert small.to_json()["parameters"][0]["default"] is None
    for formula, square in (("x/10**200", "1e-400"), ("x*10**200", "1e+400")):
        sheet = actmath.show(Activation("scaled", formula))
        rows = dict(sheet.rows())
        assert rows["E f²"] == rows["Var f"] == rows["E f′²"] == square
        assert "beyond doubles" in rows["gain, forward"]
        assert sheet.to_json()["moments"]["second"] is None


@pytest.mark.slow
def test_what_few_bits_of_a_double_hold_is_shown_by_all_its_digits() -> None:
    rows = dict(actmath.show("elu", alpha="1.25e-315").rows())
    assert rows["parameter alpha"].startswith("1.25e-315 in ")


def test_gains_known_by_hand() -> None:
    assert actmath.show("relu").gains.forward == pytest.approx(2**0.5)
    assert actmath.show("selu").gains.forward == pytest.approx(1)


def test_a_parameter_without_a_meaning_ends_with_its_domain() -> None:
    unit = Activation("sloped", "slope*x", Parameter("slope", 1))
    row = dict(actmath.show(unit).rows())["parameter slope"]
    assert row == "1 in Interval(-∞, ∞)"


@pytest.mark.slow
def test_own_activation() -> None:
    sheet = actmath.show(Activation("squareplus", (x + sqrt(x**2 + 4)) / 2))
    assert str(sheet.saturation.left.kind) == "soft"
    assert sheet.lipschitz.constant == 1


def test_the_answers_about_a_clip_are_plain_data() -> None:
    """All of min(max(x, −1), 1) is known by hand."""
    data = actmath.show("hard_tanh").to_json()
    assert data["kinks"] == [{"x": -1.0, "value": "0"}, {"x": 1.0, "value": "0"}]
    assert data["saturation"] == {
        "left": "hard",
        "right": "hard",
        "left_threshold": -1.0,
        "right_threshold": 1.0,
    }
    assert (data["fixed_points"], data["fixed_intervals"]) == ([], [[-1.0, 1.0]])
    assert (data["lipschitz"], data["contraction"]) == (1.0, False)
    assert (data["parameters"], data["formula"]) == ([], "Max(-1, Min(1, x))")
    assert data["derivative"] == "Piecewise((0, x <= -1), (1, x < 1), (0, True))"
    # E clip² = 1 − 2φ(1), and the share between the kinks is that of one deviation.
    moments = data["moments"]
    assert (moments["mean"], moments["route"]) == (0.0, "closed form")
    assert moments["second"] == pytest.approx(1 - 2 * 0.24197072451914337, rel=1e-14)
    assert moments["variance"] == moments["second"]
    assert moments["derivative_second"] == pytest.approx(0.6826894921370859, rel=1e-14)
    assert data["gains"]["forward"] == pytest.approx(moments["second"] ** -0.5)
    assert data["gains"]["backward"] == pytest.approx(moments["derivative_second"] ** -0.5)
    assert set(data["digits"]) == {"f", "f′"}
    assert data["source"].startswith("Gulcehre et al. 2016")


def test_parameters_and_kinks_are_those_that_are_used() -> None:
    unit = Activation("late", "max(0, x - shift)", Parameter("shift", "3/2", meaning="where"))
    sheet = actmath.show(unit, shift="1/4")
    data = sheet.to_json()
    assert data["parameters"] == [
        {
            "name": "shift",
            "default": 0.25,
            "exact": "1/4",
            "domain": "Interval(-oo, oo)",
            "meaning": "where",
        }
    ]
    assert data["saturation"]["left_threshold"] == 0.25
    assert data["saturation"]["right_threshold"] is None
    (kink,) = data["kinks"]
    assert kink["x"] == 0.25
    assert (data["source"], dict(sheet.rows())["source"]) == (None, "—")
    assert sheet.caption() == str(sheet.activation.title)


def test_fixed_points_are_plain_data() -> None:
    """2 attracts at once, whatever comes; x² rests at 0 and at 1, where it doubles distances."""
    (two,) = actmath.show(Activation("two", 2)).to_json()["fixed_points"]
    assert (two["x"], two["exact"], two["multiplier"], two["multiplicity"]) == (2, "2", 0, 1)
    said = (two["stability"], two["rate"], two["route"])
    assert said == ("attracting", "faster than linear", "exact")
    data = actmath.show("square").to_json()
    assert [(p["x"], p["multiplier"], p["stability"]) for p in data["fixed_points"]] == [
        (0.0, 0.0, "attracting"),
        (1.0, 2.0, "repelling"),
    ]
    # Its slope has no bound.
    assert (data["lipschitz"], data["contraction"]) == (None, False)
    assert data["fixed_intervals"] == []
    assert actmath.show("identity").to_json()["fixed_intervals"] == [[None, None]]


def test_what_cannot_be_had_is_null_and_says_why() -> None:
    sheet = actmath.show(Activation("waves", "max(0, sin(x))"))
    data = sheet.to_json()
    missing = ("derivative", "kinks", "saturation", "fixed_points", "fixed_intervals", "lipschitz")
    assert {data[name] for name in (*missing, "contraction", "moments")} == {None}
    assert data["gains"] == {"forward": None, "backward": None}
    rows = dict(sheet.rows())
    why = "cannot be had: sin(x) may change its sign at infinitely many breakpoints"
    for question in ("derivative", "saturation", "fixed points", "Lipschitz constant", "gains"):
        assert rows[question] == why


def test_of_numbers_for_which_floats_stand() -> None:
    assert _number(None) is None
    assert _number(Rational(1, 4)) == 0.25
    assert _number(0.0) == 0.0
    assert _number(oo) is None
    assert _number(nan) is None
    # Not 0, though the float of it is.
    assert _number(Rational(1, 10**400)) is None
    assert _number(x - x) == 0.0
    assert _number(2 * x, {x: Rational(3)}) == 6.0
