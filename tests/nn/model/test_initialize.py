"""Whole models: each kind of layer once, by a formula of its own, and what is said of the rest."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import weight_norm as older_weight_norm
from torch.nn.utils.parametrizations import weight_norm

from actmath.nn import InitializedModel, gain_normal_, initialize_
from actmath.numeric import gains

from .samples import ByData, ByName, Gate, Twice, normal, small_resnet


def stds(report: InitializedModel) -> dict[str, float]:
    return {layer.name: layer.std for layer in report.layers}


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(3)


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.sampled_from(["relu", "tanh", "gelu", "selu"]), min_size=1, max_size=3),
    st.sampled_from([1.0, 1.5]),
    st.integers(20, 60),
)
def test_a_chain_has_the_gains_of_what_each_layer_reads(
    units: list[str], length: float, width: int
) -> None:
    modules = {"relu": nn.ReLU(), "tanh": nn.Tanh(), "gelu": nn.GELU(), "selu": nn.SELU()}
    parts = [part for unit in units for part in (modules[unit], nn.Linear(width, width))]
    model = nn.Sequential(nn.Linear(7, width), *parts)
    forward = stds(initialize_(model, length=length))
    backward = stds(initialize_(model, mode="backward", length=length))
    both = stds(initialize_(model, mode="geometric", length=length))
    assert forward["0"] == pytest.approx(math.sqrt(length / 7))
    for index, unit in enumerate(units):
        found, after, before = gains(unit, length), str(2 * index + 2), str(2 * index)
        assert forward[after] == pytest.approx(found.forward / math.sqrt(width), rel=1e-9)
        assert backward[before] == pytest.approx(found.backward / math.sqrt(width), rel=1e-9)
        assert both[after] == pytest.approx(math.sqrt(forward[after] * backward[after]))


CONVOLUTIONS = (
    (nn.Conv1d(8, 16, 3), 24),
    (nn.Conv2d(8, 16, 3, groups=4), 18),
    (nn.Conv2d(8, 8, 5, groups=8), 25),
    (nn.Conv3d(8, 4, 3), 216),
    (nn.ConvTranspose1d(8, 4, 6, stride=2), 24),
    (nn.ConvTranspose2d(8, 4, 4, stride=2, groups=2), 16),
    (weight_norm(nn.Conv1d(8, 16, 3)), 24),
    (nn.Conv1d(8, 16, 3, dtype=torch.float64), 24),
    (nn.Conv1d(8, 16, 3, dtype=torch.bfloat16), 24),
)


@pytest.mark.parametrize(("layer", "fan"), CONVOLUTIONS)
def test_every_kind_of_convolution(layer: nn.Module, fan: int) -> None:
    dtype = layer.weight.dtype
    report = initialize_(nn.Sequential(nn.ReLU(), layer), generator=generator())
    (row,) = report.layers
    # A rectified standard normal number has mean square 1/2.
    assert row.std == pytest.approx(math.sqrt(2 / fan), rel=1e-9)
    assert float(layer.weight.detach().float().std()) == pytest.approx(row.std, rel=0.12)
    assert layer.weight.dtype == dtype
    assert layer.bias is None or not layer.bias.any()


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
def test_the_older_weight_norm() -> None:
    layer = older_weight_norm(nn.Linear(300, 200))
    (row,) = initialize_(nn.Sequential(nn.Tanh(), layer), generator=generator()).layers
    assert float(layer.weight.detach().std()) == pytest.approx(row.std, rel=0.02)


def test_gates_residual_sums_and_norms() -> None:
    model = nn.Sequential(*(Gate(64) for _ in range(3)))
    report = initialize_(model, generator=generator())
    assert [row.name for row in report.left] == ["0.norm", "1.norm", "2.norm"]
    assert all("normalization" in row.done for row in report.left)
    wanted = gains("silu").forward / math.sqrt(128)
    rows = {row.name: row for row in report.layers}
    assert rows["0.a"].followed_by == "silu · gate"
    # E (silu(a)·b)² = E silu(a)²·1; without a norm behind, a residual sum grows by 1 a block.
    assert rows["1.c"].std == pytest.approx(wanted, rel=1e-9)
    out = model(normal(2000, 64))
    assert float(out.detach().square().mean()) == pytest.approx(4, rel=0.15)
    # E silu′²·E b² for one half, E silu² for the other.
    backward = stds(initialize_(model, mode="fan_out"))
    slopes = {"0.a": 1 / gains("silu").backward ** 2, "0.b": 1 / gains("silu").forward ** 2}
    for name, slope in slopes.items():
        assert backward[name] == pytest.approx(1 / math.sqrt(128 * slope), rel=1e-9)


def test_glu_halves_are_independent() -> None:
    model = nn.Sequential(nn.Linear(40, 80), nn.GLU(), nn.Linear(40, 40))
    sigmoid = gains("sigmoid")
    found = stds(initialize_(model, generator=generator()))
    assert found["2"] == pytest.approx(sigmoid.forward / math.sqrt(40), rel=1e-6)
    back = stds(initialize_(model, mode="backward"))
    slope = (1 / sigmoid.forward**2 + 1 / sigmoid.backward**2) / 2
    assert back["0"] == pytest.approx(1 / math.sqrt(80 * slope), rel=1e-6)


def test_a_transformer_block_and_what_attention_averages() -> None:
    block = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, activation="gelu").eval()
    report = initialize_(block, batch=normal(4, 10, 32))
    rows = {row.name: row for row in report.layers}
    assert "averages" in rows["self_attn"].done
    assert rows["linear2"].reads == "gelu"
    assert rows["linear2"].gain == pytest.approx(gains("gelu").forward, rel=1e-9)
    assert report.way == "one batch"
    assert "order" in initialize_(nn.Sequential(ByData())).way


def test_weights_that_are_no_parameters_are_named() -> None:
    class Fixed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("table", torch.ones(3, 3))

    class Masked(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("mask", torch.ones(3, 3, dtype=torch.bool))

    class Packed(nn.Module):
        def weight(self) -> torch.Tensor:
            return torch.ones(3, 3)

    report = initialize_(nn.Sequential(nn.Linear(3, 3), Fixed(), Packed(), Masked()))
    assert [(row.name, row.done) for row in report.left] == [
        ("1", "left alone: its numbers are no parameters"),
        ("2", "left alone: its numbers are no parameters"),
    ]


def test_what_cannot_be_told_is_left_alone_unless_there_is_a_default() -> None:
    model = small_resnet()
    before = model[5].weight.clone()
    report = initialize_(model)
    (row,) = [row for row in report.layers if row.name == "5"]
    assert "AdaptiveAvgPool2d" in row.done
    assert math.isnan(row.std)
    assert torch.equal(model[5].weight, before)
    assert stds(initialize_(model, default="relu"))["5"] == pytest.approx(math.sqrt(2 / 16))
    assert "AdaptiveAvgPool2d" in report._repr_html_()
    assert "5 drawn, 5 left alone" in repr(report)


def test_shared_layers_are_drawn_once() -> None:
    model = Twice()
    report = initialize_(model, generator=generator())
    assert [row.done for row in report.layers] == ["drawn, called 2 times", "drawn"]
    alone = nn.Linear(40, 40)
    gain_normal_(alone.weight, "identity", generator=generator())
    torch.testing.assert_close(model.again.weight, alone.weight)
    words = ByName()
    rows = {row.name: row for row in initialize_(words, batch={"tokens": torch.arange(5)}).layers}
    assert "embedding" in rows["words"].done
    assert rows["layer"].followed_by == "tanh"
    tied = nn.Sequential(nn.Embedding(9, 30), nn.Linear(30, 9, bias=False))
    tied[1].weight = tied[0].weight
    (row, *_) = initialize_(tied).layers
    assert row.done == "drawn, and with it 0"


def test_a_layer_that_the_pass_does_not_meet_and_the_model_without_parameters() -> None:
    model = Twice()
    model.unused = nn.Linear(3, 3)
    assert "does not meet" in initialize_(model).left[0].done
    assert initialize_(nn.ReLU()).layers == ()
    assert "0 drawn" in repr(initialize_(nn.Sequential()))


def test_dropout_counts_as_the_mode_says() -> None:
    model = nn.Sequential(nn.Linear(30, 30), nn.ReLU(), nn.Dropout(0.5), nn.Linear(30, 30))
    state = torch.random.get_rng_state()
    assert stds(initialize_(model.eval()))["3"] == pytest.approx(math.sqrt(2 / 30))
    torch.random.set_rng_state(state)
    assert stds(initialize_(model.train()))["3"] == pytest.approx(math.sqrt(1 / 30))


@pytest.mark.parametrize(
    ("model", "kind", "said"),
    [
        (nn.Sequential(nn.Linear(4, 3, device="meta")), TypeError, "meta"),
        (nn.Sequential(nn.LazyLinear(3)), ValueError, "no shape yet"),
        (nn.Sequential(nn.Linear(4, 3, dtype=torch.complex64)), TypeError, "complex"),
        (nn.utils.parametrizations.spectral_norm(nn.Linear(4, 3)), ValueError, "would not keep"),
        (torch.empty(3), TypeError, "module is needed"),
    ],
)
def test_models_that_cannot_be_set(model: nn.Module, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        initialize_(model)


def test_a_subclass_with_a_forward_method_of_its_own_is_no_layer() -> None:
    class Doubled(nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 2 * super().forward(x)

    assert "as a layer" in initialize_(nn.Sequential(Doubled(3, 3))).left[0].done


def test_wrong_settings_change_nothing() -> None:
    model = Twice()
    before = model.again.weight.clone()
    for wrong, said in (
        ({"mode": "both"}, "mode must be"),
        ({"length": -1.0}, "positive"),
        ({"batch": normal(2, 3)}, "does not take this batch"),
        ({"batch": normal(0, 40)}, "no samples"),
        ({"batch": normal(2, 40) * math.nan}, "not finite"),
        ({"default": "tahn"}, "tanh"),
    ):
        with pytest.raises((ValueError, KeyError), match=said):
            initialize_(model, **wrong)
    assert torch.equal(model.again.weight, before)


WIDTH = 300


class Wide(nn.Module):
    """Three layers, the first as wide as it is told, put together by a formula."""

    def __init__(self, formula: Callable[[Wide, Tensor], Tensor], first: int = 1) -> None:
        super().__init__()
        self.formula = formula
        self.a = nn.Linear(WIDTH, first * WIDTH)
        self.b, self.c = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        return self.formula(self, x)


def _overwrites(m: Wide, x: Tensor) -> Tensor:
    h = m.a(x)
    h.view(-1).mul_(5)
    return m.c(h)


def _sets(m: Wide, x: Tensor) -> Tensor:
    h = m.a(x)
    h[:, : WIDTH // 2] = 0
    return m.c(h)


def _starts_again(m: Wide, x: Tensor) -> Tensor:
    h = m.a(x)
    h.zero_()
    h += 1
    return m.c(h)


def _through_another_name(m: Wide, x: Tensor) -> Tensor:
    h = torch.relu(m.a(x))
    same = h
    h.mul_(3)
    return m.c(same)


def _unassigned(m: Wide, x: Tensor) -> Tensor:
    h = m.a(x)
    functional.relu(h, inplace=True)
    return m.c(h)


@pytest.mark.parametrize("by_batch", [False, True])
@pytest.mark.parametrize(
    ("formula", "first", "told"),
    [
        (lambda m, x: m.c(x + m.b(torch.relu(m.a(x)))), 1, True),
        (lambda m, x: m.c(torch.maximum(m.a(x), torch.zeros(()))), 1, None),
        (lambda m, x: m.c(m.a(x)[:, :WIDTH] * torch.tanh(m.a(x)[:, WIDTH:])), 2, True),
        # The same weights, or the same entries, twice: not independent.
        (lambda m, x: m.c(m.a(x) + m.a(x)), 1, False),
        (lambda m, x: m.c(m.a(torch.relu(m.a(x))) - m.a(x)), 1, False),
        (lambda m, x: (lambda h: m.c(h[:, :WIDTH] * h[:, 0:WIDTH]))(m.a(x)), 2, None),
        (lambda m, x: (lambda h: m.c(h[:, :WIDTH] * h[:, 1 : WIDTH + 1]))(m.a(x)), 2, False),
        (lambda m, x: (lambda h: m.c(h[:, :WIDTH] * torch.tanh(h[:, WIDTH:])))(m.a(x)), 2, True),
        (lambda m, x: (lambda h: m.c(h[:, ::2] * torch.tanh(h[:, 1::2])))(m.a(x)), 2, True),
        # No finite moments.
        (lambda m, x: m.c(1 / m.a(x)), 1, False),
        (_overwrites, 1, False),
        (_sets, 1, False),
        (_starts_again, 1, True),
        (_through_another_name, 1, True),
        (_unassigned, 1, True),
    ],
)
def test_what_is_drawn_keeps_its_mean_square(
    formula: Callable[[Wide, Tensor], Tensor], first: int, told: bool | None, by_batch: bool
) -> None:
    torch.manual_seed(1)
    model, x = Wide(formula, first), normal(200, WIDTH)
    report = initialize_(model, batch=x if by_batch else None, generator=generator())
    std = stds(report)["c"]
    if not by_batch and report.way != "a symbolic trace":
        # A guess, as the report says.
        return
    assert told is None or told is not math.isnan(std)
    if not math.isnan(std):
        with torch.no_grad():
            assert float(model(x).square().mean()) == pytest.approx(1, rel=0.25)


def test_layers_with_one_weight_are_drawn_once_and_lose_both_biases() -> None:
    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(8, 8), nn.Linear(8, 8)
            self.b.weight = self.a.weight

        def forward(self, x: Tensor) -> Tensor:
            return self.b(torch.tanh(self.a(x)))

    model = Shared()
    (row,) = initialize_(model).layers
    assert row.done == "drawn, called 2 times, and with it b"
    assert not model.a.bias.any()
    assert not model.b.bias.any()


@pytest.mark.parametrize(
    ("model", "kind", "said"),
    [
        (nn.Sequential(nn.Linear(2, 3), nn.LazyBatchNorm1d()), ValueError, "1.weight has no shape"),
        (nn.Linear(2, 3).to(torch.float8_e4m3fn), TypeError, "float8"),
        (
            nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2).to(torch.float8_e5m2)),
            TypeError,
            "float8",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_anything_changes(
    model: nn.Module, kind: type[Exception], said: str
) -> None:
    first = model.get_parameter("0.weight" if isinstance(model, nn.Sequential) else "weight")
    before = first.detach().float().clone()
    with pytest.raises(kind, match=said):
        initialize_(model)
    assert torch.equal(first.detach().float(), before)


class Attending(nn.Module):
    """Query, key and value come from different units."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(64, 4, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.attention(torch.relu(x), torch.tanh(x), x)[0]


