"""Regions that lose digits are served; what is in order stays as it is; what is left is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from mpmath.ctx_mp import MPContext
from sympy import Expr, Function, Piecewise, Rational, S, cos, erf, exp, log, oo, sin, sinh, tanh

from actmath import Activation, Parameter, catalog
from actmath.activation import POSITIVE
from actmath.catalog import CATALOG
from actmath.lower import FLOAT64, to_mpmath, to_numpy, to_torch
from actmath.lower._for_numpy import compile_one, guarded
from actmath.lower._functions.series import ScaledPower, Series
from actmath.lower._guard import serve
from actmath.lower._guard.judge import Judge
from actmath.lower._guard.multiplied_out import MultipliedOut
from actmath.lower._stable import stable_form
from actmath.notation import x

from .oracle import CASES, errors, filled, random_points

EACH = pytest.mark.parametrize("name", CASES)
KINDS = (np.float64, np.float32)


#: x − tanh x at 0, and 1/2 + (arctan x)/π where x is far to the left, with x/(π(1 + x²)) in the
#: slope: no rule rewrites them, and their regions there are served by series. Of the other units
#: coefficients round, or a product of them passes all floats where the value does not.
SERVED = {
    *("atlu", "tanhshrink"),
    *("pau", "xielu", "sloped_hard_sigmoid", "s_shaped_relu", "plu", "e_swish", "siren", "sinlu"),
    "star_relu",
}
#: Near −1.8 its slope is as wrong as is promised at most: the processor's own rounding decides.
EITHER = {"phish"}


@pytest.mark.parametrize("activation", CATALOG.values(), ids=CATALOG)
def test_the_catalog_needs_nothing_but_for_those_named(activation: Activation) -> None:
    same = []
    for order in (0, 1):
        form = stable_form(activation, order)
        same.append(guarded(form) is form)
    if activation.name not in EITHER:
        assert all(same) == (activation.name not in SERVED)


@EACH
@pytest.mark.parametrize("order", [0, 1])
def test_the_promise_is_kept_at_fresh_points(name: str, order: int) -> None:
    case = CASES[name]
    lowered = to_numpy(Activation(name, case.formula), order)
    for kind in KINDS:
        points = random_points(kind, 20 + order)
        found = errors((case.value, case.slope)[order], points, lowered(points))
        assert found.max() <= 1, (kind, points[found.argmax()], found.max())


@pytest.mark.parametrize("name", ["remainder", "late", "gauss"])
def test_gradients_of_tensors_keep_it_too(name: str) -> None:
    case = CASES[name]
    lowered = to_torch(Activation(name, case.formula))
    # PyTorch's own sine and cosine are less exact beyond this.
    reach = 1e15
    for kind in KINDS:
        points = random_points(kind, 5)
        points = points[np.abs(points) < reach]
        at = torch.tensor(points, requires_grad=True)
        value = lowered(at)
        (slope,) = torch.autograd.grad(value.sum(), at)
        assert errors(case.value, points, value.detach().numpy()).max() <= 1
        assert errors(case.slope, points, slope.numpy()).max() <= 1


@pytest.mark.parametrize(
    ("formula", "left", "right"),
    [
        (CASES["remainder"].formula, -1, np.inf),
        (x * tanh(exp(x)), 0, np.inf),
        (x - sin(x), -np.inf, np.inf),
        (x**2 * exp(-(x**2) / 2), 0, 0),
        (exp(x) - exp(1) * x, np.inf, np.inf),
        # 1420 at the largest number, beyond which the argument would be held.
        (log(1 + x**2) + x * exp(-(x**2)), np.inf, np.inf),
        # Of a piece that begins at a number the other end counts.
        (Piecewise((x, x < 0), (log(1 + x**2) + x * exp(-(x**2)), True)), -np.inf, np.inf),
    ],
    ids=str,
)
def test_limits_at_infinity(formula: Expr, left: float, right: float) -> None:
    lowered = to_numpy(Activation("unit", formula))
    ends = np.array([-np.inf, np.inf, np.nan])
    np.testing.assert_array_equal(lowered(ends), [left, right, np.nan])
    np.testing.assert_array_equal(lowered(ends.astype(np.float32)), [left, right, np.nan])


# SymPy knows no limit of these: values far out, which it has to take, may agree by chance.
@pytest.mark.parametrize("formula", [tanh(x * cos(x)), erf(x * sin(x))], ids=str)
def test_waves_without_a_limit_are_nan_at_infinity(formula: Expr) -> None:
    lowered = to_numpy(Activation("unit", formula))
    assert np.isnan(lowered(np.array([-np.inf, np.inf]))).all()


FUNCTIONS: dict[type[Function], str] = {exp: "exp", sin: "sin", cos: "cos", sinh: "sinh"}


# Each example is guarded anew, which takes a second: a few, and none made smaller afterwards.
@pytest.mark.slow
@settings(max_examples=3, phases=[Phase.explicit, Phase.generate])
@given(
    function=st.sampled_from(list(FUNCTIONS)),
    terms=st.integers(1, 3),
    scale=st.sampled_from([Rational(1, 3), Rational(2), Rational(5, 4)]),
    seed=st.integers(0, 10**6),
)
def test_formulas_that_cancel_at_0(
    function: type[Function], terms: int, scale: Rational, seed: int
) -> None:
    """Remainders of Taylor series, the terms written out: all digits are lost near 0."""
    whole = function(scale * x)
    head = sum(whole.diff(x, k).subs(x, 0) * x**k / [1, 1, 2][k] for k in range(terms))
    # By one power less than what is left begins with: 0 at 0.
    unit = Activation("remainder", filled(0, (whole - head) / x ** (terms - 1)))
    points = random_points(np.float64, seed, 20)
    points = points[(np.abs(points) < 300) & (np.abs(points) > 1e-250)]

    def want(m: MPContext, t: Any) -> Any:
        stretch = m.mpf(int(scale.p)) / int(scale.q)
        exact = [function(0), *(function(x).diff(x, k).subs(x, 0) for k in range(1, terms))]
        value = getattr(m, FUNCTIONS[function])(stretch * t)
        parts = (int(c) * (stretch * t) ** k / [1, 1, 2][k] for k, c in enumerate(exact))
        return (value - sum(parts, m.mpf(0))) / t ** (terms - 1)

    assert errors(want, points, to_numpy(unit)(points)).max() <= 1


@pytest.mark.slow
def test_what_serves_is_made_for_the_parameters_at_hand() -> None:
    rate = Parameter("rate", 1, POSITIVE)
    unit = Activation("unit", filled(0, (exp(rate.symbol * x) - 1 - rate.symbol * x) / x), (rate,))
    assert guarded(stable_form(unit)).patched
    at = np.array([1e-9, -1e-3, 0.2])
    context = MPContext()
    context.prec = 200
    want = [float((context.exp(3 * t) - 1 - 3 * t) / t) for t in map(context.mpf, at)]
    np.testing.assert_allclose(to_numpy(unit)(at, rate=3), want, rtol=4e-15)
    tensor = to_torch(unit)(torch.tensor(at), rate=3)
    np.testing.assert_allclose(tensor.numpy(), want, rtol=4e-15)


def test_what_was_examined_serves() -> None:
    """SymPy multiplies sums by numbers: with them left·(eˣ − 1 − x) + tilt·x is another formula."""
    unit = catalog.xielu.with_parameters(right=Rational(1, 64), left=Rational(43, 32), tilt="83/64")
    at = np.array([-25.0, -60.3, -1000.1])
    want = [float(to_mpmath(unit)(point)) for point in at]
    np.testing.assert_allclose(to_numpy(unit)(at), want, rtol=4e-15)
    np.testing.assert_allclose(to_torch(unit)(torch.tensor(at)).numpy(), want, rtol=4e-15)


def test_compiled_code_and_batches_follow() -> None:
    lowered = to_torch(Activation("remainder", CASES["remainder"].formula))
    points = torch.linspace(-2, 2, 64, dtype=torch.float64)
    slopes = torch.func.vmap(torch.func.grad(lowered))(points)
    at = points.clone().requires_grad_()
    (found,) = torch.autograd.grad(lowered(at).sum(), at, create_graph=True)
    torch.testing.assert_close(found.detach(), slopes, rtol=1e-15, atol=0)
    (second,) = torch.autograd.grad(found.sum(), at)
    # (f′(x+h) − f′(x−h))/(2h), exact to h² and ε/h.
    step = 1e-5
    sides = [torch.func.vmap(torch.func.grad(lowered))(points + side * step) for side in (1, -1)]
    torch.testing.assert_close(second, (sides[0] - sides[1]) / 2 / step, rtol=1e-8, atol=1e-9)


# At the point itself, and where no digit of the plain formula is left.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("formula", "value", "slope"),
    [
        (filled(1, sin(x) / x), 1, 0),
        (filled(0, (exp(x) - 1 - x) / x), 0, 0.5),
        (filled(Rational(1, 2), (1 - cos(x)) / x**2), 0.5, 0),
        (filled(1, sinh(2 * x) / (2 * x)), 1, 0),
        (filled(Rational(1, 6), (x - sin(x)) / x**3), 1 / 6, 0),
    ],
    ids=str,
)
def test_a_value_that_fills_a_gap(formula: Expr, value: float, slope: float) -> None:
    unit = Activation("unit", formula)
    points = [0.0, 1e-300, -1e-300, 1e-20]
    for order, want in enumerate((value, slope)):
        for kind, size in ((np.float64, 1e-15), (np.float32, 1e-6)):
            got = to_numpy(unit, order)(np.array(points, kind))
            np.testing.assert_allclose(got, want, rtol=size, atol=1e-18)
        exact = [float(to_mpmath(unit, order)(point)) for point in points]
        np.testing.assert_allclose(exact, want, rtol=1e-15, atol=1e-18)
    at = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(to_torch(unit)(at).sum(), at)
    np.testing.assert_allclose(gradient.numpy(), slope, rtol=1e-15, atol=1e-18)


def test_what_no_fit_serves_as_a_whole_is_served_by_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = serve.fits

    def narrow(judge: Judge, low: float, high: float) -> Iterator[Expr]:
        return whole(judge, low, high) if high - low < 0.5 else iter(())

    monkeypatch.setattr(serve, "fits", narrow)
    form = stable_form(Activation("remainder", x - sin(x)))
    served = serve.served.__wrapped__(form, compile_one)
    assert served.losses == ()
    assert sum(piece.expr.has(Series) for piece in served.pieces) > 2


def test_what_is_left_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "MultipliedOut", lambda expr: MultipliedOut(expr, work=3000))
    form = stable_form(Activation("costly", sinh(x) - x - x**3 / 6))
    served = serve.served.__wrapped__(form, compile_one)
    assert served.losses
    assert all(loss.lower < loss.upper and loss.excess > 1 for loss in served.losses)


def test_the_work_is_bounded_by_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[MultipliedOut] = []

    def counted(expr: Expr) -> MultipliedOut:
        spent.append(MultipliedOut(expr))
        return spent[-1]

    monkeypatch.setattr(serve, "MultipliedOut", counted)
    for activation in (catalog.silu, catalog.gelu, catalog.tanh):
        serve.served.__wrapped__(stable_form(activation, 1), compile_one)
    # 40,000 are granted; the catalog's take a tenth of that and less.
    assert all(40_000 - digits.work < 8_000 for digits in spent)


def test_pieces_stay_where_nothing_is_wrong() -> None:
    form = guarded(stable_form(Activation("remainder", CASES["remainder"].formula)))
    first, *inner, last = form.pieces
    assert (first.lower, last.upper) == (-oo, oo)
    assert first.expr == stable_form(form.activation).pieces[0].expr
    assert any(piece.expr.has(Series) for piece in inner)
    for one, other in zip(form.pieces[:-1], form.pieces[1:], strict=True):
        assert one.upper == other.lower


@pytest.mark.parametrize(
    ("low", "high", "inner"),
    [
        # Beside 0 both parts are of one sign.
        (-8.0, 2.0, [-0.5, 0.5]),
        (-1.0, 1e9, [-0.25, 0.25]),
        # From below a thousandth to beyond a thousand: at 1.
        (1e-4, 1e4, [1.0]),
        (0.0, inf, [1.0]),
        (-inf, -1e-9, [-1.0]),
        # A ratio of more than a thousand: a sixteenth of both ends is cut off.
        (1.0, 1e6, [16.0, 62500.0]),
        (-1e6, -1.0, [-62500.0, -16.0]),
        (1e-9, 1e-4, [1.6e-8, 6.25e-6]),
        (1e-3, 1e9, [16e-3, 6.25e7]),
        # Others in the geometric middle.
        (1.0, 1000.0, [1000**0.5]),
        (4.0, 9.0, [6.0]),
        (-9.0, -4.0, [-6.0]),
        (1e300, 1e302, [1e301]),
    ],
)
def test_a_region_is_cut_where_formulas_change(low: float, high: float, inner: list[float]) -> None:
    found = serve._split(low, high)
    assert (found[0][0], found[-1][1]) == (low, high)
    assert all(one[1] == other[0] for one, other in pairwise(found))
    assert [right for _, right in found[:-1]] == pytest.approx(inner, rel=1e-12, abs=0)


def test_no_part_of_a_region_is_empty() -> None:
    """Between two neighbouring floats there is nothing, and below the normal numbers no middle."""
    assert serve._split(1.0, float(np.nextafter(1, 2))) == [(1.0, float(np.nextafter(1, 2)))]
    for low, high in ((0.0, 1e-310), (5e-324, 1e-320), (-1e-310, 0.0), (-5e-324, 1.0)):
        found = serve._split(low, high)
        assert all(left < right for left, right in found)
        assert (found[0][0], found[-1][1]) == (low, high)


@pytest.mark.parametrize("seed", range(4))
def test_regions_and_what_lies_between_tile_the_interval(seed: int) -> None:
    """At each point that formula which the region there has; no two neighbours have one alike."""
    generator = np.random.default_rng(seed)
    cuts = np.sort(generator.choice(np.arange(1, 40), 12, replace=False)).astype(float)
    lower, upper = (-inf, inf) if seed % 2 else (float(cuts[0]), float(cuts[-1]))
    regions = [
        serve._Region(float(low), float(high), [x, x**2, exp(x)][generator.integers(3)])
        for low, high in pairwise(cuts)
        if generator.random() < 0.6
    ]
    found = serve._tiled(list(generator.permutation(np.array(regions, dtype=object))), lower, upper)
    assert (found[0].lower, found[-1].upper) == (lower, upper)
    assert all(one.upper == other.lower for one, other in pairwise(found))
    assert all(one.expr != other.expr for one, other in pairwise(found))
    for at in np.arange(max(lower, 0.0) + 0.5, min(upper, 41.0), 1.0):
        want = next((r.expr for r in regions if r.lower < at < r.upper), None)
        assert next(r.expr for r in found if r.lower < at < r.upper) == want
    assert serve._tiled([], lower, upper) == [serve._Region(lower, upper, None)]


@pytest.mark.parametrize(
    ("formula", "scaled"),
    [
        (x**3 / 7, True),
        (-(x**2) / 2, True),
        (x**2, False),
        (2 * x**2, False),
        (-2 * x**2, False),
        (x / 7, False),
        (1 / (7 * x**2), False),
        (exp(x) ** 2 / 7, False),
        ((x + 1) ** 2 / 7, False),
        (x ** Rational(5, 2) / 7, False),
        (Rational(0), False),
    ],
    ids=str,
)
def test_a_power_with_a_small_factor_is_multiplied_by_it_first(formula: Expr, scaled: bool) -> None:
    found = serve._scaled(formula)
    assert (found is not None) is scaled
    if found is not None:
        assert isinstance(found, ScaledPower)
        points = np.array([-1.75, 0.5, 3.0])
        want = [float(formula.subs(x, at)) for at in points]
        np.testing.assert_allclose(compile_one(found, 1.0)(points), want, rtol=1e-15)


def test_levels_at_infinity_as_numbers_of_sympy() -> None:
    assert serve._level(inf) == oo
    assert serve._level(-inf) == -oo
    assert serve._level(np.nan) is S.NaN
    assert float(serve._level(1 / 3)) == 1 / 3
    assert float(serve._level(0.0)) == 0


def test_spellings_are_others_that_are_not_much_longer() -> None:
    formula = exp(2 * x) - 2 * exp(x) + 1
    found = serve._spellings(formula, (), formula)
    assert formula not in found
    assert found
    points = np.array([-0.7, 1.4])
    for other in found:
        np.testing.assert_allclose(compile_one(other, 1.0)(points), np.expm1(points) ** 2, 1e-12)
    # (1 + x)⁶⁰ multiplied out has ten times the operations that three times 60 powers may have.
    power = (1 + x) ** 60
    assert all(serve._length(other) <= 3 * 2 + 20 for other in serve._spellings(power, (), power))
    # What is shared counts once.
    assert serve._length((x + 1) ** 2 + exp((x + 1) ** 2)) == 4
    assert serve._length(x) == 0


def _served_of(formula: Expr) -> serve._Served:
    form = stable_form(Activation("unit", formula))
    return serve._Served(form, form.pieces[0], form.plain[0], compile_one)


def test_losses_that_meet_are_one_with_the_worst_point(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {(0.0, 1.0): (0.5, 3.0), (1.0, 2.0): (1.5, 7.0), (2.0, 3.0): (2.5, 5.0)}
    given[4.0, 5.0] = (4.5, 2.0)
    for order in ([(0.0, 1.0), (1.0, 2.0), (2.0, 3.0), (4.0, 5.0)], [(1.0, 2.0), (4.0, 5.0)]):
        served = _served_of(x - sin(x))
        monkeypatch.setattr(served.inspector, "excess", lambda _, low, high: given[low, high])
        for low, high in order:
            served._lose(low, high)
        together = serve.Loss(order[0][0], order[-2][1], 1.5, 7.0)
        assert served.losses == [together, serve.Loss(4.0, 5.0, 4.5, 2.0)]


@pytest.mark.parametrize(
    ("formula", "left", "right"),
    [
        (x * tanh(exp(x)), 0.0, inf),
        (1 / (1 + exp(-x)) - 3, -3.0, -2.0),
        (-x * exp(-x), inf, 0.0),
        (-exp(-exp(x)), -1.0, 0.0),
        # A logarithm grows by half from one of the points to the other.
        (log(1 + x**2), inf, inf),
        (-log(1 + x**2), -inf, -inf),
        (Rational(1, 3) + 1 / (1 + x**2), 1 / 3, 1 / 3),
        (1 / (1 + log(1 + x**2)), None, None),
        (sin(x), np.nan, np.nan),
        (x**2 + sin(x), inf, inf),
        (sin(x) / (1 + x**2), 0.0, 0.0),
        (x * sin(x), np.nan, np.nan),
        (log(x), None, inf),
    ],
    ids=str,
)
def test_limits_by_values_far_out(formula: Expr, left: float | None, right: float | None) -> None:
    form = stable_form(Activation("unit", x))
    served = serve._Served(form, replace(form.pieces[0], expr=formula), form.plain[0], compile_one)
    served.inspector.judge = Judge(MultipliedOut(formula), FLOAT64)
    for end, want in ((-inf, left), (inf, right)):
        found = served._limit(end)
        assert found == want or (found != found and want is not None and want != want), (end, found)
