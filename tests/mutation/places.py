"""Where in a file a change lies, and which functions of a running process hold its code."""

from __future__ import annotations

import ast
import gc
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from types import CodeType, FunctionType

from .draw import Position

Function = ast.FunctionDef | ast.AsyncFunctionDef
#: What tells two functions of one file apart.
Key = tuple[str, str, int]


def function_around(text: str, position: Position) -> int | None:
    """The line of the innermost function that holds a place in its body."""
    lines = [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, Function) and _holds(node.body[0], node.body[-1], position)
    ]
    return max(lines, default=None)


def _holds(first: ast.stmt, last: ast.stmt, position: Position) -> bool:
    end = last.end_lineno or last.lineno, last.end_col_offset or 0
    return (first.lineno, first.col_offset) <= position < end


def functions_by_code() -> dict[Key, list[FunctionType]]:
    """All functions of this process."""
    found: dict[Key, list[FunctionType]] = defaultdict(list)
    for each in gc.get_objects():
        # Not isinstance, which asks what stands in for a class and warns for some of PyTorch's.
        if type(each) is FunctionType:
            found[_key(each.__code__)].append(each)
    return found


def patch(before: str, after: str, file: str, functions: dict[Key, list[FunctionType]]) -> bool:
    """Give the functions of this process the changed code; False if their shape has changed too."""
    pairs = list(_pairs(compile(before, file, "exec"), compile(after, file, "exec")))
    if any(new is None for _, new in pairs):
        return False
    for old, new in pairs:
        for function in functions.get(_key(old), ()):
            if new is None or len(new.co_freevars) != len(old.co_freevars):
                return False
            function.__code__ = new
    return True


def _key(code: CodeType) -> Key:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType | None]]:
    """Each part that differs beside the one that takes its place; None where there is none."""
    inner_old, inner_new = _parts(old), _parts(new)
    if [part.co_name for part in inner_old] != [part.co_name for part in inner_new]:
        yield old, None
        return
    if old != new:
        yield old, new
        yield from chain(*map(_pairs, inner_old, inner_new))


def _parts(code: CodeType) -> list[CodeType]:
    return [part for part in code.co_consts if isinstance(part, CodeType)]
