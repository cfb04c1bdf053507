"""The variance that width allows for is that of networks drawn again and again."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from actmath.nn import diagnose, initialize_
from actmath.nn._model._doctor.measured import MeasuredTensor
from actmath.nn._model._doctor.width import Width, _sensitivity
from actmath.nn._model._trace.steps import INPUT, TraceStep
from actmath.nn._model._trace.symbolic import symbolic
from actmath.nn._model.laws import Gaussian, Law, function_law, gaussian_law
from actmath.nn._model.propagation import TraceLaws

from ..samples import normal


@pytest.mark.slow
@pytest.mark.parametrize("unit", [nn.ReLU, nn.GELU])
def test_deviations_over_draws_are_as_said(unit: type[nn.Module]) -> None:
    parts = [part for _ in range(4) for part in (nn.Linear(60, 60), unit())]
    model, x, found, said = nn.Sequential(*parts, nn.Linear(60, 60)), normal(30, 60), [], []
    random = torch.Generator().manual_seed(7)
    for _ in range(25):
        initialize_(model, generator=random)
        last = diagnose(model, x).layers[-1]
        found.append(math.log(last.variance + last.mean**2))
        said.append(last.tolerance / 4)
    spread = float(torch.tensor(found).std())
    # A standard deviation of 25 draws is off by a seventh.
    assert spread == pytest.approx(sum(said) / len(said), rel=0.45)


@pytest.mark.parametrize(
    ("power", "found"), [(1, (1, 0, 2)), (2, (2, 2, 32 / 3)), (3, (3, 6, 10395 / 225 - 1))]
)
def test_sensitivity_of_powers(power: int, found: tuple[float, float, float]) -> None:
    """F = E z²ᵏ = (2k − 1)!!·qᵏ: d log F/d log q = k, q²F″/F = k(k − 1), Var z²ᵏ/F²."""
    law = function_law(Gaussian(("z",), 0.0, 1.7), lambda z: z**power, "power", frozenset())
    assert _sensitivity(law) == pytest.approx(found, abs=1e-9)


class Product(nn.Module):
    """A layer behind the product of two."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.a, self.b, self.c = (nn.Linear(n, n, bias=False) for _ in range(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.c(self.a(x) * self.b(x))


def test_relative_variances_of_factors_add_up() -> None:
    """For one sample each layer adds 2 over its width."""
    model = Product(60)
    initialize_(model, generator=torch.Generator().manual_seed(7))
    signs = diagnose(model, normal(1, 60)).layers
    assert [60 * (each.tolerance / 4) ** 2 for each in signs] == pytest.approx([2, 2, 6])


class Sum(nn.Module):
    """A layer behind the sum of two, of which the second reads the input or the first."""

    def __init__(self, n: int, *, residual: bool) -> None:
        super().__init__()
        self.a, self.b, self.c = (nn.Linear(n, n, bias=False) for _ in range(3))
        self.residual = residual

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.a(x)
        return self.c(h + self.b(h if self.residual else x))


@pytest.mark.parametrize(("residual", "found"), [(False, [2, 2, 4]), (True, [2, 4, 5.5])])
def test_deviations_of_a_sum_are_those_of_its_terms_together(
    residual: bool, found: list[float]
) -> None:
    """Times the width, for one sample; the scalar product of two halves adds 4/4.

    Two layers of the same input: 2/4 + 2/4 + 1, and 2 of the last layer. Behind each other: 2 that
    both terms have, 2/4 + 1 + 2.
    """
    model = Sum(60, residual=residual)
    initialize_(model, generator=torch.Generator().manual_seed(7))
    signs = diagnose(model, normal(1, 60)).layers
    assert [60 * (each.tolerance / 4) ** 2 for each in signs] == pytest.approx(found, rel=0.01)


