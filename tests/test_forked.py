"""A process that is forked while threads compute, or after PyTorch's did, still returns."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    program = PROGRAM.format(imported=f"import actmath.{floor}")
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    call = [sys.executable, "-c", program]
    done = subprocess.run(
        call, capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": path}
    )
    assert done.stdout == "0\n", done.stderr


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
    program = HOLDING.format(module=module, lock=lock, name=name)
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    call = [sys.executable, "-c", program]
    done = subprocess.run(
        call, capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": path}
    )
    assert done.stdout == "0\nfree\n", done.stderr
