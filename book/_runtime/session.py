"""Runs one cell of a page after the lines above it that it needs.

The same file runs in a reader's browser, and while the book is built to see which cells can run
there. It needs the standard library only.
"""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import os
import random
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.machinery import PathFinder
from typing import Any

#: What the pages' Python has beside the standard library.
HERE = ("actmath", "flint", "lazy_loader", "mpmath", "sympy")
#: Of these, what a page with a snapshot loads only when it is asked for.
LATER = ("lazy_loader", "mpmath", "sympy")
#: Floors of the package that need NumPy, PyTorch, Matplotlib or a terminal.
ELSEWHERE = ("claims", "cli", "experiment", "nn")
#: What a cell lacks that imports a module of which a snapshot holds nothing.
REST = "the rest"
CELL = "<cell>"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

# SymPy would take its integers from python-flint, which most pages do not load.
os.environ["SYMPY_GROUND_TYPES"] = "python"

#: Takes a kind ("text", "html", "latex", "error") and what is to be shown; or "above", and how many
#: statements of the cells above were run first.
Show = Callable[[str, str], None]


class Absent:
    """A finder that refuses every package that the pages' Python lacks, in a sentence."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse, or leave the search to the other finders."""
        first, _, rest = name.partition(".")
        floor = rest.partition(".")[0]
        if first == "actmath" and floor in ELSEWHERE:
            missing = f"actmath.{floor}"
        elif first in HERE or first in sys.stdlib_module_names or first in sys.modules:
            return
        else:
            missing = first
        raise ModuleNotFoundError(f"{missing} is not part of Python in this page", name=missing)


class RestNeededError(BaseException):
    """A module is imported whose file comes later: to no ``except ImportError`` is it absent."""


class Later:
    """A finder for a restored snapshot, which holds modules but not the files of the others."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Ask for the rest, or leave the search to the other finders."""
        first = name.partition(".")[0]
        if first in sys.stdlib_module_names or first in LATER:
            raise RestNeededError(name)


class Stream(io.TextIOBase):
    """Shows what is printed as it comes."""

    def __init__(self, show: Show) -> None:
        """Keep where to."""
        self.show = show

    def write(self, text: str) -> int:
        """Show a piece of text."""
        self.show("text", text)
        return len(text)


def parsed(cell: str) -> list[ast.stmt]:
    """The statements of a cell; none where it is not Python, as lines for a shell are not."""
    try:
        return ast.parse(cell).body
    except SyntaxError:
        return []


def names(tree: ast.AST, context: type[ast.expr_context]) -> set[str]:
    """The names below a node that are read, or bound, by an expression."""
    found = (n for n in ast.walk(tree) if isinstance(n, ast.Name))
    return {n.id for n in found if isinstance(n.ctx, context)}


def root(node: ast.expr) -> set[str]:
    """The name at the beginning of ``a.b[c].d``."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def binds(statement: ast.stmt) -> set[str]:
    """The names that a statement makes certainly anew, whatever they were."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(a.asname or a.name).partition(".")[0] for a in statement.names}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return names(statement, ast.Store)
    return set()


def changes(statement: ast.stmt) -> set[str]:
    """The names that a statement makes or may change: also by ``a.b = c`` and ``a.append(c)``."""
    found = binds(statement)
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return found
    found |= names(statement, ast.Store)
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            found |= root(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            method = node.value.func
            found |= root(method) if isinstance(method, ast.Attribute) else set()
    return found


def reads(statement: ast.stmt) -> set[str]:
    """The names that a statement takes from outside, or a few more."""
    own: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.For | ast.comprehension):
            own |= names(node.target, ast.Store)
        elif isinstance(node, ast.withitem) and node.optional_vars:
            own |= names(node.optional_vars, ast.Store)
        elif isinstance(node, FUNCTIONS):
            own |= {a.arg for a in ast.walk(node) if isinstance(a, ast.arg)}
            own |= names(node, ast.Store)
    changed = names(statement.target, ast.Store) if isinstance(statement, ast.AugAssign) else set()
    return (names(statement, ast.Load) - own) | changed


