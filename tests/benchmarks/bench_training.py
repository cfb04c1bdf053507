"""64 networks of 50 layers: one stack beside a loop over plain PyTorch networks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from actmath.experiment._engine.train import choose_device, device_name
from actmath.experiment._record.config import Config
from actmath.experiment.recipes import RECIPES
from actmath.experiment.tasks.dense import Dense
from actmath.experiment.tasks.mlp import MLP

pytestmark = pytest.mark.benchmark

DEVICE = os.environ.get("ACTMATH_DEVICE", "auto")
MEMBERS = 64
SAMPLE = 4


def seconds(work: Callable[[], object], device: torch.device, repeats: int = 5) -> float:
    """The least wall time of several runs, after one to warm up."""
    times = []
    for _ in range(repeats + 1):
        _finish(device)
        start = time.perf_counter()
        work()
        _finish(device)
        times.append(time.perf_counter() - start)
    return min(times[1:])


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


@pytest.fixture
def config() -> Config:
    """The recipe's network with SELU, 64 seeds."""
    book = RECIPES["fifty-layers"].config("book")
    arm = book.condition("selu-standardized-lecun")
    return replace(book, conditions=(arm,), seeds=tuple(range(MEMBERS)))


def plain_steps(config: Config, device: torch.device) -> Callable[[], object]:
    """One update each of a few networks of torch.nn's layers with torch.optim's SGD."""
    width = config.width
    sizes = [784, *[width] * config.depth]
    networks = []
    for _ in range(SAMPLE):
        layers: list[nn.Module] = []
        for fan_in, fan_out in pairwise(sizes):
            layers += [nn.Linear(fan_in, fan_out), nn.SELU()]
        networks.append(nn.Sequential(*layers, nn.Linear(width, 10)).to(device))
    descents = [torch.optim.SGD(network.parameters(), lr=0.003) for network in networks]
    x = torch.randn(config.batch, 784, device=device)
    labels = torch.randint(10, (config.batch,), device=device)

    def step() -> None:
        for network, descent in zip(networks, descents, strict=True):
            descent.zero_grad()
            torch.autograd.backward(cross_entropy(network(x), labels))
            descent.step()

    return step


def attainable(device: torch.device) -> float:
    """Floating-point operations a second in one large product, as good as this device does."""
    n = 8192 if device.type == "cuda" else 1536
    a = torch.randn(n, n, device=device)
    return 2 * n**3 / seconds(lambda: a @ a, device)


def operations(config: Config) -> int:
    """Of one update of one network: 6 for each weight and example, forward and backward."""
    weights = 784 * config.width + (config.depth - 1) * config.width**2 + config.width * 10
    return 6 * weights * config.batch


@pytest.mark.parametrize("task", [MLP, Dense])
def test_stack_against_loop(config: Config, task: type[MLP] | type[Dense]) -> None:
    device = choose_device(DEVICE)
    stacked = task(config, device)
    batch = next(iter(stacked.batches(0, 0)))
    together = seconds(lambda: stacked.step(batch), device) / MEMBERS
    alone = seconds(plain_steps(config, device), device) / SAMPLE
    achieved = operations(config) / together
    print(
        f"\n{task.__name__} on {device_name(device)}, {torch.get_num_threads()} threads: "
        f"stack {1 / together:.0f} member-updates/s, loop {1 / alone:.0f}: "
        f"×{alone / together:.2f}; {achieved / 1e9:.3g} GFLOP/s, "
        f"{achieved / attainable(device):.0%} of a large float32 product's"
    )
