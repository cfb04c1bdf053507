"""Products and look-ups of a whole stack are those of each network."""

from __future__ import annotations

import torch

from actmath.experiment._networks.batched import affine, looked_up

RANDOM = torch.Generator().manual_seed(0)


def test_each_network_looks_into_its_own_table() -> None:
    tables = torch.randn(3, 5, 2, generator=RANDOM)
    symbols = torch.randint(5, (3, 4, 6), generator=RANDOM)
    found = looked_up(tables, symbols)
    assert found.shape == (3, 4, 6, 2)
    for network in range(3):
        assert torch.equal(found[network], tables[network][symbols[network]])


def test_affine_maps_keep_the_dimensions_between() -> None:
    x = torch.randn(3, 4, 6, 5, generator=RANDOM).double()
    weight, bias = torch.randn(3, 5, 2, generator=RANDOM).double(), torch.ones(3, 1, 2).double()
    found = affine(x, weight, bias)
    for network in range(3):
        torch.testing.assert_close(found[network], x[network] @ weight[network] + 1)
