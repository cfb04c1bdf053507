"""Sphinx extension: pages are executed side by side, and only those whose inputs have changed.

A page that the cache does not hold is executed before Sphinx reads it, in a kernel of its own, as
many at once as there are processors, forked from one process that has imported the packages of
``nb_preloaded_modules`` (``kernel_server.py``). None of them is the checkout's own. The cache
remembers with it each file and folder of the checkout that it imported, read or listed, by digest:
where one is another now, or Python is, the page is executed again. A page that starts another
process depends on the whole package. Pages that judge all claims share what they find, each check
being run once for a build; for that they read all that findings rest on, which so is among their
inputs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from jupyter_client import AsyncKernelManager
from myst_nb.core.read import create_nb_reader
from nbclient.exceptions import DeadKernelError
from sphinx.errors import ExtensionError
from sphinx.util.display import status_iterator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jupyter_cache.cache.db import NbCacheRecord
    from jupyter_cache.cache.main import JupyterCacheBase
    from nbformat import NotebookNode
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

#: What every page depends on.
COMMON = ("constraints.txt", "book/_ext/execution.py", "book/_ext/kernel_server.py")
PACKAGE = "actmath"
#: The folder in which pages that judge all claims share findings; it lasts as long as the build.
SHARED = "ACTMATH_FINDINGS"
SERVER = Path(__file__).with_name("kernel_server.py")

# The first cell that a page's kernel runs, and the last. What an audit hook sees of imports are
# compiled files, so their sources are taken from the modules at the end.
WATCH = """
import sys
def _watch():
    seen = sys.modules["actmath_inputs"] = type(sys)("actmath_inputs")
    seen.files, seen.folders, seen.processes = set(), set(), False
    def hook(event, arguments):
        if event == "open" and isinstance(arguments[0], str) and "w" not in (arguments[1] or "r"):
            seen.files.add(arguments[0])
        elif event in ("os.listdir", "os.scandir") and isinstance(arguments[0], str):
            seen.folders.add(arguments[0])
        elif event in ("subprocess.Popen", "os.posix_spawn", "os.fork", "os.system"):
            seen.processes = True
    sys.addaudithook(hook)
_watch()
del _watch
"""
REPORT = """
import json, sys
_seen = sys.modules["actmath_inputs"]
_files = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
print(json.dumps([sorted(_files | _seen.files), sorted(_seen.folders), _seen.processes]))
"""


class Page(NamedTuple):
    """A page with code: its name, its file, and its cells before they are executed."""

    name: str
    path: Path
    notebook: NotebookNode
    read_as: dict[str, Any] | None


def pages(env: BuildEnvironment, names: Iterable[str]) -> list[Page]:
    """Those of the named pages that have cells of code."""
    found = []
    for name in sorted(names):
        path = Path(env.doc2path(name))
        text = path.read_text("utf-8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        notebook = reader.read(text) if reader else nbformat.v4.new_notebook()
        if any(cell.cell_type == "code" for cell in notebook.cells):
            found.append(Page(name, path, notebook, reader and reader.read_fmt))
    return found


def digest(root: Path, name: str) -> str:
    """Of a file its bytes, of a folder the names in it, for what is not there the empty text."""
    path = root / name
    if path.is_dir():
        names = sorted(p.name for p in path.iterdir() if not p.name.startswith((".", "__pycache")))
        return sha256("\n".join(names).encode()).hexdigest()
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def inputs(root: Path, page: Path, reported: str) -> dict[str, str]:
    """The digest of everything in the checkout that a page's kernel used, but the page itself."""
    files, folders, processes = json.loads(reported)
    found = set(COMMON)
    for name in (*files, *folders):
        path = Path(os.path.abspath(page.parent / name)) if name else root
        inside = path.is_relative_to(root) and not {".venv", "_build"} & set(path.parts)
        if inside and path not in (root, page) and path.suffix != ".pyc":
            found.add(path.relative_to(root).as_posix())
    if processes:
        found |= {path.relative_to(root).as_posix() for path in (root / PACKAGE).rglob("*.py")}
    return {name: digest(root, name) for name in sorted(found)}


def is_current(root: Path, record: NbCacheRecord) -> bool:
    """Is what a page used still the same? A record that says nothing of it is none of ours."""
    data = record.data or {}
    known: dict[str, str] = data.get("inputs", {})
    same = all(digest(root, name) == value for name, value in known.items())
    return bool(known) and data.get("python") == sys.version and same


