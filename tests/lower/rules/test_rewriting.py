"""Digits of the formulas that people write, against the same functions typed by hand in mpmath."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp
from sympy import (
    Abs,
    Expr,
    Piecewise,
    Rational,
    atan,
    cosh,
    erf,
    exp,
    lambdify,
    log,
    pi,
    sign,
    sinh,
    sqrt,
    tanh,
)

from actmath import Activation
from actmath.lower import to_mpmath, to_numpy, to_torch
from actmath.lower._functions.exponential import Expit
from actmath.lower._functions.in_numpy import NUMPY_FUNCTIONS
from actmath.lower._rules.rewriting import rewritten
from actmath.notation import a, stand_in, x


@dataclass(frozen=True)
class Case:
    """A unit in several spellings, and the function by hand."""

    spellings: tuple[Expr, ...]
    twin: Callable[[Any], Any]


def expit(u: Any) -> Any:
    return 1 / (1 + mp.exp(-u))


def logsigmoid(u: Any) -> Any:
    return -mp.log1p(mp.exp(-abs(u))) + min(u, 0)


def gelu(u: Any) -> Any:
    # e^{−u²/2} has no exponent that mpmath makes beyond 1e9.
    return u * mp.erfc(-u / mp.sqrt(2)) / 2 if abs(u) < 1e9 else max(u, mp.zero)


CASES: dict[str, Case] = {
    "squareplus": Case(
        ((x + sqrt(x**2 + 4)) / 2, x / 2 + sqrt(1 + x**2 / 4)),
        lambda u: (u + mp.sqrt(u**2 + 4)) / 2,
    ),
    "inverse_root": Case(
        (x / sqrt(1 + x**2), x * (1 + x**2) ** Rational(-1, 2)), lambda u: u / mp.sqrt(1 + u**2)
    ),
    "logsigmoid": Case(
        (
            log(1 / (1 + exp(-x))),
            -log(1 + exp(-x)),
            x - log(1 + exp(x)),
            log(exp(x) / (1 + exp(x))),
        ),
        logsigmoid,
    ),
    "softplus": Case((log(exp(x) + 1), -log(1 / (1 + exp(x)))), lambda u: -logsigmoid(-u)),
    "softplus_3": Case((log(1 + exp(3 * x)) / 3,), lambda u: -logsigmoid(-3 * u) / 3),
    "sigmoid": Case(
        (exp(x) / (1 + exp(x)), 1 / (1 + exp(-x)), 1 - 1 / (1 + exp(x)), (1 + tanh(x / 2)) / 2),
        expit,
    ),
    "tanh": Case(
        (
            (exp(x) - exp(-x)) / (exp(x) + exp(-x)),
            (exp(2 * x) - 1) / (exp(2 * x) + 1),
            1 - 2 / (1 + exp(2 * x)),
            sinh(x) / cosh(x),
        ),
        mp.tanh,
    ),
    "bipolar": Case(
        ((1 - exp(-x)) / (1 + exp(-x)), 2 / (1 + exp(-x)) - 1), lambda u: mp.tanh(u / 2)
    ),
    "symlog": Case(
        (sign(x) * log(1 + Abs(x)), Piecewise((log(1 + x), x > 0), (-log(1 - x), True))),
        lambda u: mp.sign(u) * mp.log1p(abs(u)),
    ),
    "gelu": Case((x * (1 + erf(x / sqrt(2))) / 2, x / 2 + x * erf(x / sqrt(2)) / 2), gelu),
    "gelu_by_tanh": Case(
        (x * (1 + tanh(sqrt(2 / pi) * (x + Rational(44715, 1000000) * x**3))) / 2,),
        lambda u: u * expit(2 * mp.sqrt(2 / mp.pi) * (u + mp.mpf(44715) / 1000000 * u**3)),
    ),
    "log_cosh": Case((log(cosh(x)), log((exp(x) + exp(-x)) / 2)), lambda u: mp.log(mp.cosh(u))),
    "logish": Case((x * log(1 + 1 / (1 + exp(-x))),), lambda u: u * mp.log1p(expit(u))),
    "sech": Case((1 / cosh(x), 2 / (exp(x) + exp(-x))), lambda u: 1 / mp.cosh(u)),
    "mish": Case(
        (x * tanh(log(1 + exp(x))), x * ((1 + exp(x)) ** 2 - 1) / ((1 + exp(x)) ** 2 + 1)),
        lambda u: u * mp.tanh(-logsigmoid(-u)),
    ),
    "bell": Case((x**2 * exp(-(x**2)),), lambda u: u**2 * mp.exp(-(u**2))),
    "cubic_over_square": Case((x**3 / (1 + x**2),), lambda u: u**3 / (1 + u**2)),
    "serpentine": Case((x / (1 + x**2),), lambda u: u / (1 + u**2)),
    "softsign": Case((x / (1 + Abs(x)),), lambda u: u / (1 + abs(u))),
    "upper_atan": Case((pi / 2 - atan(x),), lambda u: mp.atan2(1, u)),
    "atan_share": Case((Rational(1, 2) + atan(x) / pi,), lambda u: mp.atan2(1, -u) / mp.pi),
    "pseudo_huber": Case((sqrt(1 + x**2) - 1,), lambda u: mp.sqrt(1 + u**2) - 1),
    "root_gate": Case(
        (x * (1 + x / sqrt(1 + x**2)) / 2,), lambda u: u * (1 + u / mp.sqrt(1 + u**2)) / 2
    ),
    "asinh": Case((log(x + sqrt(1 + x**2)),), mp.asinh),
    "log_square": Case((log(1 + x**2),), lambda u: mp.log(1 + u**2)),
    "power_of_two": Case((2**x - 1,), lambda u: mp.mpf(2) ** u - 1),
    "two_bells": Case(
        (exp(-(x**2)) - exp(-4 * x**2),), lambda u: mp.exp(-(u**2)) - mp.exp(-4 * u**2)
    ),
    "signed_root": Case(
        (Piecewise((sqrt(1 + x) - 1, x > 0), (1 - sqrt(1 - x), True)),),
        lambda u: mp.sign(u) * (mp.sqrt(1 + abs(u)) - 1),
    ),
    "complementary_log_log": Case((1 - exp(-exp(x)),), lambda u: -mp.expm1(-mp.exp(u))),
}
UNITS = {
    f"{name}_{i}": (Activation(f"{name}_{i}", spelling), case.twin)
    for name, case in CASES.items()
    for i, spelling in enumerate(case.spellings)
}
EACH = pytest.mark.parametrize("name", UNITS)
FIXED = (1e-300, 1e-20, 1e-8, 1e-3, 0.3, 0.75, 2.0, 5.5, 10.0, 25.0, 95.0, 750.0)
FAR = (3e3, 1e9, 3e37, 1e200, 1e300)
KINDS = {np.float32: 2.0**-126, np.float64: 2.0**-1022}


@lru_cache(maxsize=20_000)
def exact(twin: Callable[[Any], Any], at: float) -> tuple[Any, Any, Any]:
    """f, f′ and f″ by hand, the derivatives by differences, with digits to spare."""
    # The plain functions lose 2·log₁₀|x| digits, and the differences twice those of the step.
    with mp.workdps(260 if 1e-30 < abs(at) < 300 else 1000):
        point, step = mp.mpf(at), abs(mp.mpf(at)) * mp.mpf(10) ** -60
        below, value, above = (twin(point + side * step) for side in (-1, 0, 1))
        first, second = (above - below) / (2 * step), (above - 2 * value + below) / step**2
    return value, first, second


def lowered(name: str, order: int, points: np.ndarray[Any, Any]) -> dict[str, Any]:
    """What each of the arithmetics of floats says, and for the derivative autograd too."""
    unit = UNITS[name][0]
    tensor = torch.tensor(points, requires_grad=order == 1)
    found = {
        "numpy": to_numpy(unit, order)(points),
        "torch": to_torch(unit, order)(tensor).detach().numpy(),
    }
    if order:
        (gradient,) = torch.autograd.grad(to_torch(unit)(tensor).sum(), tensor)
        found["autograd"] = gradient.numpy()
    return found


def check(name: str, points: list[float]) -> None:
    """4 ulp·(1 + condition number), in both precisions, of the value and of the derivative."""
    for kind, smallest in KINDS.items():
        array = np.array([at for at in points if abs(at) < float(np.finfo(kind).max)], dtype=kind)
        array = array[array != 0]
        for order in (0, 1):
            for way, values in lowered(name, order, array).items():
                assert values.dtype == kind
                for at, got in zip(array.tolist(), values.tolist(), strict=True):
                    check_one(name, order, at, got, float(np.finfo(kind).eps), smallest, way)


def check_one(
    name: str, order: int, at: float, got: float, epsilon: float, smallest: float, way: str
) -> None:
    want, slope = exact(UNITS[name][1], at)[order : order + 2]
    with mp.workdps(60):
        largest = mp.mpf(2) ** (1024 if smallest < 1e-100 else 128)
        if abs(want) >= largest * (1 - epsilon):
            assert abs(got) == mp.inf, (way, order, at)
            return
        bound = 4 * epsilon * (abs(want) + abs(at * slope)) + 4 * smallest
        assert abs(mp.mpf(got) - want) <= bound, (way, order, at, got, mp.nstr(want, 17))


@EACH
def test_fixed_points(name: str) -> None:
    twin_grows = name.startswith(("complementary", "power"))
    points = [*FIXED, *(() if twin_grows else FAR)]
    check(name, [sign * at for at in points for sign in (-1, 1)])


@pytest.mark.slow
@given(
    name=st.sampled_from(list(UNITS)),
    exponent=st.floats(-290, 290),
    sign=st.sampled_from([-1, 1]),
)
def test_random_magnitudes(name: str, exponent: float, sign: int) -> None:
    if not (name.startswith(("complementary", "power")) and exponent > 2.5):
        check(name, [sign * 10**exponent])


@pytest.mark.slow
@given(name=st.sampled_from(list(UNITS)), at=st.floats(-40, 40, width=32))
def test_random_points(name: str, at: float) -> None:
    check(name, [at])


@EACH
def test_limits_and_what_is_no_number(name: str) -> None:
    unit, twin = UNITS[name]
    ends = np.array([-np.inf, np.inf, np.nan])
    value, slope = to_numpy(unit)(ends), to_numpy(unit, 1)(ends)
    torch_ends = torch.tensor(ends)
    for order, found in enumerate((value, slope)):
        np.testing.assert_allclose(to_torch(unit, order)(torch_ends).numpy(), found)
        assert np.isnan(found).tolist() == [False, False, True]
    if not name.startswith("complementary"):
        with mp.workdps(60):
            near = [float(twin(side * mp.mpf(10) ** 8)) for side in (-1, 1)]
        for limit, value_near in zip(value, near, strict=False):
            if np.isfinite(limit):
                assert abs(limit - value_near) < 1e-7
            else:
                assert abs(value_near) > 18
                assert np.sign(limit) == np.sign(value_near)


def test_many_digits_and_huge_arguments() -> None:
    tanhexp = Activation("tanhexp", x * tanh(exp(x)))
    for order in (0, 1):
        assert to_mpmath(tanhexp, order)(10**9) == (10**9, 1)[order]


def test_a_letter_of_which_only_the_domain_says_that_it_is_positive() -> None:
    formula = 1 / (a + exp(-x))
    assert rewritten(formula) == formula
    assert rewritten(formula, {a: stand_in(a)}) == Expit(x - log(1 / a)) / a


@pytest.mark.parametrize(
    ("formula", "twin"),
    [
        (exp(x) - 2 + exp(-x), lambda u: 4 * mp.sinh(u / 2) ** 2),
        (exp(2 * x) - 2 * exp(x) + 1, lambda u: mp.expm1(u) ** 2),
        (1 / (2 + exp(x)) - Rational(1, 3), lambda u: -mp.expm1(u) / (3 * (2 + mp.exp(u)))),
        (x**2 + exp(x) - exp(-x), lambda u: u**2 + 2 * mp.sinh(u)),
    ],
    ids=["sinh squared", "a square", "beside 1/3", "beside a square"],
)
def test_terms_in_one_exponential_that_cancel_at_0_are_joined(
    formula: Expr, twin: Callable[[Any], Any]
) -> None:
    """By the rules alone, without the fits that stand in where a formula loses its digits."""
    for at in (1e-9, -1e-9, 1e-4, 0.3):
        with mp.workdps(30):
            want = float(twin(mp.mpf(at)))
        found = lambdify([x], rewritten(formula), [NUMPY_FUNCTIONS, "numpy"])(at)
        assert float(found) == pytest.approx(want, rel=1e-14, abs=0)
