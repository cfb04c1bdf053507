"""Where arithmetics are tried: numbers of their format, at the kinks and at every size."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from actmath.lower import FLOAT32, FLOAT64, Precision
from actmath.numeric._check.places import nearest_held, places
from actmath.numeric._check.routes import BFLOAT16, FLOAT16

WIDTHS = {FLOAT32: torch.float32, BFLOAT16: torch.bfloat16, FLOAT16: torch.float16}


@pytest.mark.parametrize("precision", WIDTHS)
def test_every_place_is_a_number_of_the_format(precision: Precision) -> None:
    found = torch.tensor(places([Fraction(1, 3)], precision, 1, 40), dtype=torch.float64)
    assert torch.equal(found.to(WIDTHS[precision]).double(), found)
    assert precision.largest in found
    assert found.min() == -found.max()


@pytest.mark.parametrize("precision", WIDTHS)
def test_formats_are_tried_at_the_same_places(precision: Precision) -> None:
    found = {at for at in places([], precision, 0, 0) if 1e-4 < abs(at) < precision.largest}
    assert found <= set(places([], FLOAT64, 0, 0))


def test_kinks_and_the_floats_beside_them() -> None:
    found = places([Fraction(1), Fraction(0)], FLOAT64, 0, 0)
    for at in (1.0, np.nextafter(1, 2), 1 - 2.0**-52, 0.0, 5e-324, -5e-324):
        assert at in found


def test_a_format_without_a_smallest_number_is_tried_at_float64s() -> None:
    found = places([], Precision(53), 0, 0)
    # The smallest number, and each twentieth power of ten, to eight binary digits.
    assert min(at for at in found if at > 0) == math.ulp(0.0)
    assert any(abs(at / 1e-280 - 1) < 2**-8 for at in found)


def test_seeds_give_other_points_and_the_same_ones_again() -> None:
    one, again, other = (places([], FLOAT64, seed, 30) for seed in (1, 1, 2))
    assert one == again != other
    assert len(set(one) - set(places([], FLOAT64, 1, 0))) == 30


@pytest.mark.parametrize("at", [0.1, -3.7e20, 1e-44, 65519.0])
def test_rounding_is_that_of_the_format(at: float) -> None:
    quantum = math.ulp(0.0)
    assert nearest_held(at, 53, quantum) == at
    assert nearest_held(at, 24, FLOAT32.smallest * FLOAT32.epsilon) == np.float32(at)


#: As the module's documentation has them: where exponentials and their squares end, and between.
MODERATE = (0.01, 0.25, 0.75, 1, 2, 3, 4, 6, 9, 12, 16, 20, 28, 40, 60, 88, 90, 104, 250, 710, 750)


def eight_digits(size: float) -> float:
    """The nearest number of eight binary digits."""
    part, exponent = math.frexp(size)
    return math.ldexp(round(part * 256), exponent - 8)


@pytest.mark.parametrize(("stride", "every"), [(20, 1), (100, 5)])
def test_the_fixed_places_are_powers_of_ten_and_moderate_numbers(stride: int, every: int) -> None:
    powers = [float(f"1e{k}") for k in range(-300, 301, stride)]
    sizes = {eight_digits(size) for size in (*powers, *MODERATE[::every])}
    sizes |= {math.ulp(0.0), FLOAT64.smallest, FLOAT64.largest}
    wanted = sorted({sign * size for size in sizes for sign in (1, -1)} | {0.0})
    assert places([], FLOAT64, 0, 0, stride) == wanted


@pytest.mark.parametrize("precision", WIDTHS)
def test_of_a_narrower_format_they_are_its_roundings(precision: Precision) -> None:
    wide = torch.tensor(places([], FLOAT64, 0, 0), dtype=torch.float64)
    held = wide.to(WIDTHS[precision]).double()
    known = torch.finfo(WIDTHS[precision])
    least = known.tiny * known.eps
    ends = {sign * size for size in (known.tiny, least, known.max) for sign in (1, -1)}
    wanted = {at for at in held.tolist() if math.isfinite(at)} | ends
    # PyTorch, too, rounds what is below half of the smallest number to 0.
    assert places([], precision, 0, 0) == sorted(wanted)


@pytest.mark.parametrize("at", [Fraction(1, 3), Fraction(-7), Fraction(10**6, 7)])
def test_two_numbers_on_each_side_of_a_kink(at: Fraction) -> None:
    for precision, kind in ((FLOAT64, np.float64), (FLOAT32, np.float32)):
        one = kind(float(at))
        up, down = np.nextafter(one, kind(np.inf)), np.nextafter(one, kind(-np.inf))
        beside = {one, up, down, np.nextafter(up, kind(np.inf)), np.nextafter(down, kind(-np.inf))}
        found = set(places([at], precision, 0, 0)) - set(places([], precision, 0, 0))
        assert found == {float(each) for each in beside} - set(places([], precision, 0, 0))


@pytest.mark.parametrize("precision", [FLOAT64, FLOAT32, FLOAT16, Precision(200)])
def test_random_places_are_moderate_and_of_every_size_by_turns(precision: Precision) -> None:
    fixed = set(places([], precision, 3, 0))
    found = set(places([], precision, 3, 400)) - fixed
    small = [at for at in found if abs(at) <= 30]
    far = np.log10([abs(at) for at in found if abs(at) > 30])
    top = math.log10(min(precision.largest, 1e300))
    # Of the others, those below 30 in size are as many as their share of the decimal orders.
    assert len(far) == pytest.approx(200 * (top - 1.48) / (top + min(300, _low(precision))), abs=40)
    assert max(far) == pytest.approx(top, abs=0.05 * top)
    assert min(small) < -25
    assert max(small) > 25
    least = np.log10([abs(at) for at in small if at])
    assert min(least) == pytest.approx(-min(300, _low(precision)), rel=0.1)
    assert sum(at < 0 for at in found) == pytest.approx(len(found) / 2, rel=0.2)


def _low(precision: Precision) -> float:
    return -math.log10(precision.smallest) if precision.smallest else 300.0
