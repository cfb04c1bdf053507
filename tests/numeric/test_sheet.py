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
