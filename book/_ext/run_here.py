"""Sphinx extension: *Run here* under every cell that the pages' own Python can run.

Which cells can is found by running each, while the book is built, in a process that has what the
pages' Python has and nothing else (``book/_runtime/trial.py``). ``make runtime`` makes the files
that a page loads; a book without them has no buttons, and the build says so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

LOGGER = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "_build" / "runtime"
OWN = ROOT / "book" / "_runtime"
#: What is told for a floor of the package that a page does not have.
NEEDS = {"actmath.nn": "torch"}
NEEDS |= {f"actmath.{floor}": "numpy" for floor in ("claims", "experiment")}


def cells(doctree: nodes.document) -> Iterator[nodes.container]:
    """The cells of a page whose code it shows."""
    for node in doctree.findall(nodes.container):
        if "cell" in node["classes"] and source(node) is not None:
            yield node


def source(cell: nodes.container) -> str | None:
    """The code of a cell as its page shows it."""
    for part in cell.findall(nodes.container):
        if "cell_input" in part["classes"]:
            return next((block.astext() for block in part.findall(nodes.literal_block)), None)
    return None


def answers(pages: Mapping[str, list[str]]) -> dict[str, dict[str, Any]]:
    """What the trial says of each page's cells.

    Raises:
        ExtensionError: The trial itself does not run.
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "certificates").symlink_to(ROOT / "book" / "certificates")
        done = subprocess.run(
            [sys.executable, str(OWN / "trial.py")],
            input=json.dumps(pages),
            capture_output=True,
            text=True,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=False,
        )
    if done.returncode:
        raise ExtensionError(f"The trial of the pages' cells failed: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout))


def decide(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Try the cells of all pages that changed, once all are read; the pages to be written anew."""
    known: dict[str, tuple[list[str], dict[str, Any]]] = getattr(env, "run_here", {})
    env.run_here = known  # type: ignore[attr-defined]
    if app.builder.name != "html":
        return []
    if not RUNTIME.exists():
        LOGGER.info("No cell gets Run here: there is no _build/runtime (make runtime).")
        return []
    found = {
        page: [source(c) or "" for c in cells(env.get_doctree(page))] for page in env.found_docs
    }
    new = {p: code for p, code in found.items() if code and known.get(p, ([],))[0] != code}
    if new:
        known.update({page: (new[page], answer) for page, answer in answers(new).items()})
    return list(new)


def mark(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Tell the script of the page which cells run here, and what the others lack."""
    _, answer = app.env.run_here.get(page, ([], {"lacks": []}))  # type: ignore[attr-defined]
    for cell, lacks in zip(cells(doctree), answer["lacks"], strict=False):
        cell["classes"].append(f"lacks-{NEEDS.get(lacks, lacks)}" if lacks else "runs-here")


def add_script(app: Sphinx, page: str, *_rest: Any) -> None:
    """Add the script to a page with cells, with the size and digest of what it would load."""
    answer = app.env.run_here.get(page)  # type: ignore[attr-defined]
    if answer is None or not RUNTIME.exists() or app.builder.name != "html":
        return
    pin = tomllib.loads((OWN / "pins.toml").read_text("utf-8"))["pyodide"]
    info = {"abi_version": pin["abi"], "arch": "wasm32", "platform": pin["platform"]}
    data = {
        "data-files": json.dumps(json.loads((RUNTIME / "files.json").read_text("utf-8"))),
        "data-python": json.dumps(info | {"python": pin["python"], "version": pin["version"]}),
        "data-some": "" if all(answer[1]["lacks"]) else "some",
        "data-arb": "arb" if answer[1]["arb"] else "",
    }
    app.add_css_file("run_here.css")
    app.add_js_file("run_here.js", loading_method="defer", **data)


def copy(app: Sphinx, error: Exception | None) -> None:
    """Lay the files that a page loads beside the pages."""
    if error is None and app.builder.name == "html" and RUNTIME.exists():
        shutil.copytree(RUNTIME, Path(app.outdir, "_static", "runtime"), dirs_exist_ok=True)
        # A service worker serves the pages beside and below it.
        shutil.copy(OWN / "cache.js", Path(app.outdir, "run_here_cache.js"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the steps."""
    app.connect("env-updated", decide)
    app.connect("doctree-resolved", mark)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
