"""An integrand folded about the mean, and when it vanishes, by hand."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sympy import Expr, Max, Piecewise, Rational, exp, tanh

from actmath import Activation
from actmath.notation import x
from actmath.number import mp
from actmath.numeric._digits.integrand import Integrand
from actmath.numeric._digits.mirrored import Mirrored, _even, cancelled_bits, is_mirrored


def standard(formula: Expr) -> Integrand:
    return Integrand(Activation("f", formula), mp.zero, mp.one)


@pytest.mark.parametrize(
    "far", [Max(0, x - 60), 1 / (1 + exp(-60 * (x - 60))), exp(-((30 * (x - 50)) ** 2))]
)
def test_what_is_far_from_the_mean_is_looked_at_for_symmetry(far: Expr) -> None:
    with mp.workdps(20):
        mirrored = [is_mirrored(standard(f), 1) for f in (tanh(x), x * exp(-(x**2)), tanh(x) + far)]
    assert mirrored == [True, True, False]


def test_a_symmetry_about_a_mean_that_is_no_binary_number() -> None:
    with mp.workdps(500):
        third = Integrand(Activation("f", tanh(40 * (x - Rational(1, 3)))), mp.mpf(1) / 3, mp.one)
        assert is_mirrored(third, 1)


def test_the_even_part_has_the_breaks_of_both_sides() -> None:
    """Of tanh(x) + max(0, x − 3): max(0, |x| − 3)/2, with the slope of the even part of f′."""
    with mp.workdps(30):
        folded = Mirrored(Activation("f", tanh(x) + Max(0, x - 3)), mp.zero, mp.one)
        assert folded.breaks == [-3, 3]
        for place, even in ((-5, 1), (-2, 0), (2, 0), (5, 1)):
            value, slope = folded.at(mp.mpf(place), folded.piece_at(place))
            assert abs(value - even) < 1e-28
            true = mp.sech(place) ** 2 + mp.mpf(even) / 2
            assert abs(slope / true - 1) < 1e-28


def test_bits_that_cancel() -> None:
    """The density is e^(−450) at the kink, e^(−512) at 32; an even function loses none."""
    lost = cancelled_bits(standard(tanh(x) + Max(0, x - 30)), 0)
    assert 450 / mp.ln2 < lost < 520 / mp.ln2
    assert cancelled_bits(standard(x**2), 0) <= 1


@pytest.mark.parametrize("rates", [(64, 8), (8, 64)])
def test_of_a_bend_and_an_image_at_one_place_the_narrower_is_told(rates: tuple[int, int]) -> None:
    """Bends at 1 and 5, about 3."""
    one, other = rates
    unit = Activation("bent", tanh(one * (x - 1)) + tanh(other * (x - 5)))
    bends = Mirrored(unit, mp.mpf(3), mp.one).landmarks
    assert (bends[mp.one], bends[mp.mpf(5)]) == (1 / mp.mpf(64), 1 / mp.mpf(64))
    assert set(bends) == {0, 1, 5, 6}


#: Three pieces between breaks at no round numbers, as formulas and by hand: f and f′.
PIECES = (
    (x**2 - 3, lambda t: (t**2 - 3, 2 * t)),
    (exp(x / 2), lambda t: (mp.exp(t / 2), mp.exp(t / 2) / 2)),
    (tanh(x), lambda t: (mp.tanh(t), mp.sech(t) ** 2)),
)


@pytest.mark.parametrize("mean", ["-2", "-5/8", "1/4", "7/8", "5"])
def test_halves_are_added_up_at_random_places(mean: str) -> None:
    """Against the two values by hand, on either side of breaks at −7/4 and 3/2 and their images."""
    breaks = [Rational(-7, 4), Rational(3, 2)]
    (low, _), (middle, _), (high, _) = PIECES
    unit = Activation(
        "three", Piecewise((low, x < breaks[0]), (middle, x < breaks[1]), (high, True))
    )
    draw = random.Random(mean)
    with mp.workdps(30):
        centre = mp.mpf(Rational(mean).p) / Rational(mean).q

        def by_hand(at: Any) -> tuple[Any, Any]:
            return PIECES[sum(bool(at > b) for b in (-1.75, 1.5))][1](at)

        folded = Mirrored(unit, centre, mp.one)
        images = sorted([*(-1.75, 1.5), *(2 * centre - b for b in (-1.75, 1.5))])
        assert folded.breaks == images
        for _ in range(40):
            apart = mp.mpf(draw.uniform(-9, 9))
            found = folded.at(centre + apart, folded.piece_at(centre + apart))
            pairs = zip(by_hand(centre + apart), by_hand(centre - apart), strict=True)
            for got, (one, other) in zip(found, pairs, strict=True):
                assert abs(got - (one + other) / 2) <= mp.mpf(10) ** -28 * (abs(one) + abs(other))


def test_what_is_rounding_of_two_halves_is_0() -> None:
    with mp.workprec(60):
        # 2^{16 − 60} of both sizes together, which are a little less than 2.
        assert _even(mp.one, -1 + mp.ldexp(1, -43)) == mp.ldexp(1, -44)
        assert _even(mp.one, -1 + mp.ldexp(1, -44)) == 0
        assert _even(mp.mpf(3), mp.mpf(5)) == 4
        assert _even(mp.mpf(-3), mp.mpf(-5)) == -4


def test_odd_is_not_even() -> None:
    """Of what is neither, of a sum, of a mean that is no centre, and of a function that is 0."""
    with mp.workdps(20):
        for formula, odd, even in (
            (tanh(x), True, False),
            (x**2, False, True),
            (x**2 + x / 1000, False, False),
            (exp(x), False, False),
            (0 * x, True, True),
        ):
            found = standard(formula)
            assert (is_mirrored(found, 1), is_mirrored(found, -1)) == (odd, even)
        beside = Integrand(Activation("f", tanh(x)), mp.mpf("1e-30"), mp.one)
        assert not is_mirrored(beside, 1)


def test_bits_of_slopes_that_cancel() -> None:
    """f′ of x² + max(0, x − 30)²/2 is odd but for e^(−450) and what is below that."""
    lost = cancelled_bits(standard(x**2 + Max(0, x - 30) ** 2 / 2), 1)
    assert 450 / mp.ln2 < lost < 540 / mp.ln2
    assert cancelled_bits(standard(tanh(x)), 1) <= 1
    # What cancels altogether cancels in as many digits as are looked at.
    assert cancelled_bits(standard(x**3), 0) > 1400
    assert cancelled_bits(standard(0 * x), 0) == 0
    # 9 of ten parts of x + x²/9 cancel in the bulk: no more than a few bits.
    assert 0 <= cancelled_bits(standard(x + x**2 / 9), 0) <= 4
