"""Random weights and biases: a fixed length that is given is one, and a missing one is said to be.

E f² is summed here by panels over functions typed by hand, so that no code is shared.
"""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Max, Min, exp, log, sin, tanh

from actmath import Activation
from actmath.notation import x
from actmath.numeric import correlation_map, phase
from actmath.numeric._iteration import Ending

UNITS = {
    "tanh": (tanh(x), np.tanh),
    "leaky": (Max(x / 10, x), lambda t: np.maximum(t / 10, t)),
    "sine": (sin(x), np.sin),
    "softplus": (log(1 + exp(x)), lambda t: np.logaddexp(0, t)),
    "clip": (Max(-1, Min(1, x)), lambda t: np.clip(t, -1, 1)),
    "shifted": (Max(0, x) - 1, lambda t: np.maximum(0, t) - 1),
    "bell": (exp(-(x**2)), lambda t: np.exp(-t * t)),
}
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(24)


def _second(value, q, kinks=(-1.0, 0.0, 1.0)):
    """E f(√q·z)² with panels as fine as f's own scale, and ends at its kinks."""
    deviation = np.sqrt(q)
    ladder = 2.0 ** np.arange(-2, 60)
    ends = np.concatenate([[*kinks], ladder, -ladder, np.arange(-64, 64.5) / 4]) / deviation
    even = np.arange(-12, 12.1, 0.5)
    ends = np.unique(np.clip(np.concatenate([ends, even]), -12, 12))
    half = np.diff(ends)[:, None] / 2
    z = ends[:-1, None] + half * (_POINTS + 1)
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return float((half * _WEIGHTS * density * value(deviation * z) ** 2).sum())


@pytest.mark.slow
@pytest.mark.parametrize("name", UNITS)
def test_a_converged_length_is_fixed_and_a_diverged_one_grows_for_ever(name):
    expr, value = UNITS[name]
    rng = np.random.default_rng(len(name))
    w, b = 10 ** rng.uniform(-1, 1, 24), 10 ** rng.uniform(-3, 1, 24) * rng.choice([0, 1], 24)
    found = phase(Activation(name, expr), w, b)
    grown = np.geomspace(1.0, 1e12, 40)
    for i, (q, ending) in enumerate(zip(found.length, found.ending, strict=True)):
        if ending == Ending.CONVERGED:
            image = w[i] ** 2 * _second(value, q) + b[i] ** 2 if q else b[i] ** 2
            assert image == pytest.approx(q, rel=2e-11, abs=1e-300)
        else:
            assert np.isnan(q)
        if ending == Ending.DIVERGED:
            assert all(w[i] ** 2 * _second(value, at) + b[i] ** 2 > at for at in grown)
    # Of these units, all that is asked for can be told.
    assert (found.ending != Ending.UNSETTLED).all()


def test_what_float64_does_not_hold_is_not_settled_and_leaves_the_others():
    """E exp(z)² = e^{2q}: q = w²e^{2q} + b² for w = b = 0.1, none for w = 1."""
    found = phase(Activation("growing", exp(x)), [0.1, 1.0], 0.1)
    q = float(found.length[0])
    assert 0.01 * np.exp(2 * q) + 0.01 == pytest.approx(q, rel=1e-11)
    assert np.isnan(found.length[1])
    assert found.ending.tolist()[1] in (Ending.DIVERGED, Ending.UNSETTLED)


@pytest.mark.parametrize("name", ["tanh", "leaky", "softplus"])
def test_at_a_fixed_length_equal_inputs_stay_equal(name):
    """c = 1 is a fixed point of the correlation map, with the slope χ₁."""
    unit = Activation(name, UNITS[name][0])
    rng = np.random.default_rng(1)
    w, b = rng.uniform(0.3, 1.2, 6), rng.uniform(0.1, 1, 6)
    found = phase(unit, w, b)
    settled = found.ending == Ending.CONVERGED
    assert settled.any()
    q, chi, w, b = (column[settled] for column in (found.length, found.chi, w, b))
    np.testing.assert_allclose(correlation_map(unit, 1.0, q, w, b), 1, atol=1e-11)
    apart = 1 - correlation_map(unit, 1 - 1e-5, q, w, b)
    # Of a kinked unit the next term is of the order of the distance to the power 3/2.
    np.testing.assert_allclose(apart / 1e-5, chi, rtol=2e-2)
