"""Modules that carry the stack's axis in their own program: what ``vmap`` would do, by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding

from .stack import Optimize, Stack


class BatchedStack(Stack):
    """A stack that is one module, whose parameters and inputs have the leading axis of S.

    A recurrent or very deep network calls many small functions. Under ``vmap`` each call costs
    more than its arithmetic; in products and units that take (S, batch, units) it does not.

    Args:
        network: every parameter of shape (S, …).
        size: S.
        optimize, rates: as in ``Stack``.
    """

    def __init__(
        self, network: nn.Module, size: int, optimize: Optimize, rates: Tensor | None = None
    ) -> None:
        parameters, buffers = dict(network.named_parameters()), dict(network.named_buffers())
        super().__init__(network, size, parameters, buffers, optimize, rates)
        self._compiled: Callable[..., Any] = network

    def __call__(self, *inputs: Tensor, method: str = "forward", shared: bool = False) -> Any:
        """As in ``Stack``."""
        # A view: all networks read the same memory.
        given = [x.expand(self.size, *x.shape) for x in inputs] if shared else inputs
        run = self._compiled if self.trains_by(method) else getattr(self.network, method)
        return run(*given)

    def compile(self) -> None:
        """As in ``Stack``."""
        self._compiled = torch.compile(self.network)


def looked_up(tables: Tensor, symbols: Tensor) -> Tensor:
    """Rows of each network's table: tables (S, K, m) and symbols (S, …) give (S, …, m)."""
    return embedding(places_of(tables, symbols), tables.flatten(0, 1))


def places_of(tables: Tensor, symbols: Tensor) -> Tensor:
    """Each symbol's row in all tables (S, K, m) one below the other: (S, …) to (S, …)."""
    size, count, _ = tables.shape
    # Row k of table s is row sK + k.
    first = torch.arange(size, device=symbols.device) * count
    return symbols + first.view(size, *[1] * (symbols.dim() - 1))


def affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Each network's xW + b: (S, …, n), (S, n, m) and (S, 1, m) give (S, …, m)."""
    # One product for each network, (S, rows, n) by (S, n, m), whatever axes make up the rows.
    rows = torch.baddbmm(bias, x.flatten(1, -2), weight)
    return rows.view(*x.shape[:-1], weight.shape[-1])
