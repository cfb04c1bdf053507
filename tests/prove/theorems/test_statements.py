"""Every statement has its certificate, and what is false has a correction."""

from __future__ import annotations

import importlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from actmath import prove
from actmath.prove.theorems import PRINTED_ROWS, _Declared, declared_beside, theorem1
from actmath.sources import Source

FOLDER = Path(__file__).parents[3] / "book" / "certificates"


def test_every_statement_has_its_certificate_and_no_other_is_there() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(prove.STATEMENTS)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 3_000_000


def test_what_is_false_has_a_correction_that_is_proved() -> None:
    verdicts = {p.stem: json.loads(p.read_text())["verdict"] for p in FOLDER.glob("*.json")}
    statements = prove.STATEMENTS.values()
    corrected = {n for s in statements if verdicts[s.name] == "PROVED" for n in s.corrects}
    assert {s.name for s in statements if s.source and verdicts[s.name] == "REFUTED"} <= corrected


def declared(name: str, statement: prove.Statement, row: str = "") -> _Declared:
    return _Declared(name, lambda: statement, row, theorem1, "here")


def test_a_statement_of_another_name_than_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="declared as 'theorem-2' calls itself 'theorem-1'"):
        declared("theorem-2", prove.STATEMENTS["theorem-1"]).statement()


@pytest.mark.parametrize(
    ("row", "source", "message"),
    [
        ("", True, "printed in .*abstract.* C-SNN-4. and a letter, got ''"),
        ("C-SNN-5.a", True, "C-SNN-4. and a letter, got 'C-SNN-5.a'"),
        ("C-SNN-4.z", False, "has the row C-SNN-4.z and no source"),
    ],
)
def test_what_is_printed_has_a_row_of_its_claim(row: str, source: bool, message: str) -> None:
    place = Source("klambauer2017", "abstract") if source else None
    statement = replace(prove.STATEMENTS["theorem-1"], source=place)
    with pytest.raises(ValueError, match=message):
        declared("theorem-1", statement, row).statement()


def test_a_correction_stands_beside_what_it_corrects() -> None:
    statement = replace(prove.STATEMENTS["theorem-1-norm"], corrects=("lemma-12", "theorem-1"))
    with pytest.raises(ValueError, match="corrects lemma-12, which its file does not declare"):
        declared("theorem-1-norm", statement).statement()


@pytest.mark.parametrize("name", ["siren-fixed-length", "siren-gradient-grows"])
def test_beside_a_statement_are_those_of_its_file(name: str) -> None:
    """Of the sines are two: either has itself and the other."""
    beside = [statement.name for statement in declared_beside(name)]
    assert beside == ["siren-fixed-length", "siren-gradient-grows"]


def test_the_rows_of_statements_are_permanent() -> None:
    """The first and the last letters that were given, and one in a claim with other routes."""
    assert {row: PRINTED_ROWS[row] for row in ("C-SNN-1.d", "C-SNN-6.f", "C-SNN-11.b")} == {
        "C-SNN-1.d": "selu-alpha-digits",
        "C-SNN-6.f": "lemma-9-variance-upper",
        "C-SNN-11.b": "backward-never-shrinks",
    }


@pytest.mark.parametrize("which", ["a", "b"])
def test_a_wide_range_is_said_as_it_is_proved(which: str) -> None:
    statement = prove.STATEMENTS[f"global-theorem-wide-{which}"]
    least, most = statement.parts[0].domain.as_text()["tau"]
    weights = statement.parts[0].domain.as_text()["omega"][1]
    assert f"|omega| ≤ {weights} and {least} ≤ tau ≤ {most}," in statement.sentence


def test_each_statement_stands_where_its_place_says() -> None:
    """``module.DECLARED[index]``: the item there has its name, and its row third."""
    rows = {name: row for row, name in PRINTED_ROWS.items()}
    for name in prove.STATEMENTS:
        module, _, index = prove.STATEMENTS.get_place(name).rpartition(".DECLARED[")
        item = importlib.import_module(module).DECLARED[int(index.rstrip("]"))]
        assert item[0] == name
        assert "".join(item[2:]) == rows.get(name, "")


def test_what_has_a_source_has_a_row_and_nothing_else_has() -> None:
    printed = {name for name, statement in prove.STATEMENTS.items() if statement.source}
    assert set(PRINTED_ROWS.values()) == printed
    assert all(row.startswith(f"{prove.STATEMENTS[n].claim}.") for row, n in PRINTED_ROWS.items())


def test_sources_are_the_places_in_the_paper() -> None:
    """By the names of the statements: lemmas, theorems, the numbered equations of constants."""
    for name, statement in prove.STATEMENTS.items():
        if statement.source:
            assert statement.source.bibkey == "klambauer2017"
            kind, _, rest = name.partition("-")
            number = rest.partition("-")[0]
            place = statement.source.locator
            if kind in ("lemma", "theorem"):
                assert place.startswith(f"{kind.title()} {number}")
                assert place[len(f"{kind.title()} {number}") :][:1] in ("", ",")
                assert ("appendix" in place) == name.endswith("appendix")
            else:
                wanted = {"selu": ("Eq. 14", "Eq. 6"), "a6": ("Appendix A6, Eq. 336",)}
                assert place in wanted.get(kind, ("abstract",))
                assert (place == "Eq. 6") == ("jacobian" in name)


def test_a_correction_has_the_claim_of_what_it_corrects() -> None:
    for name, statement in prove.STATEMENTS.items():
        assert name not in statement.corrects
        for other in statement.corrects:
            assert prove.STATEMENTS[other].claim == statement.claim
        if name.endswith("-corrected"):
            assert statement.corrects or statement.source or name.startswith("a6")


def test_the_directory_has_the_public_names() -> None:
    from actmath.prove import theorems

    assert dir(theorems) == ["PRINTED_ROWS", "STATEMENTS", "declared_beside"]
