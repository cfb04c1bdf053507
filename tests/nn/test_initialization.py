"""Weights have the derived variance, and torch's own where torch has the same rule."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable

import pytest
import torch
from mpmath import mp
from torch import nn

from actmath import Activation, catalog
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


def variances(name: str, length: float) -> tuple[float, float]:
    """E f² and E f′² at N(0, length), by quadrature of the function typed by hand."""
    functions = {"tanh": mp.tanh, "softsign": lambda z: z / (1 + abs(z)), "sine": mp.sin}
    slopes = {
        "tanh": lambda z: mp.sech(z) ** 2,
        "softsign": lambda z: (1 + abs(z)) ** -2,
        "sine": mp.cos,
    }
    root = mp.sqrt(length)
    found = (
        mp.quad(lambda t, f=f: mp.npdf(t) * f(root * t) ** 2, [-10, -3, 0, 3, 10])
        for f in (functions[name], slopes[name])
    )
    one, other = (float(each) for each in found)
    return one, other


@pytest.mark.parametrize("length", [0.4, 3.0])
@pytest.mark.parametrize("name", ["tanh", "softsign", "sine"])
def test_each_mode_has_its_variance(name: str, length: float) -> None:
    """Of He et al. 2015, Eqs. 10 and 14, and of their harmonic and geometric means."""
    square, slope = variances(name, length)
    bilinear = nn.Bilinear(3, 5, 7)
    cases = [
        (torch.empty(7, 3, 2, 5), 3 * 10, 7 * 10),
        (nn.Conv1d(6, 10, 3, groups=2), 3 * 3, 5 * 3),
        # Σᵢⱼ f(zᵢ)Wᵢⱼf(z′ⱼ): of what the first input sends on, each is multiplied by f(z′).
        (bilinear, 3 * 5 * square, 7 * 5 * square),
    ]
    for weight, inputs, outputs in cases:
        forward, backward = length / (inputs * square), 1 / (outputs * slope)
        wanted = {
            "fan_in": forward,
            "forward": forward,
            "fan_out": backward,
            "backward": backward,
            "compromise": 2 * forward * backward / (forward + backward),
            "geometric": (forward * backward) ** 0.5,
        }
        for mode, variance in wanted.items():
            found = weight_std(weight, name, mode, length)
            assert found == pytest.approx(math.sqrt(variance), rel=1e-11), (mode, weight)


def test_modes_are_words() -> None:
    for bad in ("fan", "", 3, None):
        with pytest.raises((ValueError, TypeError), match="mode must be"):
            weight_std(torch.empty(3, 4), "relu", bad)


def test_the_variance_that_cannot_be_had_is_named() -> None:
    flat, weight = Activation("flat", "3"), torch.empty(4, 5)
    said = "^no variance of weights does fan_out for flat at length 2.5: it would be nan$"
    with pytest.raises(ValueError, match=said):
        weight_std(weight, flat, "fan_out", 2.5)
    assert weight_std(weight, flat, "fan_in", 2.5) == pytest.approx(math.sqrt(2.5 / 45))
    for mode in ("compromise", "geometric"):
        with pytest.raises(ValueError, match=f"does {mode} for flat"):
            weight_std(weight, flat, mode)


def test_a_uniform_weight_fills_the_interval_of_its_variance() -> None:
    weight = gain_uniform_(torch.empty(300, 400), "relu", generator=generator())
    bound = math.sqrt(3 * 2 / 400)
    assert -bound <= float(weight.min()) < -0.999 * bound
    assert 0.999 * bound < float(weight.max()) <= bound
    assert weight.std().item() == pytest.approx(math.sqrt(2 / 400), rel=0.01)
    again = gain_uniform_(torch.empty(300, 400), "relu", generator=generator())
    other = gain_uniform_(torch.empty(300, 400), "relu", generator=generator(4))
    assert torch.equal(weight, again)
    assert not torch.equal(weight, other)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: gain_normal_(torch.empty(0, 4), "relu"), "a weight without entries: nothing is"),
        (lambda: gain_uniform_(torch.empty(0, 4), "relu"), "a weight without entries: nothing is"),
        (lambda: initialize_(without_inputs(), "relu"), "a weight without entries: nothing is"),
        (lambda: initialize_(nn.Embedding(2, 3), "relu"), "not initialized: the module itself"),
        (lambda: initialize_(tied(), "relu"), "initialized with the layer they share: 0"),
    ],
    ids=["normal", "uniform", "an empty layer", "an embedding", "shared"],
)
def test_warnings_name_the_line_that_asked(change: Callable[[], object], said: str) -> None:
    with pytest.warns(UserWarning, match=said) as warned:
        change()
    line = change.__code__.co_firstlineno
    assert [(each.filename, each.lineno) for each in warned] == [(__file__, line)]


def without_inputs() -> nn.Module:
    """Of which PyTorch warns when it is made."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return nn.Linear(0, 3)


