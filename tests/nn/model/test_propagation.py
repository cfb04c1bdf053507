"""Laws of sums, products and norms, against random numbers with their standard error."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from actmath.nn._model._trace.kept_state import kept_state
from actmath.nn._model._trace.recorded import recorded_steps
from actmath.nn._model._trace.steps import INPUT, TraceStep
from actmath.nn._model._trace.symbolic import symbolic
from actmath.nn._model.laws import Gaussian, Law, gaussian_law
from actmath.nn._model.propagation import TraceLaws, _title

from .samples import normal


class Mixed(nn.Module):
    """Sums and products of two inputs, written by one function."""

    def __init__(self, formula: object) -> None:
        super().__init__()
        self.formula = formula

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.formula(x, y)


def law_of(formula: object, *batch: Tensor) -> Law | None:
    """Of the last step, by a batch or by symbols."""
    return laws_of(formula, *batch).laws[-1]


def laws_of(formula: object, *batch: Tensor) -> TraceLaws:
    """Of all steps."""
    model = Mixed(formula)
    if batch:
        with kept_state(model):
            trace = recorded_steps(model, batch, lambda *_: None).trace
    else:
        by_symbols = symbolic(model)
        assert by_symbols is not None
        trace = by_symbols

    def start(place: int, step: TraceStep) -> Law | None:
        return gaussian_law(("input", place), 0.5, 1.0) if step.operation == INPUT else None

    found = TraceLaws(trace, lambda *_: None, start)
    found.run()
    return found


@pytest.mark.parametrize(
    "formula",
    [
        lambda x, y: x - 2 * y,
        lambda x, y: torch.add(x, y, alpha=3),
        lambda x, y: x * torch.sigmoid(2 * x) + torch.relu(y),
        lambda x, y: torch.tanh(x) * y,
        lambda x, y: x * x - x,
        lambda x, y: torch.relu(torch.cat([x, y]).flatten()),
        lambda x, y: nn.functional.leaky_relu(x, 0.3) * y.chunk(2)[0],
        lambda x, y: nn.functional.dropout(x, 0.25) + y,
    ],
)
def test_moments_are_those_of_random_numbers(formula: object) -> None:
    law, count = law_of(formula), 400_000
    assert law is not None
    x, y = normal(count) + 0.5, normal(count, seed=1) + 0.5
    values = formula(x, torch.cat([y, y]) if "chunk" in str(formula.__code__.co_names) else y)
    spread = float(values.std())
    assert float(values.mean()) == pytest.approx(law.mean, abs=5 * spread / math.sqrt(count))
    square = values.square()
    error = 5 * float(square.std()) / math.sqrt(count)
    assert float(square.mean()) == pytest.approx(law.square, abs=error + 2e-4 * law.square)


def test_parts_of_chosen_rows_are_apart_along_units() -> None:
    """Two halves of a tensor of mean 1/2 and variance 1, whatever the shape of the choice."""
    x, rows = normal(8, 6), torch.arange(4)
    law = law_of(lambda x, rows: x[rows, :3] + x[rows, 3:], x, rows)
    assert law is not None
    assert (law.mean, law.variance) == (1, 2)
    assert law_of(lambda x, rows: x[rows, :3] + x[rows, 2:5], x, rows) is None
    # Along the samples no two entries are known to be independent.
    assert law_of(lambda x, rows: x[:4, rows] + x[4:, rows], x, rows) is None


@pytest.mark.parametrize(
    "formula",
    [
        lambda x, y: torch.softmax(x, 0),
        lambda x, y: (x + y) * y,
        lambda x, y: x @ y,
        lambda x, y: torch.relu(x * y),
        # Halves alike, and neither a Gaussian.
        lambda x, y: torch.tanh(torch.cat([torch.relu(x), torch.relu(y)])),
        lambda x, y: x.mean(),
        lambda x, y: x / y,
    ],
)
def test_what_cannot_be_told(formula: object) -> None:
    assert law_of(formula) is None


class Shifted(nn.Module):
    """A buffer is added, broadcast or not."""

    def __init__(self, shift: Tensor) -> None:
        super().__init__()
        self.register_buffer("shift", shift)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.shift


@pytest.mark.parametrize(
    ("shift", "moments"),
    [
        (torch.tensor([1.0, 3.0, 1.0, 3.0]), (2.5, 2.0)),
        (torch.tensor(4.0), (4.5, 1.0)),
        (torch.tensor([1.0, math.inf, 1.0, 1.0]), None),
        (torch.zeros(0, 4), None),
    ],
    ids=["of two levels", "of one", "infinite", "empty"],
)
def test_a_tensor_has_the_law_of_its_entries(
    shift: Tensor, moments: tuple[float, float] | None
) -> None:
    trace = symbolic(Shifted(shift))
    assert trace is not None
    found = TraceLaws(
        trace,
        lambda *_: None,
        lambda place, step: gaussian_law(place, 0.5, 1.0) if step.operation == INPUT else None,
    )
    found.run()
    law = found.laws[-1]
    assert (law and (law.mean, law.variance)) == (moments and pytest.approx(moments, rel=1e-12))


def test_a_step_is_called_by_its_path_and_its_kind() -> None:
    assert _title(TraceStep("body.0", nn.Softmax(0))) == "body.0 (Softmax)"
    assert _title(TraceStep("", nn.Softmax(0))) == "Softmax"
    assert _title(TraceStep("softmax", torch.softmax)) == "softmax"
    assert _title(TraceStep("view", "view")) == "view"


#: Of x and y, each of mean 1/2 and variance 1: what it is called, mean, variance, and of which
#: Gaussian it is a function: of one of the inputs, of a new one or of none.
WRITTEN = {
    "x - 2*y": (lambda x, y: x - 2 * y, "a sum", -0.5, 5.0, "sum"),
    "x.sub(y)": (lambda x, y: x.sub(y, alpha=3), "a sum", -1.0, 10.0, "sum"),
    "rsub": (lambda x, y: torch.rsub(x, y, alpha=2), "a sum", -0.5, 5.0, "sum"),
    "iadd": (lambda x, y: (3 * x).add_(y), "a sum", 2.0, 10.0, "sum"),
    "a sum and 1": (lambda x, y: x + y + 1, "add", 2.0, 2.0, "sum"),
    "x + x": (lambda x, y: x + x, "add", 1.0, 4.0, "input"),
    "x*y": (lambda x, y: x * y, "z·z", 0.25, 1.25**2 - 0.0625, None),
    "a gate": (lambda x, y: x.square() * y, "square·z", 0.625, 73 / 16 * 1.25 - 0.625**2, None),
    "of squares": (lambda x, y: x.square() - y, "a sum", 0.75, 3.0 + 1.0, "sum"),
    "a multiple": (lambda x, y: 3 * x.square(), "square mul", 3.75, 9 * 3.0, "input"),
    "cat": (lambda x, y: torch.cat([x, y]), "joined", 0.5, 1.0, "cat"),
    "stack": (lambda x, y: torch.stack([x, y, x]), "joined", 0.5, 1.0, "cat"),
    "dropped": (
        lambda x, y: functional.dropout(x, 0.2),
        "",
        0.5,
        1.25 / 0.8 - 0.25,
        None,
    ),
    "not dropped": (lambda x, y: functional.dropout(x, 0.0), "", 0.5, 1.0, "input"),
    "evaluated": (lambda x, y: functional.dropout(x, 0.2, False), "", 0.5, 1.0, "input"),
    "channels": (lambda x, y: functional.dropout1d(x, 0.2), "", 0.5, 1.25 / 0.8 - 0.25, None),
    "all channels": (lambda x, y: functional.dropout2d(x, 0.2, False), "", 0.5, 1.0, "input"),
    "nothing left": (lambda x, y: functional.dropout3d(x, 1.0), "", 0.0, 0.0, None),
    "alpha": (lambda x, y: functional.alpha_dropout(x, 0.2, True), "", 0.5, 1.0, None),
    "views": (lambda x, y: x.view(-1).unsqueeze(0).float(), "", 0.5, 1.0, "input"),
    "a part": (lambda x, y: x[:, :2], "", 0.5, 1.0, "input"),
    "parts": (lambda x, y: x[:, :2] - x[:, 2:], "a sum", 0.0, 2.0, "sum"),
    "one": (lambda x, y: x.chunk(1)[0], "", 0.5, 1.0, "input"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_law_says_what_it_is_and_of_which_gaussian(name: str) -> None:
    """Of z = N(1/2, 1): E z² = 5/4, E z⁴ = 3 + 6/4 + 1/16 = 73/16, Var z² = 3."""
    formula, called, mean, variance, source = WRITTEN[name]
    law = law_of(formula)
    assert law is not None
    assert law.name == called
    assert law.mean == pytest.approx(mean, rel=1e-5, abs=1e-9)
    assert law.variance == pytest.approx(variance, rel=1e-5, abs=0)
    key = law.source
    while isinstance(key, Gaussian):
        key = key.key
    while key is not None and isinstance(key[0], tuple):
        key = key[0]
    assert (key and key[0]) == source


class Dropping(nn.Module):
    """One module on the first input."""

    def __init__(self, part: nn.Module) -> None:
        super().__init__()
        self.part = part

    def forward(self, x: Tensor) -> Tensor:
        return self.part(x)


@pytest.mark.parametrize(
    ("kind", "factor"),
    [
        (nn.Dropout, 1.25),
        (nn.Dropout1d, 1.25),
        (nn.Dropout2d, 1.25),
        (nn.Dropout3d, 1.25),
        (nn.AlphaDropout, 1),
        (nn.FeatureAlphaDropout, 1),
    ],
)
def test_dropouts_as_their_mode_says(kind: type[nn.Module], factor: float) -> None:
    """A fifth is dropped: in evaluation the tensor itself is handed on."""
    for training in (True, False):
        law = of_trace(Dropping(kind(0.2).train(training))).laws[-1]
        assert law is not None
        assert law.mean == 0.5
        wanted = 1.25 * factor - 0.25 if training else 1.0
        assert law.variance == pytest.approx(wanted)
        assert (law.source is None) == training
        assert law.roots == frozenset([("input", 0)])


def of_trace(model: nn.Module, *batch: Tensor) -> TraceLaws:
    if batch:
        with kept_state(model):
            trace = recorded_steps(model, batch, lambda *_: None).trace
    else:
        by_symbols = symbolic(model)
        assert by_symbols is not None
        trace = by_symbols

    def start(place: int, step: TraceStep) -> Law | None:
        return gaussian_law(("input", place), 0.5, 1.0) if step.operation == INPUT else None

    def layer(place: int, step: TraceStep, laws: object) -> Law:
        return gaussian_law(("layer", place), 0.0, 1.0)

    found = TraceLaws(trace, layer, start)
    found.run()
    return found


def test_pieces_of_other_sizes_count_by_their_entries() -> None:
    """Three rows of z and one of 2z: mean 5/8, mean square (3·5/4 + 5)/4."""
    law = law_of(lambda x, y: torch.cat([x, 2 * y]), normal(3, 4), normal(1, 4))
    assert law is not None
    assert law.mean == pytest.approx((3 * 0.5 + 1) / 4)
    assert law.square == pytest.approx((3 * 1.25 + 5) / 4)
    assert law.source is None
    assert law.roots == frozenset([("input", 0), ("input", 1)])
    # By symbols the sizes are not known.
    assert law_of(lambda x, y: torch.cat([x, 2 * y])) is None
    # Of equal laws they need not be.
    joined = law_of(lambda x, y: torch.relu(torch.cat([x, y, x])))
    assert joined is not None
    assert joined.name == "relu"


@pytest.mark.parametrize(
    ("formula", "first"),
    [
        (lambda x, y: torch.tanh(torch.softmax(x, 0)) + y, "softmax"),
        (lambda x, y: y + torch.tanh(torch.softmax(x, 0)) * torch.sort(y)[0], "softmax"),
        (lambda x, y: torch.maximum(x, y) * 2, "maximum"),
        (lambda x, y: torch.addcmul(x, x, y), "addcmul"),
        (lambda x, y: (x * y) * x, "mul"),
        (lambda x, y: functional.glu(x * y), "glu"),
        (lambda x, y: torch.relu(x + torch.relu(y) - x), "sub"),
    ],
)
def test_because_of_which_step_nothing_is_told(formula: object, first: str) -> None:
    found = laws_of(formula)
    assert found.laws[-1] is None
    assert found.because[-1] == first
    assert [bool(said) for said in found.because] == [law is None for law in found.laws]


class Gated(nn.Module):
    """A GLU as a module, of what a formula gives."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.GLU()

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.gate(3 * x)


