"""He et al. (2015), Eqs. 2 and 3: sums over shared parameters against the outright chain rule."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from sympy import Expr, IndexedBase, Max, Piecewise, Rational, Symbol, diff, sin, symbols

from actmath import Activation, Parameter, catalog
from actmath.derive import shared_gradient
from actmath.derive._formula.parameter_gradient import parameter_gradient
from actmath.lower import to_numpy, to_torch
from actmath.notation import a, alpha, x

CHANNELS, POSITIONS = 2, 3
_random = random.Random(150201852)
NET = {
    (i, k): Rational(_random.randint(-30, 30), 7)
    for i in range(1, CHANNELS + 1)
    for k in range(1, POSITIONS + 1)
}


def loss(outputs: list[Any], sine: Any) -> Any:
    """A loss without symmetry, for SymPy numbers and tensors alike."""
    first, *rest = outputs
    return sine(first * rest[0]) + sum((j + 1) * out**2 for j, out in enumerate(rest))


def upstream(outputs: list[Expr]) -> list[Expr]:
    """∂E/∂f at these outputs, by differentiating the loss in slots."""
    slots = symbols(f"f0:{len(outputs)}", real=True)
    values = dict(zip(slots, outputs, strict=True))
    return [diff(loss(list(slots), sin), slot).subs(values) for slot in slots]


def evaluated(total: Expr, outputs: list[Expr], theta: dict[Symbol, Expr]) -> Expr:
    """One of the symbolic sums with all its array entries put in."""
    extents = dict(
        zip(symbols("C K", integer=True, positive=True), (CHANNELS, POSITIONS), strict=True)
    )
    net, gradient = IndexedBase("y", real=True), IndexedBase("G", real=True)
    entries = {net[key]: value for key, value in NET.items()}
    entries |= {gradient[key]: g for key, g in zip(NET, upstream(outputs), strict=True)}
    return total.subs(extents).doit().subs(entries).subs(theta)


@pytest.mark.parametrize(
    ("activation", "name"), [(catalog.prelu, "a"), (catalog.elu, "alpha"), (catalog.celu, "alpha")]
)
def test_shared_sum_is_the_chain_rule(activation: Activation, name: str) -> None:
    symbol = activation.parameter(name).symbol
    theta = {symbol: Rational(3, 8)}
    outputs = [activation.expr.subs(x, value) for value in NET.values()]
    outright = diff(loss(outputs, sin), symbol).subs(theta)
    found = evaluated(
        shared_gradient(activation, name).shared, [o.subs(theta) for o in outputs], theta
    )
    assert abs((found - outright).evalf(40)) < 1e-30


def test_both_sums_against_autograd() -> None:
    theta = {a: Rational(1, 4)}
    net = torch.tensor([float(v) for v in NET.values()], dtype=torch.float64)
    slopes = torch.full((CHANNELS,), 0.25, dtype=torch.float64, requires_grad=True)
    outputs = to_torch(catalog.prelu)(net.reshape(CHANNELS, POSITIONS), a=slopes[:, None])
    loss(list(outputs.reshape(-1)), torch.sin).backward()
    sums = shared_gradient(catalog.prelu, "a")
    exact = [catalog.prelu.value(v) for v in NET.values()]
    channel = Symbol("i", integer=True, positive=True)
    gradients = slopes.grad
    assert gradients is not None
    for i in range(1, CHANNELS + 1):
        one = evaluated(sums.channelwise.subs(channel, i), exact, theta)
        assert gradients[i - 1].item() == pytest.approx(float(one), rel=1e-12)
    both = evaluated(sums.shared, exact, theta)
    assert gradients.sum().item() == pytest.approx(float(both), rel=1e-12)


@pytest.mark.parametrize(
    ("activation", "name", "at_minus_2", "at_2"),
    [
        (catalog.prelu, "a", -2, 0),
        (catalog.leaky_relu, "a", -2, 0),
        (catalog.rrelu, "lower", -1, 0),
        (catalog.rrelu, "upper", -1, 0),
        (catalog.elu, "alpha", None, 0),
        (catalog.selu, "lam", None, 2),
    ],
)
def test_by_hand(activation: Activation, name: str, at_minus_2: int | None, at_2: int) -> None:
    gradient = parameter_gradient(activation, name).expr.subs(activation.defaults)
    assert gradient.subs(x, 2) == at_2
    if at_minus_2 is not None:
        assert gradient.subs(x, -2) == at_minus_2


def test_eq_3_at_zero() -> None:
    """∂f/∂a = y for y ≤ 0, so 0 at the kink itself."""
    assert parameter_gradient(catalog.prelu, "a").expr.subs(x, 0) == 0


def test_unknown_parameters_and_moving_breaks() -> None:
    with pytest.raises(ValueError, match="did you mean alpha"):
        parameter_gradient(catalog.elu, "alph")
    with pytest.raises(ValueError, match="has none"):
        parameter_gradient(catalog.relu, "a")
    threshold = Symbol("t", positive=True)
    shrink = Activation(
        "shrink",
        Piecewise((x, x > threshold), (alpha * x, True)),
        (Parameter(threshold, Rational(1, 2)), Parameter(alpha, Rational(0))),
    )
    with pytest.raises(ValueError, match="moves with t"):
        parameter_gradient(shrink, "t")
    assert parameter_gradient(shrink, "alpha").expr.subs({x: -3, threshold: 1}) == -3


@pytest.mark.parametrize(
    "name", ["prelu", "elu", "selu", "celu", "rrelu", "swish_beta", "acon", "snake", "mpelu"]
)
def test_every_parameter_by_difference_quotients(name: str) -> None:
    unit, step = catalog.get(name), 1e-6
    f = to_numpy(unit)
    for parameter in unit.parameters:
        gradient = parameter_gradient(unit, str(parameter.symbol))
        assert gradient.parameter == parameter.symbol
        value = float(parameter.default)
        for at in (-2.3, -0.4, 0.7, 3.1):
            up, down = (float(f(at, **{str(parameter.symbol): value + s})) for s in (step, -step))
            got = gradient.expr.subs({x: at, **unit.defaults})
            assert float(got) == pytest.approx((up - down) / (2 * step), abs=1e-7)


def test_a_threshold_that_moves_without_a_jump_has_a_gradient() -> None:
    threshold = Symbol("t", positive=True)
    ramp = Activation("ramp", Max(x - threshold, 0), (Parameter(threshold, 2),))
    gradient = parameter_gradient(ramp, "t").expr.subs(threshold, 2)
    assert [gradient.subs(x, at) for at in (1, 3)] == [0, -1]
    # A jump at a place that stays is no obstacle either.
    step = Activation("step", Piecewise((a * x + 1, x > 3), (a * x, True)), (Parameter(a, 2),))
    assert [parameter_gradient(step, "a").expr.subs(x, at) for at in (-5, 8)] == [-5, 8]


def test_it_shows_its_parameter() -> None:
    assert r"\frac{\partial f}{\partial \alpha}" in (
        parameter_gradient(catalog.elu, "alpha")._repr_latex_()
    )
    shared = shared_gradient(catalog.prelu, "a")
    assert shared.parameter == a
    # Positions within a channel, and channels of the layer.
    assert [str(limit[0]) for limit in shared.channelwise.limits] == ["k"]
    assert [str(limit[0]) for limit in shared.shared.limits] == ["k", "i"]
    assert [limit[1] for limit in shared.shared.limits] == [1, 1]
