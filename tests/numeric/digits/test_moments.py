"""Moments as numbers: exact digits that compute, one return type, and arrays refused."""

from __future__ import annotations

import copy
import json
import math
import pickle
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given as given_
from hypothesis import settings
from hypothesis import strategies as st
from sympy import Eq, Expr, Float, Piecewise, Rational, oo, sin

import actmath
from actmath import Activation, catalog
from actmath.derive._iteration.settled import NotSettledError
from actmath.notation import x
from actmath.number import mp
from actmath.numeric import MomentRoute, Moments, moments

FIELDS = ("mean", "second", "variance", "derivative_mean", "derivative_second")


@pytest.mark.parametrize("digits", [1, 2, 15, 40, 300])
@pytest.mark.parametrize("name", ["relu", "selu", "hard_tanh"])
def test_every_moment_prints_exactly_the_digits_asked_for(name: str, digits: int) -> None:
    found = moments(name, "1/3", "3/2", digits=digits)
    for field in FIELDS:
        text = str(getattr(found, field))
        mantissa = text.partition("e")[0].replace(".", "").lstrip("-").lstrip("0")
        assert len(mantissa) == digits, (field, text)


def test_a_mean_computes_as_a_number() -> None:
    """ReLU's mean is 1/√(2π), so that its square is 1/(2π)."""
    mean = moments("relu", digits=30).mean
    with mp.workdps(40):
        assert abs(mp.mpf(mean**2) * 2 * mp.pi - 1) < mp.mpf(10) ** -29
        assert abs(mp.mpf(mean * 2) - mp.sqrt(2 / mp.pi)) < mp.mpf(10) ** -29
    assert 0.39 < mean < Rational(2, 5)
    assert float(mean) == pytest.approx((2 * np.pi) ** -0.5, rel=1e-15)
    assert np.array([mean, mean], dtype=float).sum() == pytest.approx((2 / np.pi) ** 0.5)


def test_moments_agree_with_quadrature_at_every_precision() -> None:
    with mp.workdps(60):
        true = mp.quad(
            lambda z: mp.tanh(z + 1) * mp.npdf(z), [-30, -8, -3, -1, 1, 3, 8, 30], maxdegree=9
        )
        for digits in (5, 20):
            mean = moments("tanh", 1, 1, digits=digits).mean
            assert abs(mp.mpf(mean) / true - 1) < mp.mpf(10) ** (1 - digits) / 2


def test_what_is_exactly_zero_is_a_zero_that_computes() -> None:
    mean = moments("tanh", digits=12).mean
    assert mean == 0
    assert (str(mean), f"{mean:.3g}", mean + 1, float(mean)) == ("0", "0", Float(1, 12), 0.0)


def test_the_input_is_kept_exactly() -> None:
    found = moments("elu", 0.1, "2/3")
    assert (found.mean_in, found.variance_in) == (Rational(1, 10), Rational(2, 3))
    assert moments("elu", Float("0.1", 30), "2/3") == found


def test_answers_are_equal_hashed_copied_and_pickled() -> None:
    found, again = (moments("selu", 0, 2, digits=30) for _ in range(2))
    assert found == again
    assert hash(found) == hash(again)
    assert found != moments("selu", 0, 2, digits=31)
    for other in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert other == found
        assert str(other.mean) == str(found.mean)


@pytest.mark.parametrize(
    "value",
    [np.zeros(3), np.array(1.0), [0.0, 1.0], (0, 1), range(2), None],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("place", ["mean", "variance"])
def test_arrays_are_sent_to_gaussian(value: Any, place: str) -> None:
    with pytest.raises(TypeError, match=r"single number.*actmath\.numeric\.gaussian"):
        moments("tanh", **{place: value})


def test_tensors_are_sent_to_gaussian() -> None:
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match=r"mean must be a single number, got a Tensor; .*gaussian"):
        moments("tanh", torch.zeros(2))