def late(statement: ast.stmt) -> set[str]:
    """The names that functions look up when they are called, wherever they were bound by then."""
    inside = (node for node in ast.walk(statement) if isinstance(node, FUNCTIONS))
    return set().union(*(names(node, ast.Load) for node in inside))


def lines_needed(cells: Sequence[str], index: int) -> list[ast.stmt]:
    """The statements of earlier cells that a cell rests on, in their order."""
    own = parsed(cells[index])
    earlier = [statement for cell in cells[:index] for statement in parsed(cell)]
    called: set[str] = set()
    while True:
        wanted = set(called)
        found = []
        for statement in reversed([*earlier, *own]):
            mine = statement in own
            if mine or changes(statement) & wanted:
                wanted = (wanted - binds(statement)) | reads(statement)
                found += [] if mine else [statement]
        more = set().union(*(late(statement) for statement in [*own, *found]))
        if more <= called:
            return found[::-1]
        called |= more


def present(value: object, show: Show) -> None:
    """Show the value of a cell's last line in the best form that it has."""
    for kind in ("html", "latex"):
        method = getattr(value, f"_repr_{kind}_", None)
        form = method() if method and not isinstance(value, type) else None
        if form is not None:
            show(kind, form)
            return
    if value is not None:
        show("text", f"{value!r}\n")


def execute(statements: list[ast.stmt], space: dict[str, Any]) -> None:
    """Run statements in a name space."""
    exec(compile(ast.Module(statements, []), CELL, "exec"), space)


def run(cells: Sequence[str], index: int, show: Show) -> None:
    """Run a cell as if the page had been run up to it, in a name space of its own.

    Raises:
        Exception: whatever the cell raises.
    """
    code = cells[index]
    linecache.cache[CELL] = (len(code), None, code.splitlines(keepends=True), CELL)
    space: dict[str, Any] = {"__name__": "__main__"}
    above = lines_needed(cells, index)
    silent = Stream(lambda _kind, _text: None)
    with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
        execute(above, space)
    show("above", str(len(above)))
    stream = Stream(show)
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        body = ast.parse(code, CELL).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        execute(body, space)
        if last:
            value = ast.Expression(last.value)
            present(eval(compile(value, CELL, "eval"), space), show)


def sentence(error: BaseException) -> str:
    """An error as a reader needs it: the lines of the cell on the way to it, and what it says."""
    told = traceback.TracebackException.from_exception(error)
    lines = [f"line {f.lineno}: {f.line}\n" for f in told.stack if f.filename == CELL and f.line]
    return "".join([*lines, *told.format_exception_only()])


def lacking(error: BaseException) -> str:
    """The package whose absence an error comes from; empty if it has another reason."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ModuleNotFoundError) and cause.name:
            return cause.name
        cause = cause.__cause__ or cause.__context__
    return ""


def answer(cells: Sequence[str], index: int, show: Show) -> str:
    """Run a cell; show its error, if there is one, and return the package that it lacked.

    Where the cell can be run again with what it lacked, no error is shown.
    """
    try:
        run(list(cells), index, show)
    except RestNeededError:
        return REST
    except BaseException as error:
        missing = lacking(error)
        if missing != "flint":
            show("error", sentence(error))
        return missing
    return ""


def begin() -> None:
    """Get ready for the first cell: where a page's files are, and what it does not have."""
    os.chdir("/book")
    sys.meta_path.insert(0, Absent())  # type: ignore[arg-type]
    # Everybody's snapshot holds the same state of the generator.
    random.seed()


def wait_for_the_rest() -> None:
    """After a snapshot was restored: its modules are here, the files of all others are not."""
    sys.meta_path.insert(sys.meta_path.index(PathFinder), Later())  # type: ignore[arg-type]


def the_rest_is_here() -> None:
    """Import from files again."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Later)]
