"""Modules beside torch.nn's: forward and backward in float32 on one thread, time and memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor
from torch import nn as torch_nn

from actmath import nn

from ..nn.memory import peak_bytes

pytestmark = pytest.mark.benchmark

ARGUMENTS = {"Threshold": (0.1, 0.0), "Softmax": (-1,), "Softmin": (-1,), "LogSoftmax": (-1,)}
#: The same code as torch.nn's, as ``actmath.nn.functional`` says; the rest has code of its own.
SAME = (
    *("Identity", "ReLU", "LeakyReLU", "PReLU", "RReLU", "ReLU6", "ELU", "SELU", "CELU"),
    *("Hardtanh", "Hardsigmoid", "Hardswish", "Softplus", "SiLU", "Mish", "LogSigmoid"),
    *("Threshold", "Hardshrink", "Softshrink", "Softmin", "Softmax", "LogSoftmax"),
)
OWN = ("Sigmoid", "Tanh", "Softsign", "Tanhshrink", "GELU", "GLU")
#: Elements, and calls in a round: a round takes milliseconds.
SIZES = ((10**3, 200), (10**5, 20), (10**7, 1))


def both_ways(module: torch_nn.Module, x: Tensor) -> Callable[[], object]:
    """A forward and a backward pass."""
    inputs = [x, *module.parameters()]
    with torch.no_grad():
        upstream = torch.ones_like(module(x))
    return lambda: torch.autograd.grad(module(x), inputs, upstream)


def seconds(works: Sequence[Callable[[], object]], calls: int, rounds: int) -> list[float]:
    """The least time of a call of each, taken in turns."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for index, work in enumerate(works):
            start = time.process_time()
            for _ in range(calls):
                work()
            best[index] = min(best[index], (time.process_time() - start) / calls)
    return best


def ratios(name: str, ours: torch_nn.Module, rounds: int = 9) -> list[float]:
    """Our time over torch.nn's, for each size."""
    theirs = getattr(torch_nn, name)(*ARGUMENTS.get(name, ()))
    found = []
    for size, calls in SIZES:
        x = torch.randn(size // 100, 100, requires_grad=True)
        one, other = seconds([both_ways(ours, x), both_ways(theirs, x)], calls, rounds)
        found.append(one / other)
    return found


@pytest.mark.parametrize("name", [*SAME, *OWN])
def test_eager(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    threads, given = torch.get_num_threads(), ARGUMENTS.get(name, ())
    torch.set_num_threads(1)
    found = ratios(name, getattr(nn, name)(*given))
    x = torch.randn(10**4, 100, requires_grad=True)
    ours, theirs = (peak_bytes(getattr(each, name)(*given), x) for each in (nn, torch_nn))
    torch.set_num_threads(threads)
    with capsys.disabled():
        print(f"\n{name:12}" + "".join(f" ×{ratio:.2f}" for ratio in found), end="")
        print(f"  peak {ours / x.nbytes:.2f} of the input's size, torch.nn {theirs / x.nbytes:.2f}")


@pytest.mark.parametrize("name", OWN)
def test_compiled(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Both compiled: what PyTorch fuses."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.compiler.reset()
    x = torch.randn(1000, 100, requires_grad=True)
    works = [
        both_ways(torch.compile(getattr(library, name)(), fullgraph=True), x)
        for library in (nn, torch_nn)
    ]
    one, other = seconds(works, 20, 9)
    torch.set_num_threads(threads)
    with capsys.disabled():
        print(f"\n{name:12} compiled ×{one / other:.2f}", end="")