def test_query_key_and_value_have_what_each_reads() -> None:
    model = Attending()
    initialize_(model, generator=generator())
    weights = model.attention.in_proj_weight.chunk(3)
    for weight, unit in zip(weights, ("relu", "tanh", "identity"), strict=True):
        wanted = gains(unit).forward / math.sqrt(64)
        assert float(weight.detach().std()) == pytest.approx(wanted, rel=0.06)


def test_both_directions_read_the_same() -> None:
    layer = nn.LSTM(32, 64, bidirectional=True)
    initialize_(nn.Sequential(layer), generator=generator())
    for weight in (layer.weight_ih_l0, layer.weight_ih_l0_reverse):
        assert float(weight.detach().std()) == pytest.approx(1 / math.sqrt(32), rel=0.06)


def rows_of(model: nn.Module, **options: object) -> dict[str, tuple[object, ...]]:
    """What is done with each layer: all that its row says."""
    found = {}
    for row in initialize_(model, generator=generator(), **options).layers:
        texts = row.kind, row.reads, row.followed_by, row.done
        found[row.name] = (*texts, row.fan_in, row.fan_out, row.gain, row.std)
    return found


def near(*values: object) -> tuple[object, ...]:
    return tuple(pytest.approx(v, nan_ok=True) if isinstance(v, float) else v for v in values)


