"""A noisy dense network is a product, a unit, a product, …, network by network."""

from __future__ import annotations

import torch

from actmath import catalog
from actmath.experiment._networks.weights import BatchedDraws
from actmath.experiment.tasks.noisy_dense import NoisyDenseNetwork
from actmath.nn import NANI


def test_each_network_by_hand() -> None:
    draws = BatchedDraws("lecun_normal", (0, 1))
    network = NoisyDenseNetwork((5, 4, 4, 3), "hard_tanh", "nani", 0.3, draws)
    random = torch.Generator().manual_seed(0)
    x, noise = torch.randn(2, 6, 5, generator=random), torch.randn(2, 2, 6, 4, generator=random)
    x, noise = x.double(), noise.double()
    unit = NANI(catalog.get("hard_tanh"), level=0.3).double()
    for which in range(2):
        h = x[which]
        for layer, weight in enumerate(network.weights[:-1]):
            h = unit.with_noise(h @ weight[which], noise[which, layer])
        torch.testing.assert_close(network(x, noise)[which], h @ network.weights[-1][which])
        quiet = x[which]
        for weight in network.weights[:-1]:
            quiet = unit.expectation(quiet @ weight[which])
        torch.testing.assert_close(network(x)[which], quiet @ network.weights[-1][which])
