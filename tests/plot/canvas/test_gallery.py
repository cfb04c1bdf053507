"""Units as rows with a picture: gaps where a curve leaves it, and a text that says what it is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from actmath.numeric import gallery
from actmath.plot import tabulate_gallery
from actmath.plot._canvas.gallery import GALLERY_COLUMNS

CARDS = {card.name: card for card in gallery(Path(__file__).parents[3] / "book" / "units.json")}


def test_a_row_says_what_the_card_holds() -> None:
    table = tabulate_gallery([CARDS["selu"], CARDS["sine"]])
    (selu, sine) = table.rows()
    by_title = dict(zip(GALLERY_COLUMNS, selu, strict=True))
    assert by_title["range"] == "−1.76 … ∞"
    assert by_title["mean"] == "0"
    assert (by_title["smooth"], by_title["saturates"]) == ("C⁰", "soft, none")
    assert by_title["year"] == "2017"
    assert sine[GALLERY_COLUMNS.index("smooth")] == "everywhere"
    assert "selu" in repr(table)


def test_pictures_have_a_name_and_no_point_outside() -> None:
    html = tabulate_gallery(CARDS.values())._repr_html_()
    assert html.count("<svg") == html.count('role="img" aria-label="') == len(CARDS)
    assert html.count("<tr>") == len(CARDS) + 1
    heights = [float(y) for y in re.findall(r"[ML]\d[\d.]* (-?[\d.e-]+)", html)]
    assert min(heights) >= -1
    assert max(heights) <= 73


def test_a_curve_that_leaves_the_picture_is_cut() -> None:
    steep = replace(CARDS["square"], values=(9.0, 1.0, 9.0, 1.0, 9.0), slopes=(0.0,) * 5)
    (row,) = tabulate_gallery([steep]).rows()
    assert len(re.findall("M", row[1].html)) == 2 + 1 + 2  # the axes, f′, and two points of f
