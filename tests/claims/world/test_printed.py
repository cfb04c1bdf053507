"""Rows on constants of the world: each check is turned by another number."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import Rational, S, atanh, sqrt

from actmath.claims import Finding, Verdict
from actmath.claims.world import (
    efficient_backprop,
    framework_constants,
    kernel_shaping,
    nfnets,
    unit_scaling,
)
from actmath.notation import n, p

TANH = kernel_shaping.DKS["tanh"]
TARGETS = kernel_shaping.dks_targets("tanh")


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"),
    [
        (
            lambda: framework_constants.kept_mean_square("relu", "sqrt(2)"),
            lambda: framework_constants.kept_mean_square("relu", "1.4"),
            Verdict.CORRECTED,
        ),
        (
            lambda: framework_constants.necessary(0.6),
            lambda: framework_constants.necessary(0.75),
            Verdict.REFUTED,
        ),
        (
            lambda: framework_constants.uniform_bound(5),
            lambda: framework_constants.uniform_bound(3),
            Verdict.REFUTED,
        ),
        (
            lambda: framework_constants.sixth("0.16666667163372"),
            lambda: framework_constants.sixth("0.1666667"),
            Verdict.REFUTED,
        ),
        (
            lambda: framework_constants.documented_slope("1/6", "1/6"),
            lambda: framework_constants.documented_slope("1/5", "1/6"),
            Verdict.CORRECTED,
        ),
        (
            lambda: framework_constants.least_squares("2.402048"),
            lambda: framework_constants.least_squares("2.402056"),
            Verdict.CORRECTED,
        ),
        (
            lambda: framework_constants.saturation_of_dropout("1.7580993408473768"),
            lambda: framework_constants.saturation_of_dropout("1.7580993408473766"),
            Verdict.CORRECTED,
        ),
        (
            lambda: nfnets.factor_of("relu", "1.71286"),
            lambda: nfnets.factor_of("relu", "1.71396"),
            Verdict.CORRECTED,
        ),
        (
            lambda: nfnets.factor_of("tanh", "1.5925"),
            lambda: nfnets.factor_of("tanh", "1.7"),
            Verdict.REFUTED,
        ),
        (
            lambda: kernel_shaping.printed_solution("tanh", TANH, TARGETS),
            lambda: kernel_shaping.printed_solution("tanh", (0.08, *TANH[1:]), TARGETS),
            Verdict.REFUTED,
        ),
        (
            lambda: kernel_shaping.largest_slope("1.46694"),
            lambda: kernel_shaping.largest_slope("1.46695"),
            Verdict.CORRECTED,
        ),
        (
            lambda: kernel_shaping.tat_leaky("0.6291800290346146", "1.196996549778802"),
            lambda: kernel_shaping.tat_leaky("0.63", "1.196996549778802"),
            Verdict.REFUTED,
        ),
        (
            lambda: efficient_backprop.at_one("1.7159"),
            lambda: efficient_backprop.at_one("1.7160"),
            Verdict.REFUTED,
        ),
        (
            lambda: efficient_backprop.bend(atanh(1 / sqrt(3))),
            lambda: efficient_backprop.bend(Rational(2, 3)),
            Verdict.CORRECTED,
        ),
        (
            lambda: efficient_backprop.variance_one(0.3),
            lambda: efficient_backprop.variance_one(0.1),
            Verdict.CORRECTED,
        ),
        (
            lambda: efficient_backprop.every_layer(0.5),
            lambda: efficient_backprop.every_layer(0.1),
            Verdict.CORRECTED,
        ),
        (
            lambda: efficient_backprop.relu_squared(S.Half, Rational(5, 4)),
            lambda: efficient_backprop.relu_squared(S.Half, Rational(3, 2)),
            Verdict.REFUTED,
        ),
        (
            lambda: efficient_backprop.four_digits("0.8944", "-0.4472"),
            lambda: efficient_backprop.four_digits("0.8945", "-0.4472"),
            Verdict.REFUTED,
        ),
        (
            lambda: efficient_backprop.operations(4),
            lambda: efficient_backprop.operations(3),
            Verdict.REFUTED,
        ),
        (
            lambda: efficient_backprop.fewer("4", "14", "71"),
            lambda: efficient_backprop.fewer("4", "14", "72"),
            Verdict.REFUTED,
        ),
        (
            lambda: unit_scaling.found_by_trial("0.588", "forward"),
            lambda: unit_scaling.found_by_trial("0.587", "forward"),
            Verdict.REFUTED,
        ),
        (
            lambda: unit_scaling.softmax_scale("1.31", "forward"),
            lambda: unit_scaling.softmax_scale("1.32", "forward"),
            Verdict.REFUTED,
        ),
        (
            lambda: unit_scaling.dropout(sqrt(1 - p)),
            lambda: unit_scaling.dropout(1 - p),
            Verdict.REFUTED,
        ),
        (
            lambda: unit_scaling.added(1 / sqrt(2)),
            lambda: unit_scaling.added(S.Half),
            Verdict.REFUTED,
        ),
        (
            lambda: unit_scaling.squared_error(1 / sqrt(8)),
            lambda: unit_scaling.squared_error(1 / sqrt(2)),
            Verdict.REFUTED,
        ),
        (
            lambda: unit_scaling.cross_entropy(n / sqrt(n - 1)),
            lambda: unit_scaling.cross_entropy(sqrt(n)),
            Verdict.REFUTED,
        ),
        (
            lambda: unit_scaling.guide_scales(unit_scaling.GUIDE),
            lambda: unit_scaling.guide_scales(
                {**unit_scaling.GUIDE, "forward": ("0.578", "0.422", "0.198")}
            ),
            Verdict.REFUTED,
        ),
    ],
)
def test_the_printed_number_decides(
    right: Callable[[], Finding], wrong: Callable[[], Finding], verdict: Verdict
) -> None:
    assert right().verdict is Verdict.HOLDS
    assert wrong().verdict is verdict


def test_a_fixed_point_that_all_return_to_is_told_from_one_that_none_does() -> None:
    assert nfnets.stays(("tanh",)).evidence.startswith("yes")
    assert nfnets.stays(("tanh", "silu")).evidence.startswith("no")


def test_starts_and_counts_of_star_relu() -> None:
    start = efficient_backprop.starts_from("1", "0").evidence
    assert start.startswith("the mean is 1/2 and the variance 5/4")
    assert "lengths 1, 1.5, 3.375, 17.09, " in start
    assert efficient_backprop.starts_from("2", "1").evidence.startswith("the mean is 2 and the va")
    assert "leave 6 for" in efficient_backprop.for_the_tanh(14).evidence
    assert "leave 4 for" in efficient_backprop.for_the_tanh(12).evidence
