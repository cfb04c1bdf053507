"""The plugin of pytest that tries mutants: tests are collected once, a fork tries each mutant.

In a fork the functions of the changed file get their changed code, and the tests that run its line
follow, the shortest first, until one fails. What is computed while the package is imported, or by
processes that tests start, cannot be changed so: for such a line a new process imports a copy of
the tree with the file changed.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any

import pytest

from .cover import Covered
from .draw import Mutant
from .places import function_around, functions_by_code, patch

#: Processor seconds that a test may take beyond ten times what it takes by itself.
PATIENCE = 20.0
#: Seconds of the clock after which whatever still runs counts as hanging, which is noticed.
LONGEST = 1200.0
#: What a fork says where its functions cannot take the changed code.
UNPATCHED = "unpatched"


class Trial:
    """What one worker needs to try its mutants."""

    def __init__(self, session: pytest.Session, root: Path, folder: Path) -> None:
        self.session = session
        self.root, self.tree = root, folder / "tree"
        self.items = {item.nodeid: item for item in session.items}
        self.covered = Covered(folder.parent)
        self.functions = functions_by_code()
        #: Tests that fail in a fork although nothing was changed: they catch nothing.
        self.unfit: set[str] = set()

    def caught_by(self, mutant: Mutant) -> str:
        """The test that fails, or nothing."""
        text = (self.root / mutant.file).read_text("utf-8")
        position = mutant.line, mutant.column
        tests, elsewhere = self.covered.tests(mutant.file, text, position)
        if function_around(text, position) is not None:
            by = self._by_fork(tests, mutant)
            if by != UNPATCHED and (by or not elsewhere):
                return by
        return self._in_copy(tests, mutant)

    def _by_fork(self, names: list[str], mutant: Mutant) -> str:
        """The first test that fails in a fork, and does not fail without the change."""
        by = self._in_fork(names, mutant)
        while by not in ("", UNPATCHED) and self._in_fork([by], None):
            self.unfit.add(by)
            by = self._in_fork(names, mutant)
        return by

    def _in_fork(self, names: list[str], mutant: Mutant | None) -> str:
        """The first of the tests that fails in a fork of this process, changed or not."""
        names = [name for name in names if name in self.items and name not in self.unfit]
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            os.close(reading)
            self._child(names, mutant, writing)
        os.close(writing)
        said = _read(reading, LONGEST)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        return "" if status == 0 else (said.splitlines() or [UNPATCHED])[-1]

    def _child(self, names: list[str], mutant: Mutant | None, writing: int) -> None:
        """Run the tests, each named before, so that one that ends the process is known."""
        try:
            if mutant is not None and not self._patched(mutant):
                os.write(writing, UNPATCHED.encode())
                os._exit(1)
            _forget()
            for name in names:
                os.write(writing, f"{name}\n".encode())
                limit = PATIENCE + 10 * self.covered.seconds[name]
                signal.setitimer(signal.ITIMER_PROF, limit)
                item = self.items[name]
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if self.session.testsfailed:
                    os._exit(1)
            os._exit(0)
        finally:
            os._exit(2)

    def _patched(self, mutant: Mutant) -> bool:
        before = (self.root / mutant.file).read_text("utf-8")
        after = mutant.code(self.root)
        return patch(before, after, str(self.root / mutant.file), self.functions)

    def _in_copy(self, names: list[str], mutant: Mutant) -> str:
        """The same by a new process and a copy of the tree."""
        file = self.tree / mutant.file
        before = (self.root / mutant.file).read_text("utf-8")
        by = self._of_copy(names, file, mutant.code(self.root))
        while "::" in by and self._of_copy([by], file, before):
            self.unfit.add(by)
            by = self._of_copy(names, file, mutant.code(self.root))
        file.write_text(before, "utf-8")
        return by

    def _of_copy(self, names: list[str], file: Path, text: str) -> str:
        """The first of the tests that fails in the copy where one file has a text."""
        names = [name for name in names if name not in self.unfit]
        if not names:
            return ""
        file.write_text(text, "utf-8")
        call = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
        alone = {"PYTHONPATH": str(self.tree), "PYTHONDONTWRITEBYTECODE": "1"}
        options: dict[str, Any] = {"cwd": self.tree, "env": os.environ | alone, "text": True}
        try:
            done = subprocess.run(
                [*call, *names], capture_output=True, check=False, timeout=LONGEST, **options
            )
        except subprocess.TimeoutExpired:
            return "the time"
        if done.returncode == 0:
            return ""
        return _failed(names, done.stdout) or "import"


def _failed(names: list[str], said: str) -> str:
    """The first test that pytest's summary calls failed; a name may hold blanks."""
    lines = [line for line in said.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    ids = (f"{line.partition(' ')[2]} " for line in lines)
    return next((name for each in ids for name in names if each.startswith(f"{name} ")), "")


def _forget() -> None:
    """What was computed while tests were collected was computed without the change."""
    for each in gc.get_objects():
        if isinstance(each, _lru_cache_wrapper) and str(each.__module__).startswith("actmath"):
            each.cache_clear()


def _read(reading: int, longest: float) -> str:
    """All that a child writes until it ends or the time is over."""
    end = time.monotonic() + longest
    said = b""
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(end - time.monotonic(), 0))[0]:
            part = pipe.read(65536)
            if not part:
                break
            said += part
    return said.decode()


def _mutants(file: Path) -> Iterator[Mutant]:
    for each in json.loads(file.read_text("utf-8")):
        yield Mutant(**each)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try the mutants of this worker instead of running the tests."""
    if session.testsfailed:
        raise session.Failed("not all tests can be collected")
    folder = Path(os.environ["MUTATION"])
    trial = Trial(session, Path.cwd(), folder)
    with (folder / "results.jsonl").open("a", encoding="utf-8") as results:
        for mutant in _mutants(folder / "mutants.json"):
            start = time.monotonic()
            by = trial.caught_by(mutant)
            found = vars(mutant) | {"caught_by": by, "seconds": round(time.monotonic() - start, 1)}
            results.write(json.dumps(found, ensure_ascii=False) + "\n")
            results.flush()
    return True