@pytest.mark.parametrize("number", [1, 1.0, "1", np.float64(1), np.int64(1), Rational(1)])
def test_single_numbers_of_any_type_are_read(number: Any) -> None:
    assert moments("relu", number).mean == moments("relu", 1).mean


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"variance": 0}, "variance must be positive"),
        ({"digits": 0}, "digits must be an integer from 1 to 10000"),
        ({"digits": 10_001}, "digits must be an integer from 1 to 10000"),
        ({"digits": True}, "digits must be an integer from 1 to 10000"),
        ({"alpha": -1}, "must lie in"),
    ],
)
def test_misuse(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        moments("elu", **given)


def test_json_keeps_digits_as_strings() -> None:
    found = moments("selu", "1/2", 2, digits=30)
    data = json.loads(json.dumps(found.to_json()))
    assert data == {
        "activation": "selu",
        "mean_in": "1/2",
        "variance_in": "2",
        "digits": 30,
        **{field: str(getattr(found, field)) for field in FIELDS},
        "route": str(found.route),
    }


def test_it_shows_itself_shortly() -> None:
    found = actmath.moments("relu", digits=20)
    assert repr(found).splitlines() == [
        "relu(z), z ~ N(0, 1); closed form",
        "  E f    0.39894228040143267794",
        "  E f²   0.50000000000000000000",
        "  Var f  0.34084505690810466423",
        "  E f′   0.50000000000000000000",
        "  E f′²  0.50000000000000000000",
    ]
    html = found._repr_html_()
    assert html.startswith("<table><caption>relu(z), z ~ N(0, 1); closed form</caption>")
    assert "<tr><th>E f</th><td>0.39894228040143267794</td></tr>" in html


def test_one_return_type() -> None:
    assert isinstance(moments(catalog.elu, alpha=2), Moments)


def given(text: str | Expr) -> Activation:
    return Activation("unit", text)


def gamma_moment(power: Fraction) -> Any:
    """E |z|^p = 2^(p/2)·Γ((p + 1)/2)/√π for a standard normal z."""
    p = mp.mpf(power.numerator) / power.denominator
    return mp.mpf(2) ** (p / 2) * mp.gamma((p + 1) / 2) / mp.sqrt(mp.pi)


@pytest.mark.slow
@pytest.mark.parametrize("power", ["1/3", "3/4", "3/2", "5/2"])
def test_powers_with_a_singular_break_by_the_gamma_function(power: str) -> None:
    p = Fraction(power)
    found = moments(given(f"abs(x)**({power})"), digits=20)
    with mp.workdps(40):
        assert abs(mp.mpf(found.mean) / gamma_moment(p) - 1) < 1e-19
        assert abs(mp.mpf(found.second) / gamma_moment(2 * p) - 1) < 1e-19
        if 2 * p > 1:
            slope = p**2 * gamma_moment(2 * p - 2)
            assert abs(mp.mpf(found.derivative_second) / slope - 1) < 1e-19
        else:
            assert found.derivative_second == oo
    assert found.derivative_mean == 0


def test_a_root_has_all_but_the_mean_square_of_its_slope() -> None:
    found = moments(given("sqrt(max(0, x))"), digits=15)
    assert str(found.mean) == "0.411089479331229"
    assert found.second == moments("relu").mean
    assert found.derivative_second == oo
    assert ("E f′²", oo) in found.rows()
    with mp.workdps(30):
        half = gamma_moment(Fraction(-1, 2)) / 4
        assert abs(mp.mpf(found.derivative_mean) / half - 1) < 1e-14


def test_a_logarithm_on_the_right() -> None:
    """E log z on z > 0 is −(γ + log 2)/4; 1/z has an infinite mean there."""
    found = moments(given("where(x > 0, log(x), 0)"), digits=20)
    with mp.workdps(40):
        assert abs(mp.mpf(found.mean) / (-(mp.euler + mp.ln2) / 4) - 1) < 1e-19
    assert found.derivative_mean == found.derivative_second == oo


def test_what_has_no_mean_says_so() -> None:
    with pytest.raises(ValueError, match=r"no mean under N\(0, 1\): E \|f\| is infinite"):
        moments(given("exp(exp(x))"))
    with pytest.raises(ValueError, match="no value at x = 0"):
        moments(given("1/x"))


def test_a_variance_far_below_the_rounding_of_the_mean_square() -> None:
    found = moments("sigmoid", 40, "1e-8")
    with mp.workdps(80):
        # f(40 + d) = 1 − e^{−40−d} + …: to the first order a lognormal.
        v = mp.mpf("1e-8")
        true = mp.exp(-80 + v) * mp.expm1(v)
        assert abs(mp.mpf(found.variance) / true - 1) < 1e-14
    assert str(found.variance).startswith("1.804851")


@pytest.mark.parametrize(
    ("name", "rate", "mean"), [("tanh", 2, 50), ("tanh", 2, 190), ("sigmoid", 1, 200)]
)
def test_a_variance_where_values_agree_in_many_digits(name: str, rate: int, mean: int) -> None:
    """1 − f is rate·exp(−rate·z) to within its square: Var is that of a lognormal."""
    found = moments(name, mean, 1)
    with mp.workdps(60):
        true = rate**2 * mp.exp(rate * (rate - 2 * mean)) * mp.expm1(rate**2)
        assert abs(mp.mpf(found.variance) / true - 1) < 1e-14


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("log(1 + exp(sin(2)))", math.log(1 + math.exp(math.sin(2)))),
        ("sqrt(1 + sin(-2)^2)", math.hypot(1, math.sin(2))),
        ("cosh(1)^3", math.cosh(1) ** 3),
    ],
)
def test_a_constant_made_of_waves_is_real(text: str, value: float) -> None:
    found = moments(given(text))
    assert found.route is MomentRoute.CLOSED_FORM
    assert float(found.mean) == pytest.approx(value, rel=1e-14)
    assert float(found.second) == pytest.approx(value**2, rel=1e-14)
    assert found.variance == found.derivative_second == 0


