"""Initialisation gains in numbers, against the symbolic ones and against published values."""

from __future__ import annotations

import math
import random

import pytest
from mpmath import mp

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


def test_gains_of_any_size_are_those_of_many_digits() -> None:
    """Over all sizes of floats, where a quotient, a square or a product of the parts has none."""
    rng = random.Random(2)
    for _ in range(400):
        length, second, slope = (10 ** rng.uniform(-320, 307) for _ in range(3))
        found = Gains.of("any", length, second, slope, MomentRoute.QUADRATURE)
        q, square, steep = map(mp.mpf, (length, second, slope))
        assert (found.activation, found.length) == ("any", length)
        for got, want in (
            (found.forward, mp.sqrt(q / square)),
            (found.backward, 1 / mp.sqrt(steep)),
            (found.signal_factor, square / steep / q),
            (found.gradient_factor, q * steep / square),
        ):
            # The factors are quotients of floats that may have few digits themselves, or none.
            if 1e-290 < want < 1e300 and 1e-300 < square / q < 1e300:
                assert got == pytest.approx(float(want), rel=1e-13, abs=0)


def test_forward_gains_beyond_a_quotients_floats() -> None:
    """E f²/length below or above every float: √length/√E f² has digits all the same."""
    for length, second in ((1e300, 4e-100), (1e-300, 1e100), (4e200, 1e-200)):
        found = Gains.of("any", length, second, 1.0, MomentRoute.QUADRATURE)
        want = mp.sqrt(mp.mpf(length) / second)
        assert found.forward == pytest.approx(float(want), rel=1e-14, abs=0)
        over = Gains.of("any", length, second, second, MomentRoute.QUADRATURE)
        # E f² and E f′² of one size: 1/length on signals, and length on gradients.
        assert over.signal_factor == pytest.approx(1 / length, rel=1e-14, abs=0)
        assert over.gradient_factor == pytest.approx(length, rel=1e-14, abs=0)


@pytest.mark.parametrize("bad", [0.0, math.inf, math.nan])
def test_what_no_weights_answer_is_nan_and_said(bad: float) -> None:
    why = "cannot be had: a mean square is 0, infinite or beyond doubles"
    flat = Gains.of("flat", 2.0, bad, 4.0, MomentRoute.CLOSED_FORM)
    assert [text for _, text in flat.rows()] == [why, "0.5", why, why]
    steep = Gains.of("steep", 2.0, 0.5, bad, MomentRoute.CLOSED_FORM)
    assert [text for _, text in steep.rows()] == ["2", why, why, why]


def test_rows_name_each_number_and_the_caption_its_input() -> None:
    found = Gains.of("unit", 4.0, 3.0, 0.25, MomentRoute.QUADRATURE)
    assert found.rows() == (
        ("forward gain", "1.15470053837925"),
        ("backward gain", "2"),
        ("signals by a layer at the backward gain", "3"),
        ("gradients by a layer at the forward gain", "0.333333333333333"),
    )
    assert found.caption() == f"unit(z), z ~ N(0, 4); {MomentRoute.QUADRATURE}"
    at = gains("relu", 9)
    assert (at.activation, at.length, at.route) == ("relu", 9.0, MomentRoute.CLOSED_FORM)
    # E f² = 9/2 and E f′² = 1/2: each gain is the other.
    assert [at.signal_factor, at.gradient_factor] == pytest.approx([1, 1])


@pytest.mark.parametrize("length", [-1.0, math.inf, math.nan])
def test_a_length_is_one_positive_finite_number(length: float) -> None:
    with pytest.raises(ValueError, match=f"length must be one positive number, got {length}"):
        gains("relu", length)
