"""Answers show themselves: escaped in HTML, short in a console, digits as strings in JSON."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from sympy import Float

import actmath
from actmath import catalog, claims, derive, experiment, lower, nn, notation, numeric, plot, prove
from actmath._text.tables import Answer, Tabular, brief, html_table, tagged, text_table
from actmath.nn._studies.convolution_stack import StackSignal
from actmath.number import few_digits

BOOK = Path(__file__).parents[2] / "book"
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


class Reader(HTMLParser):
    """Collects the cells, and checks that every element is closed in turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.cells: list[str] = []
        self.spans: list[int] = []
        self.caption = ""
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.cells[-1] += "\n"
            return
        self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")
            self.spans.append(int(dict(attrs).get("colspan") or 1))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] == "caption":
            self.caption += data
        else:
            self.cells[-1] += data


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5), TEXTS)
def test_whatever_stands_in_a_cell_comes_back_from_the_html(
    rows: list[tuple[str, str]], caption: str
) -> None:
    read = Reader(html_table(rows, caption=caption))
    assert read.cells == [text for row in rows for text in row]
    assert read.caption == caption


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=20), TEXTS)
def test_a_console_gets_a_few_lines_of_a_bounded_width(rows: list[list[str]], title: str) -> None:
    lines = text_table(rows, caption=title).split("\n")
    assert len(lines) <= 11
    assert all(len(line) <= 100 for line in lines)


def test_markup_is_not_escaped_again_and_breaks_are_kept() -> None:
    html = html_table([(tagged("code", "a<b"), "one\ntwo")], row_titles=False)
    assert "<td><code>a&lt;b</code></td><td>one<br>two</td>" in html
    assert text_table([(tagged("code", "a<b"), "one\ntwo")]) == "  a<b  one; two"


def test_the_last_cell_of_a_short_row_is_stretched() -> None:
    read = Reader(html_table([("a", 1, 2), ("b", "no")], columns=("x", "y", "z")))
    assert read.spans == [1, 1, 1, 1, 1, 1, 1, 2]


def test_a_table_has_its_class_and_no_empty_caption() -> None:
    assert html_table([], css_class="ledger") == '<table class="ledger"><tbody></tbody></table>'


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, repr=False)
class Example(Tabular):
    number: Any
    kind: Colour
    many: tuple[Any, ...]
    array: Any = None


def test_plain_data_keeps_digits_as_strings() -> None:
    digits = "0.12345678901234567890"
    found = Example(Float(digits, 20), Colour.RED, (1, True, None, 0.5), np.arange(3.0)).to_json()
    assert json.loads(json.dumps(found)) == {
        "number": digits,
        "kind": "red",
        "many": [1, True, None, 0.5],
        "array": [0.0, 1.0, 2.0],
    }


def test_what_is_too_wide_goes_on_below_itself_while_there_is_room() -> None:
    words = " ".join(f"word{i}" for i in range(30))
    lines = text_table([("long", words), ("short", "end")]).splitlines()
    assert len(lines) > 2
    assert (
        " ".join(line.strip() for line in lines[:-1]).removeprefix("long").split() == words.split()
    )
    crowded = text_table([("long", words)] * 10).splitlines()
    assert len(crowded) == 10
    assert all(line.endswith("…") for line in crowded)


def test_rows_left_out_are_counted_and_the_way_to_them_is_told() -> None:
    lines = text_table([("row", i) for i in range(30)], more="iterate").splitlines()
    assert lines[-1] == "  … and 21 more: iterate"
    assert text_table([("row", i) for i in range(30)]).splitlines()[-1] == "  … and 21 more"


@pytest.mark.slow
def test_fixed_points_show_where_they_are_and_whether_iteration_goes_there() -> None:
    low, zero, _ = repr(derive.fixed_points(catalog.selu)).splitlines()[1:]
    assert "x = -1.25882, slope 0.499282: attracting" in low
    assert "x = 0, slope 1.7581 | 1.0507: repelling" in zero


