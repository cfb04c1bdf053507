"""Limits of noisy units, checked on numbers far out, near the threshold and at p = 0."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from sympy import S, lambdify, oo, sympify

from actmath import catalog
from actmath.derive import SaturationKind, harden
from actmath.derive._noise.limits import (
    _largest_tanh_ratio,
    critical_level,
    deviation_facts,
    expected_unit,
    gradient_limit,
    pull_back,
)
from actmath.derive._noise.noisy_unit import Variant, noise_deviation, noisy
from actmath.notation import alpha, c, p, s, x, xi

TANH = harden(catalog.tanh)


@pytest.mark.parametrize("variant", list(Variant))
def test_gradient_limit_agrees_with_a_slope_at_large_noise(variant: Variant) -> None:
    unit, found = noisy(TANH, variant), gradient_limit(noisy(TANH, variant))
    values = {alpha: 0.5, c: 4.0, p: 1.0, s: 1.0}
    phi = lambdify((x, xi), unit.phi.subs(values), "math")
    for at, limit in ((0.3, found.linear), (2.5, found.saturated)):
        slopes = [abs(phi(at + 1e-4, z) - phi(at - 1e-4, z)) / 2e-4 for z in (1e3, 1e5)]
        if limit == oo:
            assert slopes[1] > 50 * slopes[0] > 100
        else:
            assert slopes[1] == pytest.approx(float(limit), abs=1e-6)


def test_eq_5_holds_everywhere_for_no_variant() -> None:
    assert not any(gradient_limit(noisy(TANH, v)).diverges_everywhere for v in Variant)
    diverging = {v for v in Variant if gradient_limit(noisy(TANH, v)).saturated == oo}
    assert diverging == {Variant.NAN, Variant.NAH}


def test_one_sided_units_keep_the_slope_of_their_line() -> None:
    unit = noisy(harden(catalog.softplus), "NANI")
    assert gradient_limit(unit).saturated == S.Half


def test_deviation_facts_against_numbers() -> None:
    facts = deviation_facts()
    value = lambdify((x, p, c), noise_deviation(x), "math")
    at = {p: 1.3, c: 2.0}
    assert float(facts.near.subs(at)) == pytest.approx(value(1e-3, 1.3, 2.0) / 1e-6, rel=1e-5)
    assert float(facts.supremum.subs(at)) == pytest.approx(value(60.0, 1.3, 2.0), rel=1e-12)
    distances = np.linspace(0.01, 20, 20_000)
    ratios = [value(d, 1.3, 2.0) / d for d in distances]
    assert max(ratios) == pytest.approx(float(facts.largest_ratio) * 2.0 * 1.3, rel=1e-6)
    where = distances[int(np.argmax(ratios))]
    assert where * 1.3 == pytest.approx(float(facts.largest_at), abs=2e-3)
    assert not facts.proportional
    assert replace(facts, ratio_near=c, ratio_far=c).proportional
    assert not replace(facts, ratio_far=c).proportional
    assert facts.even_in_p
    assert facts.odd_gradient_in_p


def test_largest_ratio_solves_its_equation() -> None:
    t, ratio = _largest_tanh_ratio(40)
    assert abs(math.sinh(2 * float(t)) - 4 * float(t)) < 1e-13
    assert float(ratio) == pytest.approx(math.tanh(float(t)) ** 2 / float(t), rel=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "mix", "kind"),
    [
        ("NAN", 1, SaturationKind.HARD),
        ("NAH", 1, SaturationKind.SOFT),
        ("NAN", "1/2", SaturationKind.NONE),
        ("NAH", "3/2", SaturationKind.NONE),
    ],
)
def test_how_the_test_time_unit_saturates(variant: str, mix: object, kind: str) -> None:
    found = expected_unit(noisy(TANH, variant), mix, level=2).saturation
    assert found.left.kind is found.right.kind is kind


def test_where_half_normal_noise_leaves_the_hard_tanh_at_test_time() -> None:
    value = expected_unit(noisy(TANH, "NAH"), 1, level=2).saturation.right.value
    assert float(value) == pytest.approx(1 - 0.5 * math.sqrt(2 / math.pi))


def test_input_noise_is_refused() -> None:
    with pytest.raises(ValueError, match="NANI"):
        expected_unit(noisy(TANH, "NANI"))


def test_pull_back_reaches_h_only_above_the_critical_level() -> None:
    unit = noisy(TANH, "NAH")
    right = unit.regimes[-1]
    values = {alpha: 0.8, p: 1.5}
    critical = float(critical_level(S(1) / 5, sympify("3/2")))
    distances = np.linspace(1.01, 12, 4000)
    for factor, reached in ((0.98, False), (1.02, True)):
        share = lambdify(x, pull_back(unit, right).subs({**values, c: critical * factor}), "numpy")
        assert bool((share(distances) >= 1).any()) is reached
        assert (share(distances) > 0).all()
        # (c/4)tanh²(pΔ/2)·√(2/π) of the leak (1 − α)Δ, Δ = x − 1.
        beyond = distances - 1
        taken = critical * factor / 4 * np.tanh(0.75 * beyond) ** 2 * math.sqrt(2 / math.pi)
        np.testing.assert_allclose(share(distances), taken / (0.2 * beyond), rtol=1e-9)
