"""Plans: what a layer reads, what follows it, and where neither can be told."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from actmath import Activation
from actmath.nn import Elementwise
from actmath.nn._initialization import Mode
from actmath.nn._model._trace.symbolic import symbolic
from actmath.nn._model.plan import Plan, Wanted
from actmath.numeric import gains


class Fork(nn.Module):
    """The stem's net inputs go to a unit and to a shortcut."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.branch = nn.Linear(5, 8), nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        z = self.stem(x)
        return z + self.branch(torch.tanh(z))


def plan(model: nn.Module, mode: Mode) -> list[Wanted]:
    trace = symbolic(model)
    assert trace is not None
    return Plan(trace, mode, 1.0).layers


def test_a_fork_has_a_forward_rule_and_no_backward_one() -> None:
    stem, branch = plan(Fork(), Mode.FAN_IN)
    assert (stem.reads, branch.reads) == ("the input", "tanh")
    assert stem.std == pytest.approx(1 / math.sqrt(5))
    assert branch.std == pytest.approx(gains("tanh").forward / math.sqrt(8))
    stem, branch = plan(Fork(), Mode.FAN_OUT)
    assert math.isnan(stem.std)
    assert "several ways" in stem.because
    assert branch.std == pytest.approx(1 / math.sqrt(8))


