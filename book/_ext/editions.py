"""Sphinx extension: the same book to be printed (one page, for a PDF) and for e-readers (EPUB).

An e-reader takes nothing but XML: what cells return is HTML, and is closed and quoted here as XML
asks. Mathematics is MathML there, which e-readers lay out. On paper and there, scripts and what a
reader would set by them are left out: what can be moved stands as it does before anybody has.
"""

from __future__ import annotations

import re
import shutil
from html.entities import html5
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from docutils import nodes
from sphinx.builders.epub3 import Epub3Builder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

import actmath

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LOGGER = logging.getLogger(__name__)
# A tag, with what may stand in quotes, and what in it has no value; elements without an end.
TAG = re.compile(r"""<([a-z]\w*)((?:[^"'<>]|"[^"]*"|'[^']*')*)>""", re.IGNORECASE)
BARE = re.compile(
    r"""("[^"]*"|'[^']*')|\s(checked|disabled|download|hidden|open|selected)(?=\s|/|$)"""
)
PAGE = re.compile(r'href="([^"]*)" media-type="application/xhtml\+xml"(?= />)')
#: What cells link to: another page of the book, and perhaps a place in it.
LINK = re.compile(r'href="(?![a-z]+:)([\w/]+)\.html(#[^"]*)?"')
#: The only style sheet of an EPUB beside the one of code's colours.
STYLE = Path(__file__).with_name("epub.css")
MATHML = "http://www.w3.org/1998/Math/MathML"
ElementTree.register_namespace("", MATHML)
FORMULA = re.compile(r'<math [^>]*display="block".*?</math>', re.DOTALL)
#: Where a formula may go on in the next line, and from how many letters it must be able to.
BREAKS = ("=", "+", "−", "≤", "≥", "<", ">", "≈")
LONG = 40
VOID = {"br", "col", "hr", "img", "input", "source", "wbr"}
ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;|#)(\w+;)")
MOVES = re.compile(r"<(script|form|label|button)\b.*?</\1>", re.DOTALL)
# Few e-readers know a style sheet's variables: an ink's printed colour stands behind it.
INK = re.compile(r"var\(--figure-\w+, ([^()]*)\)")


def pieces(mathml: str) -> str:
    """A long displayed formula as several, between which a line may end: MathML has no such place.

    A piece begins with a relation's or a sum's sign, which keeps its distance to both sides.
    """
    formula = ElementTree.fromstring(mathml)
    row = next(formula.iter(f"{{{MATHML}}}mrow"))
    if len("".join(formula.itertext())) < LONG:
        return mathml
    while len(row) == 1 and len(row[0]) and row[0].tag.endswith(("}mrow", "}mstyle")):
        row = row[0]
    parts: list[list[ElementTree.Element]] = [[]]
    for child in row:
        if child.tag.endswith("}mo") and child.text in BREAKS and parts[-1]:
            child.set("form", "infix")
            parts.append([])
        parts[-1].append(child)
    return " ".join(map(displayed, parts))


def displayed(part: list[ElementTree.Element]) -> str:
    """A piece of a line, its fractions and sums as large as in a formula of its own."""
    formula = ElementTree.Element(f"{{{MATHML}}}math")
    ElementTree.SubElement(formula, f"{{{MATHML}}}mstyle", displaystyle="true").extend(part)
    return ElementTree.tostring(formula, encoding="unicode")


def closed(tag: re.Match[str]) -> str:
    """A tag whose attributes all have values, and that ends itself where nothing else ends it."""
    name, rest = tag[1], BARE.sub(lambda part: part[1] or f' {part[2]}="{part[2]}"', tag[2])
    if name == "svg" and "xmlns=" not in rest:
        rest = f' xmlns="http://www.w3.org/2000/svg"{rest}'
    if name == "svg":
        rest = rest.replace('role="group"', 'role="img"')
    if name == "path" and " d=" not in rest:
        rest = f' d="M0 0"{rest}'
    ends = name.lower() in VOID and not rest.endswith("/")
    return f"<{name}{rest}{'/' if ends else ''}>"


