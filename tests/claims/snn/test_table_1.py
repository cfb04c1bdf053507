"""Table 1 again from Table A11: on a small table made up here, and what is kept of the paper's."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from actmath._text.checksums import list_digests
from actmath.claims import CLAIMS, Verdict
from actmath.claims.snn import _table_a11 as a11
from actmath.claims.snn import table_1

HEAD = "dataset,n,features,SNN,MS,HW,ResNet,BN,WN,LN\n"
#: SNN is best in all but the last complete task; wine and the incomplete one are small.
MADE_UP = HEAD + "".join(
    f"{name},{n},{d},{snn},0.5,0.4,0.3,{bn},0.1,0.05\n"
    for name, n, d, snn, bn in (
        ("iris", 150, 4, 0.9, 0.2),
        ("wine", 178, 13, 0.8, 0.21),
        ("breast-cancer-wisc-diag", 569, 30, 0.7, 0.22),
        ("thousand", 1000, 9, 0.6, 0.23),
        ("large", 60_000, 250, 0.2, 0.2),
    )
)
GAP = MADE_UP + "trains,10,30,NA,NA,NA,NA,0.5,0.5,1.0\n"


def test_ranks_share_ties_and_leave_out_what_is_incomplete() -> None:
    found = a11.summary(GAP)
    assert (found["tasks"], found["complete"]) == (6, 5)
    # First four times; in the last task fourth and fifth are equal: (1·4 + 4.5)/5 − 4.
    assert found["ranks"]["complete"]["SNN"] == pytest.approx(8.5 / 5 - 4)
    # A missing one ranks with the other three that are missing: 4, 5, 6, 7 have the mean 5.5.
    assert found["ranks"]["all"]["SNN"] == pytest.approx((8.5 + 5.5) / 6 - 4)
    assert found["ranges"]["SNN"] == pytest.approx((8 / 5 - 4, 9 / 5 - 4))
    assert found["ranges"]["MSRAinit"][0] == found["ranges"]["MSRAinit"][1]


@pytest.mark.slow
def test_tests_are_one_sided_and_two_sided() -> None:
    sides = a11.summary(MADE_UP)["p"]["complete"]["LayerNorm"]
    # Five differences of one sign: 2⁻⁵, and twice that.
    assert sides == pytest.approx({"greater": 1 / 32, "two-sided": 1 / 16})
    found = a11.summary(MADE_UP)
    assert a11.p_value(found, "LayerNorm", "3.1e-02").verdict is Verdict.HOLDS
    assert a11.p_value(found, "LayerNorm", "6.2e-02").verdict is Verdict.HOLDS
    assert a11.p_value(found, "LayerNorm", "3.2e-02").correction == "3.1e-02, and one-sided"


def test_decisions_turn_with_the_printed_number() -> None:
    found = a11.summary(GAP)
    assert a11.average_rank(found, "SNN", "-2.300").verdict is Verdict.HOLDS
    assert a11.average_rank(found, "SNN", "-2.100").verdict is Verdict.CORRECTED
    assert a11.all_worse(found).verdict is Verdict.REFUTED
    names = sorted(found["ranks"]["complete"], key=lambda name: found["ranks"]["complete"][name])
    assert a11.order(found, names).verdict is Verdict.HOLDS
    assert a11.order(found, names[::-1]).verdict is Verdict.REFUTED
    assert a11.count(found, "at least 1000", 2).verdict is Verdict.HOLDS
    assert a11.count(found, "more than 1000", 2).verdict is Verdict.CORRECTED
    assert a11.count(found, "fewer than 1000", 4).verdict is Verdict.HOLDS
    assert a11.spread(found, "features", (4, 250), 1).verdict is Verdict.HOLDS
    assert a11.spread(found, "features", (4, 263), 1).verdict is Verdict.CORRECTED
    assert a11.training_points(found, lambda _: 570).verdict is Verdict.HOLDS
    assert a11.training_points(found, lambda _: 150).verdict is Verdict.CORRECTED


def test_significance_by_one_sided_tests_only() -> None:
    tests = {"one": {"greater": 0.03, "two-sided": 0.06}}
    found: dict[str, Any] = {"p": {"complete": tests}}
    assert a11.all_worse(found).correction == "by one-sided tests"
    tests["one"]["two-sided"] = 0.04
    assert a11.all_worse(found).verdict is Verdict.HOLDS


def test_ranks_minus_the_middle() -> None:
    assert table_1.centred(table_1.RIGHT, 24).verdict is Verdict.HOLDS
    assert table_1.centred(table_1.RIGHT, 23).verdict is Verdict.REFUTED


def test_the_record_is_made_from_a_file_and_only_from_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "evidence" / "kept.json"
    monkeypatch.setattr(a11, "record_file", lambda: kept)
    (row,) = (claim for claim in table_1.CLAIMS if claim.id == "C-SNN-19.a")
    assert row.check().verdict is Verdict.UNDECIDED
    monkeypatch.delenv(a11.VARIABLE, raising=False)
    a11.remake()
    assert not kept.exists()
    (tmp_path / "copy.csv").write_text(GAP, "utf-8")
    monkeypatch.setenv(a11.VARIABLE, str(tmp_path / "copy.csv"))
    a11.remake()
    again = json.loads(json.dumps(a11.summary(GAP)))
    assert json.loads(kept.read_text("utf-8")) == again
    assert row.check().verdict is Verdict.CORRECTED
    assert again["sha256"][:12] in row.check().evidence
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    for name in (tmp_path, tmp_path / "other.csv", "/dev/zero"):
        monkeypatch.setenv(a11.VARIABLE, str(name))
        with pytest.raises(ValueError, match=f"names no Table A11 as CSV, {name}: "):
            a11.remake()
    assert json.loads(kept.read_text("utf-8")) == again


def test_rows_rest_on_the_listed_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "evidence" / "kept.json"
    monkeypatch.setattr(a11, "record_file", lambda: kept)
    (tmp_path / "copy.csv").write_text(MADE_UP, "utf-8")
    monkeypatch.setenv(a11.VARIABLE, str(tmp_path / "copy.csv"))
    a11.remake()
    row = CLAIMS["C-SNN-19.a"]
    assert row.check().files == (("book/evidence/kept.json", _sha256(kept)),)
    forged = kept.read_bytes().replace(b"-2.", b"-0.", 1)
    assert forged != kept.read_bytes()
    for data in (forged, b"{}", b"\xff", b""):
        kept.write_bytes(data)
        found = row.check()
        assert found.verdict is Verdict.UNDECIDED
        assert "SHA256SUMS does not list" in found.evidence
        assert not found.files
    # Listed, and without the numbers.
    kept.write_bytes(b"{}")
    list_digests(kept.parent, {kept.name: _sha256(kept)})
    assert row.check().verdict is Verdict.UNDECIDED


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
