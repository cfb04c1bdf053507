"""Activations are given or named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from flint import arb
from mpmath import mpf

from actmath import catalog, derive, nn
from actmath.derive._subject import resolve
from actmath.lower import to_arb, to_mpmath, to_numpy, to_torch


def test_a_name_and_the_activation_itself_are_the_same() -> None:
    assert resolve("elu") is resolve(catalog.elu) is catalog.elu


def test_parameters_become_defaults() -> None:
    assert resolve("elu", {"alpha": "1/2"}) == catalog.elu.with_parameters(alpha="1/2")


def test_misuse() -> None:
    with pytest.raises(KeyError, match="did you mean selu"):
        resolve("sellu")
    with pytest.raises(ValueError, match="must lie in"):
        resolve("elu", {"alpha": -1})
    with pytest.raises(KeyError, match=r"SwiGLU is a unit of two arguments: ask .*gate, silu"):
        resolve("SwiGLU")


@pytest.mark.parametrize(
    "question",
    [
        *(derive.derivative, derive.gaussian_moments, derive.moment_map, derive.initialization),
        *(derive.fixed_points, derive.lipschitz, derive.saturation, derive.linearize),
        *(derive.mean_activation, derive.folding, derive.harden, derive.odd_iteration),
    ],
)
def test_a_formula_is_asked_for_by_name_too(question: Callable[[Any], object]) -> None:
    name = {derive.folding: "prelu", derive.harden: "tanh", derive.odd_iteration: "tanh"}.get(
        question, "elu"
    )
    try:
        want = question(catalog.get(name))
    except (NotImplementedError, ValueError) as refusal:
        with pytest.raises(type(refusal)):
            question(name)
    else:
        assert question(name) == want


def test_what_takes_more_takes_a_name_too() -> None:
    assert derive.continuity_class("elu", 0) == derive.continuity_class(catalog.elu, 0)
    assert derive.parameter_gradient("prelu", "a") == derive.parameter_gradient(catalog.prelu, "a")
    assert derive.self_normalizing("elu", 0, 1) == derive.self_normalizing(catalog.elu, 0, 1)


@pytest.mark.parametrize("to", [to_numpy, to_torch, to_mpmath, to_arb])
def test_a_name_is_lowered_as_the_activation_is(to: Callable[..., Callable[..., Any]]) -> None:
    at = {to_numpy: np.float64, to_torch: torch.tensor, to_mpmath: mpf, to_arb: arb}[to](-0.5)
    assert str(to("elu", 1)(at, alpha=2)) == str(to(catalog.elu, 1)(at, alpha=2))


def test_a_module_is_made_from_a_name() -> None:
    x = torch.linspace(-3, 3, 7)
    assert torch.equal(nn.Elementwise("elu", alpha=2)(x), nn.Elementwise(catalog.elu, alpha=2)(x))
    assert torch.equal(nn.elementwise("elu", x), nn.elementwise(catalog.elu, x))
    assert nn.NAH("tanh").line == nn.NAH(catalog.tanh).line
    assert nn.AlphaDropout(activation="selu").activation is catalog.selu
