"""Gulcehre et al. (2016), Definitions 2.2 and 2.3, known by hand for the whole catalog."""

from __future__ import annotations

import pytest
from sympy import AccumBounds, Piecewise, S, oo, pi, sin

from actmath import Activation, Parameter, catalog
from actmath.catalog import CATALOG
from actmath.derive import SaturationKind
from actmath.derive._saturation.saturation import hard_saturation, saturation
from actmath.notation import a, alpha, lam, x

NONE, SOFT, HARD = SaturationKind.NONE, SaturationKind.SOFT, SaturationKind.HARD
# kind, limit and threshold on the left; the same on the right
TABLE = {
    "identity": ((NONE, -oo, None), (NONE, oo, None)),
    "abs": ((NONE, oo, None), (NONE, oo, None)),
    "relu": ((HARD, 0, 0), (NONE, oo, None)),
    "shifted_relu": ((HARD, -1, -1), (NONE, oo, None)),
    "relu6": ((HARD, 0, 0), (HARD, 6, 6)),
    "elu": ((SOFT, -alpha, None), (NONE, oo, None)),
    "selu": ((SOFT, -alpha * lam, None), (NONE, oo, None)),
    "celu": ((SOFT, -alpha, None), (NONE, oo, None)),
    "sigmoid": ((SOFT, 0, None), (SOFT, 1, None)),
    "tanh": ((SOFT, -1, None), (SOFT, 1, None)),
    "softsign": ((SOFT, -1, None), (SOFT, 1, None)),
    "arctan": ((SOFT, -pi / 2, None), (SOFT, pi / 2, None)),
    "hard_sigmoid": ((HARD, 0, -2), (HARD, 1, 2)),
    "hard_tanh": ((HARD, -1, -1), (HARD, 1, 1)),
    "hard_swish": ((HARD, 0, -3), (NONE, oo, None)),
    "softplus": ((SOFT, 0, None), (NONE, oo, None)),
    "gelu": ((SOFT, 0, None), (NONE, oo, None)),
    "silu": ((SOFT, 0, None), (NONE, oo, None)),
    "mish": ((SOFT, 0, None), (NONE, oo, None)),
}


@pytest.mark.parametrize("name", TABLE)
def test_by_hand(name: str) -> None:
    found = saturation(CATALOG[name])
    for side, (kind, value, threshold) in zip((found.left, found.right), TABLE[name], strict=True):
        assert side.kind is kind
        assert side.value == value
        assert side.threshold == (None if threshold is None else S(threshold))
    assert found.saturates == (NONE not in [kind for kind, *_ in TABLE[name]])


@pytest.mark.parametrize("name", ["leaky_relu", "prelu"])
def test_the_kind_is_that_of_the_default_parameters(name: str) -> None:
    assert saturation(CATALOG[name]).left.kind is NONE
    flat = saturation(CATALOG[name].with_parameters(a=0)).left
    assert (flat.kind, flat.value, flat.threshold) == (HARD, 0, 0)


def test_opposite_slopes_cancel_in_rrelu() -> None:
    flat = catalog.rrelu.with_parameters(lower=-1, upper=1)
    assert saturation(flat).left.kind is HARD


def test_oscillation_is_no_saturation() -> None:
    wave = saturation(Activation("wave", sin(x)))
    assert wave.left.kind is wave.right.kind is NONE
    assert wave.left.value == AccumBounds(-1, 1)


def test_a_constant_saturates_hard_from_everywhere() -> None:
    flat = saturation(Activation("flat", S(3)))
    assert (flat.left.threshold, flat.right.threshold) == (oo, -oo)


@pytest.mark.parametrize("name", catalog.CATALOG)
def test_no_unit_of_the_catalog_is_hard_as_printed(name: str) -> None:
    assert not hard_saturation(catalog.get(name)).printed


@pytest.mark.parametrize("name", ["hard_sigmoid", "hard_tanh", "relu6"])
def test_clipped_lines_are_hard_as_meant(name: str) -> None:
    assert hard_saturation(catalog.get(name)).meant


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "hard_swish"])
def test_others_are_not(name: str) -> None:
    assert not hard_saturation(catalog.get(name)).meant


def test_a_step_is_hard_as_printed() -> None:
    step = Activation("step", Piecewise((0, x < 1), (3, True)))
    found = hard_saturation(step)
    assert found.printed
    assert found.meant


#: lim f′ on the left and on the right, where it is not 0 on both.
SLOPES = {
    "identity": (1, 1),
    "abs": (-1, 1),
    "relu": (0, 1),
    "shifted_relu": (0, 1),
    "prelu": (a, 1),
    "elu": (0, 1),
    "selu": (0, lam),
    "hard_swish": (0, 1),
    "softplus": (0, 1),
    "silu": (0, 1),
    "mish": (0, 1),
    "squared_relu": (0, oo),
}


@pytest.mark.parametrize("name", [*SLOPES, "tanh", "hard_tanh", "relu6", "softsign"])
def test_slopes_far_out_by_hand(name: str) -> None:
    found = saturation(CATALOG[name])
    assert (found.left.slope, found.right.slope) == SLOPES.get(name, (0, 0))


def test_a_constant_is_hard_as_printed() -> None:
    found = hard_saturation(Activation("flat", S(3)))
    assert (found.printed, found.meant, found.left, found.right) == (True, True, oo, -oo)


def test_two_steps_are_hard_as_meant_alone() -> None:
    """h′ is 0 beside either step, but no one constant says so."""
    stairs = Activation("stairs", Piecewise((0, x < 1), (3, x < 4), (2, True)))
    found = hard_saturation(stairs)
    assert (found.printed, found.meant, found.left, found.right) == (False, True, 1, 4)


def test_one_hard_side_is_not_enough() -> None:
    relu = hard_saturation(catalog.relu)
    assert (relu.printed, relu.meant, relu.left, relu.right) == (False, False, 0, None)
    flipped = hard_saturation(Activation("flipped", Piecewise((x, x < 2), (2, True))))
    assert (flipped.printed, flipped.meant, flipped.left, flipped.right) == (
        *(False, False),
        *(None, 2),
    )
    assert not saturation(catalog.relu).saturates


def test_the_level_of_a_unit_that_is_flat_for_its_default_alone() -> None:
    """A parameter stays in the level where the piece is flat for all of its values."""
    always = saturation(Activation("floor", Piecewise((-a, x < 0), (x, True)), (Parameter(a, 2),)))
    assert (always.left.value, always.left.threshold) == (-a, 0)
    default = Activation("lever", Piecewise((a * x + 3, x < 0), (x, True)), (Parameter(a, 0),))
    assert saturation(default).left.value == 3
