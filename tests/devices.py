"""The devices of this machine, as parameters of a test: ``cpu``, and ``cuda`` where there is one.

A folder's ``conftest.py`` makes the fixture ``device`` of them; ``-m on_device -k cuda`` are then
the tests of a GPU.
"""

from __future__ import annotations

import pytest
import torch

EVERY_DEVICE = [
    pytest.param(name, marks=pytest.mark.on_device)
    for name in ("cpu", *(["cuda"] if torch.cuda.is_available() else []))
]