def stale(app: Sphinx, env: BuildEnvironment, *_sets: set[str]) -> list[str]:
    """Forget what was executed with other inputs; these pages are to be read again."""
    if env.mystnb_config.execution_mode != "cache":
        return []
    cache = get_cache(env.mystnb_config.execution_cache_path)
    found = []
    for page in pages(env, env.found_docs):
        record = match(cache, page)
        if record is not None and not is_current(Path(app.srcdir), record):
            cache.remove_cache(record.pk)
            found.append(page.name)
    return found


def match(cache: JupyterCacheBase, page: Page) -> NbCacheRecord | None:
    """The record of these cells."""
    try:
        return cache.match_cache_notebook(page.notebook)
    except KeyError:
        return None


def execute_all(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Execute the pages that are to be read and are not in the cache."""
    if env.mystnb_config.execution_mode != "cache":
        return
    cache = get_cache(env.mystnb_config.execution_cache_path)
    waiting = [page for page in pages(env, names) if match(cache, page) is None]
    if not waiting:
        return
    failed = []
    # Pages share the processors: were each to use all, their threads would wait for one another.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with (
        TemporaryDirectory() as folder,
        kernels(folder, app.config.nb_preloaded_modules) as manager,
        ThreadPoolExecutor(os.cpu_count() or 1) as pool,
    ):
        os.environ[SHARED] = folder
        running = {pool.submit(executed, page, env, manager): page for page in by_length(waiting)}
        done = as_completed(running)
        shown = ("executing pages... ", "brown", len(running), 0, lambda run: running[run].name)
        for run in status_iterator(done, *shown):
            page = running[run]
            try:
                result, reported = run.result()
            except DeadKernelError as error:
                failed.append(f"{page.name}:\n{error}")
                continue
            if result.err is not None:
                failed.append(f"{page.name}:\n{result.exc_string}")
                continue
            record = cache.add_nb_to_project(str(page.path), read_data=page.read_as or {})
            data = {
                "execution_seconds": result.time,
                "python": sys.version,
                "inputs": inputs(Path(app.srcdir), page.path, reported),
            }
            bundle = CacheBundleIn(result.nb, record.uri, data=data)
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    if failed:
        raise ExtensionError("\n\n".join(["Pages that did not run:", *failed]))


def by_length(waiting: list[Page]) -> list[Page]:
    """The longest first, lest it is the last one to end; code is a guess at time."""
    return sorted(waiting, key=lambda page: -sum(len(cell.source) for cell in page.notebook.cells))


@contextmanager
def kernels(folder: str, modules: list[str]) -> Iterator[type[AsyncKernelManager]]:
    """Who starts a kernel: Jupyter does, or a process that has imported these modules already."""
    # Elsewhere processes are not to be forked once libraries of the system are in use.
    if not modules or sys.platform != "linux":
        yield AsyncKernelManager
        return
    address = str(Path(folder) / "kernels")

    class Forked(AsyncKernelManager):
        def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
            # Without the site's packages it starts at once.
            return [sys.executable, "-I", "-S", str(SERVER), "start", address, self.connection_file]

    command = [sys.executable, "-P", str(SERVER), "serve", address, *modules]
    # Matplotlib reads it once; a kernel of Jupyter's own has it from its start.
    inline = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | inline) as server:
        while not Path(address).exists() and server.poll() is None:
            time.sleep(0.01)
        yield Forked


def executed(
    page: Page, env: BuildEnvironment, manager: type[AsyncKernelManager]
) -> tuple[ExecutionResult, str]:
    """A page's cells with their outputs, and what its kernel reports of its inputs."""
    notebook = nbformat.from_dict(page.notebook)
    new_cell = nbformat.v4.new_code_cell
    notebook.cells = [new_cell(WATCH), *notebook.cells, new_cell(REPORT)]
    config = env.mystnb_config
    result = single_nb_execution(
        notebook,
        cwd=str(page.path.parent),
        allow_errors=config.execution_allow_errors,
        timeout=config.execution_timeout,
        kernel_manager_class=manager,
    )
    last = notebook.cells[-1].outputs
    notebook.cells = notebook.cells[1:-1]
    return result, last[0].text if last else ""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register both steps, and what kernels are to have imported beforehand."""
    app.add_config_value("nb_preloaded_modules", [], "", list)
    app.connect("env-get-outdated", stale)
    app.connect("env-before-read-docs", execute_all)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
