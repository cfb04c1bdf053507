"""Constants of the world: what is installed, what is found, misuse."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from actmath import Source
from actmath.claims.world import WORLD, Wild, beside_exact, find_constants, model_errors
from actmath.claims.world._exact import purposes
from actmath.names import UnknownNameError

ASKED = [name for name, one in WORLD.items() if one.ask is not None]


@pytest.mark.parametrize("name", ASKED)
def test_what_is_installed_answers_what_is_recorded(name: str) -> None:
    wild = WORLD[name]
    assert wild.ask is not None
    pytest.importorskip("onnx" if name.startswith("onnx") else "torch")
    assert wild.ask() == pytest.approx(float(wild.number), rel=1e-11)


SAMPLED = [name for name in WORLD if name.startswith("e3nn-")]


@pytest.fixture(scope="module")
def sample() -> Any:
    """A million normals of PyTorch's generator, seed 0, as e3nn draws them."""
    torch = pytest.importorskip("torch")
    return torch.randn(10**6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("name", SAMPLED)
def test_sampled_factors_are_those_of_the_sample(name: str, sample: Any) -> None:
    import torch

    unit = name.removeprefix("e3nn-")
    called = getattr(torch.nn.functional, unit, None) or getattr(torch, unit)
    factor = float(called(sample).square().mean() ** -0.5)
    assert factor == pytest.approx(float(WORLD[name].number), rel=1e-12)


def test_a_stand_in_is_beside_the_unit_that_is_meant() -> None:
    found = beside_exact("torch-hard-sigmoid", layers=2)
    assert found.right is not None
    assert found.right.length == pytest.approx(1, rel=1e-12)


def test_what_leaves_float64_is_a_word_in_json() -> None:
    found = beside_exact("star-relu-offset")
    plain = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert plain["wild"] == {"length": "inf", "gradient": "nan"}
    assert "inf" in repr(found)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"digits": 0}, "digits"), ({"layers": 0}, "layers"), ({"layers": True}, "layers")],
)
def test_numbers_out_of_range_are_refused(settings: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        beside_exact("torch-gain-tanh", **settings)


def test_names_are_found_and_near_ones_suggested() -> None:
    assert find_constants("Torch_Gain TANH") == (WORLD["torch-gain-tanh"],)
    assert {one.source.bibkey for one in find_constants("onnx")} == {"onnx"}
    assert len(find_constants()) == len(WORLD)
    with pytest.raises(UnknownNameError, match="torch-gain-tanh"):
        find_constants("torch-gain-tahn")
    with pytest.raises(UnknownNameError, match="torch-gain-tanh"):
        beside_exact("torch-gain-tan")


@pytest.mark.parametrize("printed", ["2*x", "1/0"])
def test_a_constant_is_a_number(printed: str) -> None:
    with pytest.raises(ValueError, match=r"to be a number|divides by zero"):
        Wild(
            name="no-number",
            what="nothing",
            printed=printed,
            purpose=purposes.Gain("relu"),
            source=Source("pytorch", "nowhere"),
            edition="0",
        )


def test_what_is_no_name_is_refused() -> None:
    with pytest.raises(TypeError, match="named by a str"):
        beside_exact(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="found by words"):
        find_constants(["torch"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "way", "mult"),
    [("relu", "forward", 1.0), ("gelu", "sideways", 1.0), ("gelu", "forward", 0.0)],
)
def test_models_are_asked_for_what_they_are(unit: str, way: str, mult: float) -> None:
    with pytest.raises(ValueError, match=r"unit scaling|multiplier"):
        model_errors(unit, way, mult)


def test_models_end_in_their_limits() -> None:
    for unit, way in (("gelu", "forward"), ("silu", "backward")):
        assert abs(model_errors(unit, way, [1e-4, 1e4])).max() < 1e-3


def test_every_row_is_told_apart() -> None:
    assert len({(one.what, one.purpose, one.place) for one in WORLD.values()}) == len(WORLD)
    assert all(math.isfinite(float(one.number)) for one in WORLD.values())
