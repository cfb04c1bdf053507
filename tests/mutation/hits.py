"""The plugin of pytest that writes which functions each test calls, and how long it takes.

Every function of the floors gets one statement more, which notes its place, when its module is
imported. A tracer would tell lines instead, and make SymPy three times slower. What a function has
kept for the next who asks was made by calls, too: they are kept with it.
"""

from __future__ import annotations

import ast
import builtins
import functools
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from .draw import FLOORS
from .places import Function

#: The functions called since it was emptied, as numbers in ``PLACES``.
CALLED: set[int] = set()
#: ``file:line`` of each function.
PLACES: list[str] = []
_NAME = "__called__"
setattr(builtins, _NAME, CALLED.add)


class _Noting(SourceFileLoader):
    """Reads a module's source with a note at the start of each function."""

    def get_code(self, fullname: str) -> CodeType:
        tree = ast.parse(self.get_data(self.path))
        for node in ast.walk(tree):
            if isinstance(node, Function):
                _note(node, self.path)
        code: CodeType = compile(tree, self.path, "exec", dont_inherit=True)
        return code


def _note(function: ast.FunctionDef | ast.AsyncFunctionDef, path: str) -> None:
    note = ast.parse(f"{_NAME}({len(PLACES)})").body[0]
    PLACES.append(f"{os.path.relpath(path)}:{function.lineno}")
    position = 1 if ast.get_docstring(function, clean=False) is not None else 0
    first = function.body[min(position, len(function.body) - 1)]
    for part in ast.walk(note):
        ast.copy_location(part, first)
    function.body.insert(position, note)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(tuple(f"actmath.{floor}" for floor in FLOORS)):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Noting(spec.loader.name, spec.loader.path)
        return spec


sys.meta_path.insert(0, _Finder())


def _remembering(maxsize: Any = 128, typed: bool = False) -> Any:
    """``functools.lru_cache`` whose answers know which functions were called for them."""
    if callable(maxsize):
        return _remembering()(maxsize)

    def keeping(function: Callable[..., Any]) -> Any:
        if not str(function.__module__).startswith(("actmath", "tests")):
            return lru_cache(maxsize, typed)(function)

        @lru_cache(maxsize, typed)
        def noted(*args: Any, **named: Any) -> tuple[Any, frozenset[int]]:
            before = set(CALLED)
            CALLED.clear()
            try:
                answer = function(*args, **named)
                return answer, frozenset(CALLED)
            finally:
                CALLED.update(before)

        @wraps(function)
        def asked(*args: Any, **named: Any) -> Any:
            answer, called = noted(*args, **named)
            CALLED.update(called)
            return answer

        for name in ("cache_clear", "cache_info", "cache_parameters"):
            setattr(asked, name, getattr(noted, name))
        return asked

    return keeping


functools.lru_cache = _remembering


class Notes:
    """What one process of pytest writes."""

    def __init__(self) -> None:
        self.at_import: list[int] = []
        self.tests: dict[str, dict[str, Any]] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if not self.tests:
            self.at_import = sorted(CALLED)
        CALLED.clear()
        start = time.process_time()
        done = yield
        seconds = time.process_time() - start
        self.tests[item.nodeid] = {"seconds": round(seconds, 3), "calls": sorted(CALLED)}
        return done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        passed = {name: each for name, each in self.tests.items() if name not in self.failed}
        found = {"places": PLACES, "at_import": self.at_import, "tests": passed}
        folder = Path(os.environ["MUTATION"])
        (folder / f"calls-{os.getpid()}.json").write_text(json.dumps(found), "utf-8")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Notes(), "notes of calls")
