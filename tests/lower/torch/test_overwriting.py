"""Formulas that overwrite what is their own, and nothing else."""

from __future__ import annotations

import math

import pytest
import torch
from sympy import S, atan, exp, pi, sin, sqrt

from actmath import catalog
from actmath.lower._stable import stable_form
from actmath.lower._torch.overwriting import compile_overwriting
from actmath.notation import alpha, x


@pytest.mark.parametrize("name", list(catalog.CATALOG))
def test_overwriting_spares_what_others_hold(name: str) -> None:
    activation = catalog.get(name)
    numbers = [float(value) for value in activation.defaults.values()]
    for piece in stable_form(activation).pieces:
        run = compile_overwriting(piece.expr, list(activation.defaults))
        if run is None or not piece.expr.has(x):
            continue
        argument = torch.tensor([0.25, 0.5])
        first = torch.as_tensor(run(argument, False, *numbers)).clone()
        assert argument.tolist() == [0.25, 0.5]
        assert torch.equal(torch.as_tensor(run(argument, True, *numbers)), first)


def test_an_unknown_function_is_left_to_the_compiler() -> None:
    assert compile_overwriting(x ** S("1/3"), []) is None
    assert compile_overwriting(alpha * x, [alpha])(torch.ones(1), False, 3.0).tolist() == [3]


def test_terms_are_added_and_only_divisors_divide() -> None:
    """Divided by 1/x, which is infinite there, eˣ would be 0."""
    argument = torch.tensor([1e-310, 2.0], dtype=torch.float64)
    for expr, wanted in ((x * exp(x), [1e-310, 2 * math.e**2]), (x + 1 / (1 + x**2), [1, 2.2])):
        run = compile_overwriting(expr, [])
        assert run is not None
        assert run(argument, False).tolist() == pytest.approx(wanted, rel=1e-12, abs=0)


def test_constants_that_hold_each_other_are_put_back() -> None:
    """√2, √2 + √π and its inverse are each shared, and no tensors."""
    both = sqrt(2) + sqrt(pi)
    expr = exp(x) / both + both * atan(x) + sqrt(2) * x + sin(1 / both) + sin(both)
    run = compile_overwriting(expr, [])
    assert run is not None
    got = run(torch.tensor([0.5], dtype=torch.float64), False).item()
    assert got == pytest.approx(float(expr.subs(x, 0.5)), rel=1e-14)
