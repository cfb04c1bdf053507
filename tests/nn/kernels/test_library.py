"""The C file is built once, in the user's cache folder; without a compiler there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from actmath.nn._kernels.library import SWITCH, c_loop, is_at_hand

PROGRAM = """
import torch
from actmath.nn import NoisyGRU, NoisyLSTM
from actmath.nn._kernels.library import is_at_hand
print(is_at_hand(torch.zeros(1)))
torch.manual_seed(0)
for layers in (NoisyLSTM, NoisyGRU):
    x = torch.ones(4, 2, 3, requires_grad=True)
    layers(3, 5)(x)[0].sum().backward()
    print(*(f"{number:.4f}" for number in x.grad[0, 0].tolist()))
"""


def run(folder: Path, **environment: str) -> list[str]:
    given = {**os.environ, "XDG_CACHE_HOME": str(folder), **environment}
    call = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(call, env=given, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.skipif(c_loop("lstm_forward", torch.float32) is None, reason="no C compiler here")
@pytest.mark.skipif(sys.platform != "linux", reason="the folder has another variable there")
def test_built_once_and_the_same_numbers_without(tmp_path: Path) -> None:
    first = run(tmp_path)
    made = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.so")}
    assert first[0] == "True"
    assert len(made) == 1
    assert run(tmp_path) == first
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.so")} == made
    for without in ({SWITCH: "off"}, {"CC": "/there/is/no/such/compiler"}):
        other = tmp_path / "other"
        assert run(other, **without) == ["False", *first[1:]]
        assert not list(other.rglob("*.so"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert run(tmp_path)[0] == "False"


def test_other_precisions_have_no_loops() -> None:
    assert c_loop("lstm_forward", torch.float16) is None
    assert not is_at_hand(torch.zeros(2, dtype=torch.bfloat16))
    assert not is_at_hand(torch.zeros(2, device="meta"))
