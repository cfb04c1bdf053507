"""Sphinx extension: what makes each figure, and its data, as files beside the page.

A figure carries its points in an inert script element of type text/csv. They are taken out of the
page, which would only become heavier, and written to a file. The program is the figure's cell and
the lines above it that it needs, found as for *Run here*. The picture itself is saved from the page
by a script, ``figures.js``.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from docutils import nodes
from myst_nb.core.read import read_myst_markdown_notebook
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from sphinx.application import Sphinx

FOLDER = "_figures"
DATA = re.compile(r'<script type="text/csv">(.*?)</script>', re.DOTALL)
HEAD = "# Run it with actmath[torch,plot,prove], in the folder book/ of its repository.\n"


def loaded_session() -> ModuleType:
    """The file that finds the lines which a cell needs; its environment is for pages only."""
    path = Path(__file__).parents[1] / "_runtime" / "session.py"
    spec = importlib.util.spec_from_file_location("session", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict(os.environ):
        spec.loader.exec_module(module)
    return module


SESSION = loaded_session()


def code_cells(text: str) -> dict[int, str]:
    """The code of a page, by the place of each cell among all cells."""
    cells = read_myst_markdown_notebook(text).cells
    return {place: cell.source for place, cell in enumerate(cells) if cell.cell_type == "code"}


def program(codes: Sequence[str], index: int, name: str) -> str:
    """The lines that draw the figure of a cell and save it; empty where it is not drawn at the end.

    Statements stand as the page has them, without the comments between them.
    """
    body = SESSION.parsed(codes[index])
    if not body or not isinstance(body[-1], ast.Expr):
        return ""
    # One text, so that every statement says where it stands.
    earlier = "\n".join(code for code in codes[:index] if SESSION.parsed(code))
    above = SESSION.lines_needed([earlier, codes[index]], 1)
    lines = [ast.get_source_segment(earlier, statement) for statement in above]
    lines += [ast.get_source_segment(codes[index], statement) for statement in body]
    return "\n".join(line or "" for line in lines) + f'.save("{name}.svg")\n'


class FiguresToTake(SphinxPostTransform):
    """Write the program and the data of the page's figures, and offer them below each."""

    default_priority = 890
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Number the figures of the page from 1."""
        number = 0
        cells: dict[int, str] = {}
        for node in list(self.document.findall(nodes.raw)):
            found = DATA.search(node.astext())
            if found and "text_html" in node.get("classes", ()):
                number += 1
                page = Path(self.env.doc2path(self.env.docname))
                cells = cells or code_cells(page.read_text("utf-8"))
                offer = self.offer(number, found[1], self.code(node, cells, number))
                node.children = [nodes.Text(DATA.sub(lambda _, o=offer: o, node.astext()))]

    def name(self, number: int) -> str:
        """What the figure's files are called."""
        return f"{self.env.docname.rpartition('/')[2]}-{number}"

    def code(self, node: nodes.Node, cells: dict[int, str], number: int) -> str:
        """The program of a figure."""
        while node is not None and node.get("nb_element") != "cell_code":
            node = node.parent
        if node is None or node["cell_index"] not in cells:
            return ""
        place = list(cells).index(node["cell_index"])
        return program(list(cells.values()), place, self.name(number))

    def offer(self, number: int, data: str, code: str) -> str:
        """Write the files; the line that links to them and to what ``figures.js`` does."""
        name = self.name(number)
        folder = Path(self.app.outdir, FOLDER)
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.csv").write_text(data, "utf-8")
        address = f"{'../' * self.env.docname.count('/')}{FOLDER}/{name}"
        program = ""
        if code:
            (folder / f"{name}.py").write_text(HEAD + code, "utf-8")
            program = (
                f', <a href="{address}.py" download>Python ({code.count(chr(10))} lines)</a>'
                f"<pre>{escape(code)}</pre>"
            )
        return (
            '<details class="take"><summary>take this with you</summary>'
            f'<a href="{address}.csv" download>data (CSV)</a>, '
            f'<button type="button" data-picture="{name}.svg" hidden>picture (SVG)</button>'
            f"{program}</details>"
        )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the step."""
    app.add_post_transform(FiguresToTake)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
