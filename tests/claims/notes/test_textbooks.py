"""Rows on textbooks and courses: each check is turned by another printed value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sympy import Rational, S, pi, sqrt

from actmath import catalog
from actmath.claims import Finding, Verdict, select
from actmath.claims.notes import textbooks

HOLDS, CORRECTED, REFUTED = Verdict.HOLDS, Verdict.CORRECTED, Verdict.REFUTED


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"),
    [
        (
            lambda: textbooks.steepest_at_0(catalog.sigmoid, Rational(1, 4)),
            lambda: textbooks.steepest_at_0(catalog.sigmoid, Rational(1, 5)),
            REFUTED,
        ),
        (
            lambda: textbooks.steepest_at_0(catalog.tanh, S.One),
            lambda: textbooks.steepest_at_0(catalog.arctan, S.One),
            REFUTED,
        ),
        (
            lambda: textbooks.variance_behind(S.Half - 1 / (2 * pi)),
            lambda: textbooks.variance_behind(S.Half),
            CORRECTED,
        ),
        (
            lambda: textbooks.weights_for_relu(S(2)),
            lambda: textbooks.weights_for_relu(sqrt(2)),
            CORRECTED,
        ),
        (
            lambda: textbooks.share_off(S.Half, 1),
            lambda: textbooks.share_off(S.Half, 2),
            CORRECTED,
        ),
        (
            lambda: textbooks.moment("0.3989422804014327", 1),
            lambda: textbooks.moment("0.3989422804014328", 1),
            CORRECTED,
        ),
        (
            lambda: textbooks.moment("0.58382", 2),
            lambda: textbooks.moment(textbooks.RELU_DEVIATION, 2),
            CORRECTED,
        ),
    ],
)
def test_the_printed_value_decides(
    right: Callable[[], Finding], wrong: Callable[[], Finding], verdict: Verdict
) -> None:
    assert right().verdict is HOLDS
    assert wrong().verdict is verdict


def test_the_verdicts() -> None:
    found = {row.id: row.judge().finding.verdict for row in (*select("C-UNV"), *select("C-FW-18"))}
    assert found == {
        "C-UNV-1.a": CORRECTED,
        "C-UNV-1.b": CORRECTED,
        "C-UNV-1.c": CORRECTED,
        "C-UNV-2.a": HOLDS,
        "C-UNV-2.b": CORRECTED,
        "C-FW-18.a": HOLDS,
        "C-FW-18.b": HOLDS,
    }


def test_the_moments_by_sampling() -> None:
    """A million normals: the standard errors of these means are below 0.001."""
    values = np.maximum(np.random.default_rng(0).standard_normal(10**6), 0)
    assert abs(values.mean() - 0.3989) < 0.004
    assert abs(values.var() - 0.3408) < 0.004
    assert abs((values**2).mean() - 0.5) < 0.006
