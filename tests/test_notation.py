"""The table of notation: every symbol once, printable, real; and no other file makes symbols."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sympy import Expr, IndexedBase, MatrixSymbol, Symbol, latex

from actmath import notation
from actmath.catalog import CATALOG
from actmath.notation import TABLE, Notation, auxiliary, latex_names, stand_in

PACKAGE = Path(notation.__file__).parent
FILES = sorted(set(PACKAGE.rglob("*.py")) - {Path(notation.__file__)})
#: What makes symbols in SymPy. A ``Wild`` is a pattern, not a quantity.
MAKERS = {
    "Dummy",
    "IndexedBase",
    "Idx",
    "MatrixSymbol",
    "Symbol",
    "numbered_symbols",
    "symbols",
    "var",
}


def sympy_calls(path: Path) -> Iterator[str]:
    """The functions of SymPy that a file calls by a name that it imported."""
    tree = ast.parse(path.read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = {
        alias.asname or alias.name: alias.name
        for node in imports
        if not node.level and (node.module or "").split(".")[0] == "sympy"
        for alias in node.names
    }
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in names:
            yield names[called.id]
        elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            yield called.attr if called.value.id in {"sympy", "sp"} else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_symbols_are_made_here_only(path: Path) -> None:
    assert not MAKERS & set(sympy_calls(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_auxiliary_symbol_has_the_name_of_a_quantity(path: Path) -> None:
    """Except in proofs: y, x and s are what certificates call mean, variance and deviation."""
    named = {
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "auxiliary"
        and isinstance(node.args[0], ast.Constant)
    }
    if path.relative_to(PACKAGE).parts[0] != "prove":
        assert not named & {name_of(row.symbol) for row in TABLE}


def name_of(symbol: Expr) -> str:
    """A symbol's name; an array's is its label."""
    return str(symbol.label if isinstance(symbol, IndexedBase) else symbol.name)


def test_every_symbol_once() -> None:
    assert len({name_of(row.symbol) for row in TABLE}) == len(TABLE)
    assert len({row.tex for row in TABLE}) == len(TABLE)


def test_every_symbol_of_the_module_is_in_the_table() -> None:
    kinds = (Symbol, MatrixSymbol, IndexedBase)
    made = {value for value in vars(notation).values() if isinstance(value, kinds)}
    assert made == {row.symbol for row in TABLE}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: name_of(row.symbol))
def test_rows_agree_with_the_module_and_the_assumptions(row: Notation) -> None:
    assert getattr(notation, name_of(row.symbol)) is row.symbol
    assert row.meaning
    assert row.domain == domain_of(row.symbol)


def domain_of(symbol: Expr) -> str:
    """In the table's words, from what SymPy assumes."""
    if isinstance(symbol, MatrixSymbol):
        return "real, {}×{}".format(*symbol.shape)
    if isinstance(symbol, IndexedBase):
        assert symbol[1].is_real
        return "> 0, indexed" if symbol[1].is_positive else "real, indexed"
    assert symbol.is_real
    if symbol.is_integer:
        return "1, 2, …" if symbol.is_positive else "integer"
    return "> 0" if symbol.is_positive else "≥ 0" if symbol.is_nonnegative else "real"


def test_a_name_in_the_catalog_means_what_it_means_here() -> None:
    """An entry may bring a symbol of its own, but none that is spelled like a number of these."""
    known = {row.symbol.name: row.symbol for row in TABLE if isinstance(row.symbol, Symbol)}
    for activation in CATALOG.values():
        for symbol in activation.expr.free_symbols:
            assert known.get(symbol.name, symbol) == symbol, activation.name


def test_latex_uses_the_papers_letters() -> None:
    formula = notation.lam * notation.mu + notation.tau
    assert latex(formula, symbol_names=latex_names()) == r"\lambda \mu + \tau"


def test_a_stranger_of_the_same_name_is_another_symbol() -> None:
    """Symbols carry assumptions: an undeclared x would silently not be the argument."""
    assert Symbol("x") != notation.x
    assert Symbol("x", real=True) == notation.x


def test_torch_names_are_identifiers() -> None:
    names = [row.torch_name for row in TABLE if row.torch_name is not None]
    assert all(name.isidentifier() for name in names)
    assert "negative_slope" in names


def test_an_auxiliary_symbol_is_known_by_its_name() -> None:
    assert auxiliary("step1") == auxiliary("step1")
    assert auxiliary("step1", real=True) != auxiliary("step1")


def test_a_stand_in_is_told_apart_and_put_back() -> None:
    one, other = stand_in(notation.p), stand_in(notation.p)
    assert one != other
    assert one.is_positive
    assert (2 * one).subs(one, notation.p) == 2 * notation.p


def test_the_table_shows_every_row_in_a_page() -> None:
    head, rule, *rows = TABLE._repr_markdown_().splitlines()
    assert head.count("|") == rule.count("|") == 5
    assert len(rows) == len(TABLE)
    for text, row in zip(rows, TABLE, strict=True):
        assert text.count("|") == 5
        assert text.startswith(f"| ${row.tex}$ | `{name_of(row.symbol)}` |")
