"""A model that is looked at stays what it was."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

_ALONE = RLock()


@contextmanager
def kept_state(model: nn.Module) -> Iterator[None]:
    """Put everything back that a pass may change, also where it raises.

    Attributes of the modules, mode and hooks among them, the numbers in buffers, generators that
    modules hold, and the random numbers of PyTorch, NumPy and Python. One thread looks at a time:
    hooks of two on one model would meet, and random numbers are the process's.
    """
    with _ALONE:
        yield from _kept(model)


def _kept(model: nn.Module) -> Iterator[None]:
    parts = list(model.modules())
    # Of dictionaries in modules, such as those of hooks, what they hold.
    held = [
        {key: (value, value.copy() if isinstance(value, dict) else None) for key, value in own}
        for own in (vars(part).items() for part in parts)
    ]
    buffers = [(buffer, buffer.detach().clone()) for buffer in model.buffers()]
    own = [v for part in parts for v in vars(part).values() if isinstance(v, torch.Generator)]
    generators = [(generator, generator.get_state()) for generator in own]
    python, numpy = random.getstate(), np.random.get_state()
    devices = {t.device.index for t in model.parameters() if t.is_cuda}
    try:
        with torch.random.fork_rng(devices=sorted(devices)):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        for generator, state in generators:
            generator.set_state(state)
        for part, attributes in zip(parts, held, strict=True):
            _restore(part, attributes)
        with torch.no_grad():
            for buffer, value in buffers:
                _write(buffer, value)


def _restore(part: nn.Module, attributes: dict[str, tuple[Any, dict[Any, Any] | None]]) -> None:
    own = vars(part)
    for key in own.keys() - attributes.keys():
        del own[key]
    for key, (value, content) in attributes.items():
        own[key] = value
        if isinstance(value, dict) and content is not None:
            value.clear()
            value.update(content)


def _write(buffer: Tensor, value: Tensor) -> None:
    # Where nothing happened nothing is written: other tensors may be waiting for this version.
    if not torch.equal(buffer, value):
        buffer.copy_(value)
