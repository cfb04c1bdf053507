"""A claim, a statement or an experiment is one entry in one file: rehearsed in a copy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from actmath._text.checksums import listed_digests
from actmath.experiment._record.binding import list_records

from .rehearsal import ROOT, PackageCopy

CLAIM = """CLAIMS = (
    Claim(
        id="C-PRE-99",
        statement="The derivative of PReLU by its input is 1 for y > 0.",
        tex=r"f'(y) = 1\\ (y > 0)",
        source=Source(PAPER, "Eq. 1"),
        assumptions="a real",
        kind=Kind.DERIVED,
        check=lambda: holds_if(diff(catalog.prelu.expr.subs(x, 3 * x), x).has(3), "3f'(3x)"),
    ),
"""
MEASURED = """
from ...experiment import compare
from ...sources import Source
from .._evidence.decision import Case
from .._evidence.found import contrast
from .._evidence.gates import course, nothing_compared
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import sources_rate


def _improves(runs):
    record = runs.record
    before, after = record.curve("train_loss", "relu")[:, 0], record.final("train_loss", "relu")
    gates = (
        nothing_compared("one kind of network"),
        course("speed"),
        sources_rate(record, ["relu"], 0.1, "Section 4"),
    )
    return {"C-PRE-98": Case(contrast("loss", compare(after, before, "less")), gates)}


CLAIMS = (
    measured(
        id="C-PRE-98",
        statement="A network learns.",
        tex=r"L_T < L_1",
        source=Source("he2015", "Section 4"),
        assumptions="a toy",
        rows=ClaimRows("toy-width", _improves),
    ),
)
"""
RECIPE = '''"""Does a toy learn?"""

from .._record.config import Condition, Config
from .._record.recipe import Preset, Recipe

BOOK = Config(
    recipe="toy-width",
    preset="book",
    conditions=(Condition("relu", "relu", "unit", "he_normal", 0.1),),
    seeds=(0, 1, 2, 3, 4, 5),
    data="mnist-5k",
    width=8,
    depth=1,
    epochs=2,
    batch=32,
    train_limit=64,
    test_limit=20,
)
RECIPE = Recipe.of(
    BOOK,
    question="Does a toy learn?",
    claims=("C-PRE-98",),
    limits="64 images.",
    smoke=Preset.of("32 images.", train_limit=32),
    paper=Preset.of("All images.", train_limit=None, test_limit=None),
)
'''
STATEMENT = """DECLARED = (*DECLARED, ("backward-below-2", lambda: single(
    "backward-below-2", _ID, "on Theorem 1's domain tau E f'^2 < 2", THEOREM_1,
    (Bound(_FACTOR, "<", "2"),), LOCATOR,
)ROW))"""


@pytest.fixture
def package(tmp_path: Path) -> PackageCopy:
    return PackageCopy.into(tmp_path)


def rows(package: PackageCopy, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(package.run("-m", "actmath", *arguments, "--json"))
    return found


@pytest.mark.slow
def test_one_claim_in_one_file_is_enough_for_ledger_command_and_page(package: PackageCopy) -> None:
    file = package.path("claims.prelu.unit")
    text = file.read_text("utf-8")
    assert text.count("CLAIMS = (\n") == 1
    file.write_text(text.replace("CLAIMS = (\n", CLAIM), "utf-8")
    (row,) = rows(package, "claims", "C-PRE-99")
    assert row["verdict"] == "holds"
    assert row["evidence"] == "3f'(3x)"
    assert row["source"] == "He et al. 2015, Eq. 1"
    page = "from actmath.claims import verdicts; print(verdicts('C-PRE-99').cards()._repr_html_())"
    assert "C-PRE-99" in package.run("-c", page)


@pytest.mark.slow
def test_one_file_is_enough_for_an_experiment_and_one_for_what_it_decides(
    package: PackageCopy,
) -> None:
    package.path("experiment.recipes.toy_width").write_text(RECIPE, "utf-8")
    package.path("claims.prelu.run_toy").write_text(MEASURED, "utf-8")
    listed = {row["name"]: row for row in rows(package, "train", "--list")}
    assert listed["toy-width"]["presets"] == {
        "smoke": "32 images.",
        "book": "64 images.",
        "paper": "All images.",
    }
    (row,) = rows(package, "claims", "C-PRE-98")
    assert row["verdict"] == "undecided"
    assert "actmath train toy-width" in row["evidence"]
    package.run("-m", "actmath", "train", "toy-width", "--preset", "book")
    results = package.folder / "book" / "results"
    assert (results / "toy-width-book.json").is_file()
    (row,) = rows(package, "claims", "C-PRE-98")
    assert "which SHA256SUMS does not list" in row["evidence"]
    list_records(results)
    (row,) = rows(package, "claims", "C-PRE-98")
    assert row["verdict"] == "reproduced", row["evidence"]
    (listed_one,) = listed_digests(results).values()
    assert f"record toy-width-book.json, sha256 {listed_one}" in row["evidence"]


@pytest.mark.slow
def test_one_pair_in_one_file_is_enough_for_a_statement(package: PackageCopy) -> None:
    text = STATEMENT.replace("LOCATOR", '""').replace("ROW", "")
    package.append("prove.theorems.backward", text)
    (row,) = rows(package, "prove", "backward-below-2")
    assert row["verdict"] == "PROVED"


@pytest.mark.slow
def test_a_paper_is_a_folder_with_its_list(package: PackageCopy) -> None:
    claims = package.folder / "actmath" / "claims"
    # The other papers have nothing to do with it, and take their time to import.
    for paper in ("snn", "elu", "prelu", "noisy"):
        shutil.rmtree(claims / paper)
    (claims / "toy").mkdir()
    shutil.copy(claims / "notes" / "__init__.py", claims / "toy")
    (claims / "toy" / "__init__.pyi").write_text("from .unit import PRINTED as PRINTED\n", "utf-8")
    with (claims / "__init__.pyi").open("a", encoding="utf-8") as stub:
        stub.write("from . import toy as toy\n")
    text = package.path("claims.notes.lecture").read_text("utf-8").replace("C-LEC-", "C-TOY-")
    package.path("claims.toy.unit").write_text(f"{text}\nPRINTED = 0.25\n", "utf-8")
    code = "from actmath import claims; print(*dir(claims.toy), claims.select('C-TOY-1.a')[0].id)"
    assert package.run("-c", code).split() == ["PRINTED", "C-TOY-1.a"]


@pytest.mark.slow
def test_a_printed_bound_is_a_statement_and_the_command_that_makes_its_certificate(
    package: PackageCopy,
) -> None:
    command = "actmath prove NAME --save book/certificates"
    assert command in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    text = STATEMENT.replace("LOCATOR", '"abstract"').replace("ROW", ', "C-SNN-11.d"')
    package.append("prove.theorems.backward", text)
    (row,) = rows(package, "claims", "C-SNN-11.d")
    assert row["verdict"] == "undecided"
    package.run("-m", *command.replace("NAME", "backward-below-2").split())
    (row,) = rows(package, "claims", "C-SNN-11.d")
    assert row["verdict"] == "holds"
    assert "backward-below-2.json" in row["evidence"]
    assert row["statement"] == "on Theorem 1's domain tau E f'^2 < 2."
    assert row["source"] == "Klambauer et al. 2017, abstract"
    listed = "from actmath.claims import printed_bounds; print(*(s.name for s in printed_bounds()))"
    assert package.run("-c", listed).split()[-1] == "backward-below-2"


@pytest.mark.slow
def test_a_printed_bound_on_a_row_that_is_taken_is_refused(package: PackageCopy) -> None:
    text = STATEMENT.replace("LOCATOR", '"abstract"').replace("ROW", ', "C-SNN-11.c"')
    package.append("prove.theorems.backward", text)
    look = """
from actmath.claims import CLAIMS
try:
    print(len(CLAIMS))
except ValueError as error:
    print(error)
"""
    message = package.run("-c", look)
    assert "two claims are named 'C-SNN-11.c'" in message
    assert "snn.certified" in message
    assert "snn.run_depth" in message
