"""Sphinx extension: pages whose figures a reader can move, with formulas from the package.

``{explorer} unit`` puts an explorer on a page. While the book is built its own scripts draw it in
an embedded engine, so that a page shows its figures and numbers before, and without, any script in
the reader's browser. The scripts are plain files beside the page; nothing comes from elsewhere.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import quickjs
from docutils import nodes
from explorer_formulas import PROGRAMS
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

FOLDER = "explore"
SCRIPTS = Path(__file__).parents[1] / "_static" / FOLDER


def file_of(name: str) -> str:
    """The generated script of an explorer, below the static folder."""
    return f"{FOLDER}/{name}.formulas.js"


def scripts(name: str) -> tuple[str, ...]:
    """What a page loads, in this order: formulas, numbers, figures, the explorer, its sliders."""
    hand_written = (f"{FOLDER}/{part}.js" for part in ("numbers", "draw", name, "page"))
    return (file_of(name), *hand_written)


@cache
def program(name: str) -> str:
    """The generated script of an explorer."""
    return PROGRAMS[name]()


def running(name: str) -> quickjs.Context:
    """The engine with everything that an explorer needs but a page."""
    context = quickjs.Context()
    context.eval(program(name))
    for part in ("numbers", "draw", name):
        context.eval((SCRIPTS / f"{part}.js").read_text("utf-8"))
    return context


@cache
def drawn(name: str) -> str:
    """The explorer as it stands before anybody has moved anything."""
    # Long joined strings come out only in the flat form that stringify makes.
    return str(json.loads(running(name).eval(f"JSON.stringify(actmath.draw.page('{name}'))")))


class Explorer(SphinxDirective):
    """``{explorer} NAME``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The figures, numbers and settings as HTML."""
        (name,) = self.arguments
        if name not in PROGRAMS:
            raise self.error(f"no explorer is named {name!r}: there are {', '.join(PROGRAMS)}")
        for part in ("numbers", "draw", name):
            self.env.note_dependency(str(SCRIPTS / f"{part}.js"))
        path = written(self.env.app) / file_of(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(program(name), "utf-8")
        return [nodes.raw("", drawn(name), format="html", explorer=name)]


def written(app: Sphinx) -> Path:
    """Where generated scripts lie until Sphinx copies them: beside the pages that it has read."""
    return Path(app.doctreedir) / "explorers"


def find_programs(app: Sphinx, config: Config) -> None:
    """Let Sphinx find the generated scripts; one is written where a page asks for it."""
    written(app).mkdir(parents=True, exist_ok=True)
    config.html_static_path.append(str(written(app)))


def add_scripts(
    app: Sphinx,
    _page: str,
    _template: str,
    _context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the pages with an explorer its scripts and style, and no other page."""
    found = (
        []
        if doctree is None
        else [n["explorer"] for n in doctree.findall(nodes.raw) if "explorer" in n]
    )
    for name in found:
        app.add_css_file(f"{FOLDER}/explore.css")
        # On the page that is printed nothing moves.
        for part in scripts(name) if app.builder.name == "html" else ():
            app.add_js_file(part, loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and its files."""
    app.add_directive("explorer", Explorer)
    app.connect("config-inited", find_programs)
    app.connect("html-page-context", add_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
