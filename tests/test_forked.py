"""A process that is forked while threads compute, or after PyTorch's did, still returns."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(program: str) -> str:
    """What a program prints in a process of its own; what it complains of, if nothing."""
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    surroundings = {**os.environ, "PYTHONPATH": path}
    call = [sys.executable, "-c", program]
    done = subprocess.run(call, capture_output=True, text=True, timeout=60, env=surroundings)
    return done.stdout or done.stderr


PROGRAM = """
import os, torch
{imported}
torch.set_num_threads(2)
x = torch.ones(1500, 1500)

def size():
    return float((x.sin() @ x).sum())

first = size()
child = os.fork()
if child == 0:
    os._exit(0 if abs(size() / first - 1) < 1e-3 else 1)
print(os.waitpid(child, 0)[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
@pytest.mark.parametrize("floor", ["nn", "lower._autograd"])
def test_a_forked_process_returns(floor: str) -> None:
    pytest.importorskip("torch")
    assert run(PROGRAM.format(imported=f"import actmath.{floor}")) == "0\n"


HOLDING = """
import os, threading
import actmath
from {module} import {lock}

held, free = threading.Event(), threading.Event()

def hold():
    with {name}:
        held.set()
        free.wait(2)

threading.Thread(target=hold).start()
held.wait()
child = os.fork()
if child == 0:
    with {name}:
        os._exit(0 if actmath.moments("relu").mean > 0 else 1)
print(os.waitpid(child, 0)[1])
with {name}:
    print("free")
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
@pytest.mark.parametrize(
    ("module", "lock", "name", "needs"),
    [
        ("actmath.number", "mp", "mp.symbolic", "mpmath"),
        ("actmath.lower._for_arb", "BALLS", "BALLS", "flint"),
        ("actmath.nn._model._trace.kept_state", "_ALONE", "_ALONE", "torch"),
    ],
)
def test_what_a_thread_holds_is_free_in_a_child(
    module: str, lock: str, name: str, needs: str
) -> None:
    """The thread is not there: nobody would release it."""
    pytest.importorskip(needs)
    assert run(HOLDING.format(module=module, lock=lock, name=name)) == "0\nfree\n"


READING = """
import os, threading
from actmath.prove._balls.formula import Formula
from actmath.prove import STATEMENTS

formula = next(iter(STATEMENTS.values())).parts[0].bounds[0].formula
kinds = {n: p for n, p in vars(Formula).items() if type(p).__name__ == "cached_property"}
name, found = next(iter(kinds.items()))
held, free = threading.Event(), threading.Event()

def hold():
    with found.lock:
        held.set()
        free.wait(2)

threading.Thread(target=hold).start()
held.wait()
child = os.fork()
if child == 0:
    vars(formula).pop(name, None)
    getattr(formula, name)
    os._exit(0)
print(os.waitpid(child, 0)[1])
free.set()
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="cached properties have no locks any more")
def test_a_property_that_a_thread_works_out_is_worked_out_in_a_child() -> None:
    assert run(READING) == "0\n"


FORKING = """
import os, sys, threading
from actmath.number import mp

sys.setswitchinterval(1e-6)
codes = []

def fork():
    for _ in range(25):
        child = os.fork()
        if child == 0:
            with mp.symbolic:
                os._exit(0)
        codes.append(os.waitpid(child, 0)[1])

def work():
    while any(each.is_alive() for each in forking):
        with mp.symbolic:
            pass

forking = [threading.Thread(target=fork) for _ in range(4)]
working = [threading.Thread(target=work) for _ in range(2)]
for each in [*forking, *working]:
    each.start()
for each in [*forking, *working]:
    each.join()
print(codes == [0] * 100, mp.symbolic.acquire(timeout=1))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_threads_may_fork_at_once() -> None:
    """Each lets go of the locks that it has taken, and of no other's."""
    assert run(FORKING) == "True True\n"
