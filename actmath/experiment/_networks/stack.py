"""Networks of one shape, any modules of PyTorch, as one: vectorized over their parameters."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.optim import Optimizer

Optimize = Callable[[Iterable[Tensor]], Optimizer]


class Stack:
    """The networks of one condition, one a repetition, trained together.

    ``torch.func.stack_module_state`` puts each parameter of the S networks into one tensor with a
    leading axis of S, and ``vmap`` runs the shared program over that axis. The optimizers in use
    work element by element, so that a step on the stacked tensors is S separate steps; running
    statistics (batch normalization) are stacked and updated the same way.

    Args:
        networks: modules that differ in nothing but their numbers, on their device already.
        optimize: makes the optimizer from the stacked parameters, such as
            ``partial(torch.optim.SGD, lr=0.01)``. It must work element by element (SGD, momentum,
            RMSprop, Adam, without weight decay's or clipping's norms over several members).

    A network may have other methods beside ``forward``; ``stack(x, method="hidden")`` calls them.
    """

    def __init__(self, networks: Sequence[nn.Module], optimize: Optimize) -> None:
        self.size = len(networks)
        self.parameters, self.buffers = stack_module_state(list(networks))
        self._caller = _Caller(copy.deepcopy(networks[0]).to("meta"))
        self.optimizer = optimize(self.parameters.values())
        self._run: Callable[..., Any] = self._vectorized

    def __call__(self, *inputs: Tensor, method: str = "forward", shared: bool = False) -> Any:
        """What each network makes of its inputs, with a leading axis of S.

        Args:
            inputs: tensors (S, …), a slice for each network.
            method: which method of the networks is called.
            shared: the inputs have no leading axis, all networks see the same.
        """
        return self._run(method, shared, *inputs)

    def compile(self) -> None:
        """Have PyTorch compile the vectorized program."""
        self._run = torch.compile(self._vectorized)

    def _vectorized(self, method: str, shared: bool, *inputs: Tensor) -> Any:
        def one(
            parameters: Mapping[str, Tensor], buffers: Mapping[str, Tensor], *inputs: Tensor
        ) -> Any:
            state = _prefixed(parameters) | _prefixed(buffers)
            return functional_call(self._caller, state, (method, *inputs))

        axes = (0, 0, *[None if shared else 0] * len(inputs))
        return vmap(one, in_dims=axes)(self.parameters, self.buffers, *inputs)

    def train(self, mode: bool = True) -> None:
        """Switch batch normalization and dropout to training (or evaluation)."""
        self._caller.train(mode)

    def step(self, losses: Tensor) -> None:
        """One update of every network from its own loss, (S,)."""
        self.backward(losses)
        self.optimizer.step()

    def backward(self, losses: Tensor) -> None:
        """Every network's gradient of its own loss, (S,), into ``grad`` of the parameters."""
        self.optimizer.zero_grad()
        torch.autograd.backward(losses.sum())

    def clip(self, largest: float) -> None:
        """Scale every network's gradient down to a Euclidean norm of at most ``largest``."""
        gradients = [p.grad.flatten(1) for p in self.parameters.values() if p.grad is not None]
        norms = torch.stack([g.norm(dim=1) for g in gradients]).norm(dim=0)
        factors = (largest / (norms + 1e-6)).clamp(max=1.0)
        for gradient in gradients:
            gradient.mul_(factors[:, None])

    def state_dict(self) -> dict[str, Any]:
        """Parameters, running statistics and the optimizer's state."""
        return {
            "parameters": {k: v.detach() for k, v in self.parameters.items()},
            "buffers": dict(self.buffers),
            "optimizer": self.optimizer.state_dict(),
        }

    @torch.no_grad()
    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up a state that ``state_dict`` gave."""
        for mine, saved in ((self.parameters, "parameters"), (self.buffers, "buffers")):
            for name, tensor in mine.items():
                tensor.copy_(state[saved][name])
        self.optimizer.load_state_dict(state["optimizer"])


class _Caller(nn.Module):
    """Lets ``functional_call`` reach any method of a network."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, method: str, *inputs: Tensor) -> Any:
        return getattr(self.network, method)(*inputs)


def _prefixed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"network.{name}": tensor for name, tensor in tensors.items()}
