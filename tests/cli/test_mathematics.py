"""``actmath list``, ``show``, ``constants`` and ``moments``: answers, JSON, clear errors."""

from __future__ import annotations

import pytest

from actmath.catalog import CATALOG
from actmath.cli import app

from .invoke import RUNNER, answer, refusal


def test_list_names_the_whole_catalog() -> None:
    assert [row["name"] for row in answer("list")] == list(CATALOG)


@pytest.mark.parametrize("name", ["hard_tanh", "prelu", "sigmoid"])
def test_show_has_the_promised_keys(name: str) -> None:
    sheet = answer("show", name)
    assert {
        "name",
        "formula",
        "latex",
        "parameters",
        "derivative",
        "saturation",
        "fixed_points",
        "lipschitz",
        "moments",
        "source",
    } <= set(sheet)
    assert set(sheet["saturation"]) == {"left", "right", "left_threshold", "right_threshold"}
    assert {"mean", "second", "variance", "derivative_second"} <= set(sheet["moments"])
    for point in sheet["fixed_points"]:
        assert {"x", "multiplier", "stability"} <= set(point)


def test_show_knows_hard_tanh() -> None:
    sheet = answer("show", "hard-tanh")
    assert sheet["saturation"]["left_threshold"] == -1
    assert sheet["fixed_intervals"] == [[-1, 1]]
    assert sheet["lipschitz"] == 1


def test_show_takes_parameters() -> None:
    assert answer("show", "prelu", "--set", "a=1/2")["moments"]["second"] == pytest.approx(0.625)


def test_constants_are_selus() -> None:
    found = answer("constants", "elu", "--mean", "0", "--variance", "1", "--digits", "32")
    assert found["alpha"] == "1.6732632423543772848170429916717"
    assert found["lam"] == "1.0507009873554804934193349852946"
    assert float(found["spectral_norm"]) == pytest.approx(0.787673360466)
    assert {"residual", "jacobian", "spectral_radius", "all_solutions"} <= set(found)


def test_constants_have_as_many_digits_as_asked() -> None:
    found = answer("constants", "elu", "--digits", "1000")
    assert len(found["alpha"].replace(".", "")) == 1000


def test_constants_take_negative_means() -> None:
    found = answer("constants", "elu", "--mean", "-0.1", "--variance", "2")
    assert float(found["alpha"]) == pytest.approx(1.9769, abs=5e-5)


def test_moments_to_thirty_digits() -> None:
    assert answer("moments", "relu", "--digits", "30")["mean"].startswith(
        "0.398942280401432677939946"
    )


def test_json_has_digits_as_strings_and_the_solution_beside_the_rest() -> None:
    found = answer("constants", "elu", "--mean", "1/2", "--digits", "25")
    assert (found["mean"], found["omega"], found["digits"]) == ("1/2", "1", 25)
    assert found["solved_for"] == "shape"
    usable = [one for one in found["all_solutions"] if one["admissible"]]
    best = min(usable, key=lambda one: float(one["spectral_radius"]))
    for key in ("alpha", "lam", "spectral_norm"):
        assert found[key] == best[key]
        assert len(found[key].replace(".", "").lstrip("0")) == 25
    assert found["shift"] is None


def test_what_is_solved_for_can_be_asked() -> None:
    found = answer("constants", "elu", "--solve-for", "shift")
    assert (found["alpha"], found["solved_for"]) == (None, "shift")
    assert "shapes" in refusal("constants", "elu", "--solve-for", "shapes")


def test_people_read_pairs() -> None:
    shown = RUNNER.invoke(app, ["moments", "relu", "--digits", "20"]).stdout
    lines = [line.split() for line in shown.splitlines() if line.strip()]
    assert lines[0] == ["relu(z),", "z", "~", "N(0,", "1)"]
    assert ["E", "f", "0.39894228040143267794"] in lines
    assert ["by", "closed", "form"] in lines
    shown = RUNNER.invoke(app, ["constants", "tanh", "--digits", "6"]).stdout
    assert "lam·(tanh(x) + shift)" in shown
    assert ["shift", "0"] in [line.split() for line in shown.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "sellu"), "did you mean selu"),
        (("constants", "elu", "--digits", "0"), "digits must be an integer from 1"),
        (("constants", "elu", "--variance", "-1"), "variance must be positive"),
        (("constants", "elu", "--mean", "nan"), "mean must be a finite number"),
        (("constants", "elu", "--mean=-2", "--variance=0.01", "--omega=0"), "no real"),
        (("moments", "gelu", "--variance", "0"), "variance must be positive"),
        (("moments", "prelu", "--set", "slope=1"), "has no parameter 'slope'"),
        (("moments", "elu", "--set", "alpha=-1"), "must lie in"),
        (("moments", "elu", "--set", "alpha"), "name=value"),
        (("moments", "elu", "--mean", "__import__('os')"), "finite number"),
    ],
)
def test_misuse_is_one_clear_sentence(arguments: tuple[str, ...], words: str) -> None:
    assert words in refusal(*arguments)


def test_a_formula_does_where_a_name_does() -> None:
    assert answer("moments", "x*tanh(x)")["activation"] == "formula"
    assert float(answer("moments", "x")["variance"]) == 1
    assert "did you mean tanh" in refusal("moments", "tnh")
