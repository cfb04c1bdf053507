"""AOTInductor: a package of compiled code needs nothing of this package when it is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from actmath import nn


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_package_runs_in_a_process_of_pytorch_alone(tmp_path: Path) -> None:
    network = torch.nn.Sequential(nn.GELU(), nn.Tanh(), nn.Elementwise("hard_sigmoid"))
    x = torch.linspace(-3, 3, 8)
    file = str(tmp_path / "network.pt2")
    program = torch.export.export(network, (x,))
    torch._inductor.aoti_compile_and_package(program, package_path=file)
    code = (
        "import torch;"
        f"network = torch._inductor.aoti_load_package({file!r});"
        "print(network(torch.linspace(-3, 3, 8)).tolist())"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    torch.testing.assert_close(torch.tensor(json.loads(run.stdout)), network(x))
