"""Units of a user's own: declared by ``actmath add`` or by hand, found by later commands."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from actmath.cli import app

from .invoke import RUNNER, answer, refusal


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def add(*arguments: str) -> str:
    done = RUNNER.invoke(app, ["add", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.slow
def test_what_is_added_is_found_by_its_name(folder: Path) -> None:
    shown = add("x*sigmoid(rate*x)", "--name", "gate", "--set", "rate=1.702", "--positive", "rate")
    assert "declared in actmath.toml" in shown
    assert answer("moments", "gate") == {**answer("moments", "quick_gelu"), "activation": "gate"}
    assert answer("moments", "gate", "--set", "rate=1")["mean"] == answer("moments", "silu")["mean"]
    assert "must lie in" in refusal("show", "gate", "--set", "rate=-1")
    assert answer("constants", "gate", "--digits", "5", "--solve-for", "shift")["lam"] > "1"
    assert answer("check", "gate", "--points", "2")["formula"] == "x/(1 + exp(-851*x/500))"
    rows = answer("list")
    assert rows[-1] == {
        "name": "gate",
        "aliases": [],
        "family": "actmath.toml",
        "formula": "x/(1 + exp(-rate*x))",
        "parameters": ["rate"],
        "source": "actmath.toml",
    }
    assert "gate" in RUNNER.invoke(app, ["list"]).stdout


def test_a_kink_has_the_slope_that_is_declared() -> None:
    add("max(0, x)", "--name", "ramp", "--kink", "0=1/2", "--title", "a ramp")
    add("max(0, x)", "--name", "left")
    assert "(1/2, Eq(x, 0))" in answer("show", "ramp")["derivative"]
    assert "1/2" not in answer("show", "left")["derivative"]
    assert "a ramp" in RUNNER.invoke(app, ["show", "ramp"]).stdout


@pytest.mark.slow
def test_a_file_of_its_own_and_a_formula_from_a_file(folder: Path) -> None:
    (folder / "formula.txt").write_text("x*tanh(\n  exp(x))\n", "utf-8")
    add("formula.txt", "--name", "mine", "--units", "others.toml")
    assert not (folder / "actmath.toml").exists()
    found = answer("moments", "mine", "--units", "others.toml")
    assert found == {**answer("moments", "tanhexp"), "activation": "mine"}
    assert "did you mean" in refusal("moments", "mine")
    assert "nowhere.toml" in refusal("moments", "mine", "--units", "nowhere.toml")


def test_what_is_written_is_what_was_meant(folder: Path) -> None:
    title = 'my "own" \\ unit\tα'
    add("höhe*x", "--name", "steig", "--set", "höhe=1/3", "--title", title)
    with (folder / "actmath.toml").open("rb") as file:
        written = tomllib.load(file)
    assert written == {
        "steig": {"formula": "höhe*x", "title": title, "parameters": {"höhe": "1/3"}}
    }
    assert answer("show", "steig")["parameters"]


def test_written_by_hand_with_numbers_read_exactly(folder: Path) -> None:
    text = '[third]\nformula = "k*x + m"\nparameters = {k = 0.1, m = 2}\n'
    (folder / "actmath.toml").write_text(text, "utf-8")
    # E f² = k²+ m², and 0.1 is the decimal.
    assert float(answer("moments", "third", "--digits", "30")["second"]) == 4.01


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("x", "--name", "relu"), "the catalog has a unit that is named relu already"),
        (("x", "--name", "swish"), "the catalog has a unit that is named swish already"),
        (("x", "--name", "two words"), "must be an identifier"),
        (("x", "--name", "for"), "must be an identifier"),
        (("x*y", "--name", "mine"), "y is not known"),
        (("__import__('os').getcwd()", "--name", "mine"), "is no formula"),
        (("x*k", "--name", "mine", "--set", "k"), "--set takes name=value"),
        (("x*k", "--name", "mine", "--set", "k=-1", "--positive", "k"), "must lie in"),
        (("x", "--name", "mine", "--positive", "k"), "positive names 'k', which is no parameter"),
        (("max(0, x)", "--name", "mine", "--kink", "0"), "--kink takes name=value"),
        (("log(x)", "--name", "mine"), "must be real for every real x"),
        (("x" * 3000, "--name", "mine"), "may have 2000 characters"),
    ],
)
def test_what_is_no_unit_is_refused_and_not_written(
    arguments: tuple[str, ...], words: str, folder: Path
) -> None:
    assert words in refusal("add", *arguments)
    assert list(folder.iterdir()) == []


def test_a_file_can_be_read_after_whatever_was_added(folder: Path) -> None:
    """Bare keys of TOML are ASCII, and its texts hold no delete character."""
    names = ("é", "ℓ", "名前", "true", "inf")
    for name in names:
        add("r\u00e9*x", "--name", name, "--title", 'a\x7fb\x1b"\\\n', "--set", "r\u00e9=2")
    held = tomllib.loads((folder / "actmath.toml").read_text("utf-8"))
    assert tuple(held) == names
    for name in names:
        assert held[name]["title"] == 'a\x7fb\x1b"\\\n'
        assert answer("moments", name)["variance"] == "4.00000000000000"


def test_a_file_grows_no_larger_than_is_read(folder: Path) -> None:
    (folder / "actmath.toml").write_text("# " + "x" * (2**20 - 10) + "\n")
    assert "would have more than 1,048,576 bytes" in refusal("add", "2*x", "--name", "twice")
    assert RUNNER.invoke(app, ["list"]).exit_code == 0


def test_the_argument_is_no_name_of_a_unit(folder: Path) -> None:
    """By it the formula x is meant."""
    assert "[x]: x is the argument" in refusal("add", "2*x", "--name", "x")
    assert not (folder / "actmath.toml").exists()
    (folder / "actmath.toml").write_text("[x]\nformula = '2*x'\n")
    assert "[x]: x is the argument" in refusal("list")


def test_a_name_is_given_once(folder: Path) -> None:
    add("x", "--name", "mine")
    before = (folder / "actmath.toml").read_bytes()
    assert "actmath.toml has a unit that is named mine already" in refusal(
        "add", "2*x", "--name", "mine"
    )
    assert (folder / "actmath.toml").read_bytes() == before
    assert "did you mean mine" in refusal("show", "mime")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[mine", "actmath.toml is no file of units in TOML: "),
        ("[" * 2000, "actmath.toml is no file of units in TOML: "),
        ("mine = 1", '[mine]: a unit is a table with formula = "…"'),
        ("[mine]\nformula = 3", '[mine]: a unit is a table with formula = "…"'),
        ("[mine]\nformula = 'x'\nparameter = {}", "did you mean parameters"),
        ("[mine]\nformula = 'x'\nkinks = 3", "kinks must be a list, got 3"),
        ("[mine]\nformula = 'x'\nkinks = [3]", "[mine]: "),
        ("[mine]\nformula = 'x'\nparameters = [1]", "parameters must be a table"),
        ("[mine]\nformula = 'k*x'\nparameters = {k = true}", "[mine]: "),
        ("[mine]\nformula = 'k*x'\nparameters = {k = nan}", "[mine]: "),
        ("[mine]\nformula = 'x'\npositive = [[1]]", "positive names [1], which is no parameter"),
        ("# " + "x" * 2**20, "actmath.toml: it has more than 1,048,576 bytes"),
    ],
)
def test_a_broken_file_is_told(text: str, words: str, folder: Path) -> None:
    (folder / "actmath.toml").write_text(text, "utf-8")
    assert words in refusal("show", "mine")


def test_a_file_that_is_no_text(folder: Path) -> None:
    (folder / "actmath.toml").write_bytes(b"\xff\xfe")
    assert "no text in UTF-8" in refusal("show", "mine")


def test_the_catalog_is_not_hidden(folder: Path) -> None:
    (folder / "actmath.toml").write_text('[relu]\nformula = "x"\n', "utf-8")
    assert "the catalog has a relu too" in refusal("show", "relu")
    assert answer("show", "elu")["name"] == "elu"


def test_a_mark_before_the_first_letter(folder: Path) -> None:
    (folder / "actmath.toml").write_text("[mine]\nformula = 'x'\n", "utf-8-sig")
    assert answer("show", "mine")["name"] == "mine"
    add("2*x", "--name", "other")
    assert answer("show", "other")["name"] == "other"


def test_a_slope_is_declared_where_there_is_a_kink_and_once() -> None:
    call = ("add", "Max(x, 0)", "--name", "kinked")
    assert "declares f′ at 1, where its formula has no kink" in refusal(*call, "--kink", "1=1")
    twice = ("--kink", "0=1", "--kink", "0.0=0")
    assert "declares f′ at 0 twice: 1 and 0" in refusal(*call, *twice)
    assert not Path("actmath.toml").exists()


@pytest.mark.parametrize("kinks", ['"01"', "3", '["0"]', '{"0" = "1"}'])
def test_a_kink_of_a_file_is_a_pair(kinks: str) -> None:
    Path("actmath.toml").write_text(f'[kinked]\nformula = "Max(x, 0)"\nkinks = [{kinks}]\n')
    assert "at_kinks holds pairs (breakpoint, value), got" in refusal("show", "kinked")
