"""Weights have the moments that their names promise, whatever surrounds them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from actmath.experiment import train
from actmath.experiment._networks import weights
from actmath.experiment._networks.weights import (
    WEIGHT_LAWS,
    BatchedDraws,
    check_room,
    draw_weights,
)
from actmath.experiment._randomness import generator
from actmath.experiment.recipes import RECIPES


@pytest.mark.parametrize(
    ("name", "variance", "kurtosis"),
    [("glorot_uniform", 2 / (300 + 200), 9 / 5), ("lecun_normal", 1 / 300, 3)],
)
def test_moments_of_weights(name: str, variance: float, kurtosis: float) -> None:
    drawn = WEIGHT_LAWS[name](300, 200, generator(0, "weights")) / math.sqrt(variance)
    n = drawn.numel()
    assert drawn.shape == (300, 200)
    assert abs(drawn.mean()) < 4 / math.sqrt(n)
    assert abs((drawn**2).mean() - 1) < 4 * math.sqrt((kurtosis - 1) / n)
    assert abs((drawn**4).mean() - kurtosis) < 4 * math.sqrt(96 / n)


def test_glorot_uniform_is_bounded() -> None:
    drawn = WEIGHT_LAWS["glorot_uniform"](300, 200, generator(0, "weights"))
    bound = math.sqrt(6 / 500)
    assert 0.999 * bound < drawn.abs().max() <= bound


def test_unknown_initialization() -> None:
    with pytest.raises(ValueError, match="weights 'zeros' is not known"):
        draw_weights("zeros", (3, 2), 0)


def test_a_layer_does_not_depend_on_the_others() -> None:
    shallow = draw_weights("lecun_normal", (7, 5, 3), 4)
    deep = draw_weights("lecun_normal", (7, 5, 9, 9), 4)
    assert torch.equal(shallow[0], deep[0])


def test_layers_and_seeds_draw_differently() -> None:
    first, second = draw_weights("lecun_normal", (5, 5, 5), 0)
    (other, _) = draw_weights("lecun_normal", (5, 5, 5), 1)
    assert not torch.equal(first, second)
    assert not torch.equal(first, other)


def test_batched_draws_are_those_of_each_seed_alone() -> None:
    draws = BatchedDraws("he_normal", (3, 5))
    layers = [draws.matrices(4, 3), draws.matrices(3, 2)]
    for place, seed in enumerate((3, 5)):
        for layer, alone in zip(layers, draw_weights("he_normal", (4, 3, 2), seed), strict=True):
            assert torch.equal(layer[place], alone)
    assert draws.biases(7).shape == (2, 1, 7)
    assert not draws.biases(7).any()


def test_uniform_numbers_are_each_units_own() -> None:
    draws = BatchedDraws("he_normal", range(500))
    first, second = draws.uniform(0), draws.uniform(1)
    assert first.min() >= -1
    assert first.max() < 1
    assert abs(first.mean()) < 4 / (3 * 500) ** 0.5
    assert torch.equal(first, draws.uniform(0))
    assert not torch.equal(first, second)


@pytest.mark.parametrize(("networks", "sizes"), [(10**9, (100, 100)), (1, (10**7, 10**7))])
def test_more_than_the_machine_holds_is_refused_at_once(
    networks: int, sizes: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="more than this machine can hold"):
        check_room(networks, sizes)


def test_a_container_may_take_less_than_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(weights, "_LIMITS", (limit, tmp_path / "none"))
    for text in ("max\n", f"{8 * 100 * 50}\n"):
        limit.write_text(text)
        check_room(1, (100, 50))
    limit.write_text(f"{8 * 100 * 50 - 1}\n")
    with pytest.raises(ValueError, match="can hold, 5e\\+03 weights"):
        check_room(1, (100, 50))


def test_every_stack_asks_for_room() -> None:
    with pytest.raises(ValueError, match="1 networks of 1e"):
        BatchedDraws("he_normal", [0]).matrices(10**7, 10**7)
    for name in ("fifty-layers", "snn-depth", "tabular"):
        config = RECIPES[name].config("smoke")
        with pytest.raises(ValueError, match="ask for fewer seeds, layers or units"):
            train(replace(config, width=10**7), progress=False)