def test_a_gate_of_two_halves_has_the_moments_of_their_product() -> None:
    """E a·E σ(b) and E a²·E σ(b)² at N(3/2, 9), by sums over a grid."""
    z = torch.linspace(-10, 10, 20001, dtype=torch.float64)
    weights = torch.softmax(-(z**2) / 2, 0)
    gate = torch.sigmoid(1.5 + 3 * z)
    for law in (of_trace(Gated()).laws[-1], law_of(lambda x, y: functional.glu(3 * x))):
        assert law is not None
        assert law.mean == pytest.approx(1.5 * float(weights @ gate), rel=1e-6)
        assert law.square == pytest.approx(11.25 * float(weights @ gate**2), rel=1e-6)
        assert law.source is None


class Layered(nn.Module):
    """A layer, and what a formula makes of its net inputs."""

    def __init__(self, layer: nn.Module, formula: object) -> None:
        super().__init__()
        self.layer, self.formula = layer, formula

    def forward(self, x: Tensor) -> Tensor:
        return self.formula(self.layer(x))


DENSE, CONVOLVING = nn.Linear(4, 8), nn.Conv2d(3, 8, 1)


@pytest.mark.parametrize(
    ("layer", "shape", "formula", "told"),
    [
        (DENSE, (5, 4), lambda h: h[:, :4] + h[:, 4:], True),
        (DENSE, (8, 4), lambda h: h[:4] + h[4:], False),
        (DENSE, (5, 8, 4), lambda h: h[..., :4] + h[..., 4:], True),
        (DENSE, (5, 8, 4), lambda h: h[:, :, :4] + h[:, :, 4:], True),
        (DENSE, (5, 8, 4), lambda h: h[:, :4] + h[:, 4:], False),
        (DENSE, (5, 8, 4), lambda h: h.chunk(2, 2)[0] + h.chunk(2, 2)[1], True),
        (DENSE, (5, 8, 4), lambda h: h.chunk(2, 1)[0] + h.chunk(2, 1)[1], False),
        (CONVOLVING, (2, 3, 8, 8), lambda h: h[:, :4] + h[:, 4:], True),
        (CONVOLVING, (2, 3, 8, 8), lambda h: h[..., :4, :, :] + h[..., 4:, :, :], True),
        (CONVOLVING, (2, 3, 8, 8), lambda h: h[..., :4] + h[..., 4:], False),
        (CONVOLVING, (2, 3, 8, 8), lambda h: h[:, :, :4] + h[:, :, 4:], False),
        (CONVOLVING, (2, 3, 8, 8), lambda h: h.float()[:, :4] + h.float()[:, 4:], True),
        (CONVOLVING, (2, 3, 8, 8), lambda h: h.float()[..., :4] + h.float()[..., 4:], False),
    ],
)
def test_units_are_apart_along_their_own_axis(
    layer: nn.Module, shape: tuple[int, ...], formula: object, told: bool
) -> None:
    """The last one of a dense layer, the second of a convolution."""
    law = of_trace(Layered(layer, formula), normal(*shape)).laws[-1]
    assert (law is not None) == told
    if law is not None:
        assert (law.mean, law.variance) == (0, 2)