@pytest.mark.parametrize("mean", ["1e18", "1e150"])
def test_gelu_far_to_the_right_is_the_identity(mean: str) -> None:
    found = moments("gelu", mean, 1)
    assert (found.mean, found.variance) == (Decimal(mean), 1)
    assert (found.derivative_mean, found.derivative_second) == (1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("mean", ["1e18", "1e400", "1e9999"])
def test_a_closed_form_far_to_the_right_is_the_identity(mean: str) -> None:
    found = moments("elu", mean, 1)
    assert (found.variance, found.derivative_mean, found.derivative_second) == (1, 1, 1)
    assert f"N({mean}, 1)" in found.caption() or mean == "1e18"
    assert json.dumps(found.to_json())


def test_slopes_at_a_tiny_variance_are_no_rounding() -> None:
    """E sin² = (1 − e^{−2ν})/2 is nearly ν; of e^{−x²} at ν = m, E f′ = −2m and E f′² = 4ν."""
    wave = moments("cosine", 0, "1e-300")
    assert (str(wave.derivative_second), wave.derivative_mean) == ("1.00000000000000e-300", 0)
    assert str(wave.variance) == "5.00000000000000e-601"
    bell = moments("gaussian_rbf", "1e-300", "1e-300")
    assert str(bell.derivative_mean) == "-2.00000000000000e-300"
    assert str(bell.derivative_second) == "4.00000000000000e-300"


def test_gelu_far_to_the_left_keeps_its_digits() -> None:
    """E f = E z·Φ(z) for z ~ N(m, 1): m·Φ(m/√2) + φ(m/√2)/√2."""
    with mp.workdps(150):
        at = mp.mpf(-30) / mp.sqrt(2)
        true = -30 * mp.erfc(-at / mp.sqrt(2)) / 2 + mp.npdf(at) / mp.sqrt(2)
    assert abs(mp.mpf(moments("gelu", -30, 1).mean) / true - 1) < 1e-14


def test_gelu_at_the_standard_normal_in_closed_form() -> None:
    """E f = 1/(2√π) and E f² = 1/3 + 1/(2√3π)."""
    found = moments("gelu", digits=20)
    with mp.workdps(40):
        assert abs(mp.mpf(found.mean) * 2 * mp.sqrt(mp.pi) - 1) < 1e-19
        second = mp.mpf(1) / 3 + 1 / (2 * mp.sqrt(3) * mp.pi)
        assert abs(mp.mpf(found.second) / second - 1) < 1e-19


@pytest.mark.parametrize("mean", ["1e-50", "-3e-7"])
def test_a_mean_near_a_zero_by_symmetry(mean: str) -> None:
    """E tanh(z) = m·E tanh′(z) at a small mean m, up to m³."""
    found = moments("tanh", mean, 1)
    slope = moments("tanh", digits=30).derivative_mean
    with mp.workdps(40):
        close = mp.mpf(mean) * mp.mpf(slope)
        assert abs(mp.mpf(found.mean) / close - 1) < 1e-12


@pytest.mark.slow
def test_a_variance_near_the_largest_float() -> None:
    """Of tanh under N(0, 10^308): f² is 1, and f′ a bump of integral 2, f′² one of 4/3."""
    found = moments("tanh", 0, "1e308")
    assert (found.mean, found.second, found.variance) == (0, 1, 1)
    with mp.workdps(40):
        density = 1 / mp.sqrt(2 * mp.pi * mp.mpf(10) ** 308)
        assert abs(mp.mpf(found.derivative_mean) / (2 * density) - 1) < 1e-14
        assert abs(mp.mpf(found.derivative_second) / (4 * density / 3) - 1) < 1e-14


def test_oscillations_in_closed_form() -> None:
    found = moments(given("sin(3*x)"), digits=20)
    with mp.workdps(40):
        assert found.mean == 0
        assert abs(mp.mpf(found.second) / ((1 - mp.exp(-18)) / 2) - 1) < 1e-19
        assert abs(mp.mpf(found.derivative_mean) / (3 * mp.exp(-4.5)) - 1) < 1e-19


UNITS = {
    "1 - abs(abs(x) - 1)": (lambda t: 1 - abs(abs(t) - 1), [-1, 0, 1]),
    "max(0, x) + min(0, 2*(exp(x) - 1))": (lambda t: t if t > 0 else 2 * mp.expm1(t), [0]),
    "x*tanh(log(1 + exp(x)))": (lambda t: t * mp.tanh(mp.log1p(mp.exp(t))), []),
    "tanh(40*(x - 1/3))": (lambda t: mp.tanh(40 * (t - mp.mpf(1) / 3)), [mp.mpf(1) / 3]),
    "where(x > 1, sqrt(x - 1), x)": (lambda t: mp.sqrt(t - 1) if t > 1 else t, [1]),
    "sign(x - 1/2)*log(1 + abs(x - 1/2))": (
        lambda t: mp.sign(t - 0.5) * mp.log1p(abs(t - 0.5)),
        [0.5],
    ),
}


@pytest.mark.slow
@settings(max_examples=6)
@given_(
    st.sampled_from(sorted(UNITS)),
    st.decimals(-4, 4, places=3),
    st.decimals("0.01", 9, places=3),
)
def test_random_points_against_mpmath(text: str, mean: Decimal, variance: Decimal) -> None:
    function, breaks = UNITS[text]
    found = moments(given(text), mean, variance, digits=15)
    with mp.workdps(30):
        m, s = mp.mpf(str(mean)), mp.sqrt(mp.mpf(str(variance)))
        cuts = sorted({m + k * s for k in range(-12, 13, 2)} | {mp.mpf(b) for b in breaks})

        def average(power: int) -> Any:
            def integrand(t: Any) -> Any:
                return function(t) ** power * mp.npdf(t, m, s)

            return mp.quad(integrand, [c for c in cuts if abs(c - m) <= 12 * s])

        first, second = average(1), average(2)
        assert abs(mp.mpf(found.mean) - first) < mp.mpf(10) ** -14 * (abs(first) + mp.sqrt(second))
        assert abs(mp.mpf(found.second) / second - 1) < 1e-14


@pytest.mark.slow
def test_the_guarded_sinc() -> None:
    """E sin(z)/z = ∫₀¹ E cos(tz) dt = ∫₀¹ e^{−t²/2} dt."""
    found = moments(given(Piecewise((1, Eq(x, 0)), (sin(x) / x, True))), digits=20)
    with mp.workdps(40):
        true = mp.sqrt(mp.pi / 2) * mp.erf(1 / mp.sqrt(2))
        assert abs(mp.mpf(found.mean) / true - 1) < 1e-19
    assert found.derivative_mean == 0


def test_threads_have_digits_of_their_own() -> None:
    """Four threads at 300 digits answer as one does, and leave mpmath's own precision alone."""
    before = mpmath.mp.prec
    asked = [(name, k) for k in range(2) for name in ("selu", "relu", "tanh", "sigmoid")]

    def answer(what: tuple[str, int]) -> str:
        name, k = what
        digits = 300 if name in ("selu", "relu") else 20
        return repr(moments(name, f"{k + 1}/3", "5/7", digits=digits).to_json())

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(answer, asked))
    assert mpmath.mp.prec == before
    assert together == [answer(what) for what in asked]


