"""Any modules of PyTorch as a stack: vectorized over their parameters."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap

from .stack import Optimize, Stack


class VectorizedStack(Stack):
    """A stack of modules that know nothing of each other.

    ``torch.func.stack_module_state`` puts each parameter of the S networks into one tensor with a
    leading axis of S, and ``vmap`` runs the shared program over that axis. Running statistics
    (batch normalization) are stacked and updated the same way.

    Args:
        networks: modules that differ in nothing but their numbers, on their device already.
        optimize: as in ``Stack``.
    """

    def __init__(self, networks: Sequence[nn.Module], optimize: Optimize) -> None:
        parameters, buffers = stack_module_state(list(networks))
        # On ``meta`` the program keeps no numbers that could be taken for those of the stack.
        program = copy.deepcopy(networks[0]).to("meta")
        super().__init__(program, len(networks), parameters, buffers, optimize)
        self._caller = _Caller(program)
        self._compiled: Callable[..., Any] = self._vectorized

    def __call__(self, *inputs: Tensor, method: str = "forward", shared: bool = False) -> Any:
        """As in ``Stack``."""
        run = self._compiled if self.trains_by(method) else self._vectorized
        return run(method, shared, *inputs)

    def compile(self) -> None:
        """As in ``Stack``: the vectorized program."""
        self._compiled = torch.compile(self._vectorized)

    def _vectorized(self, method: str, shared: bool, *inputs: Tensor) -> Any:
        def one(
            parameters: Mapping[str, Tensor], buffers: Mapping[str, Tensor], *inputs: Tensor
        ) -> Any:
            state = _prefixed(parameters) | _prefixed(buffers)
            return functional_call(self._caller, state, (method, *inputs))

        # Parameters and buffers are mapped along axis 0; shared inputs have no such axis.
        axes = (0, 0, *[None if shared else 0] * len(inputs))
        return vmap(one, in_dims=axes)(self.parameters, self.buffers, *inputs)


class _Caller(nn.Module):
    """Lets ``functional_call`` reach any method of a network."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, method: str, *inputs: Tensor) -> Any:
        return getattr(self.network, method)(*inputs)


def _prefixed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"network.{name}": tensor for name, tensor in tensors.items()}
