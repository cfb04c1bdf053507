"""Certificates as files, and the list of their digests."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from actmath import prove
from actmath._text.checksums import DIGESTS, listed_digests

from ..tampering import FOLDER

NAME = "theorem-1-variance-upper"


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    result = prove.prove(NAME)
    assert result.certificate
    path = result.certificate.save(tmp_path)
    assert path.name == f"{NAME}.json"
    assert prove.Certificate.load(path).as_dict() == json.loads(path.read_text("utf-8"))
    assert prove.verify(path).accepted
    assert listed_digests(tmp_path) == {path.name: result.certificate.sha256}
    other = result.certificate.save(tmp_path / "other.json")
    assert other.read_bytes() == path.read_bytes()
    assert len(listed_digests(tmp_path)) == 1


def test_every_committed_file_is_listed_with_its_digest_and_no_other() -> None:
    files = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FOLDER.iterdir()}
    files.pop(DIGESTS)
    assert listed_digests(FOLDER) == files


def test_a_line_that_lists_nothing_certain_is_none(tmp_path: Path) -> None:
    one, two = "0" * 64, "1" * 64
    lines = [f"{one}  a.json", f"{one}  b.json", f"{two}  b.json", "c.json", f"{one[1:]}  d.json"]
    (tmp_path / DIGESTS).write_bytes("\n".join(lines).encode() + b"\n\xff\n")
    assert listed_digests(tmp_path) == {"a.json": one}
    assert listed_digests(tmp_path / "nowhere") == {}


def test_what_is_no_certificate_is_not_loaded(tmp_path: Path) -> None:
    for data in (b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"declaration": {"name": "nobody"}}'):
        file = tmp_path / "file.json"
        file.write_bytes(data)
        with pytest.raises(ValueError, match="is no certificate"):
            prove.Certificate.load(file)


def test_a_certificate_says_what_it_is() -> None:
    found = prove.Certificate.load(FOLDER / "theorem-1.json")
    assert repr(found) == "<certificate of theorem-1: PROVED with 64 bits>"
    assert found.name == "theorem-1"
    content = json.loads((FOLDER / "theorem-1.json").read_text("utf-8"))
    assert found == prove.Certificate.of(content)
    assert (found.declaration, found.verdict) == (content["declaration"], "PROVED")
    assert (found.evidence, found.precision) == (content["evidence"], 64)
    assert found.as_dict() == content
    assert found.data == (FOLDER / "theorem-1.json").read_bytes()
    assert found.sha256 == hashlib.sha256(found.data).hexdigest()


def test_a_file_is_written_over(tmp_path: Path) -> None:
    found = prove.Certificate.load(FOLDER / "lemma-12-sum.json")
    for place in (tmp_path, tmp_path / "one.json"):
        assert found.save(place) == found.save(place)
    assert (tmp_path / "one.json").read_bytes() == found.data
    (tmp_path / "lemma-12-sum.json").write_bytes(b"spoilt")
    found.save(tmp_path)
    assert (tmp_path / "lemma-12-sum.json").read_bytes() == found.data
    assert listed_digests(tmp_path) == {"lemma-12-sum.json": found.sha256}


def test_why_a_file_is_no_certificate_is_said_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_bytes(b"{}\n")
    with pytest.raises(ValueError, match=r"file\.json is no certificate: it must have format"):
        prove.Certificate.load(file)
    with pytest.raises(FileNotFoundError):
        prove.Certificate.load(tmp_path / "nothing.json")


def test_a_report_says_its_verdict_or_why_not() -> None:
    good = prove.VerifyReport(True, "theorem-1", "PROVED", "", 9, 0.126)
    assert str(good) == repr(good) == "theorem-1: accepted (PROVED), 0.13 s"
    bad = prove.VerifyReport(False, "theorem-1", "PROVED", "a gap", 9, 12.0)
    assert str(bad) == "theorem-1: rejected: a gap, 12.00 s"
    assert (bad.sha256, bad.certificate) == ("", None)