def tied() -> nn.Module:
    """An embedding whose weight is the last layer's."""
    words, out = nn.Embedding(7, 30), nn.Linear(30, 7)
    out.weight = words.weight
    return nn.Sequential(words, out)


@pytest.mark.parametrize(
    ("module", "left"),
    [
        (nn.GRU(3, 4, num_layers=2), ["weight_hh_l0", "weight_ih_l1", "weight_hh_l1"]),
        (nn.RNNCell(3, 4), ["weight_hh"]),
        (nn.LSTM(3, 4, bias=False, proj_size=2), ["weight_hh_l0", "weight_hr_l0"]),
    ],
    ids=["two layers", "a cell", "a projection"],
)
def test_what_is_left_is_named_alone_and_inside(module: nn.Module, left: list[str]) -> None:
    kind = type(module).__name__
    alone = ", ".join(f"{each} ({kind})" for each in left)
    with pytest.warns(UserWarning, match=f"^{re.escape(f'not initialized: {alone}')}$"):
        initialize_(module, "tanh", generator=generator())
    inside = ", ".join(f"1.{each} ({kind})" for each in left)
    more = f"not initialized: {inside}, 2 (Embedding)"
    net = nn.Sequential(nn.Linear(3, 3), module, nn.Embedding(2, 3), nn.LayerNorm(3))
    with pytest.warns(UserWarning, match=f"^{re.escape(more)}$"):
        initialize_(net, "tanh", generator=generator())


def test_an_attention_s_output_layer_is_left_with_its_bias() -> None:
    attention = nn.MultiheadAttention(8, 2)
    net = nn.Sequential(attention, nn.Linear(8, 8))
    with torch.no_grad():
        attention.out_proj.bias.fill_(3)
        attention.in_proj_bias.fill_(3)
    before = attention.out_proj.weight.clone()
    # Its class is PyTorch's own affair.
    said = r"^not initialized: 0\.out_proj \(\w+\)$"
    with pytest.warns(UserWarning, match=said):
        initialize_(net, "tanh", generator=generator())
    assert torch.equal(attention.out_proj.weight, before)
    assert attention.out_proj.bias.tolist() == [3.0] * 8
    assert not attention.in_proj_bias.any()
    assert not net[1].bias.any()


def test_layers_without_biases_and_halves() -> None:
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        layer = nn.Linear(300, 200, bias=False, dtype=dtype)
        initialize_(layer, "relu", generator=generator())
        assert layer.weight.double().std().item() == pytest.approx(math.sqrt(2 / 300), rel=0.02)


def test_a_weight_without_a_shape_is_said() -> None:
    lazy = nn.LazyLinear(3).weight
    for fill in (gain_normal_, gain_uniform_, weight_std):
        with pytest.raises(ValueError, match=r"^the weight has no shape yet: pass data through"):
            fill(lazy, "relu")
