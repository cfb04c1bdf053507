"""Sphinx extension: every notebook offered for download stands alone and holds what its page shows.

MyST-NB writes the notebook of a page taken from the execution cache without the cached outputs, and
with the page's MyST, which no notebook program shows.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import nbformat
import plain_markdown
from jupyter_cache import get_cache

from actmath._text.bibliography import WORKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_cache.cache.main import JupyterCacheBase
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

CITED = re.compile(r"\{cite:\w+\}`([^`]*)`")
ROOT = Path(__file__).parents[2]
COLAB = "https://colab.research.google.com/github"
#: Where the book's workflow puts the notebooks of the pages that it publishes.
BRANCH = "notebooks"
#: The first cell: the package where it is missing, and beside the notebook what the cells read.
FIRST = """\
# Python with the package, and the files that the book's cells read
from importlib.util import find_spec
if not find_spec("actmath"):
    %pip install --quiet "actmath[torch,plot,prove] @ git+{repository}"
import os, shutil
from pathlib import Path
home = Path(find_spec("actmath").origin).parent
if not Path("certificates").exists() and (home / "_checkout").exists():
    shutil.copytree(home / "_checkout", "actmath-data", dirs_exist_ok=True)
    os.chdir("actmath-data/book")"""


def first_cell(repository: str) -> Any:
    """The cell that makes a notebook stand alone; it has run, and says nothing."""
    return nbformat.v4.new_code_cell(FIRST.format(repository=repository), id="first")


def described(app: Sphinx, env: BuildEnvironment) -> plain_markdown.Book:
    """What the pages refer to, from Sphinx and the bibliography."""
    pages = [ROOT / f"{page}.md" for page in env.found_docs]
    texts = [page.read_text("utf-8") for page in pages if page.exists()]
    return plain_markdown.Book(
        address=app.config.html_baseurl,
        works={key: WORKS[key] for key in WORKS},
        equations=dict(equations(env)),
        titles={page: title.astext() for page, title in env.titles.items()},
        statements={k: v for text in texts for k, v in plain_markdown.statements(text).items()},
    )


def equations(env: BuildEnvironment) -> Iterator[tuple[str, str]]:
    """The labels of all equations with their numbers in print."""
    for label, (page, number) in env.get_domain("math").data["objects"].items():
        chapters = env.toc_fignumbers.get(page, {}).get("displaymath", {})
        parts = chapters.get(f"equation-{label}", (number,))
        yield label, ".".join(map(str, parts))


def complete(path: Path, cache: JupyterCacheBase, book: plain_markdown.Book, first: Any) -> None:
    """Give the notebook its first cell, plain Markdown, and the outputs of the cached execution."""
    notebook = nbformat.read(path, as_version=4)
    try:
        _, executed = cache.merge_match_into_notebook(notebook)
    except KeyError:
        return  # a page without code is never executed
    cited = set(re.findall(r"[\w-]+", " ".join(CITED.findall(str(executed.cells)))))
    book = replace(book, works={key: work for key, work in book.works.items() if key in cited})
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            cell.source = plain_markdown.plain(cell.source, book)
    executed.cells.insert(1, first)
    cells = (cell for cell in executed.cells if cell.cell_type == "code")
    for number, cell in enumerate(cells, start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    executed.metadata.pop("source_map", None)
    nbformat.write(executed, path)


def complete_all(app: Sphinx, error: Exception | None) -> None:
    """Complete the notebooks beside the pages, once all are written."""
    if error or app.builder.name != "html":
        return
    cache = get_cache(app.env.mystnb_config.execution_cache_path)
    book = described(app, app.env)
    repository = app.config.html_theme_options["repository_url"]
    for path in sorted(Path(app.outdir, "_sources").rglob("*.ipynb")):
        complete(path, cache, book, first_cell(repository))


def offer_colab(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Beside the theme's own ways to run a page: Colab opens its notebook from a branch of ours.

    The theme's own button would lead to the page's source, which Colab cannot read.
    """
    repository = urlsplit(app.config.html_theme_options["repository_url"])
    colab = f"{COLAB}{repository.path}/blob/{BRANCH}/{page}.ipynb"
    for group in context.get("header_buttons", ()):
        if group.get("label") == "launch-buttons":
            button = {"type": "link", "text": "Colab", "tooltip": "Launch on Colab", "url": colab}
            group["buttons"].append(button | {"icon": "_static/images/logo_colab.png"})


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the step."""
    app.connect("build-finished", complete_all)
    # The theme's own come first.
    app.connect("html-page-context", offer_colab, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
