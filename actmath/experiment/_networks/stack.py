"""Networks of one shape trained together: what a stack does, however it computes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from .descent import Descent

Optimize = Callable[[Iterable[Tensor]], Descent]


class Stack(ABC):
    """S networks of one shape, each as if it were trained alone.

    Every parameter is one tensor with a leading axis of S. The optimizers in use work element by
    element, so that a step on these tensors is S separate steps. Two classes implement this:
    ``VectorizedStack`` takes any modules of PyTorch, ``BatchedStack`` a module that carries the
    axis of S itself.

    Args:
        network: the program, with which methods it has beside ``forward``.
        size: S.
        parameters, buffers: the tensors of all networks, by name.
        optimize: makes the optimizer from the parameters, such as
            ``partial(torch.optim.SGD, lr=0.01)``. It must work element by element (SGD, momentum,
            RMSprop, Adam, without weight decay's or clipping's norms over several networks).
        rates: each network's own learning rate, (S,), for SGD at ``lr=1``, with momentum or not:
            its updates are linear in the gradient, so that the losses are weighted by the rates.
    """

    def __init__(
        self,
        network: nn.Module,
        size: int,
        parameters: Mapping[str, Tensor],
        buffers: Mapping[str, Tensor],
        optimize: Optimize,
        rates: Tensor | None = None,
    ) -> None:
        self.network, self.size = network, size
        self.parameters, self.buffers = dict(parameters), dict(buffers)
        self.optimizer = optimize(self.parameters.values())
        self.rates = rates

    @abstractmethod
    def __call__(self, *inputs: Tensor, method: str = "forward", shared: bool = False) -> Any:
        """What each network makes of its inputs, with a leading axis of S.

        Args:
            inputs: tensors (S, …), a slice for each network.
            method: which method of the networks is called.
            shared: the inputs have no leading axis, all networks see the same.
        """

    @abstractmethod
    def compile(self) -> None:
        """Have PyTorch compile the networks' ``forward`` where gradients are taken of it."""

    @staticmethod
    def trains_by(method: str) -> bool:
        """Whether a call is one of training, which alone is worth compiling.

        Without gradients PyTorch cannot trace a function that brings its own backward pass.
        """
        return method == "forward" and torch.is_grad_enabled()

    def train(self, mode: bool = True) -> None:
        """Switch batch normalization and dropout to training (or evaluation)."""
        self.network.train(mode)

    @contextmanager
    def evaluating(self) -> Iterator[None]:
        """Inside, the networks are in evaluation mode."""
        self.train(False)
        try:
            yield
        finally:
            self.train()

    def step(self, losses: Tensor, largest: float = 0.0) -> None:
        """One update of every network from its own loss, (S,).

        ``largest`` is the greatest norm that a network's gradient may have; 0 stands for any.
        """
        self.backward(losses)
        if largest:
            self.clip(largest)
        self.optimizer.step()

    def backward(self, losses: Tensor) -> None:
        """Every network's gradient of its own loss, (S,), times its rate, into ``grad``."""
        self.optimizer.zero_grad()
        weighted = losses if self.rates is None else losses * self.rates
        # The networks share no parameter: the sum's gradient holds each one's own.
        torch.autograd.backward(weighted.sum())

    def clip(self, largest: float) -> None:
        """Scale every network's gradient down to a Euclidean norm of at most ``largest``."""
        gradients = [p.grad for p in self.parameters.values() if p.grad is not None]
        # A network's whole gradient is a row.
        norms = torch.cat([g.reshape(self.size, -1) for g in gradients], dim=1).norm(dim=1)
        if self.rates is not None:
            # ``grad`` holds rate·gradient, and the bound is one on the gradient.
            norms = norms / self.rates
        # 1e-6 is what torch.nn.utils.clip_grad_norm_ adds, too: a gradient of 0 stays one.
        factors = (largest / (norms + 1e-6)).clamp(max=1.0)
        # One call for all of them, as in PyTorch's own optimizers.
        torch._foreach_mul_(gradients, [factors.view(-1, *(1,) * (g.dim() - 1)) for g in gradients])

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Inside, running statistics may be updated; afterwards they are what they were."""
        kept = {name: buffer.clone() for name, buffer in self.buffers.items()}
        try:
            yield
        finally:
            with torch.no_grad():
                for name, buffer in self.buffers.items():
                    buffer.copy_(kept[name])

    def state_dict(self) -> dict[str, Any]:
        """Parameters, running statistics and the optimizer's state."""
        return {
            "parameters": {k: v.detach() for k, v in self.parameters.items()},
            "buffers": dict(self.buffers),
            "optimizer": self.optimizer.state_dict(),
        }

    def fits(self, state: Mapping[str, Any]) -> bool:
        """Whether a state is of networks of this form that are trained in the same way.

        By the tensors' names, shapes and types, and by the optimizer's settings, such as the rate.
        """
        groups = self.optimizer.state_dict().get("param_groups")
        return bool(groups == state["optimizer"].get("param_groups")) and all(
            {name: (tensor.shape, tensor.dtype) for name, tensor in mine.items()}
            == {name: (tensor.shape, tensor.dtype) for name, tensor in state[saved].items()}
            for mine, saved in ((self.parameters, "parameters"), (self.buffers, "buffers"))
        )

    @torch.no_grad()
    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up a state that ``state_dict`` gave."""
        for mine, saved in ((self.parameters, "parameters"), (self.buffers, "buffers")):
            for name, tensor in mine.items():
                tensor.copy_(state[saved][name])
        self.optimizer.load_state_dict(state["optimizer"])
