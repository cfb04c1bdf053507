"""Activations are given or named."""

from __future__ import annotations

import pytest

from actmath import catalog
from actmath.numeric._subject import resolve


def test_a_name_and_the_activation_itself_are_the_same() -> None:
    assert resolve("elu") is resolve(catalog.elu) is catalog.elu


def test_parameters_become_defaults() -> None:
    assert resolve("elu", {"alpha": "1/2"}) == catalog.elu.with_parameters(alpha="1/2")


def test_misuse() -> None:
    with pytest.raises(KeyError, match="did you mean selu"):
        resolve("sellu")
    with pytest.raises(ValueError, match="must lie in"):
        resolve("elu", {"alpha": -1})
