"""Sphinx extension: the data of each figure as a file beside the page, and a line that offers it.

A figure carries its points in an inert script element of type text/csv. They are taken out of the
page, which would only become heavier, and written to a file. The picture itself is saved from the
page by a script, ``figures.js``, and the code is the cell above it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FOLDER = "_figures"
DATA = re.compile(r'<script type="text/csv">(.*?)</script>', re.DOTALL)


class FiguresToTake(SphinxPostTransform):
    """Write the data of the page's figures, and offer them below each."""

    default_priority = 890
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Number the figures of the page from 1."""
        number = 0
        for node in list(self.document.findall(nodes.raw)):
            found = DATA.search(node.astext())
            if found and "text_html" in node.get("classes", ()):
                number += 1
                offer = self.offer(number, found[1])
                node.children = [nodes.Text(DATA.sub(lambda _, o=offer: o, node.astext()))]

    def offer(self, number: int, data: str) -> str:
        """Write the file; the line that links to it and to what ``figures.js`` does."""
        page = self.env.docname
        name = f"{page.rpartition('/')[2]}-{number}"
        folder = Path(self.app.outdir, FOLDER)
        folder.mkdir(exist_ok=True)
        Path(folder, f"{name}.csv").write_text(data, "utf-8")
        address = f"{'../' * page.count('/')}{FOLDER}/{name}.csv"
        return (
            '<details class="take"><summary>take this with you</summary>'
            f'<a href="{address}" download>data (CSV)</a>, '
            f'<button type="button" data-picture="{name}.svg" hidden>picture (SVG)</button> '
            "and the code in the cell above.</details>"
        )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the step."""
    app.add_post_transform(FiguresToTake)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
