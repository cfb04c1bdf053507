"""Tables of what a page computed."""

from __future__ import annotations

import pytest
from sympy import sqrt

from actmath.plot import Tabulated, tabulate


def test_a_table_is_html_on_a_page_and_lines_in_a_console() -> None:
    found = tabulate([("a<b", 0.12345), ("root", sqrt(2))], ("what", "value"), digits=2)
    assert isinstance(found, Tabulated)
    html = found._repr_html_()
    assert "<th>what</th><th>value</th>" in html
    assert "<th>a&lt;b</th><td>0.12</td>" in html
    assert r"\(\displaystyle \sqrt{2}\)" in html
    assert repr(found).splitlines()[-1].split() == ["root", "sqrt(2)"]


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells and there are 3 columns"):
        tabulate([(1, 2)], ("a", "b", "c"))


def test_rows_without_titles_are_a_table_too() -> None:
    assert "<thead>" not in tabulate([("a", 1)])._repr_html_()


def test_equal_values_give_equal_tables() -> None:
    assert tabulate([("a", 0.5)]) == tabulate([("a", 0.5)])
