"""One protocol, two implementations: both train each network as PyTorch trains it alone."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam

from actmath.experiment._networks.batched import BatchedStack, affine
from actmath.experiment._networks.stack import Optimize, Stack
from actmath.experiment._networks.vectorized import VectorizedStack

SIZE = 3
RANDOM = torch.Generator().manual_seed(0)
WEIGHT = torch.randn(SIZE, 4, 2, dtype=torch.float64, generator=RANDOM)
X = torch.randn(SIZE, 6, 4, dtype=torch.float64, generator=RANDOM)
WANTED = torch.randn(SIZE, 6, 2, dtype=torch.float64, generator=RANDOM)


class Affine(nn.Module):
    """xW + b with the stack's axis."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(WEIGHT.clone())
        self.bias = nn.Parameter(WEIGHT.new_zeros(SIZE, 1, 2))

    def forward(self, x: Tensor) -> Tensor:
        return affine(x, self.weight, self.bias)


def alone(which: int) -> nn.Linear:
    layer = nn.Linear(4, 2, dtype=torch.float64)
    layer.weight.data, layer.bias.data = WEIGHT[which].T.clone(), torch.zeros(2).double()
    return layer


def vectorized(optimize: Optimize) -> Stack:
    return VectorizedStack([alone(which) for which in range(SIZE)], optimize)


def batched(optimize: Optimize) -> Stack:
    return BatchedStack(Affine(), SIZE, optimize)


Make = Callable[[Optimize], Stack]
BOTH = pytest.mark.parametrize("make", [vectorized, batched])


def losses(stack: Stack) -> Tensor:
    return (stack(X) - WANTED).square().mean((1, 2))


def loss_alone(layer: nn.Linear, which: int) -> Tensor:
    return (layer(X[which]) - WANTED[which]).square().mean()


@BOTH
@pytest.mark.parametrize("optimize", [partial(SGD, lr=0.1, momentum=0.9), partial(Adam, lr=0.1)])
@pytest.mark.parametrize("largest", [0.0, 0.5])
def test_each_network_as_pytorch_trains_it_alone(
    make: Make, optimize: Optimize, largest: float
) -> None:
    stack = make(optimize)
    layers = [alone(which) for which in range(SIZE)]
    optimizers = [optimize(layer.parameters()) for layer in layers]
    for _ in range(4):
        found = losses(stack)
        stack.step(found, largest)
        for which, (layer, optimizer) in enumerate(zip(layers, optimizers, strict=True)):
            loss = loss_alone(layer, which)
            torch.testing.assert_close(found[which].detach(), loss.detach())
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            if largest:
                nn.utils.clip_grad_norm_(layer.parameters(), largest)
            optimizer.step()
    for which, layer in enumerate(layers):
        torch.testing.assert_close(stack(X)[which], layer(X[which]))


@BOTH
def test_clip_leaves_small_gradients_alone(make: Make) -> None:
    stack = make(partial(SGD, lr=0.1))
    stack.backward(losses(stack) * torch.tensor([1.0, 1e-3, 0.0], dtype=torch.float64))
    before = norms(stack)
    stack.clip(0.1)
    after = norms(stack)
    assert before[0] > 0.1 > before[1] > before[2] == 0
    assert after == [pytest.approx(0.1, rel=1e-4), before[1], 0]


def norms(stack: Stack) -> list[float]:
    parts = [p.grad.reshape(SIZE, -1) for p in stack.parameters.values() if p.grad is not None]
    found: list[float] = torch.cat(parts, dim=1).norm(dim=1).tolist()
    return found


@pytest.mark.parametrize("largest", [0.0, 0.5])
def test_rates_are_each_networks_own(largest: float) -> None:
    rates = torch.tensor([0.1, 0.01, 1.0], dtype=torch.float64)
    stack = BatchedStack(Affine(), SIZE, partial(SGD, lr=1.0, momentum=0.9), rates)
    layers = [alone(which) for which in range(SIZE)]
    optimizers = [
        SGD(layer.parameters(), lr=float(rate), momentum=0.9)
        for layer, rate in zip(layers, rates, strict=True)
    ]
    for _ in range(3):
        stack.step(losses(stack), largest)
        for which, (layer, optimizer) in enumerate(zip(layers, optimizers, strict=True)):
            optimizer.zero_grad()
            torch.autograd.backward(loss_alone(layer, which))
            if largest:
                nn.utils.clip_grad_norm_(layer.parameters(), largest)
            optimizer.step()
    for which, layer in enumerate(layers):
        torch.testing.assert_close(stack(X)[which], layer(X[which]), rtol=1e-5, atol=1e-7)


@BOTH
def test_shared_inputs_are_seen_by_all(make: Make) -> None:
    stack = make(partial(SGD, lr=0.1))
    torch.testing.assert_close(stack(X[0], shared=True), stack(X[:1].expand(SIZE, -1, -1)))


@BOTH
def test_a_state_is_taken_up_with_its_momentum(make: Make) -> None:
    optimize = partial(SGD, lr=0.1, momentum=0.9)
    stack, other = make(optimize), make(optimize)
    stack.step(losses(stack))
    other.load_state_dict(copy.deepcopy(stack.state_dict()))
    for each in (stack, other):
        each.step(losses(each))
    torch.testing.assert_close(stack(X), other(X), rtol=1e-12, atol=1e-14)


@pytest.mark.slow
@BOTH
def test_compiled_it_is_the_same(make: Make) -> None:
    stack = make(partial(SGD, lr=0.1))
    before = stack(X)
    stack.compile()
    torch.testing.assert_close(stack(X), before)


def test_unchanged_restores_running_statistics() -> None:
    networks: list[nn.Module] = [nn.BatchNorm1d(4, dtype=torch.float64) for _ in range(SIZE)]
    stack = VectorizedStack(networks, partial(SGD, lr=0.1))
    before = stack.buffers["running_mean"].clone()
    with stack.unchanged():
        stack(X)
        assert not torch.equal(stack.buffers["running_mean"], before)
    assert torch.equal(stack.buffers["running_mean"], before)