@pytest.mark.slow
def test_parts_of_a_claim_do_not_read_alike() -> None:
    found = claims.verdicts("C-NOI-10")
    shown = [line for line in repr(found).splitlines() if line.startswith("  C-NOI-10.")]
    texts = [line.split("  ")[-1] for line in shown]
    assert len(set(texts)) == len(texts) == len(found.judgements)
    assert not [text for text in texts if text.endswith("…")]
    assert repr(claims.verdicts("C-NOI-2")).endswith("iterate over it, or .cards() in a notebook")


def test_an_answer_without_rows_of_its_own_lists_its_fields() -> None:
    found = Example(1, Colour.RED, (2, Colour.RED), np.zeros((5, 2)))
    assert repr(found).splitlines() == [
        "Example",
        "  number  1",
        "  kind    red",
        "  many    (2; red)",
        "  array   array (5, 2)",
    ]
    assert Reader(found._repr_html_()).caption == "Example"


def test_no_answer_has_its_table_written_over_or_can_be_changed() -> None:
    """A dataclass with a ``repr`` of its own would hide the one that it inherits."""
    for door in (claims, derive, experiment, lower, nn, numeric, plot, prove):
        for name in dir(door):
            getattr(door, name)
    kinds = {Answer}
    while found := {kind for each in kinds for kind in each.__subclasses__()} - kinds:
        kinds |= found
    assert len(kinds) > 50
    for kind in filter(is_dataclass, kinds):
        options: Any = kind.__dataclass_params__  # type: ignore[attr-defined]
        assert (options.repr, options.frozen) == (False, True), kind
        # Arrays that are compared are neither equal nor different, and cannot be hashed.
        held = " ".join(str(field.type) for field in fields(kind))
        assert not (options.eq and re.search("Array|Tensor", held)), kind


def test_brief_names_what_has_a_name() -> None:
    assert brief((catalog.selu, None)) == "(selu; None)"


ANSWERS: dict[str, Callable[[], object]] = {
    "show": lambda: actmath.show("gelu"),
    "moments": lambda: actmath.moments("selu", digits=1000),
    "constants": lambda: actmath.constants("elu", digits=1000),
    "solution": lambda: actmath.constants("elu").best,
    "gaussian": lambda: numeric.gaussian("selu", np.linspace(-1, 1, 500), 1.0),
    "gains": lambda: numeric.gains("gelu"),
    "constants_table": lambda: numeric.constants_table(["elu", "relu", "celu"]),
    "target_map": lambda: numeric.target_map("elu", ["-1/2", 0], [1, 2]),
    "propagate": lambda: numeric.propagate("selu", 0, 1, 50),
    "phase": lambda: numeric.phase("tanh", np.linspace(1, 2, 7), 0.1),
    "moment_map": lambda: derive.moment_map(catalog.selu),
    "gaussian_moments": lambda: derive.gaussian_moments(catalog.selu),
    "fixed_points": lambda: derive.fixed_points(catalog.selu),
    "saturation": lambda: derive.saturation(catalog.selu),
    "derivative": lambda: derive.derivative(catalog.selu),
    "self_normalizing": lambda: derive.self_normalizing(catalog.elu),
    "verdicts": lambda: claims.verdicts("C-SNN-1"),
    "cards": lambda: claims.verdicts("C-SNN-1").cards(),
    "claim": lambda: next(iter(claims.verdicts("C-SNN-1"))).claim,
    "finding": lambda: next(iter(claims.verdicts("C-SNN-1"))).finding,
    "activation": lambda: catalog.selu,
    "family": lambda: catalog.FAMILIES["rectified"],
    "curve": lambda: lower.curve(catalog.abs_),
    "notation": lambda: notation.TABLE,
    "noisy": lambda: derive.noisy(derive.harden(catalog.tanh), "NAN"),
    "regime": lambda: derive.noisy(derive.harden(catalog.tanh), "NANI").regimes[0],
    "statement": lambda: prove.STATEMENTS["global-theorem"],
    "report": lambda: prove.verify(BOOK / "certificates" / "theorem-1-mean-upper.json"),
    "part": lambda: prove.STATEMENTS["theorem-1-mean-upper"].parts[0],
    "block_inversion": lambda: derive.block_inversion(),
    "data": lambda: experiment.data.load("mnist-5k"),
    "scan": lambda: experiment.recipes.RECIPES["fifty-layers"].scan,
    "recipe": lambda: experiment.recipes.RECIPES["tabular"],
    "config": lambda: experiment.recipes.RECIPES["tabular"].config("large"),
    "outcome": lambda: experiment.recorded("fifty-layers", "book", BOOK / "results").outcomes[0],
    "illustration": lambda: plot.illustrate(Figure(), alt="An empty sheet. " * 40),
    "judgement": lambda: next(iter(claims.verdicts("C-SNN-1"))),
    "certificate": lambda: prove.Certificate.load(
        BOOK / "certificates" / "theorem-1-mean-upper.json"
    ),
    "proof": lambda: prove.prove("theorem-1-mean-upper"),
    "record": lambda: experiment.recorded("fifty-layers", "book", BOOK / "results"),
    "bound": lambda: prove.STATEMENTS["theorem-1"].parts[0].bounds[-1],
    "formula": lambda: prove.STATEMENTS["theorem-1"].parts[0].bounds[-1].formula,
    "box": lambda: prove.STATEMENTS["theorem-1"].parts[0].domain,
    "cover": lambda: _cover(),
    "erratum": lambda: claims.errata([prove.STATEMENTS["selu-jacobian-12"]]).rows[0],
    "shift_proof": lambda: derive.shift_proof(),
    "nearest_zero": lambda: derive.nearest_zero(catalog.elu, (catalog.relu,)),
    "gradient_limit": lambda: derive.gradient_limit(
        derive.noisy(derive.harden(catalog.tanh), "NAN")
    ),
    "scaling": lambda: experiment.data.standardized(experiment.data.load("digits").train),
    "table_data": lambda: experiment.data.load_table("sklearn:iris"),
    "comparison": lambda: experiment.compare([1, 2, 3.5, 4], [0, 1, 2, 2], "greater"),
    "landscape": lambda: numeric.WELLS,
    "provenance": lambda: experiment.recorded("fifty-layers", "book", BOOK / "results").provenance,
    "tensors": lambda: StackSignal(torch.zeros(9, 9), torch.zeros(3)),
}