def test_without_shapes_units_lie_along_the_second_or_last_axis() -> None:
    for formula, told in (
        (lambda h: h[:, :4] + h[:, 4:], True),
        (lambda h: h[..., :4] + h[..., 4:], True),
        (lambda h: h[:4] + h[4:], False),
        (lambda h: h[:, :, :4] + h[:, :, 4:], False),
    ):
        assert (of_trace(Layered(DENSE, formula)).laws[-1] is not None) == told


class Numbers(nn.Module):
    """Two single numbers of its own, and a table."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = (nn.Parameter(torch.tensor(v)) for v in (2.0, 3.0))
        self.words = nn.Embedding(3, 4)
        self.words.weight.data = torch.tensor([[1.0, 2, 3, 4]] * 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.words(x) * (self.one - self.other)


def test_numbers_and_tables_have_the_laws_of_their_entries() -> None:
    found = of_trace(Numbers())
    table, difference = found.laws[1], found.laws[-2]
    assert table is not None
    assert difference is not None
    assert (table.mean, table.variance, table.name) == (2.5, 1.25, "embedding")
    assert (difference.mean, difference.variance) == (-1, 0)
    law = found.laws[-1]
    assert law is not None
    assert (law.mean, law.variance) == (-2.5, 1.25)


def test_one_layer_called_twice_gives_what_is_not_independent() -> None:
    layer = nn.Linear(4, 4)
    twice = Layered(layer, lambda h: layer(h.relu()) + h)
    found = of_trace(twice)
    roots = [law.roots for law in found.laws[1:4:2] if law is not None]
    assert roots[0] == roots[1] == frozenset([("layer", 1)])
    assert found.laws[-1] is None


def test_a_container_without_modules_hands_on_what_it_gets() -> None:
    """As a shortcut of a residual block; a product is no function of one Gaussian."""

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.shortcut = nn.Sequential()

        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            return self.shortcut(x * y)

    law = of_trace(Block()).laws[-1]
    assert law is not None
    assert (law.name, law.mean, law.square) == ("z·z", 0.25, 1.25**2)


@pytest.mark.parametrize("call", [torch.relu, lambda x: x.relu(), functional.relu])
def test_a_declared_unit_has_its_exact_moments(call: object) -> None:
    """Of max(0, z) at N(1/2, 1): φ(1/2) + Φ(1/2)/2 and (5/4)·Φ(1/2) + φ(1/2)/2."""
    density = math.exp(-0.125) / math.sqrt(2 * math.pi)
    below = 0.5 * math.erfc(-0.5 / math.sqrt(2))
    law = law_of(lambda x, y: call(x))
    assert law is not None
    assert law.mean == pytest.approx(density + below / 2, rel=1e-13)
    assert law.square == pytest.approx(1.25 * below + density / 2, rel=1e-13)
    assert law.slope_second == pytest.approx(below, rel=1e-13)
    assert law.name == "relu"


@pytest.mark.parametrize("alpha", [0.5, 0.99, 1.0, 1.01])
def test_a_function_with_another_argument_is_another_unit(alpha: float) -> None:
    z = torch.linspace(-10, 10, 200_001, dtype=torch.float64)
    weights = torch.softmax(-(z**2) / 2, 0)
    values = functional.elu(z + 0.5, alpha)
    law = law_of(lambda x, y: functional.elu(x, alpha))
    assert law is not None
    assert law.mean == pytest.approx(float(weights @ values), rel=1e-6)
    assert law.square == pytest.approx(float(weights @ values**2), rel=1e-6)


def test_what_has_another_s_shape_has_its_own_law() -> None:
    for shaped in (
        lambda x, y: (3 * x).view_as(y),
        lambda x, y: (3 * x).expand_as(y),
        lambda x, y: (3 * x).reshape_as(y),
    ):
        law = law_of(shaped)
        assert law is not None
        assert (law.mean, law.roots) == (pytest.approx(1.5), frozenset([("input", 0)]))
    chosen = law_of(lambda x, y: (3 * x)[torch.tensor([0, 2]), :2], normal(4, 4), normal(4, 4))
    assert chosen is not None
    assert chosen.mean == pytest.approx(1.5)


def test_a_function_s_normalization_is_made_of_what_it_reads_first() -> None:
    class Norm(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight, self.bias = (nn.Parameter(torch.tensor(v)) for v in ([2.0, 4.0], [1.0, 2]))

        def forward(self, x: Tensor) -> Tensor:
            return functional.layer_norm(x, (2,), self.weight, self.bias)

    law = of_trace(Norm()).laws[-1]
    assert law is not None
    assert law.roots == frozenset([("input", 0)])
    # Mean of the biases; mean of 4 and 16, and the biases' variance.
    assert (law.mean, law.variance) == (1.5, 10.25)
