"""Findings of an earlier run: taken while nothing changed, and never from another's file."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import platformdirs
import pytest

from actmath.claims import CLAIMS, Claim, Finding, Judgement, Kind, Verdict
from actmath.claims._ledger import kept
from actmath.experiment._files.storage import held
from actmath.sources import Source

FILES = (("book/a.json", "0" * 64),)


class Counted:
    """A check that counts how often it ran."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Finding:
        self.times += 1
        return Finding(Verdict.UNDECIDED, f"undecided: seen {self.times} times", files=FILES)


@pytest.fixture
def check() -> Counted:
    return Counted()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "judged.json"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """A fingerprint that a test may change; the true one has tests of its own."""
    current: list[str | None] = ["here"]
    monkeypatch.setattr(kept, "fingerprint", lambda: current[0])
    return current


def row(check: Counted, part: str = "a") -> Claim:
    return Claim(
        id=f"C-TST-1.{part}",
        statement="It holds.",
        tex="1 = 1",
        source=Source("he2015", "Eq. 1"),
        assumptions="none",
        kind=Kind.DERIVED,
        check=check,
    )


def wait(until: Callable[[], bool]) -> None:
    """For a minute at most."""
    end = time.monotonic() + 60
    while not until() and time.monotonic() < end:
        time.sleep(0.01)


def judged(check: Counted, file: Path, anew: bool = False) -> Judgement:
    (found,) = kept.judged([row(check)], file, anew)
    return found


def test_a_row_is_judged_once(check: Counted, file: Path) -> None:
    first, second = judged(check, file), judged(check, file)
    assert check.times == 1
    assert first.to_json() == second.to_json()
    assert first._repr_html_() == second._repr_html_()
    assert first.finding.files == second.finding.files == FILES


def test_other_rows_stay_when_one_is_added(check: Counted, file: Path) -> None:
    judged(check, file)
    list(kept.judged([row(check, "b")], file))
    list(kept.judged([row(check), row(check, "b")], file))
    assert check.times == 2


def test_with_another_fingerprint_it_is_judged_again(
    check: Counted, file: Path, key: list[str | None]
) -> None:
    judged(check, file)
    key[0] = "there"
    assert "seen 2 times" in judged(check, file).finding.evidence


def test_without_a_fingerprint_nothing_is_kept_or_taken(
    check: Counted, file: Path, key: list[str | None]
) -> None:
    judged(check, file)
    key[0] = None
    judged(check, file)
    file.unlink()
    judged(check, file)
    assert check.times == 3
    assert not file.exists()


