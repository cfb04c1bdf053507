"""Initialisation in closed form: the published special cases, and what has none."""

from __future__ import annotations

import pytest
from sympy import Rational, Symbol, oo, simplify, sqrt

from actmath import Activation, catalog
from actmath.derive._depth.initialization import initialization
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