def test_a_bend_that_is_invisible_beside_the_deviation() -> None:
    """Of gelu at N(0, 1e308) only the line is left: E f = σ/√(2π), where E f′ = 1/2."""
    found = moments("gelu", 0, "1e308", digits=10)
    assert float(found.mean) == pytest.approx(1e154 / (2 * math.pi) ** 0.5, rel=1e-9)
    assert float(found.derivative_mean) == 0.5


@pytest.mark.parametrize("power", [9, 200])
def test_a_high_power_is_not_multiplied_out(power: int) -> None:
    """E (1 + z)ᵏ = Σ (k over 2j)·(2j − 1)!!, added up in whole numbers."""

    def expected(k: int) -> int:
        return sum(math.comb(k, 2 * j) * math.prod(range(1, 2 * j, 2)) for j in range(k // 2 + 1))

    found = moments(Activation("power", (1 + x) ** power), digits=12)
    assert float(found.mean / expected(power)) == pytest.approx(1, rel=1e-11)
    assert float(found.second / expected(2 * power)) == pytest.approx(1, rel=1e-11)


@pytest.mark.slow
@pytest.mark.parametrize("mean", [-1000, -(10**9)])
def test_a_tail_that_meets_the_density_half_way(mean: int) -> None:
    """E gelu(z) = m·Φ(m/√2) + φ(m/√2)/√2."""
    found = moments("gelu", mean, 1).mean
    with mp.workdps(80):
        at = mp.mpf(mean) / mp.sqrt(2)
        # Mills' ratio: Φ(at) = φ(at)·(1 − 1/at² + 3/at⁴ − …)/|at|.
        ratio = mp.fsum((-1) ** k * mp.fac2(2 * k - 1) / at ** (2 * k) for k in range(12))
        share = abs(1 / mp.sqrt(2) - mp.sqrt(2) * ratio) / mp.sqrt(2 * mp.pi)
        # By logarithms, since no float holds them.
        digits = mp.log(abs(mp.mpf(found._mpf_))) - (mp.log(share) - at**2 / 2)
        assert abs(digits) < 1e-13


@pytest.mark.parametrize("mean", ["-1e6", "-1e60"])
def test_a_value_whose_exponent_is_long(mean: str) -> None:
    """Far to the left silu is x·eˣ: E f = (m + 1)·e^{m + 1/2}, to which the next adds e^m."""
    found = str(moments("silu", mean, 1).mean)
    with mp.workdps(400):
        m = mp.mpf(mean)
        orders = (m + mp.mpf(1) / 2) / mp.log(10) + mp.log10(abs(m + 1))
        whole = int(mp.floor(orders))
        mantissa = mp.mpf(10) ** (orders - whole)
    assert found.startswith("-" + mp.nstr(mantissa, 13)[:12])
    assert found.endswith("e" + str(whole))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sin(exp(x**4))", "oscillates too fast"),
        ("sin(1000*x)*tanh(x)", "not settle to 15 digits in 24500 evaluations"),
        (
            "tanh(x) + max(0, x - 60)",
            r"E f is 10\^\d+ times smaller than what cancels in it, perhaps 0",
        ),
    ],
)
def test_what_does_not_settle_says_so(text: str, said: str) -> None:
    with pytest.raises(NotSettledError, match=said):
        moments(given(text))


