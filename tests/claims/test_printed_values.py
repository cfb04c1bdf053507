"""Checks of printed values outside the SELU paper: each is turned by another value."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import S, exp, sqrt

from actmath.claims import Finding, Verdict
from actmath.claims.elu import run_convolution as elu
from actmath.claims.noisy import run_characters as noisy
from actmath.claims.notes import frameworks, lecture
from actmath.claims.prelu import run_slopes, scaling, unit
from actmath.notation import K, alpha, x

CHANNELWISE = run_slopes.PRINTED_SLOPES["channelwise"]
STACKS = (((2, 8, 3),), ((1, 10, 1),))


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"),
    [
        (lambda: elu.layers(STACKS, 3), lambda: elu.layers(STACKS, 2), Verdict.CORRECTED),
        (lambda: elu.layers(STACKS, 3), lambda: elu.layers(STACKS, 4), Verdict.REFUTED),
        (
            lambda: elu.slower("12.15", "11.48", "6"),
            lambda: elu.slower("12.15", "11.48", "5"),
            Verdict.CORRECTED,
        ),
        (
            lambda: noisy.improvement(46.45, 48.09, 3.5),
            lambda: noisy.improvement(46.45, 48.09, 2.5),
            Verdict.CORRECTED,
        ),
        (
            lambda: noisy.state_of_the_art({"own": 78.0}, {"a": 114.5, "b": 78.4}),
            lambda: noisy.state_of_the_art({"own": 108.0}, {"a": 114.5, "b": 78.4}),
            Verdict.CORRECTED,
        ),
        (
            lambda: noisy.state_of_the_art({"own": 78.0}, {"a": 114.5, "b": 78.4}),
            lambda: noisy.state_of_the_art({"own": 120.0}, {"a": 114.5, "b": 78.4}),
            Verdict.REFUTED,
        ),
        (
            lambda: lecture.weights_scale(1 / sqrt(K)),
            lambda: lecture.weights_scale(1 / K),
            Verdict.CORRECTED,
        ),
        (
            lambda: lecture.weights_mean(S.One),
            lambda: lecture.weights_mean(S.Zero),
            Verdict.REFUTED,
        ),
        (lambda: unit.update_sign(-1), lambda: unit.update_sign(1), Verdict.CORRECTED),
        (
            lambda: scaling.shrinkage({22: 11, 30: 15}),
            lambda: scaling.shrinkage({22: 11, 30: 14}),
            Verdict.REFUTED,
        ),
        (
            lambda: frameworks.left_branch(alpha * (exp(x) - 1)),
            lambda: frameworks.left_branch(frameworks.KERAS_ELU),
            Verdict.CORRECTED,
        ),
        (
            lambda: frameworks.slope_is(0, alpha * exp(x)),
            lambda: frameworks.slope_is(0, alpha),
            Verdict.CORRECTED,
        ),
        (
            lambda: frameworks.linear(x / 6 + S.Half),
            lambda: frameworks.linear(frameworks.KERAS_HARD_SILU),
            Verdict.CORRECTED,
        ),
        (
            lambda: frameworks.single_precision("0.100000001490116119384765625", "0.1"),
            lambda: frameworks.single_precision("0.1", "0.1"),
            Verdict.REFUTED,
        ),
        (
            lambda: frameworks.truncated_deviation("0.87962566103423978"),
            lambda: frameworks.truncated_deviation("0.87962566103423990"),
            Verdict.REFUTED,
        ),
        (
            lambda: frameworks.complex_deviation("0.96196182800821"),
            lambda: frameworks.complex_deviation("0.95311164380491208"),
            Verdict.CORRECTED,
        ),
        (
            lambda: run_slopes.falls(CHANNELWISE),
            lambda: run_slopes.falls(CHANNELWISE[10::-1]),
            Verdict.REFUTED,
        ),
        (
            lambda: run_slopes.subtracted({"1.05": ("24.02", "22.97")}),
            lambda: run_slopes.subtracted({"1.06": ("24.02", "22.97")}),
            Verdict.REFUTED,
        ),
    ],
)
def test_the_printed_value_decides(
    right: Callable[[], Finding], wrong: Callable[[], Finding], verdict: Verdict
) -> None:
    assert right().verdict is Verdict.HOLDS
    assert wrong().verdict is verdict