def test_each_relu_adds_five_over_its_width() -> None:
    """For one sample: f = max(0, z) has Var f²/(E f²)² = 5, and the last layer's z has 2."""
    n = 60
    parts = [part for _ in range(3) for part in (nn.Linear(n, n, bias=False), nn.ReLU())]
    model = nn.Sequential(*parts, nn.Linear(n, n))
    initialize_(model, generator=torch.Generator().manual_seed(7))
    for layer in model[::2]:
        # So that no net input has a mean.
        layer.weight.data -= layer.weight.data.mean()
    signs = diagnose(model, torch.tensor([[1.0, -1.0]]).repeat(1, n // 2)).layers
    found = [n * (each.tolerance / 4) ** 2 for each in signs]
    assert found == pytest.approx([2, 7, 12, 17])


def test_samples_of_many_lengths_are_alike_behind_a_unit_that_is_0() -> None:
    """Biases alone go on from there, whatever the input: so does what may move them."""
    torch.manual_seed(7)
    layers = [nn.Linear(60, 60) for _ in range(3)]
    model = nn.Sequential(layers[0], nn.Hardshrink(50.0), layers[1], nn.ReLU(), layers[2])
    even = normal(30, 60)
    uneven = even * torch.linspace(0.1, 3, 30)[:, None]
    found = [diagnose(model, batch).layers[-1].tolerance for batch in (even, uneven)]
    assert found[0] > 0
    assert found[1] == pytest.approx(found[0], rel=1e-6)


class Written(nn.Module):
    """Two layers of a formula."""

    def __init__(self, formula: object) -> None:
        super().__init__()
        self.formula = formula
        self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.formula(self.a, self.b, x)


def variances(formula: object, uneven: float = 0.0, unseen: tuple[int, ...] = ()) -> list[float]:
    """Of each step, where the k-th has k + 1 units on 5 effective samples, if it is seen."""
    trace = symbolic(Written(formula))
    assert trace is not None

    def layer(place: int, step: TraceStep, laws: object) -> Law:
        return gaussian_law(("layer", place), 0.0, 1.0)

    def start(place: int, step: TraceStep) -> Law | None:
        known = step.operation == INPUT or step.function == "softmax"
        return gaussian_law(("measured", place), 0.0, 1.0) if known else None

    propagation = TraceLaws(trace, layer, start)
    propagation.run()
    seen = {
        place: MeasuredTensor(9, 0.0, 1.0, place + 1, 5.0, uneven * (place + 1))
        for place in range(len(trace.steps))
        if place not in unseen
    }
    return Width(propagation, seen).of


@pytest.mark.parametrize("uneven", [0.0, 0.3])
def test_a_chain_of_squares_hands_on_twice_the_deviation(uneven: float) -> None:
    """f = z² has s = 2, c = 32/3 and q²F″/F = 2, which moves E f² by u."""
    found = variances(lambda a, b, x: b(a(x).square()).square(), uneven)
    layer = 2 / (2 * 5)
    unit = (32 / 3) / (2 * 5) + (2 * uneven) ** 2
    after = unit + 2 / (4 * 5)
    last = 4 * unit + (32 / 3) / (4 * 5) + (4 * uneven) ** 2
    assert found == pytest.approx([0, layer, unit, after, last], rel=1e-6)


@pytest.mark.parametrize("uneven", [0.0, 0.3])
def test_a_product_has_the_deviations_of_its_factors_and_what_is_long_together(
    uneven: float,
) -> None:
    found = variances(lambda a, b, x: a(x) * b(x), uneven)
    one, other = 2 / (2 * 5), 2 / (3 * 5)
    # The smaller of 2u and 3u.
    assert found == pytest.approx([0, one, other, one + other + (2 * uneven) ** 2])


def test_a_sum_has_the_shares_of_its_terms_and_their_scalar_product() -> None:
    """Of x + 3y the mean squares are 1 and 9; x is the input, y a layer."""
    found = variances(lambda a, b, x: b(x) - 3 * a(x))
    # Steps: input, b, a, 3·a, the sum.
    layer_b, layer_a = 2 / (2 * 5), 2 / (3 * 5)
    assert found[1:3] == pytest.approx([layer_b, layer_a])
    shares = 1 / 10, 9 / 10
    scalar = 2 * shares[0] * shares[1] * 2 / (5 * 5)
    scaled = found[3]
    assert scaled == pytest.approx(layer_a)
    assert found[4] == pytest.approx(0.01 * layer_b + 0.81 * scaled + scalar)


def test_sensitivity_of_what_is_no_power() -> None:
    """f = 1 + z²: F = 1 + 2q + 3q², E f⁴ = 1 + 4q + 18q² + 60q³ + 105q⁴."""
    q = 1.7
    law = function_law(Gaussian(("z",), 0.0, q), lambda z: 1 + z**2, "", frozenset())
    whole = 1 + 2 * q + 3 * q**2
    fourth = 1 + 4 * q + 18 * q**2 + 60 * q**3 + 105 * q**4
    wanted = (2 * q + 6 * q**2) / whole, 6 * q**2 / whole, fourth / whole**2 - 1
    assert _sensitivity(law) == pytest.approx(wanted, rel=1e-3)


def test_sensitivity_about_a_mean_and_of_what_has_none() -> None:
    """f = z: F = q whatever the mean; f = 1 moves nothing, nor does what does not vary."""
    for mean in (0.0, 0.7, -2.0):
        law = function_law(Gaussian(("z",), mean, 1.7), lambda z: 3 * z, "z", frozenset())
        slope, bend, spread = _sensitivity(law)
        assert (slope, bend) == pytest.approx((1, 0), abs=1e-9)
        # Var z² = 4μ²ν + 2ν².
        wanted = (4 * mean**2 * 1.7 + 2 * 1.7**2) / (mean**2 + 1.7) ** 2
        assert spread == pytest.approx(wanted, rel=1e-9)
    constant = function_law(Gaussian(("z",), 0.3, 1.7), torch.ones_like, "one", frozenset())
    assert _sensitivity(constant) == pytest.approx((0, 0, 0), abs=1e-9)
    for mean, variance, function in ((2.0, 0.0, torch.square), (0.0, 1.0, torch.zeros_like)):
        law = function_law(Gaussian(("z",), mean, variance), function, "", frozenset())
        assert _sensitivity(law) == (0, 0, 0)


def test_a_unit_whose_fourth_power_has_no_mean_is_taken_as_a_line() -> None:
    """E z^−0.6 is finite, E z^−1.2 is not."""
    law = function_law(Gaussian(("z",), 0.0, 1.0), lambda z: z.abs() ** -0.3, "", frozenset())
    assert _sensitivity(law) == (1.0, 0.0, 2.0)


def test_terms_of_a_sum_that_have_a_cause_in_common() -> None:
    """h = z² and (b h)², of mean square 3 each, in a sum of mean square 8."""
    found = variances(lambda a, b, x: (lambda h: h + b(h).square())(a(x).square()))
    first, second = (32 / 3) / (2 * 5), (32 / 3) / (4 * 5)
    share = 3 / 8
    # h's own cause moves the second term twice as far.
    wanted = (share * (1 + 2)) ** 2 * first + share**2 * second + 2 * share**2 * 2 / (6 * 5)
    assert found[-1] == pytest.approx(wanted, rel=1e-6)


def test_behind_what_cannot_be_told_nothing_moves_but_what_is_new() -> None:
    found = variances(lambda a, b, x: b(torch.softmax(a(x), 0)))
    assert found == pytest.approx([0, 2 / (2 * 5), 0, 2 / (4 * 5)])
    unknown = variances(lambda a, b, x: torch.sort(a(x))[0])
    assert unknown[-1] == 0


def test_a_view_has_the_deviations_of_what_it_shows() -> None:
    found = variances(lambda a, b, x: a(x).view(-1).square())
    layer, spread = 2 / (2 * 5), (32 / 3) / (2 * 5)
    assert found == pytest.approx([0, layer, layer, spread], rel=1e-6)


def test_what_is_not_seen_moves_nothing() -> None:
    found = variances(lambda a, b, x: b(a(x).square()).square(), 0.3, unseen=(1,))
    assert found[:3] == [0, 0, 0]
    assert found[3] == pytest.approx(2 / (4 * 5))
    assert variances(lambda a, b, x: a(x) * b(x), 0.3, (1, 2))[-1] == 0
    # Of one factor alone it is taken that both are so.
    assert variances(lambda a, b, x: a(x) * b(x), 0.3, (1,))[-1] == pytest.approx(0.9**2 + 2 / 15)
