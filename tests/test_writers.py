"""What the book's extensions write: formulas, icons."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pydata_sphinx_theme
import pytest

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "book" / "_ext"))
import icons  # noqa: E402
import prerender  # noqa: E402

STATIC = Path(pydata_sphinx_theme.__file__).parent.joinpath(
    "theme", "pydata_sphinx_theme", "static"
)


@pytest.mark.parametrize(
    ("tex", "written"),
    [
        (r"\eta_\max(x)", r"\eta_{\text{max}}(x)"),
        (r"\lambda_{\max}^2", r"\lambda_{\text{max}}^2"),
        (r"\max_i x_i", r"\max_i x_i"),
        (r"x_\maxwell", r"x_\maxwell"),
    ],
)
def test_a_name_as_an_index_is_a_word(tex: str, written: str) -> None:
    assert prerender.word_indices(tex) == written


def test_an_index_is_one_child_in_mathml() -> None:
    html = prerender.render(r"\eta_\max", display=False)
    mathml = re.search(r"<math.*?</math>", html, re.DOTALL)
    assert mathml
    (sub,) = ElementTree.fromstring(mathml[0]).iter("{http://www.w3.org/1998/Math/MathML}msub")
    assert len(sub) == 2


@pytest.mark.parametrize("tex", [r"\Big|_x", r"\begin{matrix} a \\ b \end{matrix}"])
def test_what_is_no_value_is_left_out(tex: str) -> None:
    assert not re.search(r'height:-|spacing=""', prerender.render(tex, display=True))


@pytest.mark.parametrize(
    ("tex", "split"),
    [
        (r"a \\ b", True),
        (r"a = \begin{pmatrix} 1 \\ 2 \end{pmatrix} + b", False),
        (r"\begin{aligned} a \\ b \end{aligned}", False),
    ],
)
def test_a_line_may_break_beside_a_matrix(tex: str, split: bool) -> None:
    """What stands in ``split`` is one piece, which a narrow page would cut off."""
    assert prerender.display_source(tex, numbered=False).startswith(r"\begin{split}") == split


def test_the_style_sheet_keeps_the_icons_that_are_shown() -> None:
    whole = (STATIC / "styles" / "pydata-sphinx-theme.css").read_text("utf-8")
    fonts = STATIC / "vendor" / "fontawesome" / "webfonts"
    style = icons.cut_style(whole, fonts, {"fa-bars", "fa-github"})
    assert len(icons.letters(whole, {"fa-bars", "fa-github"})) == 2
    assert ".fa-bars:before" in style
    assert ".fa-rocket:before" not in style
    # Nothing is left that a browser would fetch, and the fonts are a few kilobytes.
    assert "webfonts" not in style
    assert len(re.findall("@font-face", style)) == 3
    assert sum(len(data) for data in re.findall(r"base64,([^)]*)\)", style)) < 10_000
