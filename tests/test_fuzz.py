"""``make fuzz`` runs rounds until its time is up, and shows what fails with the way to it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .fuzz import AREAS, ROOT, Area, Round, fuzz


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_what_is_tried_is_there(area: Area) -> None:
    assert all((ROOT / path).exists() for path in area.tests)


@pytest.mark.slow
def test_a_round_that_fails_says_so_and_how_to_make_it_again(tmp_path: Path) -> None:
    test = tmp_path / "test_wrong.py"
    test.write_text("import os\n\ndef test_it():\n    assert os.environ['FUZZ'] == 'else'\n")
    one = Round(Area("wrong", (str(test),), 3), 1)
    # Starting pytest takes a while on a busy machine.
    assert "1 failed" in str(one.run(300))
    assert one.command.startswith("FUZZ=1 ")


def test_what_a_round_finds_is_shown_and_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Round, "run", lambda self, seconds: "1 failed")
    assert fuzz(0.001, seed=1, areas=(Area("wrong", ("tests",), 3),)) > 0
    shown = capsys.readouterr().out.replace("\n", "")
    assert "again: FUZZ=" in shown
    assert "1 failed" in shown


@pytest.mark.slow
def test_a_round_ends_when_the_time_is_up(tmp_path: Path) -> None:
    test = tmp_path / "test_long.py"
    test.write_text("import time\n\ndef test_it():\n    time.sleep(60)\n")
    assert Round(Area("long", (str(test),), 3), 1).run(2) is None


@pytest.mark.slow
def test_nothing_finished_is_not_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    test = tmp_path / "test_long.py"
    test.write_text("import time\n\ndef test_it():\n    time.sleep(60)\n")
    assert fuzz(0.03, seed=1, areas=(Area("long", (str(test),), 3),)) == 1
    shown = capsys.readouterr().out.replace("\n", "")
    assert "0 rounds were finished" in shown
    assert "unfinished: FUZZ=" in shown


@pytest.mark.slow
def test_another_seed_gives_other_examples(tmp_path: Path) -> None:
    """In the profile that FUZZ chooses; the usual one gives the same each time."""
    test = tmp_path / "test_drawn.py"
    test.write_text(
        "from hypothesis import given, strategies as st\n\n"
        "@given(st.integers())\ndef test_it(n):\n    print('drew', n)\n"
    )
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "profiles.py").read_text("utf-8"))

    def drawn(**asked: str) -> str:
        call = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", str(test)]
        call += [f"--hypothesis-seed={asked['FUZZ']}"] if asked else []
        found = subprocess.run(
            call, cwd=tmp_path, env=os.environ | asked, capture_output=True, text=True, check=True
        )
        return "\n".join(line for line in found.stdout.splitlines() if "drew" in line)

    assert drawn() == drawn()
    few = {"ACTMATH_EXAMPLES": "10"}
    assert drawn(FUZZ="1", **few) != drawn(FUZZ="2", **few)
