"""The devices of this machine, as parameters of a test: ``cpu``, and ``cuda`` where there is one.

A folder's ``conftest.py`` makes the fixture ``device`` of them; ``-m on_device -k cuda`` are then
the tests of a GPU.
"""

from __future__ import annotations

import importlib.util

import pytest


def _has_gpu() -> bool:
    if importlib.util.find_spec("torch") is None:
        return False
    import torch

    return torch.cuda.is_available()


EVERY_DEVICE = [
    pytest.param(name, marks=pytest.mark.on_device)
    for name in ("cpu", *(["cuda"] if _has_gpu() else []))
]
