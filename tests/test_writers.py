"""What the book's extensions write: formulas, icons, pages for e-readers."""

from __future__ import annotations

import re
import sys
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "book" / "_ext"))
import editions  # noqa: E402
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


@pytest.mark.parametrize("tex", ["x", "a = b + c", r"\frac{a}{b} < 1"])
def test_the_last_piece_of_an_inline_formula_is_joined_to_what_follows(tex: str) -> None:
    html = prerender.render(tex, display=False)
    joined = ElementTree.fromstring(prerender.joined(html))
    assert "".join(joined.itertext()) == "".join(ElementTree.fromstring(html).itertext())
    (last,) = joined.iterfind("span[@class='katex-html']/span[@class='joined']")
    assert [piece.get("class") for piece in last] == ["base"]
    assert joined.findall("span[@class='katex-html']/*")[-1] is last


def test_what_has_no_pieces_is_left_as_it_is() -> None:
    assert prerender.joined("<code>x</code>") == "<code>x</code>"


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


@pytest.mark.parametrize(
    ("html", "xml"),
    [
        ("a<br>b<hr/>", "a<br/>b<hr/>"),
        ('<img alt="a > b" src="c">', '<img alt="a > b" src="c"/>'),
        ("<p hidden>a&nbsp;b &amp; c</p>", '<p hidden="hidden">a\u00a0b &amp; c</p>'),
        ('<p title="so hidden so">a</p>', '<p title="so hidden so">a</p>'),
        (
            '<svg role="group"><path id="a"/></svg>',
            '<svg xmlns="http://www.w3.org/2000/svg" role="img"><path d="M0 0" id="a"/></svg>',
        ),
        ('<i style="color: var(--figure-blue, #0072b2)"/>', '<i style="color: #0072b2"/>'),
        ("a<script>1 < 2</script>b<form><input></form><button>c</button>", "ab"),
    ],
)
def test_html_becomes_xml(html: str, xml: str) -> None:
    assert editions.as_xml(html) == xml


def test_what_cannot_be_xml_is_an_error() -> None:
    with pytest.raises(ElementTree.ParseError):
        editions.as_xml("<p>a")


def mathml(tex: str) -> str:
    found = editions.FORMULA.search(prerender.render(tex, display=True))
    assert found
    return found[0]


def test_a_long_formula_is_several_that_hold_all_of_it() -> None:
    # A sum inside a fraction is no place to break.
    whole = ElementTree.fromstring(mathml("=".join([r"\frac{a+b}{c}"] * 12)))
    whole.find(".//{*}semantics").remove(whole.find(".//{*}annotation"))
    text = ElementTree.tostring(whole, encoding="unicode")
    parts = ElementTree.fromstring(f"<p>{editions.pieces(text)}</p>")
    assert len(parts) == 12
    assert "".join(parts.itertext()).replace(" ", "") == "".join(whole.itertext())


def test_a_short_formula_is_one() -> None:
    short = mathml("a = b")
    assert editions.pieces(short) == short


def test_the_style_sheet_keeps_the_icons_that_are_shown() -> None:
    whole = (STATIC / "styles" / "pydata-sphinx-theme.css").read_text("utf-8")
    fonts = STATIC / "vendor" / "fontawesome" / "webfonts"
    style = icons.cut_style(whole, fonts, {"fa-bars", "fa-github"})
    assert len(icons.letters(whole, {"fa-bars", "fa-github"})) == 2
    assert ".fa-bars:before" in style
    assert ".fa-rocket:before" not in style
    # Beside a warning's title is one that no page names.
    sources = re.findall(r"base64,([^)]*)\)", style)
    held = [TTFont(BytesIO(b64decode(source))).getBestCmap() for source in sources]
    assert {"\uf0c9", "\uf071"} <= {chr(point) for points in held for point in points}
    # Nothing is left that a browser would fetch, and the fonts are a few kilobytes.
    assert "webfonts" not in style
    assert len(re.findall("@font-face", style)) == 3
    assert sum(map(len, sources)) < 10_000
