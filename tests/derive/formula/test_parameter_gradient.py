"""He et al. (2015), Eqs. 2 and 3: sums over shared parameters against the outright chain rule."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from sympy import Expr, IndexedBase, Piecewise, Rational, Symbol, diff, sin, symbols

from actmath import Activation, Parameter, catalog
from actmath.derive import shared_gradient
from actmath.derive._formula.parameter_gradient import parameter_gradient
from actmath.lower import to_torch
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
