"""The Triton kernel of a noisy step is PyTorch's operations: interpreted, and on a GPU."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest
import torch

from actmath.experiment._networks._recurrent import step_units
from actmath.experiment._networks._recurrent.fused_noise import has_kernel
from actmath.experiment._networks._recurrent.step_units import NoiseAfterStep, Results

#: A step out of a sequence, of more elements than a block has, some at a bound, none saturated by
#: much; noise that lies beside that of other units.
PROGRAM = """
import sys, torch
from actmath.experiment._networks._recurrent import step_units
from actmath.experiment._networks._recurrent.step_units import NoiseAfterStep, Results
device = sys.argv[1]
random = torch.Generator().manual_seed(0)
drawn = torch.randn(2, 3, 25, 40, generator=random).to(device) * 2
u, noise = drawn[:, 1], torch.randn(2, 3, 25, 60, generator=random).to(device)[:, 2, :, 20:]
u[0, 0, :2] = torch.tensor([-1.0, 1.0])
bottom, top = torch.full((40,), -1.0, device=device), torch.full((40,), 1.0, device=device)
p = torch.rand(2, 1, 40, generator=random).to(device) * 3
p[0] = 0
unit, found = NoiseAfterStep(bottom, top, p), []
for kernel in (True, False):
    step_units.has_kernel = lambda _: kernel
    room = Results.like(drawn, learned=True)
    unit.write(u, noise, room.at(1))
    found.append(room.at(1))
for name in ("value", "slope", "share"):
    ours, expected = (getattr(results, name) for results in found)
    torch.testing.assert_close(ours, expected, rtol=2e-6, atol=2e-6)
    assert ours.any()
print("agreed")
"""


def agreed(device: str, **environment: str) -> None:
    call = [sys.executable, "-c", PROGRAM, device]
    done = subprocess.run(
        call, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "agreed", done.stderr


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("triton") is None, reason="Triton is not installed")
def test_in_the_interpreter() -> None:
    agreed("cpu", TRITON_INTERPRET="1")


@pytest.mark.on_device
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_cuda() -> None:
    assert has_kernel(torch.zeros(2, 3, 4, device="cuda"))
    assert not has_kernel(torch.zeros(2, 3, 4, device="cuda", dtype=torch.float64))
    agreed("cuda")


def test_a_cpu_takes_pytorchs_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(step_units, "fused_noise_after", lambda *_: called.append(None))
    u, bound = torch.randn(1, 2, 3), torch.ones(3)
    unit = NoiseAfterStep(-bound, bound, torch.ones(1, 1, 3))
    unit.write(u, u, Results.like(u, learned=True))
    assert not has_kernel(u)
    assert not called
    # Where there is a kernel, it is taken.
    monkeypatch.setattr(step_units, "has_kernel", lambda _: True)
    unit.write(u, u, Results.like(u, learned=True))
    assert called
