"""A record says what lay beneath PyTorch, on whatever device there is."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import torch

from actmath.experiment._engine import backend as beneath
from actmath.experiment._engine.backend import arithmetic, backend, driver_version
from actmath.experiment._engine.precision import at_precision

CPU = torch.device("cpu")


@pytest.mark.parametrize("loops", ["C", "PyTorch"])
def test_a_cpu_has_its_vectors_and_loops(loops: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beneath, "c_loop", lambda *_: print if loops == "C" else None)
    vectors = torch.backends.cpu.get_cpu_capability()
    assert backend(CPU) == arithmetic(CPU) == {"vectors": vectors, "loops": loops}


def test_a_new_driver_is_no_other_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (9, 0))
    found = arithmetic(torch.device("cuda"))
    assert "cudnn" in found
    assert "driver" not in found


def test_a_gpu_has_versions_and_switches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The switches are PyTorch's own, the chip is made up where there is none."""
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (9, 0))
    for precision, switch in (("full", "off"), ("tf32", "on"), ("bf16", "off")):
        with at_precision(precision, CPU):
            found = backend(torch.device("cuda"))
        assert found["capability"] == "9.0"
        assert (found["tf32_products"], found["tf32_convolutions"]) == (switch, switch)
        assert set(found) > {"cuda", "cudnn", "driver"}
        assert all(type(text) is str and text for text in found.values())


def test_the_drivers_version_is_read_or_asked_for_or_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "version"
    file.write_text("580.65.06\n")
    assert driver_version(file) == "580.65.06"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert driver_version(tmp_path / "none") == "unknown"
    command = tmp_path / "nvidia-smi"
    command.write_text("#!/bin/sh\necho 570.1\necho 570.1\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    assert driver_version(tmp_path / "none") == "570.1"
    command.write_text("#!/bin/sh\nexit 9\n")
    assert driver_version(tmp_path / "none") == "unknown"
