"""Rows on what frameworks take by default: other defaults turn them, other means agree."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats
from sympy import sqrt

from actmath.claims import Finding, Verdict
from actmath.claims.notes import defaults
from actmath.lower import to_numpy
from actmath.notation import x
from actmath.prove.theorems.fixed_point import ALPHA_01, LAMBDA_01

HOLDS, CORRECTED, REFUTED = Verdict.HOLDS, Verdict.CORRECTED, Verdict.REFUTED
NUMBER = re.compile(r"[+-]?\d+\.\d+(?:e[+-]\d+)?")


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"),
    [
        (lambda: defaults.leaky_slope("0.01"), lambda: defaults.leaky_slope("0.2"), REFUTED),
        (
            lambda: defaults.gelu_by_default("gelu"),
            lambda: defaults.gelu_by_default("gelu_tanh"),
            REFUTED,
        ),
        (
            lambda: defaults.bent_line_is((x + sqrt(x**2 + 4)) / 2),
            lambda: defaults.bent_line_is((x + sqrt(x**2 + 1)) / 2),
            REFUTED,
        ),
        (
            lambda: defaults.to_its_digits("1.67326324", ALPHA_01),
            lambda: defaults.to_its_digits("1.67326325", ALPHA_01),
            CORRECTED,
        ),
        (
            lambda: defaults.to_its_digits("1.05070099", LAMBDA_01),
            lambda: defaults.to_its_digits("1.05070098", LAMBDA_01),
            CORRECTED,
        ),
        (
            lambda: defaults.kept_by_selu("1.67326324", "1.05070098"),
            lambda: defaults.kept_by_selu("1.67326324", "1.0507"),
            REFUTED,
        ),
    ],
)
def test_the_printed_value_decides(
    right: Callable[[], Finding], wrong: Callable[[], Finding], verdict: Verdict
) -> None:
    assert right().verdict is HOLDS
    assert wrong().verdict is verdict


def test_digits_that_were_cut_off_are_told_from_wrong_ones() -> None:
    found = defaults.to_its_digits("1.05070098", LAMBDA_01)
    assert "cut off" in found.evidence
    assert found.correction == "1.05070099"
    assert "cut off" not in defaults.to_its_digits("1.67326325", ALPHA_01).evidence


def test_slopes_of_a_layer_with_another_ones_gain() -> None:
    """((1 + 0.3²)/(1 + 0.2²))^50, and its inverse the other way round."""
    there = defaults.mixed_slopes(("0.2", "0.3")).evidence
    assert f"by {(1.09 / 1.04) ** 50:.3g} in 50 layers of 0.3" in there
    assert f"by {(1.04 / 1.09) ** 50:.3g}" in defaults.mixed_slopes(("0.3", "0.2")).evidence


@pytest.mark.slow
def test_many_inputs_by_sampling() -> None:
    """Normal and truncated weights of 40 inputs, Σw² drawn: mean squares as the row says."""
    found = [float(text) for text in NUMBER.findall(defaults.many_inputs("0.879625661").evidence)]
    stated = {"normal": found[3], "truncated": found[5]}
    rng, n = np.random.default_rng(0), 40
    # Mean over Z of selu(s·Z)², by a rule that knows the kink: a fine grid of quantiles.
    z = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    selu = to_numpy("selu")
    grid = np.linspace(0.05, 4, 200)
    second = np.array([(selu(v**0.5 * z) ** 2).mean() for v in grid])
    draws = {
        "normal": rng.standard_normal((200_000, n)),
        "truncated": stats.truncnorm.rvs(-2, 2, size=(200_000, n), random_state=rng) / 0.879625661,
    }
    for name, weights in draws.items():
        squares = (weights**2).mean(axis=1)
        off = n * (np.interp(squares, grid, second).mean() - np.interp(1.0, grid, second))
        # One standard error of these means times n is 0.02, what is left at 1/n² about as much.
        assert abs(off - stated[name]) < 0.07


def test_between_forms_says_what_is_off() -> None:
    same = defaults.between_forms("gelu", "gelu").evidence
    assert same.count("+0.00e+00") == 2
    assert "1.000000 after 50" in same
    other = defaults.between_forms("gelu", "gelu_tanh").evidence
    assert "0.00e+00" not in other
    assert "1.000000 after 50" not in other
