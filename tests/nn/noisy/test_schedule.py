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


def test_steps_are_counted_from_0_and_saved() -> None:
    unit = NANI()
    asked: list[int] = []

    def level(step: int) -> float:
        asked.append(step)
        return 8.0 / (1 + step)

    noise = LambdaNoise(unit, level)
    assert (noise.last_step, noise.get_last_level(), noise.state_dict()) == (
        0,
        8.0,
        {"last_step": 0},
    )
    noise.step()
    assert (noise.last_step, noise.get_last_level(), unit.level.item()) == (1, 4.0, 4.0)
    assert noise.state_dict() == {"last_step": 1}
    # What is set by hand is not what the scheduler set last.
    unit.set_level(7)
    assert (noise.get_last_level(), noise.get_level()) == (4.0, 4.0)
    noise.load_state_dict({"last_step": 3})
    assert (noise.last_step, unit.level.item(), noise.get_last_level()) == (3, 2.0, 2.0)
    noise.load_state_dict({"last_step": 0})
    assert (noise.last_step, unit.level.item()) == (0, 8.0)
    assert asked == [0, 1, 1, 3, 0]


def test_steps_that_cannot_have_been_taken() -> None:
    unit = NANI()
    noise = LambdaNoise(unit, lambda step: 1 / (1 + step), last_step=3)
    assert noise.last_step == 4
    assert LambdaNoise(unit, lambda _: 1.0, last_step=-1).last_step == 0
    for bad in (-2, 10**10):
        with pytest.raises(ValueError, match=r"^last_step must be an integer of at"):
            LambdaNoise(unit, lambda _: 1.0, last_step=bad)
    for bad in (-1, 10**10):
        with pytest.raises(ValueError, match=r"^last_step must be an integer of at"):
            noise.load_state_dict({"last_step": bad})
    assert noise.last_step == 4


@pytest.mark.parametrize(("start", "end", "every"), [(1, -0.5, 1), (1, 0.5, 0), (-1, 0, 1)])
def test_annealing_that_goes_nowhere(start: float, end: float, every: int) -> None:
    unit = NANI(level=7.0)
    with pytest.raises(ValueError, match="need start > 0, floor >= 0 and every >= 1"):
        AnnealNoise(unit, start, end, every)
    assert unit.level.item() == 7.0


def test_annealing_ends_where_it_is_told_and_a_unit_itself_is_scheduled() -> None:
    unit = NAN()
    noise = AnnealNoise(unit, 8, 3)
    seen = []
    for _ in range(10):
        seen.append(unit.level.item())
        noise.step()
    # 8/√t is below 3 from t = 8 on.
    assert seen == pytest.approx([*(8 / math.sqrt(t) for t in range(1, 8)), 3, 3, 3])
    assert noise.units == [unit]
    assert AnnealNoise(unit, 8).schedule.floor == 0
