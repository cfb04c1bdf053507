"""Whatever is typed: an answer or a sentence, an exit code that is listed, and no traceback."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from typer.main import get_command

from actmath.cli import app
from actmath.experiment._engine import run

from ..profiles import FUZZ
from .invoke import RUNNER, refusal

WORDS = (
    *(
        "",
        " ",
        "-1",
        "0",
        "1e21",
        "1e400",
        "nan",
        "inf",
        "-inf",
        "true",
        "None",
        "x",
        "x+",
        "(",
        "∞",
    ),
    *("relu", "Swish", "leaky-relu", "1/0", "0x10", "..", "/", "a=b", "alpha=", "=1", "alpha=nan"),
    *(
        "∞",
        "\x1b[31m",
        "x" * 300,
        "(" * 300,
        "x**x**x",
        "1e-400",
        "fifty-layers",
        "theorem-1",
        "--",
    ),
)
#: Names that files and modules hardly have.
NAMES = (
    *("a\nb", "a\0b", "\udcff", "😀", "-x", "../..", "~", "a,b", r"a\,b", "[bold]", "\u202e", "\r"),
    *("/dev/null", "/dev/full", "no.toml", "no:f", "x" * 5000, "csv:no,no", "data=csv:a,b", "%s"),
)
GROUP = get_command(app)
#: What each command itself takes, so that a new option is tried, too.
TAKES = {
    name: tuple(word for each in command.params for word in each.opts if word.startswith("--"))
    for name, command in GROUP.commands.items()  # type: ignore[attr-defined]
}
#: Those that train or prove only where a name is right, which is not tried here.
RIGHT = ("fifty-layers", "theorem-1", "--all", "--run", "--dask")
#: Those that answer everything, for minutes, where nothing is named.
WHOLE = ("claims", "world")


@pytest.mark.parametrize("seed", range(FUZZ, FUZZ + (600 if FUZZ else 60)))
def test_wild_words(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rng = random.Random(seed)
    command = rng.choice(list(TAKES))
    call = [command, *(["nothing"] if command in WHOLE else [])]
    for _ in range(rng.randint(1, 4)):
        options = (*TAKES[command], "--json", "--help", "--mean", "--over")
        words = WORDS if rng.random() < 0.7 else NAMES
        call += [rng.choice(options)] * (rng.random() < 0.6) + [rng.choice(words)]
    call = [word for word in call if word not in RIGHT]
    result = RUNNER.invoke(app, call)
    assert result.exit_code in (0, 1, 2), call
    assert result.exception is None or isinstance(result.exception, SystemExit), call
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("moments relu --set activation=relu", "relu has no parameter 'activation'"),
        ("show relu --set subject=1", "relu has no parameter 'subject'"),
        ("moments elu --set alpha=1 --set alpha=2", "--set gives alpha twice: 1 and 2"),
        ("train fifty-layers --seeds 1e21", "Invalid value for '--seeds'"),
        (f"train fifty-layers --seeds {10**21}", "seeds must be 1 to 100000 repetitions"),
        ("train fifty-layers --device meta", "no device 'meta' here"),
        ("train fifty-layers --out /dev/null/x.json", "/dev/null/x.json cannot be written"),
        ("sweep fifty-layers --over depth=abc", "depth must be a valid integer, got 'abc'"),
        ("sweep fifty-layers --over depth=true", "depth must be a valid integer, got True"),
        ("verify .", "no certificate (*.json) is in the folder"),
        ("show tahn", "did you mean tanh"),
    ],
)
def test_misuse(call: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence in refusal(*call.split())


def test_a_record_that_nests_deeply(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000)
    assert "deep.json is no intact record" in refusal("results", str(tmp_path))


def test_a_folder_that_may_not_be_read_is_not_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As anybody but the superuser meets it."""

    def refused(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as here:
        here.setattr(os, "scandir", refused)
        assert "Permission denied" in refusal("results", str(tmp_path))
    assert "no records in" in refusal("results", str(tmp_path))


LONG = "x" * 5000


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("results {long}", "neither a folder nor an experiment"),
        ("diagnose {long}", "neither a file nor module:function"),
        ("list --units {long}", "File name too long"),
        ("list --units pipe", "pipe: it is no file"),
        ("diagnose pipe", "pipe: it is no file"),
        ("results folder", "a.json is no intact record: it is no file"),
        ("sweep fifty-layers --over data=csv:pipe", "csv:pipe: no such file"),
        ("sweep fifty-layers --over data=csv:{long}", "no such file"),
        ("sweep fifty-layers --over data=cifar:folder", "data_batch_1.bin is no file"),
    ],
)
def test_names_of_no_file(
    call: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe that nobody writes to never answers."""
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    for name in ("pipe", "folder/a.json", "folder/data_batch_1.bin"):
        os.mkfifo(name)
    Path("folder/test_batch.bin").write_bytes(bytes(3073))
    assert sentence in refusal(*call.format(long=LONG).split())


def test_an_interruption_says_what_was_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "stopped in epoch 3: the same call goes on from there"

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt(said)

    monkeypatch.setattr(run, "run", interrupted)
    result = RUNNER.invoke(app, ["train", "fifty-layers"])
    assert result.exit_code == 130
    assert said in " ".join(result.stderr.split())


def test_the_help_lists_the_exit_codes() -> None:
    shown = " ".join(RUNNER.invoke(app, ["--help"]).stdout.split())
    assert "Exit codes: 0 done; 1 the answer is no; 2 wrong input" in shown
