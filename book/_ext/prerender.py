"""Sphinx extension: mathematics becomes HTML and MathML while the book is built.

KaTeX runs in an embedded JavaScript engine, so that a reader's browser loads a style sheet and
fonts that lie beside the page, and no script. TeX that KaTeX cannot read is a build warning.
"""

from __future__ import annotations

import json
import re
from functools import cache, partial
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import quickjs
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinxcontrib import katex

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)
STYLE = Path(__file__).parents[1] / "_static" / "katex" / "katex.min.css"
# A function's name that is an index, in MathML two children where one is due: set it as a word.
NAMED = "max|min|sup|inf|lim|arg|det|dim|exp|log|ln"
INDEX = re.compile(rf"([_^])(?:\\({NAMED})(?![A-Za-z])|\{{\\({NAMED})\}})")
# What KaTeX writes of a single column's distance and of the height of a bar's middle: browsers skip
# both, since neither is a value.
NOTHING = re.compile(r' columnspacing=""|height:-[\d.]+em;')
NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|alignat|gather)\}")
ENVIRONMENT = re.compile(r"\\begin\{(\w+)\*?\}.*?\\end\{\1\*?\}", re.DOTALL)
IN_HTML = re.compile(
    r"(?P<verbatim><(?P<tag>svg|style|script|pre|code)\b.*?</(?P=tag)>)"
    r"|\$\$(?P<dollars>.+?)\$\$|\\\[(?P<square>.+?)\\\]"
    r"|\\\((?P<round>.+?)\\\)|\$(?P<dollar>[^$\n]+?)\$",
    re.DOTALL,
)


@cache
def engine() -> quickjs.Context:
    """Start the JavaScript engine with KaTeX in it."""
    context = quickjs.Context()
    context.eval(Path(katex.__file__).with_name("katex.min.js").read_text("utf-8"))
    # The engine hands long joined strings over only in the flat form that stringify makes.
    context.eval(
        "var output = 'htmlAndMathml', hidden = '';"
        "function prerender(tex, displayMode) { return JSON.stringify(katex.renderToString(tex,"
        " {displayMode, output, throwOnError: true, strict: false}).replace(hidden, '')); }"
    )
    return context


def word_indices(tex: str) -> str:
    r"""The same TeX, with x_\max as x_{\text{max}}, which looks alike."""
    return INDEX.sub(lambda index: rf"{index[1]}{{\text{{{index[2] or index[3]}}}}}", tex)


@cache
def render(tex: str, *, display: bool) -> str:
    """Turn TeX into HTML with MathML inside.

    Raises:
        ValueError: KaTeX cannot read the TeX; the message says where.
    """
    try:
        html = str(json.loads(engine().get("prerender")(word_indices(tex), display)))
    except quickjs.JSException as error:
        raise ValueError(str(error).partition("\n")[0]) from error
    return NOTHING.sub("", html)


def render_or_warn(tex: str, location: Any, *, display: bool) -> str:
    """Render; where that fails, warn at the location and show the TeX as code."""
    try:
        return render(tex, display=display)
    except ValueError as error:
        LOGGER.warning("%s in %r", error, tex, location=location, type="math")
        return f"<code>{escape(tex)}</code>"


def joined(html: str) -> str:
    """The same inline formula, from whose last piece no comma or full stop parts.

    Browsers break a line after any box, so the last one stands in a span in which none breaks.
    """
    before, piece, last = html.rpartition('<span class="base">')
    if not piece:
        return html
    ends = "</span></span>"  # of all pieces, and of the formula
    return f'{before}<span class="joined">{piece}{last.removesuffix(ends)}</span>{ends}'


def display_source(tex: str, *, numbered: bool) -> str:
    r"""Prepare display TeX: stars where Sphinx numbers, ``split`` around loose ``\\``."""
    tex = tex.strip()
    if numbered:
        tex = NUMBERED.sub(r"\\\1{\2*}", tex)
    if r"\\" in ENVIRONMENT.sub("", tex) and not tex.startswith(r"\begin"):
        return rf"\begin{{split}}{tex}\end{{split}}"
    return tex


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula."""
    html = joined(render_or_warn(node.astext(), node, display=False))
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate") + html + "</span>")
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula in a box that scrolls, and its number beside the box."""
    tex = display_source(node.astext(), numbered=bool(node["number"]))
    html = render_or_warn(tex, node, display=True)
    self.body.append(self.starttag(node, "div", "", CLASS="math notranslate"))
    self.body.append(f'<div class="formula">{html}</div>')
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


class MathInOutputs(SphinxPostTransform):
    """Render the formulas inside the HTML that a cell returned, as a notebook would."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace the formulas in every HTML output of the page."""
        for node in list(self.document.findall(nodes.raw)):
            if "text_html" in node.get("classes", ()):
                html = IN_HTML.sub(partial(_formula, location=node), node.astext())
                node.children = [nodes.Text(html)]
                node.rawsource = html


def _formula(match: re.Match[str], location: nodes.Node) -> str:
    if match["verbatim"]:
        return match["verbatim"]
    block = match["dollars"] or match["square"]
    tex = unescape(block or match["round"] or match["dollar"])
    html = render_or_warn(tex, location, display=bool(block))
    if block:
        return f'<div class="math notranslate"><div class="formula">{html}</div></div>'
    return f'<span class="math notranslate">{html}</span>'


def choose_output(app: Sphinx) -> None:
    """E-readers lay out MathML themselves, and have no style sheet of KaTeX.

    Some of them would show the TeX beside the formula that was made of it.
    """
    if app.builder.name == "epub":
        engine().eval(r"output = 'mathml'; hidden = /<annotation.*?<\/annotation>/gs")


def check_versions(app: Sphinx) -> None:
    """Refuse to build with a style sheet of another KaTeX than the one that renders."""
    drawn = engine().eval("katex.version")
    if f'"{drawn}"' not in STYLE.read_text("utf-8"):
        raise ExtensionError(f"book/_static/katex must hold KaTeX {drawn}'s style and fonts.")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer."""
    app.add_html_math_renderer("prerender", (visit_math, None), (visit_math_block, None))
    app.add_post_transform(MathInOutputs)
    app.add_css_file("katex/katex.min.css")
    app.connect("builder-inited", check_versions)
    app.connect("builder-inited", choose_output)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
