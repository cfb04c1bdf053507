"""Formulas and enclosures against oracles that share no code: quadrature, printed equations."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp
from sympy import Symbol, diff

from actmath import catalog
from actmath.activation import Activation
from actmath.lower import to_mpmath
from actmath.prove import Box, Coordinates, Layer
from actmath.prove._balls.box import exact_text, product_range
from actmath.prove._balls.enclose import Inequality, mean_value
from actmath.prove._balls.evaluate import JetsOnTiles, evaluator
from actmath.prove._balls.layer import NATIVE, PRODUCT_OF_MEANS, TILES
from actmath.prove._balls.unit import S, Y, jet, jet_formula
from actmath.prove.theorems.other_units import normalized_elu, standardized_unit

PLACES = [("0.02", "0.9"), ("-0.7", "2.5"), ("0", "1")]
UNITS = [catalog.selu, catalog.hard_tanh, catalog.relu, catalog.shifted_relu]


def gaussian_mean(function: Any, y: Any, x: Any, kinks: list[Any]) -> Any:
    """E function(z), z ~ N(y, x), by quadrature split at the kinks."""
    reach = 12 * mp.sqrt(x)
    points = sorted({y - reach, y + reach, *(k for k in kinks if abs(k - y) < reach)})

    def integrand(z: Any) -> Any:
        return function(z) * mp.npdf(z, y, mp.sqrt(x))

    return mp.quad(integrand, points)


def moments_by_quadrature(unit: Activation, y: Any, x: Any) -> tuple[Any, Any, Any]:
    f, slope = to_mpmath(unit), to_mpmath(unit, 1)
    kinks = [mp.mpf(k) for k in (-1, 0, 1)]
    functions = (f, lambda z: f(z) ** 2, lambda z: slope(z) ** 2)
    mean, second, backward = (gaussian_mean(g, y, x, kinks) for g in functions)
    return mean, second, backward


def near(ball: Any, value: Any, digits: int) -> bool:
    return bool(ball.overlaps(arb(str(value), f"1e-{digits}"))) and bool(ball.rad() < 1e-12)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
@pytest.mark.parametrize("place", PLACES)
def test_moments_agree_with_quadrature(unit: Activation, place: tuple[str, str]) -> None:
    jets = JetsOnTiles(unit, ("M0", "Q0", "B0")).on_tile(*(arb(fmpq(*ratio(v))) for v in place))
    with mp.workdps(25):
        expected = moments_by_quadrature(unit, *(mp.mpf(value) for value in place))
    for name, value in zip(("M0", "Q0", "B0"), expected, strict=True):
        assert near(jets[name], value, 14), name


def ratio(text: str) -> tuple[int, int]:
    return Fraction(text).as_integer_ratio()


@pytest.mark.parametrize("letter", "MQB")
def test_jets_are_derivatives_and_obey_the_heat_equation(letter: str) -> None:
    """∂/∂x = ½ ∂²/∂y² at 50 digits: differentiating in s = √x gives s times the second jet."""
    zeroth, second = (jet_formula(catalog.selu, jet(letter, k)) for k in (0, 2))
    at = {**catalog.selu.defaults, Y: Fraction(3, 10), S: Fraction(6, 5)}
    along_s = diff(zeroth, S).subs(at).evalf(50)
    assert abs(along_s - (S * second).subs(at).evalf(50)) < 1e-45
    along_y = diff(zeroth, Y, 2).subs(at).evalf(50)
    assert abs(along_y - second.subs(at).evalf(50)) < 1e-45


@pytest.mark.parametrize("place", PLACES)
def test_the_printed_closed_forms(place: tuple[str, str]) -> None:
    """Klambauer et al. 2017, Eqs. 4 and 5, at 40 digits."""
    with mp.workdps(45), ctx.workprec(150):
        alpha, lam = (mp.mpf(v.evalf(45)) for v in catalog.selu.defaults.values())
        y, x = (mp.mpf(value) for value in place)
        r = mp.sqrt(2 * x)
        first = mp.exp(y + x / 2) * mp.erfc((y + x) / r)
        bell, tail = mp.exp(-(y**2) / (2 * x)), mp.erfc(y / r)
        mean = lam / 2 * (y * mp.erf(y / r) + alpha * first - alpha * tail)
        mean += lam / 2 * (mp.sqrt(2 * x / mp.pi) * bell + y)
        second = (y**2 + x) * (2 - tail) + mp.sqrt(2 / mp.pi) * y * mp.sqrt(x) * bell
        squares = mp.exp(2 * (y + x)) * mp.erfc((y + 2 * x) / r)
        second = lam**2 / 2 * (second + alpha**2 * (squares - 2 * first + tail))
        jets = JetsOnTiles(catalog.selu, ("M0", "Q0")).on_tile(*(arb(v) for v in place))
        assert jets["M0"].overlaps(arb(mp.nstr(mean, 42), 1e-38))
        assert jets["Q0"].overlaps(arb(mp.nstr(second, 42), 1e-38))


sides = st.tuples(st.integers(-40, 40), st.integers(0, 30))
shares = st.lists(st.integers(0, 8), min_size=4, max_size=4)


def some_box(draws: tuple[tuple[int, int], ...]) -> Box:
    """A box in mu, omega, nu, tau of moderate size, with positive variances."""
    lows = [Fraction(low, 100) + shift for (low, _), shift in zip(draws, (0, 0, 1, 1), strict=True)]
    widths = [Fraction(width, 100) for _, width in draws]
    ends = tuple((low, low + width) for low, width in zip(lows, widths, strict=True))
    return Box(("mu", "omega", "nu", "tau"), ends)


@given(st.tuples(sides, sides, sides, sides), shares)
def test_every_enclosure_holds_at_every_point(
    draws: tuple[tuple[int, int], ...], share: list[int]
) -> None:
    box = some_box(draws)
    ends = [
        low + (high - low) * Fraction(k, 8) for (low, high), k in zip(box.sides, share, strict=True)
    ]
    point = Box(box.names, tuple((end, end) for end in ends))
    for coordinates in (NATIVE, PRODUCT_OF_MEANS):
        norm = Layer(catalog.selu, coordinates).norm()
        wide, spot = coordinates.box(box), coordinates.box(point)
        exact = evaluator(norm).value(spot)
        slack, gradient = Inequality(norm, True, Fraction(0)).slack_with_gradient(wide)
        if slack.is_finite():
            assert slack.overlaps(exact)
            assert mean_value(Inequality(norm, True, Fraction(0)), wide, gradient).overlaps(exact)


def test_gradients_are_those_of_finite_differences() -> None:
    layer = Layer(catalog.selu, NATIVE)
    norm, step = layer.norm(), Fraction(1, 10**12)
    place = [Fraction(n, 100) for n in (7, 9, 95, 103)]
    with ctx.workprec(200):
        _, *gradient = evaluator(norm).value_and_gradient(at(norm, place))
        for axis, slope in enumerate(gradient):
            moved = [p + step * (k == axis) for k, p in enumerate(place)]
            change = evaluator(norm).value(at(norm, moved)) - evaluator(norm).value(at(norm, place))
            assert abs(change * 10**12 - slope) < 1e-10


def at(formula: Any, place: list[Fraction]) -> Box:
    return Box(("mu", "omega", "nu", "tau"), tuple((p, p) for p in place))


@pytest.mark.parametrize(
    "unit", [standardized_unit(catalog.hard_tanh), standardized_unit(catalog.elu)]
)
def test_standardized_units_have_mean_0_and_variance_1(unit: Activation) -> None:
    jets = JetsOnTiles(unit, ("M0", "Q0")).on_tile(arb(0), arb(1))
    assert near(jets["M0"], 0, 13)
    assert near(jets["Q0"], 1, 13)


def test_the_constants_for_another_fixed_point() -> None:
    """C-SNN-2: printed as alpha = 1.97126, lambda = 1.06071."""
    alpha, lam = normalized_elu(0, 2).defaults.values()
    assert f"{float(alpha):.5f}" == "1.97126"
    assert f"{float(lam):.5f}" == "1.06071"


def test_coordinates_are_exact_ranges_of_products() -> None:
    domain = {"mu": (Fraction(-1, 10), Fraction(3)), "omega": (Fraction(-2), Fraction(1, 7))}
    corners = [a * b for a, b in itertools.product(*domain.values())]
    assert product_range(domain, "mu*omega") == (min(corners), max(corners))
    assert Coordinates.of(omega="omega").symbols == (Symbol("omega", real=True),)


def test_tiles_suffice_for_moments() -> None:
    assert [name for name, _ in Layer(catalog.selu, TILES).mean.coordinates.products] == ["y", "x"]


@pytest.mark.parametrize(
    "text", ["-0.125", "0", "1/3", "-22/7", "1.000000000000000000000000000001"]
)
def test_numbers_print_as_they_are(text: str) -> None:
    assert Fraction(exact_text(Fraction(text))) == Fraction(text)
    assert exact_text(Fraction(text)) == text


def test_boxes_refuse_nonsense() -> None:
    with pytest.raises(ValueError, match="empty"):
        Box.of(mu=("1", "0"))
    with pytest.raises(ValueError, match="sides"):
        Box(("mu",), ())
