"""The room that a module's passes take, as PyTorch's profiler sees it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile


def peak_bytes(module: nn.Module, x: Tensor) -> int:
    """The most that forward and backward hold at once, without x and the gradient from above."""
    inputs = [x, *module.parameters()]
    with torch.no_grad():
        upstream = torch.ones_like(module(x))
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        found = torch.autograd.grad(module(x), inputs, upstream)
    del found
    assert seen.profiler is not None
    events = [e for e in seen.profiler.kineto_results.events() if e.name() == "[memory]"]
    held = most = 0
    for event in sorted(events, key=lambda e: e.start_ns()):
        held += event.nbytes()
        most = max(most, held)
    return most
