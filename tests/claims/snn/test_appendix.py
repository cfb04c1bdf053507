"""Lemma 5 and Appendix A6: derivatives against mpmath, and decisions that other numbers turn."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from mpmath import mp

from actmath.claims import Verdict
from actmath.claims.snn import appendix
from actmath.claims.snn._extrema import (
    DERIVATIVES,
    PrintedExtreme,
    Surface,
    edges,
    size_below,
)
from actmath.prove.theorems._declare import LEMMA_12

# Two points of the domain, inside and on its boundary.
POINTS = (
    {"mu": "-0.07", "omega": "0.04", "nu": "1.1", "tau": "0.9"},
    {"mu": "0.1", "omega": "-0.1", "nu": "1.5", "tau": "1.25"},
)


def moment(row: str, mean: mp.mpf, variance: mp.mpf) -> mp.mpf:
    """E selu or E selu² of N(mean, variance), by the closed forms as the paper prints them."""
    lam, alpha = mp.mpf("1.0507009873554804934193"), mp.mpf("1.6732632423543772848170")
    root = mp.sqrt(2 * variance)
    lower = mp.erfc(mean / root)
    bell = mp.exp(-(mean**2) / (2 * variance))
    tail = mp.exp(mean + variance / 2) * mp.erfc((mean + variance) / root)
    if row == "1":
        line = mean * mp.erf(mean / root) + mp.sqrt(2 * variance / mp.pi) * bell + mean
        return lam / 2 * (line + alpha * (tail - lower))
    far = mp.exp(2 * (mean + variance)) * mp.erfc((mean + 2 * variance) / root)
    square = (mean**2 + variance) * (2 - lower)
    edge = mp.sqrt(2 / mp.pi) * mean * mp.sqrt(variance) * bell
    return lam**2 / 2 * (square + alpha**2 * (far - 2 * tail + lower) + edge)


@pytest.mark.parametrize("key", DERIVATIVES)
def test_derivatives_are_those_of_the_printed_moments(key: str) -> None:
    names = ("mu", "omega", "nu", "tau")
    by = (("mu", "nu")[int(key[2]) - 1], key[4:])
    orders = tuple(by.count(name) for name in names)
    with mp.workdps(40):
        for point in POINTS:
            at = tuple(mp.mpf(point[name]) for name in names)
            expected = mp.diff(lambda a, b, c, d: moment(key[1], a * b, c * d), at, orders)
            # Twelve digits: the constants are given to twenty-two, differences take ten.
            assert float(DERIVATIVES[key].at(point)) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "bound", "attained"),
    [
        ("0.110268", Verdict.HOLDS, Verdict.CORRECTED),
        ("0.110267", Verdict.CORRECTED, Verdict.HOLDS),
        ("0.110266", Verdict.REFUTED, Verdict.HOLDS),
        ("0.11027", Verdict.HOLDS, Verdict.HOLDS),
        ("0.2", Verdict.HOLDS, Verdict.CORRECTED),
    ],
)
def test_a_maximum_is_a_bound_and_attained(text: str, bound: Verdict, attained: Verdict) -> None:
    """The largest ∂J12/∂tau is 0.1102674…"""
    printed = PrintedExtreme(DERIVATIVES["j12-tau"], text)
    assert printed.is_bound().verdict is bound
    assert printed.is_attained().verdict is attained


def test_a_minimum_looks_the_other_way() -> None:
    """The least ∂J12/∂tau is 0.07998244…"""
    surface = DERIVATIVES["j12-tau"]
    assert PrintedExtreme(surface, "0.07998", least=True).is_bound().verdict is Verdict.HOLDS
    assert PrintedExtreme(surface, "0.0800", least=True).is_bound().verdict is Verdict.CORRECTED
    assert PrintedExtreme(surface, "0.0810", least=True).is_bound().verdict is Verdict.REFUTED
    assert PrintedExtreme(surface, "0.0797", least=True).is_attained().verdict is Verdict.CORRECTED


def test_a_place_is_where_the_extreme_is() -> None:
    printed = PrintedExtreme(DERIVATIVES["j12-tau"], "0.110267")
    right = appendix.place("-0.1, 0.1, 0.8, 0.8")
    assert printed.is_at(right).verdict is Verdict.HOLDS
    wrong = printed.is_at(right | {"tau": "0.81"})
    assert wrong.verdict is Verdict.CORRECTED
    assert wrong.correction == "at mu = -0.1, omega = 0.1, nu = 0.8, tau = 0.8"


def test_a_printed_0_is_meant_exactly() -> None:
    square = DERIVATIVES["j11-mu"]
    assert PrintedExtreme(square, "0", least=True).is_bound().verdict is Verdict.HOLDS
    signed = Surface(DERIVATIVES["j12-omega"].formula)
    assert PrintedExtreme(signed, "0", least=True).is_bound().verdict is Verdict.REFUTED


def test_what_has_both_signs_has_no_bound_beyond_0() -> None:
    surface = DERIVATIVES["j22-omega"]
    assert surface.stays("<", "0.07")
    assert surface.stays(">", "-0.07")
    assert not surface.stays("<", "-0.01")


def test_a_strict_bound_on_the_size_can_fail() -> None:
    surface = DERIVATIVES["j12-tau"]
    assert size_below(surface, "0.1103").verdict is Verdict.HOLDS
    assert size_below(surface, "0.1102").verdict is Verdict.REFUTED


def test_the_larger_size_of_two_extremes() -> None:
    right = dict(appendix.EQ_336) | {"j22-nu": "0.276862"}
    assert appendix.larger_sizes(right, appendix.EQ_335).verdict is Verdict.HOLDS
    found = appendix.larger_sizes(right | {"j11-mu": "0.00182416"}, appendix.EQ_335)
    assert found.correction == "0.00182415 for |∂J11/∂mu|"
    assert appendix.attains("j12-tau", "0.110267").verdict is Verdict.HOLDS
    assert (
        appendix.attains("j12-tau", "0.200000").correction
        == "|∂J12/∂tau| < 0.110268, and reaches it"
    )


def test_tables_are_complete() -> None:
    tables = (appendix.LEMMA_5, appendix.EQ_335, appendix.EQ_336)
    assert all(set(table) == set(DERIVATIVES) for table in tables)
    rows = [claim.id for claim in appendix.CLAIMS if claim.id.startswith("C-SNN-18.")]
    assert len(rows) == len(set(rows)) == 16 * 2 * 3
    for row in appendix.EQ_335.values():
        low, _, high, _ = row
        assert Fraction(low) < Fraction(high)


@pytest.mark.parametrize("weight", ["nu", "tau"])
def test_edges_are_the_ends_of_a_weight(weight: str) -> None:
    """At each x = nu·tau two edges meet x, and the weight lies between their values."""
    ends = [Surface(one, domain=box) for one, box in edges("w", weight, lambda w: 1 * w)]
    rng = np.random.default_rng(0)
    sides = [LEMMA_12.side(name) for name in ("nu", "tau")]
    for shares in [*rng.random((20, 2)), (0, 0), (1, 1), (0, 1), (1, 0)]:
        nu, tau = (
            a + Fraction(float(t)) * (b - a) for t, (a, b) in zip(shares, sides, strict=True)
        )
        at = {"mu": "0", "omega": "0", "nu": str(nu * tau), "tau": "1"}
        found = [
            end.at(at)
            for end in ends
            if end.domain.side("nu")[0] <= nu * tau <= end.domain.side("nu")[1]
        ]
        own = nu if weight == "nu" else tau
        # Fifteen digits are printed.
        slack = Fraction(1, 10**13)
        assert len(found) >= 2
        assert min(found) - slack <= own <= max(found) + slack
