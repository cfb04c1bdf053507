"""What lies beneath PyTorch on a device, as far as it decides a run's numbers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import torch

from ...nn._kernels.library import c_loop

#: Where Linux says which driver it has loaded.
_DRIVER = Path("/sys/module/nvidia/version")
_ASK_DRIVER = ("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader")


def backend(device: torch.device) -> dict[str, str]:
    """The libraries and switches behind a device's products, by name, for ``Provenance.backend``.

    On a CPU the vector instructions that PyTorch uses, and whether loops are in C; on a GPU the
    versions of CUDA, cuDNN and the driver, the chip's compute capability, and whether products and
    convolutions of float32 are in TF32 now.
    """
    if device.type != "cuda":
        in_c = c_loop("normals", torch.float32) is not None
        loops = "C" if in_c else "PyTorch"
        return {"vectors": torch.backends.cpu.get_cpu_capability(), "loops": loops}
    major, minor = torch.cuda.get_device_capability(device)
    return {
        "cuda": str(torch.version.cuda),
        "cudnn": str(torch.backends.cudnn.version()),  # type: ignore[no-untyped-call]
        "driver": driver_version(),
        "capability": f"{major}.{minor}",
        "tf32_products": _switch(torch.backends.cuda.matmul.allow_tf32),
        "tf32_convolutions": _switch(torch.backends.cudnn.allow_tf32),
    }


def arithmetic(device: torch.device) -> dict[str, str]:
    """What of it a run cannot change and end as it began; a new driver rounds as the old one."""
    return {name: text for name, text in backend(device).items() if name != "driver"}


def driver_version(file: Path = _DRIVER) -> str:
    """The version of NVIDIA's driver, ``unknown`` where nobody says it."""
    try:
        return file.read_text("utf-8").strip()
    # Another system than Linux, or a container without that file.
    except OSError:
        pass
    try:
        done = subprocess.run(_ASK_DRIVER, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    # One line a GPU, all of one driver.
    return (done.stdout.splitlines() or ["unknown"])[0].strip()


def _switch(on: bool) -> str:
    return "on" if on else "off"
