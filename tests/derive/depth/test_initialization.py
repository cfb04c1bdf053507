"""Initialisation in closed form: the published special cases, and what has none."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Rational, Symbol, oo, simplify, sqrt

from actmath import Activation, catalog
from actmath.derive._depth.initialization import initialization
from actmath.lower import to_numpy
from actmath.notation import V_w, n_in, n_out


def test_special_cases_of_initialization():
    a = Symbol("a", real=True)
    assert initialization(catalog.relu).forward_variance == 2 / n_in
    assert initialization(catalog.relu).backward_variance == 2 / n_out
    assert simplify(initialization(catalog.prelu).forward_gain - sqrt(2) / sqrt(1 + a**2)) == 0
    assert initialization(catalog.identity).forward_variance == 1 / n_in
    assert simplify(initialization(catalog.identity).compromise_variance - 2 / (n_in + n_out)) == 0
    assert initialization(catalog.relu).scale_free
    assert not initialization(catalog.elu).scale_free


def test_xavier_shrinks_relu_by_half_a_layer():
    forward, _ = initialization(catalog.relu).after(22, 1 / n_in)
    assert forward == Rational(1, 2**22)
    _, backward = initialization(catalog.relu).after(1)
    assert simplify(backward - n_out * V_w / 2) == 0


def test_no_closed_form_names_the_numeric_route():
    with pytest.raises(NotImplementedError, match="moments"):
        initialization(catalog.tanh)


@pytest.mark.parametrize(
    "length", [-1, 0, "-1/2", float("nan"), Symbol("q"), Symbol("q", real=True)]
)
def test_a_length_must_be_positive(length):
    with pytest.raises(ValueError, match=r"length must be (positive|a finite)"):
        initialization(catalog.relu, length)


def test_a_length_may_be_any_positive_number_or_symbol():
    length = Symbol("q", positive=True)
    assert initialization(catalog.elu, length).forward_factor.has(length)
    half = initialization(catalog.elu, 0.5).forward_gain
    assert simplify(half - initialization(catalog.elu, Rational(1, 2)).forward_gain) == 0


def test_no_weights_keep_the_gradients_of_a_constant():
    constant = Activation("three", "3")
    assert initialization(constant).backward_gain == oo
    assert initialization(constant).forward_gain == Rational(1, 3)


@pytest.mark.slow
def test_gains_are_those_of_a_sum_over_the_line() -> None:
    unit, length = catalog.elu, Rational(7, 3)
    q = float(length)
    found, steps = initialization(unit, length), np.linspace(-12, 12, 48_001)
    weights = np.exp(-(steps**2) / 2) / np.sqrt(2 * np.pi) * (steps[1] - steps[0])

    def mean_square(order: int) -> float:
        return float((to_numpy(unit, order)(np.sqrt(q) * steps) ** 2 * weights).sum())

    at = unit.defaults
    signal, gradient = mean_square(0) / q, mean_square(1)
    assert float(found.forward_gain.subs(at)) == pytest.approx(signal**-0.5, rel=1e-4)
    assert float(found.backward_gain.subs(at)) == pytest.approx(gradient**-0.5, rel=1e-4)
    sizes = {**at, n_in: 3, n_out: 5, V_w: Rational(1, 2)}
    assert float(found.forward_factor.subs(sizes)) == pytest.approx(signal * 3 / 2, rel=1e-4)
    assert float(found.backward_factor.subs(sizes)) == pytest.approx(gradient * 5 / 2, rel=1e-4)
    for variance, factor in (
        (found.forward_variance, found.forward_factor),
        (found.backward_variance, found.backward_factor),
    ):
        assert float(factor.subs(V_w, variance).subs(sizes)) == pytest.approx(1)
    # The harmonic mean of two numbers is their product over half their sum.
    pair = [float(v.subs(sizes)) for v in (found.forward_variance, found.backward_variance)]
    mean = float(found.compromise_variance.subs(sizes))
    assert mean * sum(pair) / 2 == pytest.approx(pair[0] * pair[1])


@pytest.mark.slow
def test_layers_multiply() -> None:
    found = initialization(catalog.prelu)
    one, three = found.after(1), found.after(3)
    assert all(simplify(a**3 - b) == 0 for a, b in zip(one, three, strict=True))
    assert one == (simplify(found.forward_factor), simplify(found.backward_factor))
    weights = Rational(1, 4) / n_out
    forward, backward = initialization(catalog.relu).after(3, weights)
    assert simplify(forward - (n_in / (8 * n_out)) ** 3) == 0
    assert backward == Rational(1, 8**3)
    assert found.after(0) == (1, 1)


@pytest.mark.parametrize("name", ["relu", "prelu", "abs", "identity", "leaky_relu"])
def test_what_scales_with_its_input_has_one_gain_at_every_length(name: str) -> None:
    found = initialization(catalog.get(name), Rational(5, 2))
    assert found.scale_free
    assert simplify(found.forward_gain - initialization(catalog.get(name)).forward_gain) == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["shifted_relu", "squared_relu"])
def test_what_does_not_has_none(name: str) -> None:
    assert not initialization(catalog.get(name)).scale_free


def test_a_symbol_of_unknown_sign_is_asked_for_a_positive_one() -> None:
    with pytest.raises(ValueError, match=r"got q; declare its symbols positive$"):
        initialization(catalog.relu, Symbol("q", real=True))
    with pytest.raises(ValueError, match=r"length must be positive, got 0$"):
        initialization(catalog.relu, 0)
