"""Networks that carry the member axis in their own program: what vmap would do, done by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from .._engine.randomness import generator
from ..tasks._task import choices
from .models import WEIGHTS
from .stack import Optimize, Stack


class Members(Stack):
    """As ``Stack``, for a module whose parameters and inputs have the leading axis of S themselves.

    A recurrent network calls small functions many times. Under ``vmap`` each call costs more than
    its arithmetic; in products and units that take (S, batch, units) at once it does not.

    Args:
        network: every parameter of shape (S, …).
        size: S.
        optimize: as in ``Stack``.
    """

    def __init__(self, network: nn.Module, size: int, optimize: Optimize) -> None:
        self.network, self.size = network, size
        self.parameters = dict(network.named_parameters())
        self.buffers = dict(network.named_buffers())
        self.optimizer = optimize(self.parameters.values())

    def __call__(self, *inputs: Tensor, method: str = "forward", shared: bool = False) -> Any:
        """What each network makes of its inputs; ``shared`` inputs lack the axis of S."""
        given = [x.expand(self.size, *x.shape) for x in inputs] if shared else inputs
        return getattr(self.network, method)(*given)

    def compile(self) -> None:
        """Have PyTorch compile the network's ``forward``."""
        self.network.compile()

    def train(self, mode: bool = True) -> None:
        """Switch the network to training (or evaluation)."""
        self.network.train(mode)

    def clip(self, largest: float) -> None:
        """Scale every network's gradient down to a Euclidean norm of at most ``largest``."""
        gradients = [p.grad for p in self.parameters.values() if p.grad is not None]
        flat = [gradient.view(self.size, -1) for gradient in gradients]
        norms = torch.stack([g.norm(dim=1) for g in flat]).norm(dim=0)
        factors = (largest / (norms + 1e-6)).clamp(max=1.0)
        for gradient in flat:
            gradient.mul_(factors[:, None])


class Draws:
    """Initial numbers of all members, each drawn from its own seed's streams.

    Args:
        weights: name in ``models.WEIGHTS``.
        seeds: the members.
    """

    def __init__(self, weights: str, seeds: Sequence[int]) -> None:
        self.law = WEIGHTS[choices("weights", weights, WEIGHTS)]
        self.seeds = tuple(seeds)
        self._layer = -1

    def matrices(self, fan_in: int, fan_out: int) -> nn.Parameter:
        """The next layer's matrices, (S, fan_in, fan_out), in float64."""
        self._layer += 1
        drawn = [
            self.law(fan_in, fan_out, generator(s, "weights", self._layer)) for s in self.seeds
        ]
        return nn.Parameter(torch.stack(drawn))

    def biases(self, units: int) -> nn.Parameter:
        """Zeros, (S, 1, units)."""
        return nn.Parameter(torch.zeros(len(self.seeds), 1, units, dtype=torch.float64))

    def uniform(self, place: int) -> Tensor:
        """One number a member from [−1, 1), (S,), from the stream of that unit."""
        drawn = [
            torch.rand((), generator=generator(seed, "slope", place), dtype=torch.float64)
            for seed in self.seeds
        ]
        return 2 * torch.stack(drawn) - 1


def looked_up(tables: Tensor, symbols: Tensor) -> Tensor:
    """Rows of each member's table: tables (S, K, m) and symbols (S, …) give (S, …, m)."""
    size, count, _ = tables.shape
    first = torch.arange(size, device=symbols.device) * count
    places = symbols + first.view(size, *[1] * (symbols.dim() - 1))
    return nn.functional.embedding(places, tables.flatten(0, 1))


def affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Each member's xW + b: (S, …, n), (S, n, m) and (S, 1, m) give (S, …, m)."""
    rows = torch.baddbmm(bias, x.flatten(1, -2), weight)
    return rows.view(*x.shape[:-1], weight.shape[-1])


def annealed(start: float, end: float, step: int, steps: int) -> float:
    """Level start/√(t + 1), t growing evenly so that the last of the steps is at ``end``.

    The paper counts t every 200 mini-batches and never says when 0.5 is reached from 30; at that
    pace it takes 3,599 counts. Here they are spread over the run, however long it is.

    >>> annealed(30.0, 0.5, 0, 1000), annealed(30.0, 0.5, 999, 1000)
    (30.0, 0.5)
    """
    counts = (start / end) ** 2 - 1
    return start / math.sqrt(1 + counts * step / max(steps - 1, 1))
