"""Conditions of DKS and TAT: other targets and units turn the rows; the code's numbers agree."""

from __future__ import annotations

import re

import pytest

from actmath import catalog
from actmath.claims import Verdict
from actmath.claims.world import kernel_conditions, kernel_shaping

HOLDS, REFUTED = Verdict.HOLDS, Verdict.REFUTED
SOFTPLUS = kernel_shaping.TAT["softplus"]


def test_the_slope_of_the_network_is_that_of_the_other_rows() -> None:
    whole = kernel_conditions.network_slope()
    assert whole(kernel_shaping.local_slope(1.2)) == pytest.approx(1.2, rel=1e-12)
    assert kernel_conditions.unit_slope("1.5").verdict is HOLDS
    assert kernel_conditions.unit_slope("0.9").verdict is REFUTED


@pytest.mark.parametrize("name", ["softplus", "tanh"])
def test_four_numbers_suffice_and_are_those_of_the_code(name: str) -> None:
    found = kernel_conditions.suffices(name, "1.2")
    assert found.verdict is HOLDS
    a, b = (float(text) for text in re.findall(r" [ab] = (\d\.\d+)", found.evidence))
    printed = kernel_shaping.DKS[name]
    # The code's search leaves about eight digits of the conditions, of its numbers some fewer.
    assert (a, b) == pytest.approx(printed[:2], abs=1e-6)


def test_no_four_numbers_make_a_slope_below_1() -> None:
    assert kernel_conditions.suffices("tanh", "0.9").verdict is REFUTED


def test_curvatures() -> None:
    assert kernel_conditions.network_curvature("softplus", SOFTPLUS, "0.2").verdict is HOLDS
    assert kernel_conditions.network_curvature("softplus", SOFTPLUS, "0.3").verdict is REFUTED
    moved = (SOFTPLUS[0] * 1.01, *SOFTPLUS[1:])
    assert kernel_conditions.network_curvature("softplus", moved, "0.2").verdict is REFUTED


def test_units_that_are_homogeneous() -> None:
    assert kernel_conditions.one_number_less(catalog.relu).verdict is HOLDS
    assert kernel_conditions.one_number_less(catalog.tanh).verdict is REFUTED
    assert kernel_conditions.one_number_less(catalog.elu).verdict is REFUTED


def test_relu_misses_what_other_units_meet() -> None:
    right = kernel_conditions.without_the_fourth("relu", kernel_shaping.DKS["relu"])
    assert right.verdict is HOLDS
    # Four of four are met by tanh, and none by other numbers.
    tanh = kernel_shaping.DKS["tanh"]
    assert kernel_conditions.without_the_fourth("tanh", tanh).verdict is REFUTED
    moved = (0.4, *kernel_shaping.DKS["relu"][1:])
    assert kernel_conditions.without_the_fourth("relu", moved).verdict is REFUTED


def test_the_rule_errs_by_one_share() -> None:
    found = kernel_conditions.by_the_rule("relu", "softplus")
    assert found.evidence.count("+1.4e-11") == 2