@pytest.mark.slow
@pytest.mark.parametrize("inside", ["1", "1/(1 + exp(-10000*x**2))"])
@pytest.mark.parametrize(("low", "high"), [("-20", "-19"), ("29", "29.9"), ("-22", "-17")])
def test_a_window_far_from_the_mean_is_seen_through(low: str, high: str, inside: str) -> None:
    """What is 1 between two breaks, and 0 elsewhere, has the mean Φ(high) − Φ(low)."""
    window = Activation("window", f"where(x > {low}, where(x < {high}, {inside}, 0), 0)")
    found = moments(window, digits=20)
    with mp.workdps(500):
        true = mp.ncdf(mp.mpf(high)) - mp.ncdf(mp.mpf(low))
        assert abs(mp.mpf(found.mean) / true - 1) < mp.mpf(10) ** -19
    assert found.second == found.mean


@pytest.mark.parametrize("mean", ["1e-30", "-1e-30", "3e-31"])
@pytest.mark.parametrize("text", ["elish", "max(x, 0)*exp(-abs(x))*cos(x)", "abs(x)^(1/3)"])
def test_a_mean_as_far_from_a_break_as_growth_is_looked_at(text: str, mean: str) -> None:
    """The moments are those at mean 0 but for a share of 1e-30 and some of it."""
    unit = catalog.get(text) if text == "elish" else Activation("unit", text)
    beside, at = moments(unit, Rational(mean), digits=12), moments(unit, 0, digits=12)
    for name in ("mean", "second", "variance"):
        assert float(getattr(beside, name)) == pytest.approx(float(getattr(at, name)), rel=1e-11)


