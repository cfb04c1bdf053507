"""Eight threads that ask for everything at once, each in an order of its own, get what one gets."""

from __future__ import annotations

import functools
import gc
import random
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import mpmath
import pytest
import sympy.core.cache

from .text.test_tables import ANSWERS

THREADS = 8
#: Each part takes every fourth answer, so that parts run beside each other.
PARTS = 4
# They draw with matplotlib, whose figures are the main thread's.
NAMES = sorted(ANSWERS.keys() - {"illustration"})


def shown(name: str) -> str:
    """An answer as a console shows it, but for the seconds that it took."""
    return re.sub(r"[0-9.]+ s\b", "… s", repr(ANSWERS[name]()))


def forget() -> None:
    """Nothing that was computed before is known: threads find all of it at the same time."""
    sympy.core.cache.clear_cache()
    for found in gc.get_objects():
        if type(found) is functools._lru_cache_wrapper and _is_ours(found):
            found.cache_clear()


def _is_ours(found: functools._lru_cache_wrapper[object]) -> bool:
    return getattr(found, "__module__", "").startswith("actmath")


@pytest.mark.parametrize("part", range(PARTS))
def test_eight_threads_get_what_one_gets(part: int) -> None:
    names = NAMES[part::PARTS]
    alone = {name: shown(name) for name in names}
    precision = mpmath.mp.prec
    forget()
    start = Barrier(THREADS)

    def asked(thread: int) -> dict[str, str]:
        order = random.Random(thread).sample(names, len(names))
        start.wait()
        return {name: shown(name) for name in order}

    with ThreadPoolExecutor(THREADS) as threads:
        together = list(threads.map(asked, range(THREADS)))
    for found in together:
        assert found == alone
    assert mpmath.mp.prec == precision


_IN_A_CHILD = """
import multiprocessing, sys
from actmath import numeric, prove

def ask(_):
    return repr(numeric.moments("gelu", digits=20)), prove.prove("theorem-1-mean-upper").verdict

if __name__ == "__main__":
    alone = ask(0)
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        assert pool.map(ask, range(4)) == [alone] * 4
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_processes_get_what_one_gets(start: str, tmp_path: Path) -> None:
    script = tmp_path / "ask.py"
    script.write_text(_IN_A_CHILD)
    subprocess.run([sys.executable, script, start], check=True, timeout=300)
