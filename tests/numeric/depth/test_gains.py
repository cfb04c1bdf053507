"""Initialisation gains in numbers, against the symbolic ones and against published values."""

from __future__ import annotations

import math

import pytest

from actmath import catalog
from actmath.derive._depth.initialization import initialization
from actmath.numeric import MomentRoute
from actmath.numeric._depth.gains import Gains, gains


@pytest.mark.parametrize("name", ["relu", "selu", "elu", "hard_tanh", "celu", "shifted_relu"])
def test_symbolic_and_numeric_gains_agree(name):
    derived, found = initialization(catalog.get(name)), gains(name)
    defaults = catalog.get(name).defaults
    assert float(derived.forward_gain.subs(defaults)) == pytest.approx(found.forward, rel=1e-13)
    assert float(derived.backward_gain.subs(defaults)) == pytest.approx(found.backward, rel=1e-13)


def test_gains_published_by_frameworks_are_near_or_not():
    assert gains("tanh").forward == pytest.approx(1.59254, abs=5e-6)
    assert gains("sigmoid").forward == pytest.approx(1.84623, abs=5e-6)
    assert gains("selu").forward == pytest.approx(1, rel=1e-14)


def test_the_factors_are_what_the_other_gain_does():
    """A layer at the backward gain multiplies signals by backward²·E f²/length, and vice versa."""
    found = Gains.of("any", 4.0, 2.0, 0.25, MomentRoute.QUADRATURE)
    assert (found.forward, found.backward) == (2**0.5, 2.0)
    assert found.signal_factor == pytest.approx(found.backward**2 * 2.0 / 4.0)
    assert found.gradient_factor == pytest.approx(found.forward**2 * 0.25)


def test_a_length_must_be_positive():
    with pytest.raises(ValueError, match="length must be one positive number"):
        gains("relu", 0.0)


@pytest.mark.parametrize("length", [5e-324, 1e-310, 1e-309, 2e-300])
def test_the_shortest_lengths_have_gains(length: float) -> None:
    """The sigmoid is 1/2 + x/4 there: √length·2 forward, whose square is below every float."""
    found = gains("sigmoid", length)
    assert found.forward == pytest.approx(2 * length**0.5, rel=1e-13)
    assert found.backward == pytest.approx(4, rel=1e-13)
    assert found.signal_factor == (math.inf if 4 / length == math.inf else 4 / length)
    assert found.gradient_factor == pytest.approx(length / 4, rel=1e-13, abs=5e-324)


def test_gains_at_the_longest_lengths() -> None:
    """Of a unit between 0 and 1, E f² is 1/2 there: √(length/E f²)."""
    found = gains("sigmoid", length=1e300)
    assert found.forward == pytest.approx(math.sqrt(2) * 1e150, rel=1e-9)
    assert gains("gaussian_rbf", length=1e300).forward > 1e150