def as_xml(html: str) -> str:
    """HTML as XML takes it, without scripts and what a reader would set by them.

    Raises:
        ElementTree.ParseError: It is still none.
    """
    xml = TAG.sub(closed, INK.sub(r"\1", MOVES.sub("", html)))
    xml = ENTITY.sub(lambda entity: html5[entity[1]], xml)
    ElementTree.fromstring(f"<div xmlns:xlink='x'>{xml}</div>")
    return xml


class OutputsAsXml(SphinxPostTransform):
    """Turn the HTML that cells return into XML."""

    # After formulas and figures in it were replaced.
    default_priority = 950
    builders = ("epub", "singlehtml")

    def run(self, **kwargs: Any) -> None:
        """Convert every piece; warn of one that cannot be."""
        for node in list(self.document.findall(nodes.raw)):
            try:
                text = LINK.sub(self.link, as_xml(node.astext()))
                node.children = [nodes.Text(text)]
                node.rawsource = node.astext()
            except ElementTree.ParseError as error:
                LOGGER.warning("no XML: %s in %r", error, node.astext()[:200], location=node)

    def link(self, link: re.Match[str]) -> str:
        """The same link where pages have another name, or are parts of one."""
        if self.app.builder.name == "epub":
            return f'href="{link[1]}.xhtml{link[2] or ""}"'
        page = (Path("/", self.env.docname).parent / link[1]).as_posix()
        return f'href="{link[2] or f"#document-{page[1:]}"}"'


class Epub(Epub3Builder):
    """Sphinx's own, with two style sheets, and a table of contents that readers' checks accept."""

    def add_css_file(self, filename: str, **kwargs: Any) -> None:
        """Take the style sheet of code's colours and the book's own, and no browser's."""
        if filename in ("pygments.css", STYLE.name):
            super().add_css_file(filename, **kwargs)

    def copy_static_files(self) -> None:
        """Write both."""
        folder = Path(self.outdir, "_static")
        folder.mkdir(exist_ok=True)
        self.create_pygments_style_file()
        shutil.copy(STYLE, folder)

    def handle_page(self, pagename: str, addctx: dict[str, Any], *rest: Any, **named: Any) -> None:
        """Write a page whose long formulas go on in the next line."""
        if "body" in addctx:
            addctx["body"] = FORMULA.sub(lambda found: pieces(found[0]), addctx["body"])
        super().handle_page(pagename, addctx, *rest, **named)

    def toc_metadata(self, level: int, navpoints: list[Any]) -> dict[str, Any]:
        """Give the older table of contents the book's own identifier, not that one's name."""
        return super().toc_metadata(level, navpoints) | {"uid": self.config.epub_identifier}

    def build_content(self) -> None:
        """Say in the list of pages which of them have formulas and drawings."""
        super().build_content()
        path = Path(self.outdir, "content.opf")
        path.write_text(PAGE.sub(self.with_properties, path.read_text("utf-8")), "utf-8")

    def with_properties(self, item: re.Match[str]) -> str:
        """The entry of a page in that list."""
        text = Path(self.outdir, item[1]).read_text("utf-8")
        held = [name for name, tag in (("mathml", "<math"), ("svg", "<svg")) if tag in text]
        return f'{item[0]} properties="{" ".join(held)}"' if held else item[0]


class OnePage(SingleFileHTMLBuilder):
    """Sphinx's own, for a first page in a folder: what it loads is named as from the root."""

    def get_outfilename(self, pagename: str) -> str:
        """Where the only page is written."""
        return str(Path(self.outdir, "actmath.html"))


def prepare(app: Sphinx) -> None:
    """Leave out what only a page on a server has; write on one page what pages can write."""
    if app.builder.name == "html":
        return
    app.config.version = actmath.__version__
    app.config.html_additional_pages = {}
    app.config.html_domain_indices = False
    for button in ("launch_buttons", "use_repository_button", "use_issues_button"):
        app.config.html_theme_options.pop(button, None)
    # Sphinx asks nobody else once an extension has a writer of its own for the one page.
    writers = app.registry.translation_handlers
    if app.builder.name == "singlehtml":
        writers["singlehtml"] = writers["html"] | writers.get("singlehtml", {})


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the steps."""
    app.add_builder(Epub, override=True)
    app.add_builder(OnePage, override=True)
    app.add_post_transform(OutputsAsXml)
    # Before Sphinx looks whether an EPUB lacks anything.
    app.connect("builder-inited", prepare, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
