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
