"""What reaches the terminal: tables for people, JSON for machines, one sentence on error."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from sympy import Float

from actmath.claims import verdicts
from actmath.cli._output import (
    _EXTRAS,
    clear_errors,
    complain,
    print_json,
    print_judgement,
    print_pairs,
    print_table,
)

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "error", [KeyError, ValueError, TypeError, NotImplementedError, FileNotFoundError]
)
def test_misuse_becomes_a_sentence_and_exit_code_2(
    error: type[Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    @clear_errors
    def command() -> None:
        raise error("nothing is named so")

    with pytest.raises(typer.Exit) as end:
        command()
    seen = capsys.readouterr()
    assert end.value.exit_code == 2
    assert seen.out == ""
    assert "error: " in seen.err
    assert "nothing is named so" in seen.err


def test_what_python_says_without_a_word_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    @clear_errors
    def command() -> None:
        raise MemoryError

    with pytest.raises(typer.Exit):
        command()
    assert "too little memory" in capsys.readouterr().err


def test_other_errors_are_not_hidden() -> None:
    @clear_errors
    def command() -> None:
        raise ArithmeticError("a defect")

    with pytest.raises(ArithmeticError):
        command()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("torch", 'pip install "actmath[torch]"'),
        ("torch.nn", 'pip install "actmath[torch]"'),
        ("flint", 'pip install "actmath[prove]"'),
        (None, "install actmath with its extras"),
    ],
)
def test_a_missing_extra_says_what_to_install(
    capsys: pytest.CaptureFixture[str], name: str | None, said: str
) -> None:
    @clear_errors
    def command() -> None:
        raise ImportError("No module named", name=name)

    with pytest.raises(typer.Exit):
        command()
    assert said in capsys.readouterr().err


def test_each_extra_that_is_named_exists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(_EXTRAS.values()) <= set(project["optional-dependencies"])


def test_json_is_plain_and_refuses_nan(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"λ": [1, None]})
    text = capsys.readouterr().out
    assert "λ" in text
    assert json.loads(text) == {"λ": [1, None]}
    with pytest.raises(ValueError, match="JSON"):
        print_json({"before": 1, "it": float("nan")})
    # Not even its beginning.
    assert capsys.readouterr().out == ""


def test_pairs_show_numbers_by_their_digits(capsys: pytest.CaptureFixture[str]) -> None:
    print_pairs([("lam", Float("0.50", 20)), ("[bold]", "as it is")], "title")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "title"
    assert lines[1].split() == ["lam", "0.50000000000000000000"]
    assert lines[2].split() == ["[bold]", "as", "it", "is"]


def test_brackets_are_no_styles_and_escapes_are_not_obeyed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Names of files and titles of units are other people's."""
    wild = "[bold]\x1b[31m\r\u202e"
    spelled = r"[bold]\x1b[31m\r\u202e"
    print_pairs([(wild, f"{wild}\nnext")], wild)
    print_table(("name",), [(wild,)], wild)
    complain(wild)
    seen = capsys.readouterr()
    assert seen.out.count(spelled) == 5
    assert seen.err == f"error: {spelled}\n"
    assert "next" in [line.strip() for line in seen.out.splitlines()]


def test_tables_have_their_columns(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "says"), [("a", "one"), ("b", "two")])
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[0] == ["name", "says"]
    assert lines[-2:] == [["a", "one"], ["b", "two"]]


def test_a_long_number_is_never_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "14")
    number = "-1.7976931348623157e+308"
    print_table(("x",), [(number,)])
    _, _, *lines = capsys.readouterr().out.split()
    assert "".join(lines) == number


@pytest.mark.parametrize("columns", ["0", "1", "8"])
def test_nothing_is_left_out_of_narrow_terminals(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    print_pairs([("a long question", "0.398942280401433")], "title")
    print_table(("one", "two"), [("0.25", "0.125")])
    shown = capsys.readouterr().out.split()
    assert {"title", "0.398942280401433", "0.25", "0.125"} <= set(shown)


SAYS = """
from actmath.cli import app
app()
"""


def called(*words: str, shell: str = "", **environment: str) -> tuple[int, str, str]:
    """The exit code of a command with its streams as a shell gives them, and what it says."""
    command = f"{shlex.join([sys.executable, '-c', SAYS, *words])} {shell}"
    done = subprocess.run(
        ["bash", "-c", command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")


@FULL
@pytest.mark.parametrize("words", ["moments relu", "moments relu --json", "--version", "--help"])
def test_a_full_disk_is_a_sentence(words: str) -> None:
    code, _, said = called(*words.split(), shell="> /dev/full")
    assert code == 2
    assert "No space left" in said
    assert "Traceback" not in said
    assert "Exception ignored" not in said


@pytest.mark.slow
@FULL
def test_where_no_sentence_can_be_written_the_exit_code_says_it() -> None:
    for words in (("moments", "nope"), ("nope",)):
        assert called(*words, shell="2> /dev/full") == (2, "", "")


@pytest.mark.parametrize(
    "words", ["moments relu", "moments relu --json", "--version", "--help", "show --help"]
)
def test_a_pipe_that_nobody_reads(words: str) -> None:
    """1 would say that the answer is no."""
    # Its reader is gone before anything is written.
    code, _, said = called(*words.split(), shell="| true; exit ${PIPESTATUS[0]}")
    assert (code, said) == (141, "")


@pytest.mark.parametrize("words", ["moments nope", "nope", "moments --nope"])
def test_a_complaint_that_nobody_reads(words: str) -> None:
    assert called(*words.split(), shell="2>&1 | true; exit ${PIPESTATUS[0]}") == (2, "", "")


@pytest.mark.parametrize("words", ["moments relu", "moments relu --json", "--help"])
def test_a_closed_output_is_a_sentence(words: str) -> None:
    code, _, said = called(*words.split(), shell=">&-")
    assert code == 2
    assert "standard output is closed" in said


@pytest.mark.slow
def test_letters_that_cannot_be_written_are_spelled() -> None:
    code, shown, _ = called("moments", "relu", PYTHONIOENCODING="ascii")
    assert code == 0
    assert r"E f\u2032" in shown
    code, shown, _ = called("list", "--json", PYTHONIOENCODING="ascii")
    assert code == 0
    assert json.loads(shown) == json.loads(called("list", "--json", PYTHONIOENCODING="utf-8")[1])
    code, _, said = called("moments", "n\udcffpe", PYTHONIOENCODING="utf-8")
    assert code == 2
    assert r"'n\udcffpe'" in said


def test_a_judgement_says_id_verdict_and_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    judgement = next(iter(verdicts("C-SNN-1.d")))
    print_judgement(judgement)
    text = " ".join(capsys.readouterr().out.split())
    for part in (judgement.claim.id, str(judgement.finding.verdict), judgement.finding.evidence):
        assert part in text


def test_pytorchs_own_calls_are_not_listed(capsys: pytest.CaptureFixture[str]) -> None:
    @clear_errors
    def command() -> None:
        raise ValueError(
            "rand(): too large\nException raised from unpackLong at numbers.h:79\nframe #0"
        )

    with pytest.raises(typer.Exit):
        command()
    assert capsys.readouterr().err == "error: rand(): too large\n"
