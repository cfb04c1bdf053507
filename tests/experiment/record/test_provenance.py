"""A result says by which code it was made, on what, and when."""

from __future__ import annotations

import subprocess
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

import actmath
from actmath.experiment._record.provenance import (
    COMMIT,
    Code,
    Provenance,
    Stopped,
    processor_name,
    versions,
)


@pytest.fixture(autouse=True)
def nobody_names_a_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(COMMIT, raising=False)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout" / "package"
    folder.mkdir(parents=True)
    (folder / "code.py").write_text("1")
    git(folder.parent, "init")
    return folder


def test_a_devices_name_is_one_that_can_be_read_again() -> None:
    for device, kept in (("abacus", "abacus"), ("a\tb\x1b", "a\\tb\\x1b"), ("a" * 300, None)):
        made = Provenance.now(Code(None, None), device, 1, 0.0)
        assert Provenance.from_json(asdict(made)) == made
        assert kept in (made.device, None)


def test_code_is_its_commit_and_whether_it_was_altered(package: Path) -> None:
    assert Code.present(package) == Code(None, None)
    git(package.parent, "add", ".")
    git(package.parent, "commit", "-m", "all")
    commit = git(package.parent, "rev-parse", "HEAD")
    (package.parent / "prose.md").write_text("changed")
    assert Code.present(package) == Code(commit, False)
    (package / "new.py").write_text("2")
    assert Code.present(package) == Code(commit, True)


def test_new_files_count_though_the_users_settings_hide_them(package: Path) -> None:
    git(package.parent, "add", ".")
    git(package.parent, "commit", "-m", "all")
    git(package.parent, "config", "status.showUntrackedFiles", "no")
    (package / "new.py").write_text("2")
    assert Code.present(package).dirty is True


def test_where_git_does_not_say_what_differs_nobody_knows(package: Path) -> None:
    git(package.parent, "add", ".")
    git(package.parent, "commit", "-m", "all")
    # The commit can be read without it, the list of changes cannot.
    (package.parent / ".git" / "index").write_bytes(b"no index")
    assert Code.present(package) == Code(git(package.parent, "rev-parse", "HEAD"), None)


def test_a_package_elsewhere_has_no_commit(tmp_path: Path, package: Path) -> None:
    installed = package / "site-packages" / "package"
    installed.mkdir(parents=True)
    git(package.parent, "add", ".")
    git(package.parent, "commit", "-m", "all")
    assert Code.present(installed) == Code(None, None)
    assert Code.present(tmp_path) == Code(None, None)


def test_a_copy_without_a_checkout_is_told_its_commit(
    tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = "0123456789abcdef" * 2 + "01234567"
    monkeypatch.setenv(COMMIT, named)
    # Nobody looked whether files differ, and the record says so.
    assert Code.present(tmp_path) == Code(named, None)
    assert Code.present(tmp_path).resumed(Code.present(tmp_path)) == Code(named, None)
    assert Provenance.now(Code(named, None), "abacus", 1, 0.0).checkout == "0123456?"
    git(package.parent, "add", ".")
    git(package.parent, "commit", "-m", "all")
    # A checkout knows better than the variable.
    assert Code.present(package).commit == git(package.parent, "rev-parse", "HEAD")


@pytest.mark.parametrize("named", ["abc", "G" * 40, "A" * 40, "a" * 41, "a" * 40 + "\n", "HEAD"])
def test_what_is_no_commit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv(COMMIT, named)
    with pytest.raises(ValueError, match="ACTMATH_COMMIT must be a commit's 40 hexadecimal"):
        Code.present(tmp_path)


def test_old_records_say_nothing_of_what_is_beneath() -> None:
    made = Provenance.now(Code(None, None), "abacus", 1, 0.0)
    assert not {"backend", "stopped"} & set(made.to_json())
    assert Provenance.from_json(made.to_json()) == made


def test_what_is_beneath_and_how_it_ended_come_back() -> None:
    stopped = Stopped("budget", 3, 9)
    made = Provenance.now(Code(None, None), "abacus", 1, 0.0, {"cuda": "13.0"}, stopped)
    back = Provenance.from_json(made.to_json())
    assert (back, back.backend, back.stopped) == (made, {"cuda": "13.0"}, stopped)
    assert str(stopped) == "ended by its budget after 3 of 9 epochs"


@pytest.mark.parametrize(
    "wrong",
    [
        {"backend": {"cuda": 13}},
        {"backend": ["cuda"]},
        {"backend": {"cuda": "1" * 201}},
        {"versions": {"torch": "1" * 201}},
        {"stopped": {"by": "hunger", "epochs": 3, "planned": 9}},
        {"stopped": {"by": "budget", "epochs": 9, "planned": 9}},
        {"stopped": {"by": "budget", "epochs": 0, "planned": 9}},
        {"stopped": {"by": "budget", "epochs": True, "planned": 9}},
        {"stopped": {"by": "budget", "epochs": 2.5, "planned": 9}},
        {"stopped": {}},
        {"stopped": "budget"},
    ],
)
def test_no_other_end_is_read(wrong: dict[str, object]) -> None:
    data = Provenance.now(Code(None, None), "abacus", 1, 0.0).to_json()
    with pytest.raises((ValueError, TypeError)):
        Provenance.from_json({**data, **wrong})


def test_in_a_checkout_the_commit_of_the_package_is_recorded() -> None:
    top = Path(actmath.__file__).parents[1]
    if not (top / ".git").exists():
        pytest.skip("the package lies in no checkout")
    assert Code.present().commit == git(top, "rev-parse", "HEAD")


def test_code_that_changes_before_resuming_is_dirty() -> None:
    begun = Code("abc", False)
    assert begun.resumed(Code("abc", False)) == begun
    assert begun.resumed(Code("def", False)) == Code("abc", True)
    assert Code(None, None).resumed(Code("abc", False)) == Code(None, None)


def test_the_present_state() -> None:
    origin = Provenance.now(Code("c0ffee1234", True), processor_name(), 2, 1.23456)
    assert origin.checkout == "c0ffee1+"
    assert origin.versions == versions()
    assert origin.versions["numpy"] == np.__version__
    assert origin.seconds == 1.235
    assert datetime.fromisoformat(origin.finished).utcoffset() is not None
    assert Provenance.from_json(asdict(origin)) == origin
    assert Provenance.now(Code(None, None), "abacus", 1, 0.0).checkout == "none"
