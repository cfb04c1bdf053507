"""What is done to a healthy network is what the doctor finds."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from actmath.nn import diagnose, initialize_

from ..samples import normal

UNITS = {"relu": nn.ReLU, "tanh": nn.Tanh, "selu": nn.SELU, "gelu": nn.GELU}


def chain(unit: str, depth: int = 8, width: int = 120, seed: int = 3) -> nn.Sequential:
    parts = [part for _ in range(depth) for part in (nn.Linear(width, width), UNITS[unit]())]
    model = nn.Sequential(*parts, nn.Linear(width, 10))
    initialize_(model, generator=torch.Generator().manual_seed(seed))
    return model


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(sorted(UNITS)), st.integers(0, 10**6))
def test_healthy_networks_are_healthy(unit: str, seed: int) -> None:
    found = diagnose(chain(unit, seed=seed), normal(100, 120, seed=seed + 1))
    assert found.healthy, found.first


@settings(max_examples=8, deadline=None)
@given(
    st.sampled_from(["relu", "tanh"]),
    st.integers(0, 7),
    st.sampled_from([0.3, 0.6, 1.6, 3.0]),
)
def test_a_wrong_gain_is_found_where_it_is(unit: str, at: int, factor: float) -> None:
    model = chain(unit)
    model[2 * at].weight.data *= factor
    first = diagnose(model, normal(100, 120)).first
    assert first is not None
    assert (first.layer, first.cause) == (str(2 * at), "gain")
    assert first.factor == pytest.approx(factor**2, rel=0.1)
    assert "initialize_" in first.remedy


def test_a_bias_is_found_and_the_units_that_it_kills() -> None:
    model = chain("relu")
    model[4].bias.data.fill_(-4.0)
    found = diagnose(model, normal(100, 120))
    assert found.first is not None
    assert (found.first.layer, found.first.cause) == ("4", "bias")
    assert found.layers[2].dead > 0.9


def test_the_first_of_the_layers_that_are_dead_on_a_batch_is_found() -> None:
    """Of a batch whose samples are all but one, half of the units of any layer give nothing."""
    alike = normal(1, 120, seed=5) + normal(100, 120, seed=6) / 100
    found = diagnose(chain("relu"), alike)
    assert min(layer.dead for layer in found.layers[:-1]) > 0.3
    assert [(each.layer, each.cause) for each in found.findings] == [("0", "unit")]
    assert "as good as 1.0 samples" in found.findings[0].sentence


@pytest.mark.parametrize("scale", [0.1, 4.0])
def test_the_scale_of_the_input_is_found(scale: float) -> None:
    found = diagnose(chain("tanh"), scale * normal(100, 120))
    assert found.first is not None
    assert (found.first.layer, found.first.cause) == ("0", "scale of the input")
    assert found.first.factor == pytest.approx(scale**2, rel=0.1)


def test_a_unit_that_loses_the_gradient_is_found() -> None:
    model = nn.Sequential(
        *[part for _ in range(12) for part in (nn.Linear(120, 120), nn.Sigmoid())],
        nn.Linear(120, 10),
    )
    initialize_(model, generator=torch.Generator().manual_seed(2))
    found = diagnose(model, normal(100, 120))
    assert [each.cause for each in found.findings] == ["unit"]
    assert "vanishes" in found.findings[0].sentence
    assert "sigmoid" in found.findings[0].remedy


def test_weights_that_know_their_input() -> None:
    model, x = chain("tanh", depth=2), normal(100, 120)
    with torch.no_grad():
        reads = torch.tanh(model[0](x))
        # All rows along what the batch has in common most, at the size that they had.
        along = torch.linalg.svd(reads).Vh[0]
        weight = model[2].weight
        model[2].weight.copy_(normal(120, 1).sign() * along * weight.norm() / 120**0.5)
    first = diagnose(model, x).first
    assert first is not None
    assert (first.layer, first.cause) == ("2", "weights that know their input")


def test_nothing_and_too_much() -> None:
    model, x = chain("relu", depth=2), normal(100, 120)
    found = diagnose(model, 0 * x)
    assert found.first is not None
    assert (found.first.layer, found.first.cause) == ("0", "scale of the input")
    assert "Look at the batch." in found.first.remedy
    model[2].weight.data.fill_(3e38)
    found = diagnose(model, x)
    assert found.first is not None
    assert "not finite" in found.first.sentence
    assert "Draw weights" in found.first.remedy


@pytest.mark.parametrize("scale", [1e-100, 1e100])
def test_a_scale_whose_fourth_power_is_no_float(scale: float) -> None:
    first = diagnose(chain("relu", depth=2).double(), scale * normal(100, 120).double()).first
    assert first is not None
    assert (first.layer, first.cause) == ("0", "scale of the input")
    assert first.factor / scale**2 == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize("shift", [0.0, 2.0])
def test_finite_numbers_without_a_finite_mean_square(shift: float) -> None:
    found = diagnose(chain("relu", depth=2).double(), 1e200 * (shift + normal(100, 120).double()))
    assert found.first is not None
    assert "not finite" in found.first.sentence


def test_a_normalization_takes_the_scale_out() -> None:
    model = nn.Sequential(nn.Linear(120, 120), nn.BatchNorm1d(120), nn.ReLU(), nn.Linear(120, 9))
    initialize_(model, generator=torch.Generator().manual_seed(2))
    model[0].weight.data *= 30
    assert diagnose(model, normal(100, 120)).healthy


def test_a_layer_that_overflows_is_the_first_to_depart() -> None:
    model = chain("relu")
    # All of one sign: each sum is +inf, and none is inf − inf.
    model[4].weight.data.fill_(3e38)
    first = diagnose(model, normal(100, 120)).first
    assert first is not None
    assert (first.layer, first.sentence) == ("4", "Layer 4: its net inputs are not finite.")


@pytest.mark.filterwarnings("ignore:Initializing zero-element", "ignore:var")
def test_a_layer_that_reads_no_unit_has_its_biases_alone() -> None:
    model = nn.Sequential(nn.Linear(5, 0), nn.ReLU(), nn.Linear(0, 3))
    nn.init.constant_(model[2].bias, 3)
    found = diagnose(model, normal(4, 5)).first
    assert found is not None
    assert "Its biases bring 9 of it" in found.sentence
