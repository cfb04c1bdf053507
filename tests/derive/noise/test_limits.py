"""Limits of noisy units, checked on numbers far out, near the threshold and at p = 0."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from mpmath import mp
from sympy import S, lambdify, oo, sympify

from actmath import catalog
from actmath.derive import SaturationKind, harden
from actmath.derive._noise import limits
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


@pytest.mark.parametrize("digits", [1, 15, 80])
def test_the_largest_ratio_has_the_digits_that_are_asked_for(digits: int) -> None:
    with mp.workdps(digits + 30):
        at, ratio = (mp.mpf(v._mpf_) for v in _largest_tanh_ratio(digits))
        t = mp.findroot(lambda v: mp.tanh(v) - 4 * v / mp.cosh(v) ** 2 / 2, 1.09)
        for got, want in ((at, t), (ratio, mp.tanh(t) ** 2 / t)):
            assert abs(got / want - 1) <= mp.mpf(10) ** (1 - digits) / 2
    facts = deviation_facts(digits)
    level = critical_level(S.One, S.One, digits)
    with mp.workdps(digits + 30):
        assert abs(mp.mpf(facts.largest_at._mpf_) / (2 * t) - 1) <= mp.mpf(10) ** (1 - digits)
        want = 8 * mp.sqrt(mp.pi / 2) * t / mp.tanh(t) ** 2
        got = mp.mpf(level.evalf(digits + 20)._mpf_)
        assert abs(got / want - 1) <= mp.mpf(10) ** (1 - digits)


def test_how_many_digits_there_may_be() -> None:
    for call in (deviation_facts, lambda n: critical_level(S.One, S.One, n)):
        for digits in (0, 10_001):
            with pytest.raises(ValueError, match="digits must be"):
                call(digits)


def test_the_rows_of_the_facts() -> None:
    facts = deviation_facts()
    names = [name for name, _ in facts.rows()]
    assert names[:4] == [
        *("σ/Δ² at the threshold", "σ far out"),
        *("σ/|Δ| at the threshold", "σ/|Δ| far out"),
    ]
    values = dict(facts.rows())
    assert len(values) == 8
    assert values["σ, ∂σ/∂p, ∂σ/∂Δ at p = 0"] == (0, 0, 0)
    swapped = replace(facts, even_in_p=False, largest_at=c, near=p, supremum=s)
    changed = dict(swapped.rows())
    assert {name for name in values if values[name] != changed[name]} == {
        *("σ even in p", "at |pΔ|", "σ/Δ² at the threshold", "σ far out")
    }
    assert facts.caption() == "σ = c (g(pΔ) − ½)² against the distance Δ"


@pytest.mark.parametrize("variant", list(Variant))
def test_on_an_open_side_noise_before_a_unit_is_not_cut_off(variant: Variant) -> None:
    found = gradient_limit(noisy(harden(catalog.softplus), variant))
    assert found.variant is variant
    linear, saturated = {
        "NAN": (S.Half, oo),
        "NAH": (S.Half, oo),
        # Half of the noise meets the line, whose slope is 1/2, times 1 + s′ξ if s is learned.
        "NANI": (S.Half, S.Half),
        "NANIL": (S.Half, oo),
        "NANIS": (S.Half, S.Half),
    }[variant]
    assert (found.linear, found.saturated) == (linear, saturated)


def test_diverging_everywhere_takes_both_regimes() -> None:
    found = gradient_limit(noisy(TANH, "NAN"))
    assert (found.linear, found.saturated) == (1, oo)
    assert replace(found, linear=oo).diverges_everywhere
    assert not replace(found, linear=oo, saturated=S.One).diverges_everywhere


def test_the_unit_at_test_time_is_the_mean_at_the_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # How it saturates takes SymPy seconds, and is asked above.
    monkeypatch.setattr(limits, "saturation", lambda _: None)
    unit = noisy(TANH, "NAH")
    made = expected_unit(unit, "3/4", 2, -3).activation
    assert made.name == "nah_at_test_time"
    for at in (-4, -1, "1/2", 3):
        # E φ = αh + (1 − α)u + dσ√(2/π), σ = (c/4)tanh²(pΔ/2).
        z = float(sympify(at))
        h = min(max(z, -1), 1)
        noise = 0.5 * math.tanh(1.5 * (h - z)) ** 2 * math.sqrt(2 / math.pi)
        want = 0.75 * h + 0.25 * z - math.copysign(1, z) * noise
        assert float(made.value(at)) == pytest.approx(want, abs=1e-12)
    same = expected_unit(unit).activation
    assert float(same.value(50)) == pytest.approx(1 - 0.25 * math.sqrt(2 / math.pi), abs=1e-5)


def test_a_critical_level_scales_with_leak_and_steepness() -> None:
    one = critical_level(S.One, S.One)
    assert (critical_level(S(-3), S(2)) - one * 3 / 2).evalf(20) == pytest.approx(0, abs=1e-18)
    assert (critical_level(S(3), S(-2)) - one * 3 / 2).evalf(20) == pytest.approx(0, abs=1e-18)
    assert critical_level(S.Zero, S.One) == 0
    with pytest.raises(ValueError, match="steepness must not be 0, where there is no noise"):
        critical_level(S.One, S.Zero)
