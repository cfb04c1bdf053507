"""``actmath check``: of a name, of a formula, of what is neither."""

from __future__ import annotations

import pytest

from actmath.cli import app

from .invoke import RUNNER, answer, refusal


@pytest.mark.slow
def test_json_of_a_formula() -> None:
    found = answer("check", "max(0, x) + x/2", "--points", "2", "--seed", "3")
    assert (found["seed"], found["breaks"], found["lost"]) == (3, ["0"], 0)
    assert {row["route"] for row in found["kept"]} > {"NumPy float64", "moments"}
    assert {"digits", "whole", "promised", "at", "got", "right", "note"} <= set(found["kept"][0])


@pytest.mark.slow
def test_people_read_a_table() -> None:
    shown = RUNNER.invoke(app, ["check", "relu", "--points", "0"]).stdout
    assert "rows keep the digits that are promised" in " ".join(shown.split())
    assert "NumPy" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "rleu"), "relu"),
        (("check", "max(0, y)"), "y"),
        (("check", "relu", "--points", "-1"), "points"),
        (("check", "elu", "--set", "alpha"), "name=value"),
    ],
)
def test_misuse_is_one_clear_sentence(arguments: tuple[str, ...], words: str) -> None:
    assert words in refusal(*arguments)


def test_help_says_what_it_takes() -> None:
    assert "FORMULA" in RUNNER.invoke(app, ["check", "--help"]).stdout
