"""Formulas that overwrite what is their own, and nothing else."""

from __future__ import annotations

import math
import random

import pytest
import sympy
import torch
from sympy import S, atan, exp, pi, sin, sqrt

from actmath import catalog
from actmath.lower._functions import exponential
from actmath.lower._functions.in_torch import TORCH_FUNCTIONS
from actmath.lower._functions.piece_in_torch import compile_torch
from actmath.lower._stable import stable_form
from actmath.lower._torch.overwriting import _FUNCTIONS, compile_overwriting
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


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_each_function_makes_a_new_tensor_or_overwrites_its_own(name: str) -> None:
    """Both are the function that the compiler of tensors has under the name."""
    argument = torch.tensor([0.25, -0.5, 0.875], dtype=torch.float64)
    want = TORCH_FUNCTIONS[name](argument.clone())
    expr = getattr(sympy, name, None) or getattr(exponential, name)
    run = compile_overwriting(expr(x), [])
    assert run is not None
    kept = argument.clone()
    torch.testing.assert_close(run(argument, False), want, rtol=1e-14, atol=0)
    assert torch.equal(argument, kept)
    own = argument.clone()
    torch.testing.assert_close(run(own, True), want, rtol=1e-14, atol=0)


@pytest.mark.parametrize("power", [-2, -1, 2])
def test_each_power_makes_a_new_tensor_or_overwrites_its_own(power: int) -> None:
    argument = torch.tensor([0.25, -0.5, 3.0], dtype=torch.float64)
    want = torch.tensor([at**power for at in argument.tolist()], dtype=torch.float64)
    run = compile_overwriting(x**power, [])
    assert run is not None
    kept = argument.clone()
    torch.testing.assert_close(run(argument, False), want, rtol=1e-15, atol=0)
    assert torch.equal(argument, kept)
    own = argument.clone()
    assert run(own, True) is own
    torch.testing.assert_close(own, want, rtol=1e-15, atol=0)
    for other in (3, -3, sympy.Rational(1, 2)):
        assert compile_overwriting(x**other, []) is None


def _formula(generator: random.Random, depth: int) -> sympy.Expr:
    """A random formula of what the tables have; no exponential of an exponential."""
    if not depth:
        return generator.choice([x, x, x + 2, alpha * x, sympy.Rational(1, 3), alpha])
    one, other = (_formula(generator, depth - 1) for _ in range(2))
    return generator.choice(
        [
            one + other,
            one * other,
            one - 2 * other,
            alpha * one,
            one / (2 + other**2),
            other / (3 + x**2) ** 2,
            atan(one),
            exponential.StableTanh(one) + exponential.StableTanh(one) ** 2,
            exponential.Expit(one) * one,
            sin(one) + 1 / (2 + sin(other)),
        ]
    )


@pytest.mark.parametrize("seed", range(12))
def test_random_formulas_and_who_holds_what(seed: int) -> None:
    """Those of the compiler of tensors; the argument is overwritten only where we may."""
    generator = random.Random(seed)
    formula = _formula(generator, 3)
    if not formula.has(x):
        formula += x
    want = compile_torch([x, alpha], formula)
    run = compile_overwriting(formula, [alpha])
    assert run is not None
    argument = torch.linspace(-2, 2, 7, dtype=torch.float64)
    kept = argument.clone()
    exact = want(argument, 0.625)
    # Some thousands, less one another, are rounded in another order.
    near = {"rtol": 1e-12, "atol": 1e-11}
    torch.testing.assert_close(run(argument, False, 0.625), exact, **near)
    assert torch.equal(argument, kept)
    # Twice: what is shared inside was not spoilt.
    torch.testing.assert_close(run(argument, False, 0.625), exact, **near)
    torch.testing.assert_close(run(argument, True, 0.625), exact, **near)


def test_new_memory_is_taken_only_for_what_somebody_else_holds() -> None:
    """(3 + 2·tanh(x))² takes none where x may be overwritten, x·tanh(x) none for the product."""
    for formula, fresh in (
        ((3 + 2 * exponential.StableTanh(x)) ** 2, 0),
        (x * exponential.StableTanh(x), 1),
        (2 / (1 + x**2), 0),
    ):
        run = compile_overwriting(formula, [])
        assert run is not None
        argument = torch.tensor([0.5, 2.0], dtype=torch.float64)
        want = compile_torch([x], formula)(argument.clone())
        found = run(argument, True)
        assert (found is argument) is (fresh == 0), formula
        torch.testing.assert_close(found, want, rtol=1e-14, atol=0)
