"""Sphinx extension: every notebook offered for download holds what its page shows.

MyST-NB writes the notebook of a page taken from the execution cache without the cached outputs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_cache import get_cache

if TYPE_CHECKING:
    from jupyter_cache.cache.main import JupyterCacheBase
    from sphinx.application import Sphinx


def complete(path: Path, cache: JupyterCacheBase) -> None:
    """Give the notebook's cells the outputs and numbers of their cached execution."""
    notebook = nbformat.read(path, as_version=4)
    try:
        _, executed = cache.merge_match_into_notebook(notebook)
    except KeyError:
        return  # a page without code is never executed
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
    if error or app.builder.format != "html":
        return
    cache = get_cache(app.env.mystnb_config.execution_cache_path)
    for path in sorted(Path(app.outdir, "_sources").rglob("*.ipynb")):
        complete(path, cache)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the step."""
    app.connect("build-finished", complete_all)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
