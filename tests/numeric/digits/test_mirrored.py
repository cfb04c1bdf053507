"""An integrand folded about the mean, and when it vanishes, by hand."""

from __future__ import annotations

import pytest
from sympy import Expr, Max, Rational, exp, tanh

from actmath import Activation
from actmath.notation import x
from actmath.number import mp
from actmath.numeric._digits.integrand import Integrand
from actmath.numeric._digits.mirrored import Mirrored, cancelled_bits, is_mirrored


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
