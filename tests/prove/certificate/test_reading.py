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


# --- the last that is read, and the first that is not ------------------------------------------


def put(*place: Any, value: Any) -> bytes:
    """Theorem 1's file with another value somewhere."""

    def change(altered: dict[str, Any]) -> None:
        holder: Any = altered
        for key in place[:-1]:
            holder = holder[key]
        holder[place[-1]] = value

    return canonical_bytes(tampered("theorem-1", change))


SAID = ("declaration",)
MEAN, PART = (*SAID, "formulas", "mean"), (*SAID, "parts", 0)
CLAIM = (*PART, "claims", 0)
LIMITS: list[tuple[tuple[Any, ...], Any, Any, str]] = [
    ((*SAID, "name"), "a" * 200, "a" * 201, "name is no printable name of a file of 200"),
    ((*SAID, "claim"), "a" * 2000, "a" * 2001, "claim is no printable line of 2000 characters"),
    ((*SAID, "sentence"), "", "a" * 2001, "sentence is no printable line of 2000 characters"),
    ((*SAID, "follows"), "a" * 2000, "a" * 2001, "follows is no printable line of 2000"),
    ((*MEAN, "coordinates", 0), ["a" * 40, "b"], ["a" * 41, "b"], "no name of 40 characters"),
    ((*MEAN, "coordinates", 0), ["a1_", "b"], ["1a", "b"], "coordinates[0][0] is no name of 40"),
    ((*MEAN, "coordinates", 0), ["a", "b*c*d*e"], ["a", "b*c*d*e*f"], "no product of names of 160"),
    (
        (*MEAN, "coordinates", 0),
        ["a", "b" * 160],
        ["a", "b" * 161],
        "[0][1] is no product of names",
    ),
    ((*MEAN, "coordinates", 0), ["a", "b*c"], ["a", "b*"], "no product of names"),
    ((*MEAN, "coordinates", 0), ["a", "b"], ["a"], "coordinates[0] is no list of 2 items"),
    ((*MEAN, "coordinates", 0), ["a", "b"], ["a"] * 3, "[0] is no list of 2 items at most"),
    (
        (*MEAN, "coordinates"),
        [["a", "b"]] * 500,
        [["a", "b"]] * 501,
        "no list of 500 items at most",
    ),
    ((*MEAN, "inputs"), [["a", "1" * 2000]], [["a", "1" * 2001]], "no formula of 2000 characters"),
    ((*MEAN, "inputs"), [["a", "(b + 1)/-2*c"]], [["a", "b ^ 2"]], "inputs[0][1] is no formula"),
    ((*MEAN, "constants"), [], {}, "constants is no list of 500 items at most"),
    ((*PART, "domain"), {"a" * 40: ["0", "1"]}, {"a" * 41: ["0", "1"]}, "a key of it.declaration"),
    ((*PART, "domain"), {"a": ["1", "0"]}, {"a": ["1", "x"]}, "domain.a[1] is no number of 200"),
    (
        (*PART, "domain"),
        {f"a{k}": ["0", "1"] for k in range(500)},
        {f"a{k}": ["0", "1"] for k in range(501)},
        "it.declaration.parts[0].domain is no table of 500 items at most",
    ),
    (
        (*PART, "domain", "mu"),
        ["0", "1"],
        ["0"],
        "it.declaration.parts[0].domain.mu is no list of 2",
    ),
    ((*CLAIM, "formula"), "a" * 200, "a" * 201, "formula is no printable line of 200"),
    ((*CLAIM, "relation"), "<", "<>", "claims[0].relation is no relation of 1 characters at most"),
    ((*CLAIM, "somewhere"), True, 1, "it.declaration.parts[0].claims[0].somewhere is no bool"),
    (CLAIM[:-1], [], [{}], "must have formula, relation, bound, somewhere, and nothing else"),
    (("verdict",), "REFUTED", "REFUTE", "it.verdict is no verdict of 7 characters at most"),
    (
        ("format",),
        "actmath certificate 2",
        "actmath certificate 22",
        "it.format is no format of 40",
    ),
]


@pytest.mark.parametrize(
    ("place", "last", "beyond", "message"), LIMITS, ids=[str(k) for k in range(len(LIMITS))]
)
def test_limits_and_what_is_said_of_them(
    place: tuple[Any, ...], last: Any, beyond: Any, message: str
) -> None:
    data = put(*place, value=last)
    assert canonical_bytes(read_certificate(data)) == data
    assert message in refused(put(*place, value=beyond))


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        ({"first": 0, "last": 499, "target": {"mu": ["0", "1"]}}, ""),
        ({"first": 500, "last": 1, "target": {}}, "first is no integer from 0 to 499"),
        ({"first": 0, "last": -1, "target": {}}, "chains[0].last is no integer from 0 to 499"),
        ({"first": 0, "last": 0}, "chains[0] must have first, last, target, and nothing else"),
    ],
)
def test_chains_are_read_by_their_shape(chain: dict[str, Any], message: str) -> None:
    data = put("declaration", "chains", value=[chain])
    if message:
        assert message in refused(data)
    else:
        assert read_certificate(data)["declaration"]["chains"] == [chain]


@pytest.mark.parametrize(
    "number",
    ["0", "-0", "007", "1.50", "-2.25e-3", "1e999", "1e-999", "-1/3", "22/007", "1" * 200],
    ids=lambda number: number if len(number) < 200 else "200 digits",
)
def test_numbers_of_each_form_are_read(number: str) -> None:
    assert read_certificate(put("evidence", 0, 0, "margin", value=number))
    assert read_certificate(put(*CLAIM, "bound", value=number))


@pytest.mark.parametrize(
    "number", ["", "-", ".5", "5.", "1e", "1e1000", "1e+5", "+1", "1/3/5", "1/-3", "1.5/2", "1/000"]
)
def test_numbers_of_other_forms_are_not(number: str) -> None:
    assert "bound is no number of 200 characters at most" in refused(
        put(*CLAIM, "bound", value=number)
    )


@pytest.mark.parametrize(
    "cover",
    ["01234567", "abcdefgh", "ABCDEFGH.", "." * 40_000],
    ids=["halves", "lower faces", "upper faces", "40,000 leaves"],
)
def test_covers_of_all_their_letters_are_read(cover: str) -> None:
    assert read_certificate(put("evidence", 0, 0, "cover", value=cover))


def test_evidence_is_of_one_kind_or_the_other() -> None:
    point = {"point": {"mu": "0.1"}}
    for proofs in ([[point]], [], {"part": 499, "claim": 499, "proof": point}):
        assert read_certificate(put("evidence", value=proofs))["evidence"] == proofs
    said = refused(put("evidence", value={"part": 0, "claim": 500, "proof": point}))
    assert said == (
        "it.evidence is no list of 500 items at most or "
        "it.evidence.claim is no integer from 0 to 499"
    )
    assert "it.evidence[0][0].point.mu is no number" in refused(
        put("evidence", value=[[{"point": {"mu": "x"}}]])
    )


def test_the_longest_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "longest").write_bytes(b" " * MOST_BYTES)
    assert len(read_file(tmp_path / "longest")) == MOST_BYTES
