"""Annealing the noise of a network, in PyTorch's manner."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from actmath.nn._noisy.schedule import AnnealNoise, LambdaNoise
from actmath.nn._noisy.units import NAH, NAN, NANI


def network() -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 3), NAN(), nn.Sequential(NAH(), nn.ReLU()), NANI())


def levels(module: nn.Module) -> list[float]:
    return [m.level.item() for m in module.modules() if hasattr(m, "set_level")]


def test_every_noisy_unit_follows() -> None:
    module = network()
    noise = AnnealNoise(module, 30, 2, every=3)
    seen = []
    for _ in range(1000):
        seen.append(noise.get_last_level())
        assert levels(module) == pytest.approx([seen[-1]] * 3)
        noise.step()
    assert seen[:4] == pytest.approx([30, 30, 30, 30 / math.sqrt(2)])
    assert seen[-1] == 2
    assert seen == sorted(seen, reverse=True)


def test_resuming_goes_on_where_it_stopped() -> None:
    module = network()
    noise = AnnealNoise(module, 30, 0.5, every=2)
    for _ in range(11):
        noise.step()
    other = network()
    resumed = AnnealNoise(other, 30, 0.5, every=2)
    resumed.load_state_dict(noise.state_dict())
    assert levels(other) == levels(module)
    noise.step()
    resumed.step()
    assert resumed.get_last_level() == noise.get_last_level()
    assert AnnealNoise(other, 30, 0.5, 2, last_step=11).get_last_level() == noise.get_last_level()


def test_any_function_of_the_step() -> None:
    unit = NANI()
    noise = LambdaNoise(unit, lambda step: 1 / (1 + step) ** 2)
    noise.step()
    assert unit.level.item() == 0.25


def test_the_level_reaches_the_samples() -> None:
    unit, at = NANI(generator=torch.Generator().manual_seed(0)), torch.zeros(20_000)
    noise = LambdaNoise(unit, lambda step: 0.4 / 2**step)
    before = unit(at).std()
    noise.step()
    assert (before / unit(at).std()).item() == pytest.approx(2, rel=0.05)


def test_nothing_to_schedule_is_an_error() -> None:
    with pytest.raises(ValueError, match="no noisy activation"):
        AnnealNoise(nn.Linear(2, 2), 30)
    with pytest.raises(ValueError, match="start"):
        AnnealNoise(NAN(), 0)


def test_what_is_no_module_function_or_count() -> None:
    unit = NANI()
    for bad in (3, None, [unit]):
        with pytest.raises(TypeError, match="a module is needed"):
            AnnealNoise(bad, 1)
        with pytest.raises(TypeError, match="level must be a function"):
            LambdaNoise(unit, bad)
    for bad in (True, 2.0, None):
        with pytest.raises(TypeError, match="last_step must be"):
            AnnealNoise(unit, 1, last_step=bad)
    with pytest.raises((TypeError, ValueError), match="end must be"):
        AnnealNoise(unit, 1, math.inf)
    with pytest.raises((TypeError, ValueError), match="level must"):
        LambdaNoise(unit, lambda _: [0.5])