NAN = math.nan
LEFT = "left alone: the trace does not meet it as a layer, or cannot tell what it reads"


def test_the_rows_of_recurrent_layers() -> None:
    """Of relu's mean square 1/2 at length 1, and 1 at length 2, with 30 inputs."""
    for length, std in ((1.0, math.sqrt(2 / 30)), (2.0, math.sqrt(2 / 30))):
        model = nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.GRU(30, 40, num_layers=2))
        before = {k: v.clone() for k, v in model[2].named_parameters()}
        rows = rows_of(model, length=length)
        first = math.sqrt(length / 20)
        assert rows["0"] == near(
            *("Linear", "the input", "relu", "drawn"),
            *(20.0, 30.0, math.sqrt(length), first),
        )
        done = "input weights drawn; what multiplies states is left alone"
        assert rows["2"] == near("GRU", "relu", "", done, 30.0, NAN, std * math.sqrt(30), std)
        after = {k: v.detach() for k, v in model[2].named_parameters()}
        assert float(after["weight_ih_l0"].std()) == pytest.approx(std, rel=0.06)
        changed = {k for k, v in after.items() if not torch.equal(v, before[k])}
        assert changed == {"weight_ih_l0", "bias_ih_l0", "bias_hh_l0"}
        assert not after["bias_ih_l0"].any()
        assert not after["bias_hh_l0"].any()
    backward = nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.GRU(30, 40))
    assert rows_of(backward, mode="backward")["2"] == near("GRU", "", "", LEFT, *[NAN] * 4)


