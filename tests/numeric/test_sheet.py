"""The sheet of one activation."""

from __future__ import annotations

import json
import re

import pytest
from sympy import sqrt

import actmath
from actmath import Activation, Parameter, catalog
from actmath.notation import x


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


def test_own_activation() -> None:
    sheet = actmath.show(Activation("squareplus", (x + sqrt(x**2 + 4)) / 2))
    assert str(sheet.saturation.left.kind) == "soft"
    assert sheet.lipschitz.constant == 1
