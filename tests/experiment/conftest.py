"""A run small enough to repeat, on real digits."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from actmath.experiment._record.config import Condition, Config

from ..devices import EVERY_DEVICE


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Nothing here is large enough for two threads; on a busy machine they wait for each other."""
    if importlib.util.find_spec("torch") is None:
        yield
        return
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def toy() -> Config:
    """Two arms, two seeds, 5 hidden layers of 12, 250 images in batches of 32 (the last is 26)."""
    return Config(
        recipe="toy",
        preset="smoke",
        conditions=(
            Condition("relu", "relu", "unit", "glorot_uniform", 0.05),
            Condition("selu", "selu", "standardized", "lecun_normal", 0.02),
        ),
        seeds=(0, 3),
        data="mnist-5k",
        width=12,
        depth=5,
        epochs=3,
        batch=32,
        dtype="float64",
        train_limit=250,
        test_limit=120,
    )


@pytest.fixture(params=EVERY_DEVICE)
def device(request: pytest.FixtureRequest) -> str:
    """The name of a device that is here."""
    name: str = request.param
    return name