def test_the_row_of_an_attention_is_that_of_its_query() -> None:
    class Attends(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.heads = nn.MultiheadAttention(60, 4, kdim=90, vdim=30, batch_first=True)

        def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            return self.heads(torch.relu(q), 2 * k, v)[0]

    model = Attends()
    batch = normal(3, 5, 60), normal(3, 5, 90), normal(3, 5, 30)
    mean_square = float(batch[0].square().mean()), float(batch[0].mean())
    rows = rows_of(model, batch=batch)
    kind, reads, _, done, fan, _, gain, std = rows["heads"]
    assert (kind, reads, fan) == ("MultiheadAttention", "relu", 60)
    assert done == "input weights drawn; the output layer reads averages"
    assert gain == pytest.approx(std * math.sqrt(60))
    # Numbers of a batch are normal to its own mean and variance.
    assert std == pytest.approx(math.sqrt(2 / 60 / mean_square[0]), rel=0.2)
    found = [getattr(model.heads, f"{name}_proj_weight") for name in "qkv"]
    wanted = [std, 1 / math.sqrt(4 * 90), 1 / math.sqrt(30)]
    for weight, each in zip(found, wanted, strict=True):
        assert float(weight.detach().std()) == pytest.approx(each, rel=0.15)
    assert not model.heads.in_proj_bias.any()


def test_a_default_is_what_is_read_where_that_cannot_be_told() -> None:
    for layer in (nn.RNN(30, 7), nn.RNNCell(30, 7)):
        model = nn.Sequential(nn.Softmax(1), layer)
        assert rows_of(model)["1"] == near(type(layer).__name__, "", "", LEFT, *[NAN] * 4)
        rows = rows_of(model, default="relu")
        assert rows["1"][1] == "relu (default)"
        assert rows["1"][-1] == pytest.approx(math.sqrt(2 / 30))
        assert rows_of(model, default="relu", length=3.0)["1"][-1] == pytest.approx(
            math.sqrt(3 / (1.5 * 30))
        )
    dense = nn.Sequential(nn.Softmax(1), nn.Linear(30, 7))
    done = "left alone: cannot tell what 0 (Softmax) gives"
    assert rows_of(dense)["1"] == near("Linear", "", "the output", done, 30.0, 7.0, NAN, NAN)
    assert rows_of(dense, default="relu")["1"] == near(
        *("Linear", "relu (default)", "the output", "drawn"),
        *(30.0, 7.0, math.sqrt(2), math.sqrt(2 / 30)),
    )


class Kinds(nn.Module):
    """What is no weighted layer, or is not met."""

    def __init__(self) -> None:
        super().__init__()
        self.met, self.unmet = nn.Linear(4, 4), nn.Linear(4, 4)
        self.words, self.bags = nn.Embedding(3, 4), nn.EmbeddingBag(3, 4)
        self.norm, self.plain = nn.LayerNorm(4), nn.BatchNorm1d(4, affine=False)
        self.slope, self.heads = nn.PReLU(4), nn.MultiheadAttention(4, 2)
        self.mine = nn.ParameterList([nn.Parameter(torch.ones(2, 2))])
        self.normed = weight_norm(nn.Linear(4, 4, bias=False))
        self.states = nn.LSTM(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.met(x)


def test_everything_with_weights_that_is_left_alone_says_why() -> None:
    rows = rows_of(Kinds())
    assert rows.pop("met")[3] == "drawn"
    look_up = "left alone: an embedding: a look-up, no sum"
    norm = "left alone: a normalization"
    assert {name: (row[0], row[3]) for name, row in rows.items()} == {
        "unmet": ("Linear", LEFT),
        "words": ("Embedding", look_up),
        "bags": ("EmbeddingBag", look_up),
        "norm": ("LayerNorm", norm),
        "plain": ("BatchNorm1d", norm),
        "heads": ("MultiheadAttention", LEFT),
        "mine": ("ParameterList", "left alone: no sum over a layer's inputs"),
        "normed": ("Linear", LEFT),
        "states": ("LSTM", LEFT),
    }
    for row in rows.values():
        assert row[1:3] == ("", "")
        assert all(map(math.isnan, row[4:]))


def test_shared_weights_name_all_that_hold_them() -> None:
    tied = nn.Sequential(
        nn.Embedding(9, 30), nn.Linear(30, 9), nn.Linear(9, 30), nn.Embedding(9, 30)
    )
    tied[3].weight = tied[1].weight = tied[0].weight
    report = initialize_(nn.Sequential(tied[1], tied[2], tied[0], tied[3]))
    assert report.layers[0].done == "drawn, and with it 2, 3"
    thrice = nn.Linear(4, 4)
    (row,) = initialize_(nn.Sequential(thrice, nn.ReLU(), thrice, nn.ReLU(), thrice)).layers
    assert row.done == "drawn, called 3 times"


def test_the_first_input_of_a_batch_has_its_own_moments() -> None:
    x = 3 + 2 * normal(40, 25)
    mean_square = float(x.double().square().mean())
    rows = rows_of(nn.Sequential(nn.Linear(25, 7)), batch=x)
    assert rows["0"][-1] == pytest.approx(1 / math.sqrt(25 * mean_square))

    class Second(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.words = nn.Linear(25, 7), nn.Embedding(4, 25)

        def forward(self, words: Tensor, y: Tensor) -> Tensor:
            return self.layer(y)

    # The first holds no numbers: the others are taken for standard ones.
    rows = rows_of(Second(), batch=(torch.arange(3), x))
    assert rows["layer"][-1] == pytest.approx(1 / 5)


def test_the_numbers_are_the_generator_s() -> None:
    for model in (nn.Sequential(nn.Linear(6, 6), nn.RNN(6, 3)), Twice()):
        found = []
        for seed in (1, 1, 2):
            initialize_(model, generator=torch.Generator().manual_seed(seed))
            found.append(torch.cat([p.detach().flatten() for p in model.parameters()]).clone())
        assert torch.equal(found[0], found[1])
        assert not torch.equal(found[0], found[2])


class Naming(nn.Module):
    """Query, key and value by name, in another order than the layer has them."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(64, 4, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        found = self.attention(value=x, key=torch.tanh(x), query=torch.relu(x))
        return found[0]


@pytest.mark.parametrize("by_batch", [False, True])
def test_what_is_given_by_name_is_known_by_it(by_batch: bool) -> None:
    model = Naming()
    batch = normal(20, 5, 64) if by_batch else None
    rows = rows_of(model, batch=batch)
    assert rows["attention"][1] == "relu"
    for weight, unit in zip(
        model.attention.in_proj_weight.chunk(3), ("relu", "tanh", "identity"), strict=True
    ):
        wanted = gains(unit).forward / math.sqrt(64)
        assert float(weight.detach().std()) == pytest.approx(wanted, rel=0.06)


def test_both_directions_read_the_same_whatever_the_states_are() -> None:
    class States(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.LSTM(64, 40, bidirectional=True)

        def forward(self, x: Tensor, h: Tensor, c: Tensor) -> Tensor:
            return self.layer(torch.relu(x), (0 * h, c))[0]

    model = States()
    initialize_(model, generator=generator())
    for weight in (model.layer.weight_ih_l0, model.layer.weight_ih_l0_reverse):
        assert float(weight.detach().std()) == pytest.approx(math.sqrt(2 / 64), rel=0.06)
