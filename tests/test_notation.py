"""The table of notation: every symbol once, printable, real."""

from __future__ import annotations

import pytest
from sympy import Symbol, latex

from actmath import notation
from actmath.catalog import CATALOG
from actmath.notation import TABLE, Notation, latex_names


def test_every_symbol_once() -> None:
    symbols = [row.symbol for row in TABLE]
    assert len({symbol.name for symbol in symbols}) == len(symbols)
    assert len({row.tex for row in TABLE}) == len(TABLE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.symbol.name)
def test_rows_agree_with_the_module_and_the_assumptions(row: Notation) -> None:
    assert getattr(notation, row.symbol.name) is row.symbol
    assert row.symbol.is_real
    assert row.meaning
    expected = "> 0" if row.symbol.is_positive else "≥ 0" if row.symbol.is_nonnegative else "real"
    assert row.domain == expected


def test_a_name_in_the_catalog_means_what_it_means_here() -> None:
    """An entry may bring a symbol of its own, but none that is spelled like one of these."""
    known = {row.symbol.name: row.symbol for row in TABLE}
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
