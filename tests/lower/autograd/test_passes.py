"""Which pass is the last one, and who sees what is saved."""

from __future__ import annotations

import runpy
from collections.abc import Callable

import pytest
import torch
from torch.utils.checkpoint import checkpoint

from actmath.lower._autograd import passes
from actmath.lower._autograd.passes import has_saving_hooks, is_last_pass


def last_passes(asked: Callable[[], bool] = is_last_pass, **options: bool) -> list[bool]:
    """What a hook in the backward pass is told."""
    x, found = torch.ones(3, requires_grad=True), []
    y = x * 2
    y.register_hook(lambda _: found.append(asked()))
    torch.autograd.grad(y.sum(), x, **options)
    return found


def test_only_a_graph_that_nobody_keeps_is_read_for_the_last_time() -> None:
    assert not is_last_pass()
    assert last_passes() == [True]
    assert last_passes(retain_graph=True) == [False]
    assert last_passes(create_graph=True) == [False]


def test_where_pytorch_does_not_tell_no_pass_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch._C._autograd, "_get_current_graph_task_keep_graph")
    asked = runpy.run_path(passes.__file__)["is_last_pass"]
    assert last_passes(asked) == [False]


def test_who_sees_what_is_saved() -> None:
    found = []

    def part(x: torch.Tensor) -> torch.Tensor:
        found.append(has_saving_hooks())
        return x * x

    x = torch.ones(3, requires_grad=True)
    part(x)
    with torch.autograd.graph.save_on_cpu():
        part(x)
    checkpoint(part, x, use_reentrant=False)
    assert found == [False, True, True]
