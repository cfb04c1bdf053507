"""Modules with derived backward passes beside torch.nn's: eager, compiled, forward and backward."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch import nn as torch_nn

from actmath import nn

pytestmark = pytest.mark.benchmark

NAMES = (
    *("ReLU", "LeakyReLU", "PReLU", "ELU", "SELU", "CELU", "Hardtanh", "Hardswish"),
    *("GELU", "SiLU", "Mish", "Softplus", "Softsign", "Tanh", "Sigmoid"),
)
SHAPE = (256, 4096)


def cpu_seconds(work: Callable[[], object], repeats: int = 40) -> float:
    """The least process time of several runs, after one to warm up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def both_ways(module: torch_nn.Module, x: Tensor, upstream: Tensor) -> Callable[[], object]:
    inputs = [x, *module.parameters()]
    return lambda: torch.autograd.grad(module(x), inputs, upstream)


@pytest.mark.parametrize("name", NAMES)
def test_forward_and_backward(name: str) -> None:
    torch.compiler.reset()
    x = torch.randn(SHAPE, requires_grad=True)
    upstream = torch.randn(SHAPE)
    ours, theirs = getattr(nn, name)(), getattr(torch_nn, name)()
    compiled = torch.compile(ours, fullgraph=True)
    reference = cpu_seconds(both_ways(theirs, x, upstream))
    eager = cpu_seconds(both_ways(ours, x, upstream))
    fused = cpu_seconds(both_ways(compiled, x, upstream))
    print(
        f"\n{name:9} torch.nn {1e3 * reference:6.1f} cpu-ms; "
        f"actmath.nn eager ×{eager / reference:.1f}, compiled ×{fused / reference:.1f}"
    )
