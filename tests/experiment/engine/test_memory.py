"""After the first step no page is asked for again."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from actmath.experiment._engine.memory import keep_freed_memory

#: Twelve tensors of 2.4 MB that live at once, in each of twenty steps.
PROGRAM = """
import resource, sys, torch
from actmath.experiment._engine.memory import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
def step():
    return sum(t[0].item() for t in [torch.zeros(600_000) for _ in range(12)])
step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how: str) -> int:
    call = [sys.executable, "-c", PROGRAM, how]
    return int(subprocess.run(call, capture_output=True, text=True, check=True).stdout)


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="a setting of glibc")
def test_steps_keep_their_memory() -> None:
    # 20 steps of 12 tensors of 600 pages.
    assert faults("keep") < 20 * 12 * 600 / 20 < faults("as usual")


def test_another_c_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    assert not keep_freed_memory()
