"""``actmath moments`` of units of two arguments: answers, near names, clear errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from actmath import gated_moments
from actmath.cli import app

from .invoke import RUNNER, answer, refusal


def test_moments_of_a_gated_unit() -> None:
    found = answer("moments", "swiglu", "--mean", "1/2", "--correlation", "0.25", "--digits", "18")
    want = gated_moments("swiglu", "1/2", correlation="1/4", digits=18)
    assert found["variance"] == str(want.variance)
    assert found["by_x_second"] == str(want.by_x_second)


def test_a_formula_in_x_and_z() -> None:
    given = ("--mean-z", "2", "--variance-z", "3", "--digits", "12")
    assert answer("moments", "z*max(0, x)", *given)["second"] == "3.50000000000"
    shown = RUNNER.invoke(app, ["moments", "reglu"]).stdout
    assert "E (∂f/∂x)²" in shown
    assert "forward gain" in shown


def test_they_are_listed_after_those_of_one_argument() -> None:
    shown = RUNNER.invoke(app, ["list"]).stdout
    assert shown.index("hard_tanh") < shown.index("of two arguments") < shown.index("swiglu")


def test_a_unit_of_ones_own_goes_before_a_gated_one(tmp_path: Path) -> None:
    place = tmp_path / "units.toml"
    place.write_text('[glu]\nformula = "x"\n', "utf-8")
    assert answer("moments", "glu", "--units", str(place))["second"] == "1.00000000000000"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("moments", "swigl"), "no unit is named 'swigl': did you mean swiglu"),
        (("moments", "bilnear"), "no unit is named 'bilnear': did you mean"),
        (("moments", "relu", "--mean-z", "1"), "--mean-z is for units of two arguments"),
        (("moments", "z**2*x"), "z times a formula in x"),
        (("moments", "glu", "--correlation", "2"), "correlation must lie from −1 to 1"),
        (("moments", "glu", "--set", "beta=1"), "has no parameter 'beta'"),
        (("show", "geglu"), "geglu is a unit of two arguments, x*z*"),
        (("constants", "swiglu"), "actmath moments takes it, and its gate is silu"),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], said: str) -> None:
    assert said in refusal(*arguments)