@pytest.mark.parametrize(
    ("side", "turned", "other"), [("x > 0", 1, "0"), ("x < 0", -1, "-1")], ids=["right", "left"]
)
def test_a_square_that_is_infinite_on_one_side_is_no_nan(
    side: str, turned: int, other: str
) -> None:
    """E e^{z²/4} on one half is 1/√2; E z·e^{z²/4}/2 is 1/√(2π) to the right of 0."""
    found = moments(given(f"where({side}, exp(x**2/4), {other})"), digits=8)
    rest = int(other) / 2
    assert float(found.mean) == pytest.approx(0.5**0.5 + rest, rel=1e-7)
    assert (found.second, found.variance, found.derivative_second) == (oo, oo, oo)
    assert float(found.derivative_mean) == pytest.approx(turned * (2 * math.pi) ** -0.5, rel=1e-7)


def test_five_values_are_in_their_rows_as_they_are_called() -> None:
    """Of 3 + 2z under N(1, 4) by hand; 15 digits where none are asked for."""
    found = moments(given("3 + 2*x"), 1, 4)
    assert [(label, float(value)) for label, value in found.rows()] == [
        ("E f", 5),
        ("E f²", 41),
        ("Var f", 16),
        ("E f′", 2),
        ("E f′²", 4),
    ]
    assert (found.digits, str(found.mean), found.target) == (15, "5.00000000000000", "N(1, 4)")
