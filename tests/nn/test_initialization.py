"""Weights have the derived variance, and torch's own where torch has the same rule."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from actmath import catalog
from actmath.nn import Elementwise, gain_normal_, gain_uniform_, initialize_, weight_std


def generator(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
@pytest.mark.parametrize("shape", [(30, 50), (16, 8, 3, 3), (4, 6, 5)])
def test_relu_is_kaiming(mode: str, shape: tuple[int, ...]) -> None:
    for ours, theirs in (
        (gain_normal_, nn.init.kaiming_normal_),
        (gain_uniform_, nn.init.kaiming_uniform_),
    ):
        one = ours(torch.empty(shape), "relu", mode, generator=generator())
        other = theirs(torch.empty(shape), mode=mode, nonlinearity="relu", generator=generator())
        torch.testing.assert_close(one, other)


def test_compromise_for_the_identity_is_xavier() -> None:
    weight = torch.empty(30, 50)
    one = gain_normal_(weight.clone(), "identity", "compromise", generator=generator())
    torch.testing.assert_close(one, nn.init.xavier_normal_(weight, generator=generator()))


def test_selu_is_one_over_n_and_prelu_knows_its_slope() -> None:
    weight = torch.empty(7, 100)
    assert weight_std(weight, "selu") == pytest.approx(0.1, rel=1e-12)
    prelu = catalog.prelu.with_parameters(a=0.5)
    assert weight_std(weight, prelu) == pytest.approx(math.sqrt(2 / 1.25 / 100), rel=1e-12)


@pytest.mark.parametrize("name", ["tanh", "gelu", "elu", "sigmoid"])
def test_a_layer_keeps_the_mean_square_it_was_asked_to_keep(name: str) -> None:
    random, units, length = generator(), 2000, 1.5
    z = math.sqrt(length) * torch.randn(200, units, generator=random, dtype=torch.float64)
    weight = torch.empty(units, units, dtype=torch.float64)
    gain_normal_(weight, name, length=length, generator=random)
    following = Elementwise(catalog.get(name))(z) @ weight.T
    assert float(following.square().mean()) == pytest.approx(length, rel=0.03)


def test_initializes_every_layer_inside() -> None:
    net = nn.Sequential(nn.Conv2d(3, 64, 3), nn.ReLU(), nn.Linear(500, 400))
    initialize_(net, "relu", generator=generator())
    assert net[0].weight.std().item() == pytest.approx(math.sqrt(2 / 27), rel=0.1)
    assert net[2].weight.std().item() == pytest.approx(math.sqrt(2 / 500), rel=0.02)
    assert not net[2].bias.any()


def test_misuse() -> None:
    with pytest.raises(ValueError, match="two dimensions"):
        weight_std(torch.empty(3), "relu")
    with pytest.raises(ValueError, match="sideways"):
        weight_std(torch.empty(3, 3), "relu", "sideways")
    with pytest.raises(KeyError, match="relu"):
        weight_std(torch.empty(3, 3), "rellu")


@pytest.mark.filterwarnings("ignore:.*weight_norm.* is deprecated")
@pytest.mark.parametrize("normed", [nn.utils.parametrizations.weight_norm, nn.utils.weight_norm])
def test_a_weight_norm_does_not_stand_in_the_way(normed: object) -> None:
    layer = initialize_(normed(nn.Linear(400, 300)), "relu", generator=generator())
    assert layer.weight.std().item() == pytest.approx(math.sqrt(2 / 400), rel=0.02)
    # The layer makes its weight anew at each call: of unit vectors it shows it.
    shown = layer(torch.eye(400)).std().item()
    assert shown == pytest.approx(math.sqrt(2 / 400), rel=0.02)


def test_transposed_and_grouped_convolutions() -> None:
    net = nn.Sequential(nn.Conv2d(64, 64, 3, groups=64), nn.ConvTranspose2d(50, 20, 3))
    initialize_(net, "relu", generator=generator())
    assert net[0].weight.std().item() == pytest.approx(math.sqrt(2 / 9), rel=0.1)
    assert net[1].weight.std().item() == pytest.approx(math.sqrt(2 / 450), rel=0.02)
    assert not net[1].bias.any()


def test_an_embedding_is_left_and_named() -> None:
    other = nn.Embedding(5, 3)
    before = other.weight.detach().clone()
    net = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3), nn.PReLU(), other)
    with pytest.warns(UserWarning, match=r"not initialized: 3 .Embedding.$"):
        initialize_(net, "relu")
    assert torch.equal(other.weight, before)


def mean_square_is(found: torch.Tensor, wanted: float, responses: int) -> None:
    """Given the inputs, a response is normal: its square has variance 2·wanted²."""
    # Responses of one weight row share it, so that only the rows count as draws.
    assert abs(float(found.square().mean()) - wanted) < 5 * wanted * math.sqrt(2 / responses)


@pytest.mark.parametrize(
    ("layer", "set_ones", "said"),
    [
        (nn.LSTM(200, 150, bidirectional=True), ["weight_ih_l0", "weight_ih_l0_reverse"], 2),
        (nn.GRU(200, 150, num_layers=2), ["weight_ih_l0"], 3),
        (nn.RNNCell(200, 300), ["weight_ih"], 1),
        (nn.MultiheadAttention(200, 4), ["in_proj_weight"], 1),
        (nn.MultiheadAttention(200, 4, kdim=100, vdim=150), [f"{c}_proj_weight" for c in "qkv"], 1),
    ],
    ids=["LSTM", "GRU", "RNNCell", "attention", "attention apart"],
)
def test_what_multiplies_the_input(layer: nn.Module, set_ones: list[str], said: int) -> None:
    before = {name: value.clone() for name, value in layer.state_dict().items()}
    with pytest.warns(UserWarning, match="not initialized") as warned:
        initialize_(layer, "tanh", length=1.5, generator=generator())
    assert str(warned[0].message).count("(") == said
    z = math.sqrt(1.5) * torch.randn(4000, 200, generator=generator(4))
    for name, value in layer.state_dict().items():
        if name in set_ones:
            mean_square_is(torch.tanh(z[:, : value.shape[1]]) @ value.T, 1.5, value.numel())
        elif "weight" in name or "l1" in name:
            assert torch.equal(value, before[name])
        else:
            assert not value.any()


def test_both_inputs_of_a_bilinear_layer() -> None:
    layer = initialize_(nn.Bilinear(30, 50, 400), "gelu", length=2.0, generator=generator())
    one, two = (math.sqrt(2) * torch.randn(500, n, generator=generator(n)) for n in (30, 50))
    found = layer(nn.functional.gelu(one), nn.functional.gelu(two)).detach()
    # E f⁴/(E f²)² is below 6, so that 500 samples of 30 inputs give it to 5·√(5/15000) = 0.09.
    assert float(found.square().mean()) == pytest.approx(2, rel=0.09)
    assert not layer.bias.any()


@pytest.mark.parametrize("stride", [1, 2])
def test_transposed_convolutions_keep_the_mean_square(stride: int) -> None:
    layer = initialize_(nn.ConvTranspose2d(64, 16, 4, stride=stride), "tanh", generator=generator())
    z = torch.randn(20, 64, 16, 16, generator=generator(5))
    found = layer(torch.tanh(z))[..., 6:-6, 6:-6].detach()
    # 64·16·16 weights: 5·√(2/16384) = 0.06.
    assert float(found.square().mean()) == pytest.approx(1, rel=0.06)


def test_empty_weights_are_left_with_a_warning() -> None:
    for fill in (gain_normal_, gain_uniform_):
        weight = torch.empty(0, 4)
        with pytest.warns(UserWarning, match="nothing is initialized"):
            assert fill(weight, "relu") is weight
    with pytest.warns(UserWarning, match="zero-element"):
        layer = nn.Linear(0, 3)
    with pytest.warns(UserWarning, match="nothing is initialized"):
        initialize_(layer, "relu")
    assert not layer.bias.any()


def test_nothing_to_initialize_is_said() -> None:
    with pytest.warns(UserWarning, match="there is no layer"):
        initialize_(nn.Sequential(nn.ReLU()), "relu")


def test_shared_weights_are_drawn_once_and_said() -> None:
    one, other = nn.Linear(300, 300), nn.Linear(300, 300)
    other.weight = one.weight
    initialize_(nn.Sequential(one, other), "relu", generator=generator())
    alone = initialize_(nn.Linear(300, 300), "relu", generator=generator())
    torch.testing.assert_close(one.weight, alone.weight)
    words = nn.Embedding(7, 30)
    out = nn.Linear(30, 7)
    out.weight = words.weight
    with pytest.warns(UserWarning, match="share: 0 .Embedding"):
        initialize_(nn.Sequential(words, out), "relu")
    there, back = nn.Conv1d(6, 2, 3), nn.ConvTranspose1d(2, 6, 3)
    back.weight = nn.Parameter(torch.ones(2, 6, 3))
    there.weight = back.weight
    with pytest.raises(ValueError, match="shared by layers"):
        initialize_(nn.Sequential(there, back), "relu")
    assert bool((there.weight == 1).all())


@pytest.mark.parametrize(
    ("layer", "kind", "said"),
    [
        (nn.LazyConv2d(3, 3), ValueError, "no shape yet"),
        (nn.Linear(4, 3, device="meta"), TypeError, "meta"),
        (torch.empty(3, 3), TypeError, "module is needed"),
    ],
)
def test_modules_that_cannot_be_set(layer: object, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        initialize_(layer, "relu")


def test_all_checks_come_before_the_first_change() -> None:
    first = nn.Linear(4, 4)
    before = first.weight.detach().clone()
    with pytest.raises(TypeError, match="meta"):
        initialize_(nn.Sequential(first, nn.Linear(4, 3, device="meta")), "relu")
    assert torch.equal(first.weight, before)


def test_weights_and_lengths_that_have_no_variance() -> None:
    with pytest.raises(ValueError, match="no entries"):
        weight_std(torch.empty(0, 4), "relu")
    for length in (-1.0, 0.0, math.nan):
        with pytest.raises(ValueError, match="positive"):
            weight_std(torch.empty(4, 4), "relu", length=length)
    with pytest.raises(TypeError, match="int64"):
        gain_uniform_(torch.ones(3, 3, dtype=torch.int64), "relu")


def test_an_unknown_mode_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="fan_in, fan_out, compromise or geometric, got 'fan_sum'"):
        weight_std(torch.empty(8, 50), "relu", mode="fan_sum")
