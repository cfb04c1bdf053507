"""After a look at a model everything is what it was."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from torch import nn

from actmath.nn._model._trace.kept_state import kept_state


def test_everything_is_put_back_also_after_an_error() -> None:
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout())
    model[1].source = torch.Generator().manual_seed(1)
    statistics, hooks = model[0].running_mean, model[0]._forward_hooks
    before = statistics.clone()
    numbers = [torch.rand(2, generator=model[1].source), torch.rand(2)]
    expected = model[1].source.get_state()
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1][:9].tolist()
    with pytest.raises(ZeroDivisionError), kept_state(model):
        _disturb(model)
    assert model.training
    assert not hasattr(model, "extra")
    assert model[1].p == 0.5
    assert model[0].running_mean is statistics
    assert torch.equal(statistics, before)
    assert model[0]._forward_hooks is hooks
    assert not hooks
    assert torch.equal(model[1].source.get_state(), expected)
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    assert np.random.get_state()[1][:9].tolist() == states[2]
    assert len(numbers) == 2


def _disturb(model: nn.Sequential) -> None:
    """Everything that a pass may do, and then an error."""
    model[0](torch.randn(4, 3))
    model.eval()
    model.extra = 3
    del model[1].p
    model[0].register_forward_hook(print)
    random.random()
    np.random.rand()
    torch.rand(3, generator=model[1].source)
    raise ZeroDivisionError
