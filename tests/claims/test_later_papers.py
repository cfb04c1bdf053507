"""Checks of what later papers print of GELU, Swish, Mish: each is turned by another value."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import Piecewise, Rational, S, exp, pi

from actmath import Activation, catalog
from actmath.claims import CLAIMS, Finding, Verdict
from actmath.claims.gates import forms_of_gelu as forms
from actmath.claims.gates import gelu, mish, squared_relu, swish
from actmath.claims.gates import silu as minimum
from actmath.notation import x
from actmath.prove.theorems.gates import MINIMA

GELU = catalog.gelu.expr
PLACE = MINIMA["silu"][0]
#: The length of its outputs is 1/2 whatever comes in: it attracts.
STEP = Activation("step", Piecewise((0, x < 0), (1, True)))


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"),
    [
        (lambda: gelu.same_function(GELU), lambda: gelu.same_function(x), Verdict.REFUTED),
        (
            lambda: gelu.curved_everywhere(exp(x)),
            lambda: gelu.curved_everywhere(GELU),
            Verdict.CORRECTED,
        ),
        (lambda: gelu.not_convex(GELU), lambda: gelu.not_convex(exp(x)), Verdict.REFUTED),
        (lambda: gelu.not_linear(GELU), lambda: gelu.not_linear(3 * x + 1), Verdict.REFUTED),
        (
            lambda: gelu.cauchy(1, -1 / pi),
            lambda: gelu.cauchy(1, Rational(0)),
            Verdict.REFUTED,
        ),
        (
            lambda: gelu.noisy_relu(GELU + gelu.DENSITY),
            lambda: gelu.noisy_relu(GELU),
            Verdict.CORRECTED,
        ),
        (
            lambda: gelu.outputs_in(-1, S.Infinity),
            lambda: gelu.outputs_in(0, S.Infinity),
            Verdict.REFUTED,
        ),
        (
            lambda: forms.more_accurate("tanh", "sigmoid"),
            lambda: forms.more_accurate("sigmoid", "tanh"),
            Verdict.REFUTED,
        ),
        (
            lambda: forms.root_of_two_over_pi(forms.ROOT),
            lambda: forms.root_of_two_over_pi("0.7978845609"),
            Verdict.REFUTED,
        ),
        (lambda: swish.becomes(x / 2, S.Zero), lambda: swish.becomes(x, S.Zero), Verdict.REFUTED),
        (
            lambda: swish.for_which(lambda left, right: left != right),
            lambda: swish.for_which(lambda left, right: left == 0),
            Verdict.CORRECTED,
        ),
        (
            lambda: minimum.stationary((x - 2) / (x + 2)),
            lambda: minimum.stationary((x - 3) / (x + 2)),
            Verdict.REFUTED,
        ),
        (
            lambda: minimum.below_one_up_to("1.27"),
            lambda: minimum.below_one_up_to("1.28"),
            Verdict.CORRECTED,
        ),
        (lambda: minimum.dip_lies_in(-5, 0), lambda: minimum.dip_lies_in(-1, 0), Verdict.REFUTED),
        (
            lambda: minimum.as_float("-1.2784645427610737", "it", PLACE),
            lambda: minimum.as_float("-1.2784645427610740", "it", PLACE),
            Verdict.CORRECTED,
        ),
        (
            lambda: mish.is_slope_of_mish(mish.QUOTIENT),
            lambda: mish.is_slope_of_mish(2 * mish.QUOTIENT),
            Verdict.REFUTED,
        ),
        (
            lambda: mish.infinitely_smooth(catalog.mish.expr),
            lambda: mish.infinitely_smooth(1 / (exp(x) - 1)),
            Verdict.REFUTED,
        ),
        (
            lambda: squared_relu.grows_otherwise("squared_relu"),
            lambda: squared_relu.grows_otherwise("mish"),
            Verdict.REFUTED,
        ),
        (
            lambda: squared_relu.attracts_for_some_scale(STEP),
            lambda: squared_relu.attracts_for_some_scale(catalog.squared_relu),
            Verdict.REFUTED,
        ),
    ],
)
def test_the_printed_value_decides(
    right: Callable[[], Finding], wrong: Callable[[], Finding], verdict: Verdict
) -> None:
    assert right().verdict is Verdict.HOLDS
    assert wrong().verdict is verdict


@pytest.mark.parametrize(
    ("identifier", "verdict"),
    [
        ("C-GEL-4.d", Verdict.CORRECTED),
        ("C-GEL-7.b", Verdict.CORRECTED),
        ("C-GEL-10", Verdict.REFUTED),
        ("C-SWI-5", Verdict.HOLDS),
        ("C-SWI-9.d", Verdict.CORRECTED),
        ("C-MIS-1.a", Verdict.HOLDS),
        ("C-MIS-4.a", Verdict.CORRECTED),
        ("C-SQR-2.a", Verdict.ANSWERED),
    ],
)
def test_rows(identifier: str, verdict: Verdict) -> None:
    assert CLAIMS[identifier].judge().finding.verdict is verdict


def test_the_length_of_squared_relu_by_sampling() -> None:
    """Two layers of a wide random network: the mean square is multiplied as the map says."""
    import numpy as np

    rng, width = np.random.default_rng(0), 4000
    length = 2 / 3 * 1.1
    net = rng.standard_normal((8, width)) * length**0.5
    hidden = np.maximum(net, 0) ** 2
    # v_w = 1: the fixed length is 2/3, and a tenth above it becomes more than a fifth.
    following = (hidden**2).mean()
    assert abs(following / (1.5 * length**2) - 1) < 0.05
    assert following > 2 / 3 * 1.15
