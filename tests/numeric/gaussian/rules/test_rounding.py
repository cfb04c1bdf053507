"""What floats lose is seen beside mpmath, and what no float can sample is said soon."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import Activation
from actmath.numeric._gaussian._rules import rounding as module
from actmath.numeric._gaussian._rules.rounding import panel_losses, rounding
from actmath.numeric._gaussian.evaluate import gaussian

from ....pace import no_longer_than

WAVE = Activation("wave", "sin(1e17*x)")


def test_a_smooth_function_loses_nothing():
    lost, lossy = panel_losses(Activation("smooth", "tanh(x)"), np.linspace(-4, 4, 9))
    assert not lossy
    assert not np.any(lost)


def test_what_overflows_is_lost():
    (values, slopes), lossy = panel_losses(
        Activation("steep", "exp(exp(x))"), np.linspace(0, 10, 11)
    )
    assert lossy
    assert np.isinf(values[-1])
    assert np.isinf(slopes[-1])


def test_what_small_values_lose_is_seen(monkeypatch):
    honest = module.lowered

    def planted(unit, order):
        return lambda at: honest(unit, order)(at) * (1 + 1e-9)

    monkeypatch.setattr(module, "lowered", planted)
    ends = np.linspace(-4, 4, 9)
    (values, _), lossy = panel_losses(Activation("small", "tanh(x)/1000"), ends)
    assert lossy
    # What counts on a panel is asked at two fifths of it.
    there = np.abs(np.tanh(ends[:-1] + 0.4)) / 1000
    np.testing.assert_allclose(values, 1e-9 * there, rtol=1e-5)


@pytest.mark.slow
def test_a_wave_is_no_rounding_but_between_its_floats():
    ones = np.ones(1)
    # f′ is 1e17 high; at 1 a float's neighbour is 22 radians on.
    assert not rounding(WAVE, 0 * ones, 1e-16 * ones, 1e17 * ones).any()
    assert rounding(Activation("slow", "sin(x)"), ones, 2 * ones, 1e-16 * ones).all()


@pytest.mark.slow
@pytest.mark.parametrize("fine", [WAVE, Activation("fine", "sin(exp(exp(x)))")])
def test_what_is_too_fine_is_said_within_seconds(fine):
    with no_longer_than(10), pytest.raises(ArithmeticError, match=r"too finely|beyond float64"):
        gaussian(fine, 0.3, 1.0)


@pytest.mark.parametrize(
    ("count", "most", "right"),
    [
        (1, 8, [0]),
        (5, 8, [0, 1, 2, 3, 4]),
        (9, 3, [0, 4, 8]),
        (100, 4, [0, 33, 66, 99]),
        (8, 8, [0, 1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_indices_are_spread_from_the_first_to_the_last(count, most, right):
    assert module._spread(count, most).tolist() == right
