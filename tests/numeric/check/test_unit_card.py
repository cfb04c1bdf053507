"""What is measured of a unit for the gallery, beside what is known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sympy import Abs, Expr, Piecewise, cos, sin, sqrt, tanh

from actmath import Activation
from actmath.notation import x
from actmath.numeric._check.unit_card import _monotony, _range, _short, _smoothness, unit_card


def test_a_sine_by_hand() -> None:
    card = unit_card("sine")
    assert (card.lowest, card.highest) == (pytest.approx(-1), pytest.approx(1))
    assert (card.monotone, card.smooth, card.saturates) == ("no", math.inf, "none, none")
    # E sin² z = (1 − e⁻²)/2, and q·coth q at q = 1.
    assert card.gain == pytest.approx(math.sqrt(2 / (1 - math.exp(-2))), rel=1e-13)
    assert card.gradient == pytest.approx(1 / math.tanh(1), rel=1e-13)
    assert card.zero_centred
    assert card.lengths == "attracts"
    assert card.values[48] == pytest.approx(math.sin(2), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "ends", "monotone", "smooth"),
    [
        ("selu", (-1.7580993408473768, math.inf), "rising", 0),
        ("gcu", (-math.inf, math.inf), "no", math.inf),
        ("hardshrink", (-math.inf, math.inf), "rising", -1),
    ],
)
def test_ranges_and_kinks(
    name: str, ends: tuple[float, float], monotone: str, smooth: float
) -> None:
    card = unit_card(name)
    assert (card.lowest, card.highest) == pytest.approx(ends)
    assert (card.monotone, card.smooth) == (monotone, smooth)


@pytest.mark.parametrize(
    ("name", "lengths"), [("square", "repels"), ("leaky_relu", "neutral"), ("tanh", "attracts")]
)
def test_what_the_length_1_does(name: str, lengths: str) -> None:
    """E f² goes like q² for x², like q for homogeneous units, and less steeply for bounded ones."""
    assert unit_card(name).lengths == lengths


def test_a_wave_on_one_side_and_growth_on_the_other() -> None:
    """Where a wave has no limit it is bounded all the same, unless it grows."""
    bounded, growing = (
        _range(Activation("wave", Piecewise((wave, x < 0), (x, True))))
        for wave in (sin(x), x * sin(x))
    )
    assert bounded == (pytest.approx(-1, abs=1e-3), math.inf)
    assert growing == (-math.inf, math.inf)


@pytest.mark.parametrize(
    ("wave", "ends"),
    [
        (x * sin(x) / 100, (-math.inf, math.inf)),
        (sqrt(Abs(x)) * sin(x), (-math.inf, math.inf)),
        (Abs(x) * sin(x) ** 2, (0, math.inf)),
        (1 - x**2 * cos(x) ** 2, (-math.inf, 1)),
        (40 * sin(x), (-40, 40)),
        (sin(x) / 40, (-1 / 40, 1 / 40)),
        (300 + 2 * sin(x), (298, 302)),
        (tanh(x) * sin(x / 2), (-1, 1)),
        (sin(x / 25), (-1, 1)),
        (1 - cos(x / 1000), (0, 2)),
        (x * sin(x) / (Abs(x) + 40), (-1, 1)),
        (cos(x) ** 2 - 1, (-1, 0)),
    ],
    ids=str,
)
def test_a_wave_is_unbounded_where_it_grows_whatever_its_size(
    wave: Expr, ends: tuple[float, float]
) -> None:
    assert _range(Activation("wave", wave)) == pytest.approx(ends, abs=1e-3)


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(KeyError, match="rleu"):
        unit_card("rleu")


def test_curves_are_four_digits_at_65_points() -> None:
    card = unit_card("sine")
    at = np.arange(-32, 33) / 8
    for values, right in ((card.values, np.sin(at)), (card.slopes, np.cos(at))):
        np.testing.assert_allclose(values, right, rtol=5e-4)
        assert any(abs(a / b - 1) > 1e-5 for a, b in zip(values, right, strict=True) if b)
    assert (card.name, card.formula, card.mean) == ("sine", "sin(x)", pytest.approx(0, abs=1e-13))
    assert _short(np.array([1.23456, -0.000123456])) == [1.235, -0.0001235]


def test_the_words_for_slopes() -> None:
    told = {(0.0, 2.0): "rising", (-1.0, 0.0): "falling", (-1.0, 1.0): "no", (0.0, 0.0): "rising"}
    for slopes, word in told.items():
        assert _monotony(np.array(slopes)) == word


@pytest.mark.parametrize(
    ("formula", "order"),
    [
        ("where(x>0,1,0)", -1),
        ("max(0,x)", 0),
        ("max(0,x)**2", 1),
        ("max(0,x)**4", 3),
        # The roughest of two breaks counts; and beyond the fourth nothing is asked.
        ("max(0,x)**2 + max(0,x-1)", 0),
        ("max(0,x)**9", 4),
        ("x**3", math.inf),
    ],
)
def test_how_often_a_unit_is_smooth(formula: str, order: float) -> None:
    assert _smoothness(Activation("unit", formula)) == order


@pytest.mark.parametrize(
    ("unit", "ends"),
    [
        (tanh(x), (-1, 1)),
        (x**2 - x, (-0.25, math.inf)),
        (-Abs(x), (-math.inf, 0)),
        # The bounds lie within the grid, whose steps are 1/1000.
        (x / (1 + x**2), (-0.5, 0.5)),
    ],
    ids=str,
)
def test_ranges_of_what_has_limits(unit: Expr, ends: tuple[float, float]) -> None:
    found = _range(Activation("unit", unit))
    assert found == pytest.approx(ends, abs=1e-6)
    assert all(math.copysign(1, end) > 0 for end in found if end == 0)