def test_of_a_user_without_a_home_nothing_is_kept(
    check: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(_: str) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(platformdirs, "user_cache_path", nowhere)
    for times in (1, 2):
        assert [*kept.judged([row(check)], kept.cache_file())]
        assert check.times == times


def test_what_changed_meanwhile_is_not_kept(
    check: Counted, file: Path, key: list[str | None]
) -> None:
    found = kept.judged([row(check)], file)
    next(found)
    key[0] = "there"
    assert not list(found)
    assert not file.exists()


def test_anew_judges_and_keeps(check: Counted, file: Path) -> None:
    judged(check, file)
    assert "seen 2 times" in judged(check, file, anew=True).finding.evidence
    assert "seen 2 times" in judged(check, file).finding.evidence


def test_an_altered_or_broken_file_is_none(check: Counted, file: Path) -> None:
    judged(check, file)
    whole = file.read_bytes()
    altered = whole.replace(b"undecided", b"holds")
    for count, content in enumerate((altered, whole[:-9], b"\xff", b"[]", b"{}", b"[" * 10**5), 2):
        file.write_bytes(content)
        assert f"seen {count} times" in judged(check, file).finding.evidence
    file.unlink()
    # Waited for, a pipe would never answer.
    os.mkfifo(file)
    assert f"seen {count + 1} times" in judged(check, file).finding.evidence


def test_a_folder_that_cannot_be_written_costs_nothing_else(check: Counted, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    assert judged(check, tmp_path / "cache" / "judged.json").finding.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("identifier", ["C-PRE-2", "C-ELU-9.a", "C-SNN-4.a"])
def test_true_rows_come_back_as_they_were(identifier: str, file: Path) -> None:
    first, second = (next(iter(list(kept.judged([CLAIMS[identifier]], file)))) for _ in range(2))
    assert type(second.finding) is kept._KeptFinding
    assert first.to_json() == second.to_json()
    assert first._repr_html_() == second._repr_html_()


class TestTogether:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv(kept.SHARED, str(tmp_path))
        return tmp_path

    def test_one_build_runs_a_check_once(self, check: Counted, folder: Path) -> None:
        first, second = (kept.judged_together([row(check), row(check, "b")]) for _ in range(2))
        assert check.times == 2
        assert [j.to_json() for j in first] == [j.to_json() for j in second]
        assert [j._repr_html_() for j in first] == [j._repr_html_() for j in second]

    def test_without_a_build_every_check_is_run(
        self, check: Counted, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv(kept.SHARED)
        for _ in range(2):
            kept.judged_together([row(check)])
        assert check.times == 2
        assert not list(folder.iterdir())

    def test_what_other_code_found_is_not_taken(
        self, check: Counted, folder: Path, key: list[str | None]
    ) -> None:
        for key[0] in ("here", "there", None):
            kept.judged_together([row(check)])
        assert check.times == 3

    def test_nor_what_somebody_wrote(self, check: Counted, folder: Path) -> None:
        kept.judged_together([row(check)])
        (file,) = folder.rglob("C-*.json")
        file.write_bytes(file.read_bytes().replace(b"undecided", b"holds"))
        (found,) = kept.judged_together([row(check)])
        assert "seen 2 times" in found.finding.evidence

    def test_a_row_that_another_judges_comes_after_the_others(
        self, check: Counted, folder: Path
    ) -> None:
        order: list[str] = []

        def recorded(part: str) -> Claim:
            def judge() -> Finding:
                order.append(part)
                return check()

            return replace(row(check, part), check=judge)

        def elsewhere() -> None:
            file = folder / "here" / "C-TST-1.a.json"
            with held(file):
                started.set()
                wait(lambda: order == ["b"])

        started = threading.Event()
        other = threading.Thread(target=elsewhere)
        other.start()
        started.wait()
        found = kept.judged_together([recorded("a"), recorded("b")])
        other.join()
        assert order == ["b", "a"]
        assert [j.claim.id for j in found] == ["C-TST-1.a", "C-TST-1.b"]


class TestFingerprint:
    @pytest.fixture
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.undo()
        package, results = tmp_path / "package", tmp_path / "book" / "results"
        for folder in (package, results, tmp_path / "book" / "certificates"):
            folder.mkdir(parents=True)
            (folder / "file").write_text("content")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(kept, "PACKAGE", package)
        monkeypatch.delenv("ACTMATH_NO_CACHE")
        return tmp_path

    @pytest.mark.parametrize(
        "name", ["package/file", "book/results/file", "book/certificates/file", "package/new"]
    )
    def test_every_file_of_code_and_evidence_counts(self, place: Path, name: str) -> None:
        before = kept.fingerprint()
        assert before == kept.fingerprint()
        (place / name).write_text("other content")
        assert kept.fingerprint() != before

    def test_an_installed_version_counts(
        self, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = kept.fingerprint()
        monkeypatch.setattr("importlib.metadata.distributions", list)
        assert kept.fingerprint() != before

    def test_the_folder_of_a_build_does_not_count(
        self, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = kept.fingerprint()
        monkeypatch.setenv(kept.SHARED, str(place))
        assert kept.fingerprint() == before is not None

    def test_files_elsewhere_are_out_of_sight(
        self, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ACTMATH_MNIST", str(place))
        assert kept.fingerprint() is None


def test_what_is_kept_is_plain(check: Counted, file: Path) -> None:
    judged(check, file)
    assert set(json.loads(file.read_bytes())) == {"rows", "sha256"}
