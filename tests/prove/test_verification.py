"""Certificates are checked against today's statements, and show their points."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actmath import prove

from .tampering import FOLDER, Content, tampered


@pytest.mark.parametrize("name", prove.STATEMENTS)
def test_certificates_are_accepted(name: str) -> None:
    report = prove.verify(FOLDER / f"{name}.json")
    assert report.accepted, report.reason


def test_a_certified_point_is_shown_with_its_value() -> None:
    shown = prove.witness(prove.Certificate.load(FOLDER / "theorem-1-mean-lower.json"))
    assert shown
    assert shown == prove.prove("theorem-1-mean-lower").counterexample
    assert shown.value.startswith("-0.0310605")
    for name in ("theorem-1", "lemma-12-printed-attained"):
        assert prove.witness(prove.Certificate.load(FOLDER / f"{name}.json")) is None


def test_another_bound_or_formula_is_refused(tmp_path: Path) -> None:
    def loosen(altered: Content) -> None:
        altered["declaration"]["parts"][0]["claims"][4]["bound"] = "2"

    def rewrite(altered: Content) -> None:
        altered["declaration"]["formulas"]["norm"]["value"][-1][1] = "M0"

    for change in (loosen, rewrite):
        path = tmp_path / "certificate.json"
        path.write_text(json.dumps(tampered("theorem-1", change)))
        assert "something else" in prove.verify(path).reason


def test_a_formula_written_otherwise_but_equal_is_accepted(tmp_path: Path) -> None:
    def rewrite(altered: Content) -> None:
        step = altered["declaration"]["formulas"]["mean"]["value"][-1]
        step[1] = f"({step[1]} + 1) - 1"

    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(tampered("theorem-1", rewrite)))
    assert prove.verify(path).accepted


def test_files_that_are_no_certificates_are_rejected_with_a_reason(tmp_path: Path) -> None:
    for text in ("", "{", "[]", "{}", '{"declaration": {"name": "nobody"}}'):
        path = tmp_path / "file.json"
        path.write_text(text)
        report = prove.verify(path)
        assert not report.accepted
        assert report.reason
    with pytest.raises(ValueError, match="no certificate"):
        prove.Certificate.load(path)
