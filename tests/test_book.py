"""The book: its sources keep the house rules, and its built pages read well in a browser.

The second half needs a built book and Chromium; it runs under ``make check-book``.
"""

from __future__ import annotations

import ast
import importlib
import os
import re
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from .test_doors import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
LONGEST_CELL = 10

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
CHAPTERS = [
    chapter["file"]
    for part in TOC["parts"]
    if part.get("numbered", True)
    for chapter in part["chapters"]
]
PAGES = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]
#: Every page that is written, in the table of contents or not.
WRITTEN = sorted(p.relative_to(ROOT).with_suffix("").as_posix() for p in ROOT.glob("book/**/*.md"))

# An opening fence, its info string, and the text up to the same fence alone on a line.
FENCE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w:-]+)\}[^\n]*\n(?P<body>.*?)^(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
# A cell, or Python that is shown and not run, as solutions do; these may be indented.
PYTHON = re.compile(r"^ *```(?:\{code-cell\}[^\n]*|python)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"\A(?:---\n.*?^---\n|(?:[ ]*:[\w-]+:[^\n]*\n)*)", re.MULTILINE | re.DOTALL)


def source(page: str) -> str:
    return (ROOT / f"{page}.md").read_text("utf-8")


def fences(page: str, name: str) -> list[str]:
    """The bodies, options included, of a page's directives of one name."""
    return [match["body"] for match in FENCE.finditer(source(page)) if match["name"] == name]


def written_lines(cell: str) -> int:
    """How many lines of code a reader sees in a cell."""
    return len(OPTIONS.sub("", cell, count=1).strip().splitlines())


# --- the sources -------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_page_exists_with_one_title(page: str) -> None:
    prose = FENCE.sub("", source(page))
    assert len(re.findall(r"^# ", prose, re.MULTILINE)) == 1


@pytest.mark.parametrize("page", PAGES)
def test_cells_are_short(page: str) -> None:
    lengths = [written_lines(cell) for cell in fences(page, "code-cell")]
    assert max(lengths, default=0) <= LONGEST_CELL


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_runs_code(chapter: str) -> None:
    assert fences(chapter, "code-cell")
    assert "kernelspec:" in source(chapter).partition("\n# ")[0]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_exercise_has_a_hidden_solution(chapter: str) -> None:
    text = source(chapter)
    exercises = set(re.findall(r"\{exercise(?:-start)?\}.*?\n:label: *(\S+)", text))
    hidden = set(
        re.findall(r"\{solution(?:-start)?\} *(\S+)\n(?::\S+:.*\n)*?:class: *dropdown", text)
    )
    assert exercises
    assert exercises == hidden


def code(text: str) -> Iterator[ast.AST]:
    """Every node of the Python in a page: in its cells, and in what its solutions only print."""
    for cell in PYTHON.finditer(text):
        # What begins with ! or % is for the shell or for IPython.
        lines = re.sub(r"^[!%].*", "", dedent(OPTIONS.sub("", cell[1], count=1)), flags=re.M)
        yield from ast.walk(ast.parse(lines))


def dotted(node: ast.AST) -> tuple[str, ...]:
    """The parts of ``a.b.c``; none where it begins with anything but a name."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return (*before, node.attr) if before else ()
    return (node.id,) if isinstance(node, ast.Name) else ()


def reached(text: str) -> set[tuple[str, ...]]:
    """The paths in the package to what a page imports, and to what it takes of that by a dot."""
    nodes, names = list(code(text)), {}
    for node in nodes:
        if isinstance(node, ast.Import):
            # ``import a.b`` binds a, ``import a.b as c`` binds a.b.
            bound = [(n.asname or n.name.partition(".")[0], n.name, n.asname) for n in node.names]
            names |= {name: path if given else name for name, path, given in bound}
            names |= {path: path for _, path, _ in bound}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {n.asname or n.name: f"{node.module}.{n.name}" for n in node.names}
    paths = {tuple(path.split(".")) for path in names.values()}
    for node in nodes:
        if (parts := dotted(node)) and parts[0] in names:
            paths.add((*names[parts[0]].split("."), *parts[1:]))
    return {path for path in paths if path[0] == "actmath"}


def unlisted(path: tuple[str, ...]) -> str:
    """The first part of a path that the module before it does not list; "" if there is none."""
    module = importlib.import_module(path[0])
    for part in path[1:]:
        name = f"{module.__name__}.{part}"
        if part not in module.__all__ and name not in PUBLIC:
            return name
        value = importlib.import_module(name) if name in PUBLIC else getattr(module, part)
        if not isinstance(value, ModuleType):
            # What a class or a function has is its own affair.
            break
        module = value
    return ""


@pytest.mark.parametrize("page", [*WRITTEN, "README", "CONTRIBUTING"])
def test_only_listed_names_are_taken(page: str) -> None:
    assert not {name for path in reached(source(page)) if (name := unlisted(path))}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from actmath.derive import derivative as d, _subject", "actmath.derive._subject"),
        ("import actmath\nactmath.numeric.gauss(1)", "actmath.numeric.gauss"),
        ("import actmath.number as n\nn.S", "actmath.number.S"),
        (
            "from actmath import claims\nclaims.snn.run_tables.PAPER",
            "actmath.claims.snn.run_tables",
        ),
        ("from actmath.claims.snn.run_tables import PAPER", "actmath.claims.snn.run_tables"),
        ("import actmath._text.tables", "actmath._text"),
    ],
)
def test_an_unlisted_name_is_seen(line: str, name: str) -> None:
    for fence in ("```{code-cell} ipython3\n:tags: [hide]\n", "  ```python\n"):
        text = f"# A page\n\n{fence}{line}\n{fence[: fence.index('`')]}```\n"
        assert {unlisted(path) for path in reached(text)} - {""} == {name}


@pytest.mark.parametrize("page", PAGES)
def test_pictures_have_text_alternatives(page: str) -> None:
    text = source(page)
    assert not re.findall(r"!\[\s*\]\(", text)
    for name in ("figure", "image"):
        assert all(":alt:" in body for body in fences(page, name))


@pytest.mark.parametrize("page", PAGES)
def test_labelled_equations_are_cited(page: str) -> None:
    text = source(page)
    labels = set(re.findall(r"^\$\$ *\(([\w:-]+)\)", text, re.MULTILINE))
    labels |= {
        label for body in fences(page, "math") for label in re.findall(r":label: *(\S+)", body)
    }
    everything = "".join(source(other) for other in PAGES)
    cited = set(re.findall(r"\{eq\}`(?:[^`<]*<)?([\w:-]+)>?`", everything))
    cited |= set(re.findall(r"\]\(#?([\w:-]+)\)", everything))
    assert labels <= cited


def test_written_lines_counts_neither_options_nor_blank_ends() -> None:
    assert written_lines(":tags: [hide-input]\n\na = 1\n\nb = 2\n") == 3
    assert written_lines("---\nmystnb:\n  figure: {}\n---\na = 1\n") == 1


# --- the built pages ---------------------------------------------------------------------------

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Site:
    """A built book, served from this machine."""

    root: Path
    address: str

    def pages(self) -> list[str]:
        return sorted(
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*.html")
            if "_static" not in path.relative_to(self.root).parts
        )


class QuietHandler(SimpleHTTPRequestHandler):
    """Serve files and keep the log to itself."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        pass


@contextmanager
def serving(handler: Callable[..., SimpleHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server of this machine, while it runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    if not (HTML / f"{TOC['root']}.html").exists():
        pytest.fail("There is no built book in _build/html: run `make book` first.")
    with serving(partial(QuietHandler, directory=str(HTML))) as address:
        yield Site(HTML, address)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    found = [os.environ.get("CHROMIUM"), *(shutil.which(name) for name in BROWSERS)]
    path = next((candidate for candidate in found if candidate), None)
    if path is None:
        pytest.fail("No Chromium: install it (apt-get install chromium) or set CHROMIUM=path.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.mark.browser
@pytest.mark.parametrize("page", [TOC["root"], *CHAPTERS])
def test_chapter_can_be_downloaded_and_launched(page: str, site: Site) -> None:
    import nbformat

    html = (site.root / f"{page}.html").read_text("utf-8")
    assert re.search(rf'href="[^"]*_sources/{page}\.ipynb"', html)
    assert "mybinder.org" in html
    assert f"colab.research.google.com/github/actmath/actmath/blob/notebooks/{page}.ipynb" in html
    notebook = nbformat.read(site.root / "_sources" / f"{page}.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    # The first cell makes the notebook stand alone.
    assert len(code) == 1 + len(fences(page, "code-cell"))
    assert all(cell.execution_count for cell in code)
    assert any(cell.outputs for cell in code)
