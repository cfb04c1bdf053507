"""GELU's forms, minima, slopes: digits found again by mpmath, and forged certificates refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mpmath import mp

from actmath import prove
from actmath.catalog import CATALOG
from actmath.claims._claim import matches_print
from actmath.prove._balls.evaluate import evaluator
from actmath.prove._balls.formula import Formula
from actmath.prove._certificate.check import canonical_bytes
from actmath.prove.theorems.gates import LEAST_SLOPE, MINIMA, STEEPEST, STEEPNESS
from actmath.prove.theorems.gelu_forms import GELU_FORMS
from actmath.prove.theorems.slopes import EXTREME_SLOPES, interval

from ..tampering import Content, rejection, tampered

Interval = tuple[str, str]
NEW = [f"gelu-{form}-{what}" for form in GELU_FORMS for what in ("best", "published")]
NEW += [f"{name}-minimum" for name in MINIMA] + ["silu-steepest", "silu-slope-below-one"]
NEW += [f"slope-{name.replace('_', '-')}" for name in EXTREME_SLOPES]


def inside(value: Any, ends: Interval) -> bool:
    low, high = map(mp.mpf, ends)
    return bool(low < value < high)


def sigmoid(t: Any) -> Any:
    return 1 / (1 + mp.exp(-t))


def softplus(t: Any) -> Any:
    return mp.log1p(mp.exp(t))


#: The units at their default parameters, typed by hand.
UNITS: dict[str, Callable[[Any], Any]] = {
    "gelu": lambda t: t * mp.ncdf(t),
    "gelu_tanh": lambda t: (
        t / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (t + mp.mpf("0.044715") * t**3)))
    ),
    "quick_gelu": lambda t: t * sigmoid(mp.mpf("1.702") * t),
    "silu": lambda t: t * sigmoid(t),
    "e_swish": lambda t: mp.mpf("1.25") * t * sigmoid(t),
    "mish": lambda t: t * mp.tanh(softplus(t)),
    "tanhexp": lambda t: t * mp.tanh(mp.exp(t)),
    "lisht": lambda t: t * mp.tanh(t),
    "gaussian_rbf": lambda t: mp.exp(-t * t),
    "acon": lambda t: mp.mpf("0.75") * t * sigmoid(mp.mpf("0.75") * t) + t / 4,
    "elish": lambda t: (t if t >= 0 else mp.expm1(t)) * sigmoid(t),
    "phish": lambda t: t * mp.tanh(t * mp.ncdf(t)),
    "smish": lambda t: t * mp.tanh(mp.log1p(sigmoid(t))),
    "smu": lambda t: (mp.mpf("1.25") * t + mp.mpf("0.75") * t * mp.erf(t)) / 2,
}


def slope_of(name: str) -> Callable[[Any], Any]:
    return lambda t: mp.diff(UNITS[name], t)


#: GELU minus each form, typed by hand.
GAPS: dict[str, Callable[[Any, Any], Any]] = {
    "sigmoid": lambda c, t: t * (mp.ncdf(t) - sigmoid(c * t)),
    "sigmoid-gate": lambda c, t: mp.ncdf(t) - sigmoid(c * t),
    "tanh-gate": lambda c, t: mp.ncdf(t) - (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (t + c * t**3))) / 2,
    "tanh": lambda c, t: t * (mp.ncdf(t) - (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (t + c * t**3))) / 2),
}


@pytest.mark.parametrize("name", GELU_FORMS)
def test_the_best_constant_makes_the_extremes_equal(name: str) -> None:
    form, gap = GELU_FORMS[name], GAPS[name]

    def slope(constant: Any, at: Any) -> Any:
        return mp.diff(lambda t: gap(constant, t), at)

    with mp.workdps(30):
        start = [mp.mpf(end) for end in (form.best[0], form.excess[0], form.lack[0])]
        constant, top, bottom = mp.findroot(
            lambda c, s, t: [slope(c, s), slope(c, t), gap(c, s) + gap(c, t)], start
        )
        assert inside(constant, form.best)
        assert inside(gap(constant, top), form.least)
        assert inside(top, form.excess)
        assert inside(bottom, form.lack)
        assert not inside(mp.mpf(form.published), form.best)
        # The published constants are the best ones of the gates, rounded, and of nothing else.
        assert matches_print(form.published, constant) == (form.target == "Φ")


@pytest.mark.parametrize("name", GELU_FORMS)
def test_the_certified_formula_is_the_gap(name: str) -> None:
    from flint import arb

    form, gap = GELU_FORMS[name], GAPS[name]
    run = evaluator(form.gap(form.published)).value_on
    with mp.workdps(30):
        for point in (0.25, 1.5, 3.0, 12.0):
            expected = gap(mp.mpf(form.published), mp.mpf(point))
            assert abs(float(run([arb(point)]).mid()) - float(expected)) < 1e-14
        worst = max(abs(gap(mp.mpf(form.published), mp.mpf(k) / 256)) for k in range(1, 1024))
        assert mp.mpf(form.error[0]) * 0.9999 < worst < mp.mpf(form.error[1])


@pytest.mark.parametrize("name", MINIMA)
def test_minima(name: str) -> None:
    place, value = MINIMA[name]
    f, slope = UNITS[name], slope_of(name)
    with mp.workdps(40):
        at = mp.findroot(slope, mp.mpf(place[0]) + mp.mpf("0.01"))
        assert inside(at, place)
        assert inside(f(at), value)


def test_silu_is_steepest_where_x_tanh_is_2() -> None:
    slope = slope_of("silu")
    with mp.workdps(40):
        at = mp.findroot(lambda t: t * mp.tanh(t / 2) - 2, 2.4)
        assert inside(at, STEEPEST)
        assert inside(slope(at), STEEPNESS)
        assert inside(slope(-at), LEAST_SLOPE)
        # Lambert's W: the minimum is at −1 − W(1/e), and it is 1 more than its place.
        assert inside(-1 - mp.lambertw(mp.exp(-1)), MINIMA["silu"][0])


@pytest.mark.parametrize("name", EXTREME_SLOPES)
def test_slopes_lie_between_and_come_near(name: str) -> None:
    found, slope = EXTREME_SLOPES[name], slope_of(name)
    low, high = interval(found.least)[0], interval(found.greatest)[1]
    with mp.workdps(30):
        values = [slope(mp.mpf(k) / 16) for k in range(-128, 129)]
        assert all(inside(value, (low, high)) for value in values)
        assert max(values) > mp.mpf(high) - mp.mpf("1e-3")
        assert min(values) < mp.mpf(low) + mp.mpf("1e-3")
        # What is said of the ends, in ``follows``.
        limits = slope(mp.mpf(-60)), slope(mp.mpf(60))
        for limit, end, step in zip(limits, ("-12", found.right), (-1, 1), strict=True):
            tail = [slope(mp.mpf(end) + step * k / 2) for k in range(8)]
            assert max(abs(value - limit) for value in tail) < 0.001
            assert mp.mpf(low) + 0.001 < limit < mp.mpf(high) - 0.001


def test_each_has_a_unit_of_the_catalog() -> None:
    assert {*EXTREME_SLOPES, *MINIMA} <= set(CATALOG)
    assert set(UNITS) == set(EXTREME_SLOPES)


def sharpen(content: Content) -> None:
    """Another last digit in the first bound, in what is declared alone."""
    claim = content["declaration"]["parts"][0]["claims"][0]
    claim["bound"] = claim["bound"] + "1"


def widen_margin(content: Content) -> None:
    """A margin for the first cover that the slack does not have."""
    content["evidence"][0][0]["margin"] = "9e3"


def one_piece(content: Content) -> None:
    """The first cover as one piece."""
    content["evidence"][0][0]["cover"] = "."


@pytest.mark.parametrize("name", NEW)
def test_forged_ones_are_refused(name: str) -> None:
    assert "something else" in rejection(tampered(name, sharpen), name)
    assert rejection(tampered(name, widen_margin), name)


@pytest.mark.parametrize("name", ["gelu-tanh-best", "slope-mish", "gelu-sigmoid-published"])
def test_a_cover_of_one_piece_is_refused(name: str) -> None:
    assert rejection(tampered(name, one_piece), name)


def test_a_statement_that_claims_a_digit_too_much_is_refuted() -> None:
    """The best constant, published as the best, is none."""
    published = prove.STATEMENTS["gelu-sigmoid-published"]
    (bound, *_), domain = published.parts[0].bounds, published.parts[0].domain
    gap: Formula = bound.formula
    small = prove.Statement(
        "tried", "C-GEL-2", "x", (prove.Part(domain, (prove.Bound(gap, "<", "0.0139"),)),), bits=128
    )
    result = prove.prove(small)
    assert result.verdict is prove.Decision.REFUTED
    assert result.certificate
    assert prove.verify(result.certificate, small).accepted
    assert canonical_bytes(result.certificate.as_dict()) == result.certificate.data
