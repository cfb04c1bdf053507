"""What is done to a healthy network is what the doctor finds."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from actmath.nn import Departure, diagnose, initialize_
from actmath.nn._model._doctor.diagnosis import LayerSigns
from actmath.nn._model._doctor.findings import Examined, findings
from actmath.nn._model._doctor.measured import MeasuredTensor
from actmath.nn._model.plan import Wanted

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


def tensor(square: float, *, size: int = 80, channels: int = 2, samples: float = 16) -> Any:
    """Of mean square as given; 2 units on 16 samples make four deviations of 1."""
    mean = 0.5 * math.sqrt(square) if square < math.inf else 0.0
    return MeasuredTensor(size, mean, square - mean * mean, channels, samples)


def examined(
    name: str = "a",
    *,
    square: float = 1.0,
    gain: float = 1.0,
    bias: float | None = 0.0,
    read: float | None = 2.0,
    reads: float = 2.0,
    tolerance: float = 1.0,
    predicted: tuple[float, float] | None = None,
    gradient: float = 1.0,
    **other: Any,
) -> Examined:
    """A layer of 32 weights, all of one size, that reads a mean square of 2 and should."""
    layer = nn.Linear(8, 4, bias=bias is not None, dtype=torch.float64)
    signs = torch.tensor([1.0, -1.0]).repeat(16).reshape(4, 8)
    # 8 inputs of mean square 2: exact is 1/16.
    layer.weight.data = signs.double() * math.sqrt(gain / 16)
    if bias is not None:
        layer.bias.data = torch.tensor([1.0, -1, 1, -1], dtype=torch.float64) * math.sqrt(bias)
    wanted = Wanted(name, layer, reads="gelu", fan_in=8.0, square=reads)
    mean, variance = (0.5 * square**0.5, 0.75 * square) if predicted is None else predicted
    shares = other.pop("dead", 0.0), 0.0, tolerance
    unit = other.pop("unit", "gelu")
    seen = LayerSigns(name, "Linear", unit, mean, 0, variance, 0, 1.0, gradient, *shares)
    parts = {"reads_input": False, "free": False, "stretch": 0} | other
    seen_at = parts.pop("measured", tensor(square))
    source = None if read is None else parts.pop("source", tensor(read))
    return Examined(wanted, seen, seen_at, source, **parts)


def causes(*layers: Examined) -> list[tuple[str, str]]:
    return [(each.layer, each.cause.value) for each in findings(list(layers))]


def only(*layers: Examined) -> Departure:
    (found,) = findings(list(layers))
    return found


@pytest.mark.parametrize("side", [1, -1])
def test_a_layer_departs_beyond_its_tolerance_and_not_at_it(side: int) -> None:
    square = math.exp(side * 1.5)
    at = abs(math.log(examined(square=square).measured.square))
    wrong = {"gain": math.exp(side * 1.5), "square": square}
    assert causes(examined(**wrong, tolerance=0.999 * at)) == [("a", "gain")]
    # There it has a wrong gain all the same, and what it reads is not named.
    assert causes(examined(**wrong, tolerance=at)) == [("a", "gain")]
    read = {"read": 2 * math.exp(side * 1.5), "square": square}
    assert causes(examined(**read, tolerance=0.999 * at)) == [("a", "unit")]
    assert causes(examined(**read, tolerance=at)) == []


@pytest.mark.parametrize("side", [1, -1])
def test_gain_bias_and_what_is_read_count_beyond_four_deviations(side: int) -> None:
    """Of 32 weights the deviation of the mean square is 1/4, and so of 2 units on 16 samples."""
    for exponent, wanted in ((0.99, []), (1.01, [("a", "gain")])):
        assert causes(examined(gain=math.exp(side * exponent))) == wanted
    for bias, wanted in ((1.0, []), (1.01, [("a", "bias")])):
        assert causes(examined(bias=bias)) == wanted
    departed = {"square": math.exp(side * 3), "tolerance": 0.1}
    for exponent, wanted in ((0.99, []), (1.01, [("a", "unit")])):
        assert causes(examined(read=2 * math.exp(side * exponent), **departed)) == wanted
    # Few units of what is read, of the layer itself: the larger deviation counts, 2 here.
    for few in ("source", "measured"):
        for exponent, wanted in ((1.99, []), (2.01, [("a", "scale of the input")])):
            read, square = 2 * math.exp(side * exponent), math.exp(side * 3)
            size = tensor(read if few == "source" else square, samples=4)
            layer = examined(read=read, **departed, reads_input=True, **{few: size})
            assert causes(layer) == wanted


def test_of_several_causes_the_one_that_moves_it_farthest_its_way() -> None:
    both = {"gain": math.exp(1.5), "read": 2 * math.exp(-2.5)}
    assert causes(examined(**both, square=math.exp(-2))) == [("a", "unit")]
    assert causes(examined(**both, square=math.exp(2))) == [("a", "gain")]
    # Together they nearly cancel: only what the layer has of itself is said, if it is the larger.
    assert causes(examined(**both)) == []
    assert causes(examined(gain=math.exp(2.5), read=2 * math.exp(-1.5))) == [("a", "gain")]
    assert causes(examined(bias=20.0, read=2 * math.exp(-1.5))) == [("a", "bias")]


@pytest.mark.parametrize("side", [1, -1])
def test_weights_that_would_not_do_so_at_random(side: int) -> None:
    """What the weights predict, 16 here, beside what is measured."""
    for exponent, wanted in ((0.99, "gain"), (1.01, "weights that know their input")):
        square = 16 * math.exp(side * exponent)
        layer = examined(square=square, predicted=(2.0, 12.0), gain=16.0)
        assert causes(layer) == [("a", wanted)]
    assert causes(examined(square=4.0, predicted=(0.0, 0.0), gain=4.0)) == [("a", "gain")]


def test_behind_a_layer_that_departs_only_what_others_have_of_themselves() -> None:
    first = examined("a", square=9.0, gain=9.0)
    assert causes(first, examined("b", square=9.0, read=18.0)) == [("a", "gain")]
    worse = examined("c", square=90.0, read=18.0, gain=10.0)
    assert causes(first, worse) == [("a", "gain"), ("c", "gain")]
    biased = examined("d", square=90.0, read=18.0, bias=5.0)
    assert causes(first, biased, worse) == [("a", "gain"), ("d", "bias"), ("c", "gain")]
    # What a normalization frees, and what is not known, is not looked at.
    free = examined("f", gain=9.0, free=True)
    assert causes(free, examined("a", square=9.0, gain=9.0)) == [("a", "gain")]
    for other in ({"free": True}, {"reads": 0.0}, {"reads": math.inf}, {"reads": math.nan}):
        assert causes(examined("a", square=9.0, gain=9.0, **other)) == []


def test_a_layer_without_scale_ends_the_look_and_says_why() -> None:
    later = examined("b", gain=9.0)
    for square, what in ((0.0, "all 0"), (math.inf, "not finite"), (math.nan, "not finite")):
        found = only(examined(square=square), later)
        assert (found.layer, found.cause) == ("a", "gain")
        assert found.factor == pytest.approx(square, nan_ok=True)
        assert found.sentence == f"Layer a: its net inputs are {what}."
        assert found.remedy == "Draw weights: nn.initialize_(model)."
    found = only(examined(read=0.0, reads_input=True), later)
    assert (found.cause, found.factor) == ("scale of the input", 1.0)
    assert found.sentence == "Layer a: its net inputs are its biases alone."
    assert found.remedy == "What it reads is 0. Look at the batch."
    found = only(examined(read=0.0, square=0.0), later)
    assert (found.cause, found.sentence[-6:]) == ("gain", "all 0.")
    assert found.remedy == "What it reads is 0. Draw weights: nn.initialize_(model)."
    # One that departed before is enough.
    assert causes(examined(square=9.0, gain=9.0), examined("b", square=0.0)) == [("a", "gain")]


def test_what_is_said_of_each_cause() -> None:
    head = "Layer a: the mean square of its net inputs is 16 instead of 1."
    found = only(examined(square=16.0, gain=64.0))
    assert (
        found.sentence
        == f"{head} Its weights have standard deviation 2, the exact one is 0.25 (gelu)."
    )
    assert (found.factor, found.remedy) == (64.0, "Draw them anew: nn.initialize_(model).")
    found = only(examined(square=16.0, bias=15.0))
    assert found.sentence == f"{head} Its biases bring 15 of it."
    assert (found.factor, found.remedy) == (pytest.approx(16), "Set them to 0.")
    found = only(examined(square=16.0, read=32.0, reads=2.0, reads_input=True))
    assert found.sentence == f"{head} The input's mean square is 16."
    assert found.factor == 16
    assert found.remedy.startswith("Standardize the input")
    found = only(examined(square=16.0, read=32.0))
    assert found.sentence == (
        f"{head} What gelu gives has 16 times the mean square that it would have at Gaussian net "
        "inputs of mean square 1."
    )
    assert (found.factor, found.remedy[:26]) == (16, "Look at the layer before: ")
    found = only(examined(square=16.0, predicted=(0.0, 1.0)))
    assert found.sentence.startswith(f"{head} Its weights have the right size, and are not")
    assert found.factor == pytest.approx(16)
    assert found.remedy.startswith("Nothing, if the model is trained")


def test_units_that_a_bias_kills_and_many_that_die_of_themselves() -> None:
    """More than 5 %, where the bias is larger than what the weights bring; more than 25 %."""
    seen = tensor(1.0)
    for dead, bias, wanted in (
        (0.05, 0.9, []),
        (0.051, 0.9, ["bias"]),
        (0.051, seen.variance, []),
        (0.25, 0.5, []),
        (0.251, 0.5, ["unit"]),
        (0.251, None, ["unit"]),
        (0.9, 0.9, ["bias"]),
    ):
        assert [cause for _, cause in causes(examined(dead=dead, bias=bias))] == wanted
    layers = [examined(name, dead=0.3) for name in "abc"]
    assert causes(*layers) == [("a", "unit")]
    killed = examined("k", dead=0.6, bias=0.9)
    assert causes(killed, *layers) == [("k", "bias"), ("a", "unit")]
    found = findings([killed, *layers])
    assert (found[0].factor, found[1].factor) == (0.6, 0.3)
    assert found[0].sentence == "Layer k: 60 % of its units are dead on this batch."
    assert found[0].remedy == "Set its biases to 0."
    assert found[1].sentence == (
        "Layer a: 30 % of its units are dead on this batch, where the batch is as good as "
        "16.0 samples."
    )


def test_a_gradient_changes_by_more_than_a_hundred_between_two_ends() -> None:
    """Its sum of squares, from the last layer of a stretch back to the first."""
    for factor, word in ((128.0, "explodes"), (1 / 128, "vanishes")):
        ends = examined("a", gradient=factor), examined("m"), examined("z")
        found = only(*ends)
        assert (found.layer, found.cause, found.factor) == ("a", "unit", factor)
        assert found.sentence == (
            f"The gradient {word}: from layer z back to a its sum of squares is multiplied by "
            f"{factor:.2g}."
        )
        assert "instead of gelu a unit" in found.remedy
    at_the_edge = examined("a", gradient=100.0), examined("z")
    assert causes(*at_the_edge) == []
    assert causes(*reversed(at_the_edge)) == []
    # A mean square of half of the entries, and what is no number or 0 between.
    sizes = examined("a", gradient=400.0, measured=tensor(1.0, size=20)), examined("z")
    assert causes(*sizes) == []
    between = [examined(str(k), gradient=g) for k, g in enumerate((math.nan, 0.0, math.inf, 200.0))]
    assert causes(*between, examined("z"), between[1]) == [("3", "unit")]


def test_gradients_are_compared_within_a_stretch_and_before_a_norm_times_its_square() -> None:
    apart = examined("a", gradient=500.0), examined("z", stretch=1)
    assert causes(*apart) == []
    later = examined("y", gradient=500.0, stretch=1)
    assert causes(examined("a"), later, examined("z", stretch=1)) == [("y", "unit")]
    for square, wanted in ((0.25, []), (1.0, [("a", "unit")])):
        free = examined("a", gradient=200.0, free=True, measured=tensor(square))
        assert causes(free, examined("z")) == wanted
    nameless = examined("a", gradient=200.0, unit=""), examined("z", unit="")
    assert "instead of the one it has" in only(*nameless).remedy
    first = examined("a", gradient=200.0, unit=""), examined("m", unit="mish"), examined("z")
    assert "instead of mish" in only(*first).remedy


def test_each_layer_and_cause_is_named_once_the_departures_first() -> None:
    layers = [
        examined("a", dead=0.3, gradient=1000.0),
        examined("b", square=9.0, gain=9.0),
        examined("z", dead=0.3, bias=2.0, square=9.0, read=18.0),
    ]
    found = findings(layers)
    assert [(each.layer, each.cause) for each in found] == [
        ("b", "gain"),
        ("z", "bias"),
        ("a", "unit"),
    ]
    # The bias as what moves the mean square, and not as what kills; the dead, not the gradient.
    assert found[1].factor == pytest.approx(3)
    assert found[2].factor == 0.3
