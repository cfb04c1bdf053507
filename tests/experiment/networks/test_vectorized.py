"""A vectorized stack runs any method of any module, batch normalization included."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from actmath.experiment._networks.vectorized import VectorizedStack


class Normalized(nn.Module):
    """A layer with running statistics, and a second method."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.layer, self.norm = nn.Linear(4, 3), nn.BatchNorm1d(3)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.norm(self.layer(x))
        return found

    def doubled(self, x: Tensor) -> list[Tensor]:
        return [x, 2 * self.layer(x)]


def test_a_stack_is_its_networks() -> None:
    networks = [Normalized(seed) for seed in (0, 1)]
    stack = VectorizedStack(networks, torch.optim.SGD)
    x = torch.randn(2, 6, 4, generator=torch.Generator().manual_seed(0))
    for found, network, own in zip(stack(x), networks, x, strict=True):
        torch.testing.assert_close(found, network(own))
    for place, network in enumerate(networks):
        assert network.norm.running_mean is not None
        found = stack.buffers["norm.running_mean"][place]
        torch.testing.assert_close(found, network.norm.running_mean)
    with stack.evaluating():
        for found, network in zip(stack(x[0], shared=True), networks, strict=True):
            torch.testing.assert_close(found, network.eval()(x[0]))
    inputs, doubled = stack(x, method="doubled")
    assert torch.equal(inputs, x)
    torch.testing.assert_close(doubled[1], 2 * networks[1].layer(x[1]))


def test_the_program_holds_no_numbers() -> None:
    stack = VectorizedStack([Normalized(0)], torch.optim.SGD)
    assert all(parameter.is_meta for parameter in stack.network.parameters())