def _cover() -> prove.Cover:
    part = prove.STATEMENTS["theorem-1"].parts[0]
    norm = part.bounds[-1].formula
    below_1 = prove.Inequality(norm, above=False, bound=Fraction(1))
    assert len(repr(below_1)) < 100
    return prove.branch_and_bound(below_1, norm.coordinates.box(part.domain), 40)


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_console_shows_is_short_and_says_something(name: str) -> None:
    found = ANSWERS[name]()
    assert len(repr(found)) <= 1100
    lines = repr(found).splitlines()
    assert len(lines) <= 11
    if name not in ("family", "notation", "part"):
        assert all(len(line) <= 100 for line in lines)
    assert "0x" not in lines[0]
    if isinstance(found, Answer) and type(found).rows is not Answer.rows:
        assert len(lines) > 1


@pytest.mark.parametrize("name", catalog.CATALOG)
def test_an_activation_is_one_line_with_its_parameters_whole(name: str) -> None:
    unit = catalog.get(name)
    assert repr(unit).startswith(f"Activation {name}: ")
    assert len(repr(unit)) <= 100
    assert repr(unit).endswith(
        "".join(f", {p.name} = {few_digits(p.default)}" for p in unit.parameters)
    )


@pytest.mark.parametrize("name", ["activation", "noisy", "recipe", "config", "outcome", "claim"])
def test_what_shows_itself_is_compared_and_kept_as_before(name: str) -> None:
    found = ANSWERS[name]()
    assert found == ANSWERS[name]()
    assert hash(found) == hash(ANSWERS[name]())
    if name not in ("claim", "recipe"):  # which hold functions, and mappings of configurations
        assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize("name", ["show", "moments", "constants", "constants_table", "record"])
def test_what_a_notebook_shows_is_sound_html(name: str) -> None:
    found: Any = ANSWERS[name]()
    assert len(Reader(found._repr_html_()).cells) > 5
