"""Modules of torch.nn that know their function: live attributes, and who they are."""

from __future__ import annotations

import inspect
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from sympy import Symbol
from torch import nn as torch_nn

from actmath import catalog, nn
from actmath.nn._mirrored.mirrored import Namesake, as_number

X = torch.linspace(-3, 3, 13)


@pytest.mark.parametrize(
    ("name", "attribute", "value"),
    [
        ("LeakyReLU", "negative_slope", 0.7),
        ("ELU", "alpha", 2.5),
        ("CELU", "alpha", 2.5),
        ("Hardtanh", "max_val", 2.0),
        ("Hardtanh", "min_val", -torch.inf),
        ("Softplus", "beta", 3.0),
        ("Softplus", "threshold", 1.0),
        ("GELU", "approximate", "tanh"),
        ("RReLU", "upper", 0.9),
        ("Hardshrink", "lambd", 1.5),
        ("Softshrink", "lambd", 1.5),
        ("ReLU", "inplace", True),
    ],
)
def test_attributes_act_when_they_are_changed(name: str, attribute: str, value: object) -> None:
    ours, theirs = (getattr(library, name)().eval() for library in (nn, torch_nn))
    for module in (ours, theirs):
        setattr(module, attribute, value)
    torch.testing.assert_close(ours(X.clone()), theirs(X.clone()))
    assert repr(ours) == repr(theirs)
    if value != -torch.inf:
        want = nn.Elementwise(ours.activation)(X)
        torch.testing.assert_close(ours(X.clone()), want, rtol=1e-4, atol=1e-6)


def test_an_elementwise_module_s_parameters_are_attributes_too() -> None:
    module = nn.Elementwise("elu", alpha=2)
    assert module.alpha == 2
    module.alpha = 0.5
    torch.testing.assert_close(module(X), torch_nn.functional.elu(X, 0.5))
    assert repr(module) == "Elementwise(elu, alpha=0.5)"
    with pytest.raises(ValueError, match="alpha must"):
        module.alpha = -1
    module.activation = catalog.tanh
    torch.testing.assert_close(module(X), X.tanh())


def test_they_are_torch_s() -> None:
    """Code that asks for torch.nn's classes treats them alike."""
    found = [kind for kind in vars(nn).values() if isinstance(kind, type)]
    for kind in (k for k in found if issubclass(k, Namesake)):
        assert issubclass(kind, getattr(torch_nn, kind.__name__))


def test_a_declaration_outside_its_domain_is_refused_when_asked_for() -> None:
    module = nn.ELU(-0.5)
    torch.testing.assert_close(module(X), torch_nn.ELU(-0.5)(X))
    with pytest.raises(ValueError, match="alpha must"):
        module.activation  # noqa: B018
    with pytest.raises(ValueError, match="3 functions"):
        nn.PReLU(3).activation  # noqa: B018


def test_numbers_of_many_types() -> None:
    assert nn.LeakyReLU("1/4").negative_slope == nn.LeakyReLU(Fraction(1, 4)).negative_slope == 0.25
    assert as_number(torch.inf, "max_val") == torch.inf
    with pytest.raises(ValueError, match="max_val"):
        as_number("wide", "max_val")
    # PyTorch takes integers of 64 bits.
    torch.testing.assert_close(nn.ELU(10**30)(X), torch_nn.ELU(1e30)(X))
    half = torch.tensor(0.5, dtype=torch.bfloat16)
    assert as_number(half, "alpha") is half


@pytest.mark.parametrize(
    "bad",
    [
        *(True, np.True_, 1j, None, [0.5], {0.5}, b"1", np.array([0.5]), Symbol("q"), 10**400),
        *(torch.tensor(True), torch.ones(2), torch.tensor(0.5, requires_grad=True)),
    ],
    ids=str,
)
def test_what_is_no_number_is_named(bad: Any) -> None:
    for make in (nn.ELU, nn.Softplus, nn.RReLU, nn.Hardshrink):
        (name, *_) = inspect.signature(make).parameters
        with pytest.raises((TypeError, ValueError), match=f"^{name} "):
            make(bad)


def test_integers_of_64_bits_stay_integers() -> None:
    for number in (0, -3, 2**63 - 1, 1 - 2**63):
        assert type(as_number(number, "alpha")) is int
        assert as_number(number, "alpha") == number
    for number in (2**63, -(2**63), 10**300):
        assert type(as_number(number, "alpha")) is float
        assert as_number(number, "alpha") == float(number)
    for given in (np.float64(0.5), np.int32(3), Fraction(1, 2), "1/2"):
        assert isinstance(as_number(given, "alpha"), float)
    whole = torch.tensor(3)
    assert as_number(whole, "alpha") is whole


@pytest.mark.parametrize("kind", [nn.ReLU, nn.ELU, nn.PReLU, nn.RReLU, nn.Hardtanh, nn.GELU])
def test_what_looks_at_everything_that_is_listed_does_not_ask_for_a_declaration(kind: type) -> None:
    listed = dir(kind())
    assert "activation" not in listed
    assert {"forward", "state_dict"} <= set(listed)
    assert kind().activation.name
    with pytest.raises(NotImplementedError):
        _ = Namesake().activation