def test_a_bilinear_layer_sums_products() -> None:
    class Pair(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Bilinear(6, 7, 4)

        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            return self.layer(torch.relu(x), y)

    (layer,) = plan(Pair(), Mode.FAN_IN)
    assert layer.std == pytest.approx(math.sqrt(2 / 42))


class Steps(nn.Module):
    """A unit without a slope between two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(5, 8), nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(torch.sign(self.first(x)))


def test_a_unit_without_a_slope_has_no_backward_rule() -> None:
    first, second = plan(Steps(), Mode.FAN_OUT)
    assert math.isnan(first.std)
    assert "its slope, has mean square 0" in first.because
    assert second.std == pytest.approx(1 / math.sqrt(8))


@pytest.mark.parametrize("mode", Mode)
def test_a_slope_with_an_infinite_mean_square_has_no_backward_rule(mode: Mode) -> None:
    """E f′² of √|x| is that of 1/(4|x|), E f² is E|z| = √(2/π)."""
    root = Elementwise(Activation("root", "sqrt(abs(x))"))
    first, second = plan(nn.Sequential(nn.Linear(5, 8), root, nn.Linear(8, 8)), mode)
    if mode is Mode.FAN_IN:
        assert second.std == pytest.approx((8 * math.sqrt(2 / math.pi)) ** -0.5, rel=1e-12)
    else:
        assert math.isnan(first.std)
        assert "an infinite one" in first.because


class Written(nn.Module):
    """Layers a, b and c of a formula: 5 → 8, 5 → 8, 8 → 6; recurrent and bilinear ones."""

    def __init__(self, formula: object) -> None:
        super().__init__()
        self.formula = formula
        self.a, self.b, self.c = nn.Linear(5, 8), nn.Linear(5, 8), nn.Linear(8, 6)
        self.small, self.again = nn.Linear(4, 8), nn.Linear(8, 8)
        self.states, self.pair = nn.RNN(8, 3), nn.Bilinear(8, 5, 6)
        self.norm = nn.LayerNorm(8)

    def forward(self, x: Tensor) -> Tensor:
        return self.formula(self, x)


NAN = math.nan
SIGMOID, SLOPE = 1 / gains("sigmoid").forward ** 2, 1 / gains("sigmoid").backward ** 2
#: Of each layer in the order of the calls: what it reads and its mean square, what follows and the
#: mean square of its slope. At N(0, 1) those of relu are 1/2 both, of z² they are 3 and 4.
PLANNED: dict[str, tuple[object, list[tuple[str, float, str, float]]]] = {
    "a chain": (
        lambda m, x: m.c(torch.relu(m.a(x))),
        [("the input", 1, "relu", 0.5), ("relu", 0.5, "the output", 1)],
    ),
    "an end with a unit": (
        lambda m, x: torch.square(m.a(x)),
        [("the input", 1, "square", 4)],
    ),
    "two units in a row": (
        lambda m, x: m.c(torch.relu(m.a(x)).square()),
        [("the input", 1, "relu square", 2), ("relu square", 1.5, "the output", 1)],
    ),
    "a gate": (
        lambda m, x: m.c(torch.relu(m.a(x)) * m.b(x)),
        [
            ("the input", 1, "relu · gate", 0.5),
            ("the input", 1, "z · gate", 0.5),
            ("relu·b", 0.5, "the output", 1),
        ],
    ),
    "a gate of 2": (
        lambda m, x: m.c(m.a(x).square() * (2 * m.b(x))),
        [
            ("the input", 1, "square · gate", 16),
            ("the input", 1, "mul · gate", 12),
            ("square·mul", 12, "the output", 1),
        ],
    ),
    "halves": (
        # Each half of the units has its own slope: 1/2 and 1.
        lambda m, x: (lambda h: m.small(h[:, :4].relu()) + m.small(h[:, 4:]))(m.a(x)),
        [("the input", 1, "relu, small", 0.75), ("relu", 0.5, "add", NAN)],
    ),
    "two layers after one unit": (
        lambda m, x: (lambda h: m.c(h) * m.again(h)[:, :6])(torch.relu(m.a(x))),
        [
            ("the input", 1, "relu", NAN),
            ("relu", 0.5, "z · gate", 1),
            ("relu", 0.5, "z · gate", 1),
        ],
    ),
    "one layer twice": (
        lambda m, x: m.again(torch.relu(m.again(m.norm(m.a(x))))),
        [("the input", 1, "norm", 1), ("LayerNorm", 1, "relu", 0.5)],
    ),
    "a gated unit": (
        lambda m, x: m.small(functional.glu(m.a(x))),
        [
            ("the input", 1, "glu", (SIGMOID + SLOPE) / 2),
            ("a·sigmoid", SIGMOID, "the output", 1),
        ],
    ),
    "states": (
        lambda m, x: m.states(torch.relu(m.a(x)))[0],
        [("the input", 1, "relu", 0.5)],
    ),
    "states at once": (lambda m, x: m.states(m.a(x))[0], [("the input", 1, "states", 1)]),
    "pairs": (
        lambda m, x: m.pair(torch.square(m.a(x)), x),
        [("the input", 1, "square", 4), ("square, the input", 3, "the output", 1)],
    ),
    "what is not told": (
        lambda m, x: m.c(torch.softmax(torch.relu(m.a(x)), 1)),
        [("the input", 1, "relu", NAN), ("", NAN, "the output", 1)],
    ),
    "a sum": (
        lambda m, x: m.c(m.a(x) + torch.relu(m.b(x))),
        [
            ("the input", 1, "add", 1),
            ("the input", 1, "relu", 0.5),
            ("a sum", 1.5, "the output", 1),
        ],
    ),
}


@pytest.mark.parametrize("name", PLANNED)
def test_what_each_layer_reads_and_what_follows(name: str) -> None:
    formula, wanted = PLANNED[name]
    found = plan(Written(formula), Mode.FAN_IN)
    said = [(each.reads, each.followed_by) for each in found]
    assert said == [(reads, after) for reads, _, after, _ in wanted]
    for each, (_, square, _, slope) in zip(found, wanted, strict=True):
        assert each.square == pytest.approx(square, rel=1e-5, nan_ok=True)
        assert each.slope == pytest.approx(slope, rel=1e-3, nan_ok=True)


@pytest.mark.parametrize("length", [1.0, 2.0])
def test_the_deviations_of_all_modes(length: float) -> None:
    """Var w = length/(n·E x²), 1/(n̂·E f′²), and two averages; at N(0, ν) E relu² is ν/2."""
    model = Written(lambda m, x: m.c(torch.relu(m.a(x))))
    trace = symbolic(model)
    assert trace is not None
    forward = [length / (5 * (0.25 + 3.0)), length / (8 * length / 2)]
    backward = [1 / (8 * 0.5), 1 / 6]
    averages = {
        Mode.FAN_IN: forward,
        Mode.FAN_OUT: backward,
        Mode.COMPROMISE: [2 * v * w / (v + w) for v, w in zip(forward, backward, strict=True)],
        Mode.GEOMETRIC: [math.sqrt(v * w) for v, w in zip(forward, backward, strict=True)],
    }
    for mode, wanted in averages.items():
        found = Plan(trace, mode, length, start=(0.5, 3.0)).layers
        assert [each.std**2 for each in found] == pytest.approx(wanted, rel=1e-9)
        assert [(each.fan_in, each.fan_out) for each in found] == [(5, 8), (8, 6)]
        assert [each.because for each in found] == ["", ""]
        assert [each.places for each in found] == [[1], [3]]


def test_where_it_cannot_be_told_there_may_be_a_default() -> None:
    trace = symbolic(Written(lambda m, x: m.again(torch.relu(m.again(torch.softmax(m.a(x), 1))))))
    assert trace is not None
    first, second = Plan(trace, Mode.FAN_IN, 1.0).layers
    assert first.std == pytest.approx(5**-0.5)
    assert (second.reads, second.because) == ("", "cannot tell what softmax gives")
    assert math.isnan(second.std)
    assert len(second.places) == 2
    first, second = Plan(trace, Mode.FAN_IN, 1.0, ("mine (default)", 0.25)).layers
    assert (second.reads, second.square) == ("mine (default)", 0.25)
    assert second.std == pytest.approx((8 * 0.25) ** -0.5)
    # What follows is known whatever it reads; of the first layer that is softmax.
    first, second = Plan(trace, Mode.FAN_OUT, 1.0).layers
    assert first.because.startswith("cannot tell its gradient")
    assert second.std == pytest.approx((8 * 0.5) ** -0.5)


def test_a_layer_whose_inputs_are_not_told_gives_what_it_is_drawn_for() -> None:
    """Backwards, or with a default, the layer behind it can be told."""
    trace = symbolic(Written(lambda m, x: m.c(torch.relu(m.again(torch.softmax(x, 1))))))
    assert trace is not None
    before, last = Plan(trace, Mode.FAN_IN, 1.0).layers
    assert (before.because, last.because) == (
        "cannot tell what softmax gives",
        "cannot tell what softmax gives",
    )
    for mode, default in ((Mode.FAN_OUT, None), (Mode.FAN_IN, ("mine", 2.0))):
        _, last = Plan(trace, mode, 1.0, default).layers
        assert (last.reads, last.square) == ("relu", pytest.approx(0.5))


@pytest.mark.filterwarnings("ignore:Initializing zero-element")
def test_weights_without_entries_and_bilinear_fans() -> None:
    (empty,) = plan(nn.Linear(0, 3), Mode.FAN_IN)
    assert (empty.because, math.isnan(empty.std)) == ("no entries", True)
    pair = Written(lambda m, x: m.pair(m.a(x), x))
    _, bilinear = plan(pair, Mode.FAN_IN)
    assert bilinear.fan_in == 40
    assert math.isnan(bilinear.fan_out)
    _, bilinear = plan(pair, Mode.FAN_OUT)
    assert math.isnan(bilinear.std)


def test_layers_in_the_order_of_their_calls_and_shared_ones_once() -> None:
    model = Written(lambda m, x: m.c(m.b(x) + m.a(x)))
    assert [each.name for each in plan(model, Mode.FAN_IN)] == ["b", "a", "c"]
    model.b.weight = model.a.weight
    (shared, last) = plan(model, Mode.FAN_IN)
    assert (shared.name, shared.layer) == ("b", model.b)
    assert shared.others == [model.a]
    assert len(shared.places) == 2
    # Of one weight twice the sum is no sum of independent ones.
    assert math.isnan(last.std)


def test_few_inputs_of_a_small_mean_square_are_told() -> None:
    """1·1/2 forward; 1·1/2 backward."""
    model = nn.Sequential(nn.Linear(9, 1), nn.ReLU(), nn.Linear(1, 7))
    assert plan(model, Mode.FAN_IN)[1].std == pytest.approx(math.sqrt(2))
    assert plan(model, Mode.FAN_OUT)[0].std == pytest.approx(math.sqrt(2))


def test_a_layer_that_reads_another_one_s_net_inputs_names_it() -> None:
    trace = symbolic(Written(lambda m, x: m.c(m.again(torch.softmax(m.a(x), 1)))))
    assert trace is not None
    _, _, last = Plan(trace, Mode.FAN_IN, 1.0, ("mine", 2.0)).layers
    assert (last.reads, last.square) == ("again", 1)
    told = symbolic(Written(lambda m, x: m.c(m.again(m.a(x)))))
    assert told is not None
    assert [each.reads for each in Plan(told, Mode.FAN_IN, 1.0).layers] == [
        "the input",
        "a",
        "again",
    ]
