"""Sphinx extension: what keeps nobody out, and is valid, where what others write would not be.

Docutils makes a list of citations whose members are none of a list's, so that a screen reader says
neither how many there are nor where one ends. MyST-NB puts paragraphs into what unfolds a cell, and
another name than the one that is seen. Proofs and exercises give all their texts one id. Pages of
source have boxes within the lines of a listing, where only text may stand.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

LISTING = re.compile(r"<pre>.*?</pre>", re.DOTALL)
#: Ids that sphinx-proof and sphinx-exercise write once for each of their boxes.
REPEATED = {"proof-content", "exercise-content", "solution-content"}


def is_citation(node: nodes.Node | None) -> bool:
    """Is the neighbour of a citation one, too?"""
    return isinstance(node, nodes.citation)


def visit_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """Open the list before its first member, and the member."""
    if not is_citation(node.previous_sibling()):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", "", CLASS="citation", ROLE="listitem"))


def depart_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """Close the member, and the list after its last."""
    self.body.append("</div>\n")
    if not is_citation(node.next_node(descend=False, siblings=True)):
        self.body.append("</div>\n")


def visit_folded(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open a folded cell; its style sheet shows one of the two words."""
    self.body.append(f'<details class="admonition hide {" ".join(node["classes"])}">\n<summary>')
    for state, words in (("collapsed", node["prompt_show"]), ("expanded", node["prompt_hide"])):
        self.body.append(f'<span class="{state} admonition-title">{escape(words)}</span>')
    self.body.append("</summary>\n")


def depart_folded(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Close it."""
    self.body.append("</details>\n")


def drop_repeated_ids(_app: Sphinx, doctree: nodes.document, _page: str) -> None:
    """Take away the ids that a page has more than once."""
    for section in doctree.findall(nodes.section):
        section["ids"] = [name for name in section["ids"] if name not in REPEATED]


def flatten_listings(
    _app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Make the boxes in a page of source spans, which their style sheet shows as boxes."""
    if page.startswith("_modules/"):
        context["body"] = LISTING.sub(spans, context["body"])


def spans(listing: re.Match[str]) -> str:
    """A listing with spans for boxes."""
    return listing[0].replace("<div ", "<span ").replace("</div>", "</span>")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the writers and the step."""
    # MyST-NB registers its own writer of folded cells.
    app.setup_extension("myst_nb")
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded, depart_folded))
    app.connect("doctree-resolved", drop_repeated_ids)
    app.connect("html-page-context", flatten_listings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
