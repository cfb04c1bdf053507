"""Two processes over gloo: DistributedDataParallel trains as one process with the whole batch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from actmath import nn


def network() -> torch.nn.Module:
    torch.manual_seed(0)
    linear = torch.nn.Linear
    return torch.nn.Sequential(linear(4, 6), nn.PReLU(6), linear(6, 3), nn.GELU(), nn.Tanh())


def batch() -> torch.Tensor:
    return torch.linspace(-2, 2, 32).reshape(8, 4)


def _work(rank: int, folder: str) -> None:
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    store = distributed.FileStore(f"{folder}/store", 2)
    distributed.init_process_group("gloo", store=store, rank=rank, world_size=2)
    model = DistributedDataParallel(network())
    model(batch()[rank::2]).square().mean().backward()
    if rank == 0:
        torch.save([p.grad for p in model.parameters()], f"{folder}/gradients.pt")
    distributed.destroy_process_group()


@pytest.mark.slow
def test_two_processes(tmp_path: Path) -> None:
    torch.multiprocessing.spawn(_work, (str(tmp_path),), nprocs=2)
    alone = network()
    alone(batch()).square().mean().backward()
    together = torch.load(tmp_path / "gradients.pt")
    for parameter, gradient in zip(alone.parameters(), together, strict=True):
        torch.testing.assert_close(parameter.grad, gradient)
