"""Every statement has its certificate, and what is false has a correction."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actmath import prove
from actmath.prove.theorems import _made

FOLDER = Path(__file__).parents[3] / "book" / "certificates"


def test_every_statement_has_its_certificate_and_no_other_is_there() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(prove.STATEMENTS)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 3_000_000


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_certificates_are_intact_and_state_what_is_declared(path: Path) -> None:
    content = json.loads(path.read_text())
    certificate = prove.Certificate.load(path)
    assert certificate.sha256 == content["sha256"]
    assert certificate.verdict in ("PROVED", "REFUTED")
    if path.stem != "fixed-points":  # its boxes take seconds to find: see below
        declared = json.loads(json.dumps(prove.STATEMENTS[path.stem].declaration()))
        assert content["declaration"]["parts"] == declared["parts"]
        assert content["declaration"]["claim"] == declared["claim"]


def test_what_is_false_has_a_correction_that_is_proved() -> None:
    verdicts = {p.stem: json.loads(p.read_text())["verdict"] for p in FOLDER.glob("*.json")}
    statements = prove.STATEMENTS.values()
    corrected = {n for s in statements if verdicts[s.name] == "PROVED" for n in s.corrects}
    assert {s.name for s in statements if s.source and verdicts[s.name] == "REFUTED"} <= corrected


def test_a_statement_of_another_name_than_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="declared as 'theorem-2' calls itself 'theorem-1'"):
        _made("theorem-2", lambda: prove.STATEMENTS["theorem-1"])
