"""Eight threads that ask for everything at once, each in an order of its own, get what one gets."""

from __future__ import annotations

import ast
import functools
import gc
import importlib
import inspect
import os
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
import torch

import actmath
from actmath import nn

from .asked import ASKED, INPUTS, plain
from .text.test_tables import ANSWERS

THREADS = 8
#: Each part takes one answer in so many; parts run beside each other.
PARTS = 8
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


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_eight_threads_with_different_inputs_get_what_one_gets(part: int) -> None:
    names = sorted(ASKED)[part::PARTS]
    alone = {(name, i): plain(ASKED[name](i)) for name in names for i in range(INPUTS)}
    forget()
    start = Barrier(THREADS)

    def asked(thread: int) -> dict[tuple[str, int], object]:
        # The same name at nearly the same time, with inputs that differ from thread to thread.
        pairs = [(name, (thread + k) % INPUTS) for k, name in enumerate(names)]
        start.wait()
        return {(name, i): plain(ASKED[name](i)) for name, i in pairs}

    with ThreadPoolExecutor(THREADS) as threads:
        for found in threads.map(asked, range(THREADS)):
            assert found == {pair: alone[pair] for pair in found}


def test_one_model_may_be_looked_at_by_eight_threads() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(9, 9), torch.nn.Dropout(), torch.nn.Linear(9, 2))
    batch = torch.ones(5, 9)
    torch.manual_seed(0)
    state, alone = torch.get_rng_state(), plain(nn.diagnose(model, batch))
    with ThreadPoolExecutor(THREADS) as threads:
        found = list(threads.map(lambda _: plain(nn.diagnose(model, batch)), range(4 * THREADS)))
    assert found == [alone] * len(found)
    assert torch.equal(torch.get_rng_state(), state)


PACKAGE = Path(actmath.__file__).parent
#: Why threads are not asked for the rest: a door, or a door and a name.
NOT_ASKED = {
    "plot": "figures are matplotlib's and the main thread's",
    "experiment.data": "reads files, each call its own arrays",
    "nn.functional": "what is not the module's own is PyTorch's operation",
    "numeric.by_route": "goes over the whole catalog, each unit's choice is asked above",
    "numeric.check": "draws its points with a generator of its own, by routes that are asked above",
    "numeric.gallery": "reads a file",
    "numeric.pool_record": "reads a file",
    "numeric.variation_crossing": "two closed forms, which bias_shift_of asks for",
    "lower.javascript_library": "joins texts",
    "nn.module_record": "reads a file",
    "nn.study_angles": "trains a network",
    "prove": "proofs have processes of their own, and one is asked below",
    "claims": "each finding asks the functions above, and verdicts are among the answers",
    "experiment": "runs have processes of their own; what reads a record is asked above",
}


def _public(door: str) -> list[str]:
    module = importlib.import_module(f"actmath.{door}")
    named = ((name, getattr(module, name)) for name in module.__all__)
    return [f"{door}.{name}" for name, one in named if callable(one) and not inspect.isclass(one)]


def test_every_public_function_is_asked_or_it_is_said_why_not() -> None:
    tables = Path(__file__).parent / "text" / "test_tables.py"
    tree = ast.parse(tables.read_text("utf-8"))
    in_tables = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    doors = {path.parent.name for path in PACKAGE.glob("*/__init__.pyi")}
    doors |= {"experiment.data", "nn.functional"}
    functions = {name for door in doors for name in _public(door)}
    known = {name for name in functions if name.rpartition(".")[2] in in_tables}
    known |= {name for name in functions if name.rpartition(".")[0] in NOT_ASKED}
    assert functions - known - ASKED.keys() - NOT_ASKED.keys() == set()
    assert ASKED.keys() | {name for name in NOT_ASKED if name not in doors} <= functions


_IN_A_CHILD = """
import multiprocessing, sys
from actmath import numeric, prove
from tests.asked import ASKED, plain

NEWEST = (
    *("numeric.nngp_kernel", "numeric.ntk_kernel", "numeric.dual_kernel", "numeric.gated_moments"),
    *("numeric.gated_gaussian", "numeric.softmax_moments", "derive.gated_formulas"),
    *("nn.diagnose", "nn.initialize_", "nn.unit_scaled", "lower.to_torch", "derive.sine_layers"),
)

def ask(_):
    proved = prove.prove("theorem-1-mean-upper").verdict
    return repr(numeric.moments("gelu", digits=20)), proved, [plain(ASKED[n](0)) for n in NEWEST]

if __name__ == "__main__":
    alone = ask(0)
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        assert pool.map(ask, range(4)) == [alone] * 4
"""


@pytest.mark.slow
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_processes_get_what_one_gets(start: str, tmp_path: Path) -> None:
    script = tmp_path / "ask.py"
    script.write_text(_IN_A_CHILD)
    root = str(Path(__file__).parents[1])
    path = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
    call = [sys.executable, script, start]
    # With one thread in all processes, as a forked one has, the last bits are the same.
    alone = {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    subprocess.run(call, check=True, timeout=300, env={**os.environ, **alone})
