"""What is no certificate, or beyond the limits, ends in a sentence before anything is computed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from actmath.prove._certificate.arithmetic import RejectedError
from actmath.prove._certificate.check import canonical_bytes
from actmath.prove._certificate.reading import MOST_BITS, MOST_BYTES, read_certificate, read_file

from ...pace import no_longer_than
from ..tampering import FOLDER, content, evidence, tampered

DATA = (FOLDER / "theorem-1.json").read_bytes()


def refused(data: bytes) -> str:
    with pytest.raises(RejectedError) as rejection:
        read_certificate(data)
    assert len(str(rejection.value)) < 500
    return str(rejection.value)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_committed_files_are_read(file: Path) -> None:
    assert read_certificate(read_file(file)) == json.loads(file.read_text("utf-8"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 100,
        b"\xff\xfe{}",
        b"\xef\xbb\xbf" + DATA,
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b"1" * 900_000,
        b"NaN\n",
        b"-Infinity\n",
        b"1e999\n",
        DATA + b" ",
        DATA.replace(b" ", b"\t", 1),
        DATA.replace(b"\n", b"\r\n"),
        DATA.replace(b'"precision": 64', b'"precision": ' + b"6" * 5000),
        DATA.replace(b'"precision": 64', b'"precision": 64, "precision": 64'),
        DATA.replace(b'"theorem-1"', b'"theorem-1", "name": "theorem-1"'),
        DATA.replace(b'"theorem-1"', b'"theorem\\u002d1"'),
        DATA.replace(b'"precision": 64', b'"precision": 6.4e1'),
        DATA.replace(b'"precision": 64', b'"precision": 064'),
        DATA.decode().encode("utf-16"),
    ],
)
def test_bytes_that_spell_no_certificate(data: bytes) -> None:
    assert data != DATA
    assert refused(data)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "actmath certificate 1"),
        ("format", None),
        ("precision", 10**6),
        ("precision", -64),
        ("precision", True),
        ("precision", "64"),
        ("verdict", "UNDECIDED"),
        ("verdict", "PROVED\n"),
        ("evidence", {}),
        ("evidence", [[]] * 501),
        ("declaration", []),
        ("more", 0),
    ],
)
def test_a_field_of_another_shape(key: str, value: Any) -> None:
    assert refused(canonical_bytes(tampered("theorem-1", lambda c: c.update({key: value}))))


def test_the_precision_is_of_2_bits_at_least_and_of_the_most_at_most() -> None:
    def of(bits: int) -> bytes:
        return canonical_bytes(tampered("theorem-1", lambda c: c.update(precision=bits)))

    for bits in (2, MOST_BITS):
        assert read_certificate(of(bits))["precision"] == bits
    for bits in (1, MOST_BITS + 1):
        assert f"precision is no integer from 2 to {MOST_BITS}" in refused(of(bits))


@pytest.mark.parametrize(
    "margin",
    ["1e-4000000", "1e4000000", "nan", "inf", "0x1", "١", "1_0", "1/0", " 1", "1\n", "1" * 201, 0],
)
def test_a_margin_that_is_no_number_within_limits(margin: Any) -> None:
    altered = tampered("theorem-1", lambda c: evidence(c).update(margin=margin))
    assert "margin is no number" in refused(canonical_bytes(altered))


@pytest.mark.parametrize("cover", ["", "?", "9", "i", ".\n", "." * 40_001, "٣", None])
def test_a_cover_of_other_letters(cover: Any) -> None:
    altered = tampered("theorem-1", lambda c: evidence(c).update(cover=cover))
    assert "cover is no cover" in refused(canonical_bytes(altered))


@pytest.mark.parametrize("text", ["M0;M0", "M0.mid()", "'a'", "M0+" * 700 + "M0", "ℳ0", "", 1])
def test_a_formula_of_other_characters(text: Any) -> None:
    def inject(altered: dict[str, Any]) -> None:
        altered["declaration"]["formulas"]["mean"]["value"][-1][1] = text

    assert "no formula" in refused(canonical_bytes(tampered("theorem-1", inject)))


@pytest.mark.parametrize("name", ["", "../theorem-1", "/etc/passwd", "a\\b", ".hidden", "a" * 201])
def test_a_name_that_leads_into_another_folder_is_refused(name: str) -> None:
    altered = tampered("theorem-1", lambda c: c["declaration"].update(name=name))
    assert "no printable name of a file" in refused(canonical_bytes(altered))


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "long").write_bytes(b" " * (MOST_BYTES + 1))
    for place in (tmp_path, tmp_path / "pipe", Path("/dev/zero"), tmp_path / "long"):
        with pytest.raises(RejectedError):
            read_file(place)
    for place in (tmp_path / "nothing", tmp_path / "loop"):
        if place.name == "loop":
            place.symlink_to(place)
        with pytest.raises(OSError, match=r"loop|nothing"):
            read_file(place)
    (tmp_path / "link").symlink_to(FOLDER / "theorem-1.json")
    assert read_file(tmp_path / "link") == DATA
    assert read_certificate(DATA) == content("theorem-1")


@pytest.mark.parametrize(("depth", "item"), [(900, "0,"), (300, "[],")])
def test_deep_values_are_refused_before_they_are_spelled(depth: int, item: str) -> None:
    """Indented, a megabyte of items that lie 900 lists deep would be a gigabyte."""
    items = item * ((MOST_BYTES - 2 * depth - 10) // len(item)) + "0"
    with no_longer_than(5):
        assert "no table" in refused(f"{'[' * depth}{items}{']' * depth}".encode())


@pytest.mark.parametrize("text", ["\ud800", "\x1b[31m", "\x9b31m", "\u202eback", "a\nb", "\x00"])
@pytest.mark.parametrize("field", ["name", "sentence", "formulas"])
def test_texts_that_do_not_print_are_refused(field: str, text: str) -> None:
    def change(altered: dict[str, Any]) -> None:
        stated = altered["declaration"]
        stated[field] = {text: stated[field]["mean"]} if field == "formulas" else text

    altered = tampered("theorem-1", change)
    # A half of a pair of code units has no bytes in UTF-8; escaped it has.
    data = json.dumps(altered, sort_keys=True, indent=1, ensure_ascii=True).encode() + b"\n"
    assert "no printable" in refused(data)
    assert refused(data).isprintable()
