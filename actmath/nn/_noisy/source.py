"""Where noise comes from: PyTorch's generator of the device, or one of the unit's own."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

import torch
from torch import Tensor

from ...lower._autograd.passes import has_saving_hooks
from .own_operators import define

#: Calls whose noise can be made again; a CPU generator's state is 5 kB.
REMEMBERED = 4096

_numbers = itertools.count()
_SOURCES: WeakValueDictionary[int, NoiseSource] = WeakValueDictionary()


class NoiseSource:
    """Normal noise from a generator, which may be on another device than what the noise is for.

    Checkpointing runs a part of the network a second time in the backward pass, and puts back
    PyTorch's own generator for it, no other. A private one is put back here: wherever the call may
    be run again (gradients off, or hooks on what is saved), its state is noted under a number from
    PyTorch's generator, which is the same the second time.

    Args:
        generator: PyTorch's own for the device if None.

    Raises:
        TypeError: for what is no generator.
    """

    def __init__(self, generator: torch.Generator | None = None) -> None:
        if not isinstance(generator, torch.Generator | None):
            raise TypeError(f"generator must be a torch.Generator or None, got {generator!r}")
        self.generator = generator
        self._enter()

    def _enter(self) -> None:
        # Compiled code knows the source by this number: a generator is nothing it can hold.
        self.number = next(_numbers)
        _SOURCES[self.number] = self
        self._states: OrderedDict[int, Tensor] = OrderedDict()

    def normal(self, x: Tensor) -> Tensor:
        """Standard normal noise shaped like x, of its dtype and on its device.

        Raises:
            RuntimeError: in a backward pass, for a call whose noise is not known any more.
        """
        if torch.compiler.is_compiling() and self._is_drawn_apart(x):
            room = torch.empty(x.shape, dtype=x.dtype, device=x.device)
            noise: Tensor = _drawn_noise(room, self.number)
            return noise
        if self.generator is None:
            return torch.randn_like(x)
        draw = self._again(
            lambda g: torch.randn(x.shape, generator=g, device=g.device, dtype=x.dtype)
        )
        return draw.to(x.device)

    def _is_drawn_apart(self, x: Tensor) -> bool:
        """Does compiled code call for the noise, rather than make it?

        It knows no private generator; and on a CPU its own normals take ten times as long.
        """
        on_cpu = x.device.type == "cpu" and not torch.compiler.is_exporting()
        return self.generator is not None or on_cpu

    def word(self, device: torch.device) -> Tensor:
        """One number below 2⁶², shape (1,), to seed a kernel; raises as ``normal``."""
        if self.generator is None:
            return torch.randint(2**62, (1,), device=device)
        draw = self._again(lambda g: torch.randint(2**62, (1,), generator=g, device=g.device))
        return draw.to(device)

    def _again(self, draw: Callable[[torch.Generator], Tensor]) -> Tensor:
        """A draw, which inside a backward pass is the one of the call that is run again."""
        generator = self.generator
        assert generator is not None
        if torch._C._are_functorch_transforms_active():
            return draw(generator)
        if torch._C._current_graph_task_id() == -1:
            if _may_run_again():
                self._states[_ticket()] = generator.get_state()
                while len(self._states) > REMEMBERED:
                    self._states.popitem(last=False)
            return draw(generator)
        state, now = self._states.get(_ticket()), generator.get_state()
        if state is None:
            raise RuntimeError(
                "noise of a private generator is asked for in a backward pass, and that of the "
                "forward pass is not known: checkpoint with preserve_rng_state=True, without "
                f"torch.compile around it, and at most {REMEMBERED} calls at a time"
            )
        generator.set_state(state)
        try:
            return draw(generator)
        finally:
            generator.set_state(now)

    def __getstate__(self) -> dict[str, Any]:
        return {"generator": self.generator}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.generator = state["generator"]
        self._enter()

    def __deepcopy__(self, memo: dict[int, Any]) -> NoiseSource:
        """A source with noise of its own: its generator is seeded by a number from this one."""
        own = self.generator
        if own is not None and id(own) not in memo:
            seed = torch.randint(2**62, (), generator=own, device=own.device).item()
            # Units that share a generator share one in the copy too.
            memo[id(own)] = torch.Generator(own.device).manual_seed(int(seed))
        return NoiseSource(None if own is None else memo[id(own)])


def _may_run_again() -> bool:
    """Either kind of checkpointing: without gradients, or with hooks on what is saved."""
    return has_saving_hooks() or not torch.is_grad_enabled()


def _ticket() -> int:
    return int(torch.randint(2**62, ()).item())


def _drawn(room: Tensor, number: int) -> Tensor:
    return _SOURCES[number].normal(room)


#: ``normal`` of the source with that number, for compiled code. The room is an empty tensor of this
#: call alone: calls with equal arguments would be made one.
_drawn_noise = define(
    "noise(Tensor room, int number) -> Tensor",
    _drawn,
    lambda room, number: torch.empty_like(room),
    tags=(torch.Tag.nondeterministic_seeded,),
)
