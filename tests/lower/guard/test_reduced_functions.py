"""Functions of many digits at arguments of any size, compared with mpmath's own."""

from __future__ import annotations

from typing import Any

import pytest
from mpmath import mp
from mpmath.ctx_mp import MPContext

from actmath.lower._guard.reduced_functions import ReducedFunctions

from ...pace import no_longer_than

NAMES = ("exp", "tanh", "cosh", "sinh", "sin", "cos", "tan", "erf", "erfc", "Abs")


def _of(name: str, at: str, prec: int = 300) -> tuple[ReducedFunctions, Any]:
    context = MPContext()
    context.prec = prec
    functions = ReducedFunctions(context, lambda work: None)
    function = functions.named(name)
    assert function is not None
    return functions, function(context.mpf(at))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("at", ["-31.25", "-1e-40", "0.7", "5", "1234.5"])
def test_values(name: str, at: str) -> None:
    _, got = _of(name, at)
    with mp.workprec(900):
        want = getattr(mp, {"Abs": "fabs"}.get(name, name))(mp.mpf(at))
        # sinh by two exponentials loses nothing from 1 on.
        assert abs(mp.mpf(got._mpf_) - want) <= abs(want) * mp.mpf(2) ** -290


@pytest.mark.parametrize("name", ["exp", "tanh", "cosh", "sinh", "erf", "erfc"])
@pytest.mark.parametrize("at", ["-1e900", "1e900", "-1e300", "1e300"])
def test_the_largest_arguments_return_at_once(name: str, at: str) -> None:
    with no_longer_than(1):
        _of(name, at)


def test_what_died_is_told() -> None:
    functions, value = _of("exp", "-1e900")
    assert (value, functions.died) == (0, True)
    functions, value = _of("exp", "1e900")
    assert (value, functions.died) == (functions.context.inf, True)
    assert not _of("exp", "-700")[0].died


def test_names_that_mpmath_lacks() -> None:
    assert ReducedFunctions(MPContext(), lambda work: None).named("Heaviside") is None


@pytest.mark.parametrize("size", [37, 38, 39, 40, 41, 70, 300, 2000])
@pytest.mark.parametrize("half", [0, 1])
def test_the_logarithm_of_a_large_exponential_is_its_argument(size: int, half: int) -> None:
    """On both sides of where the argument is reduced, whole or not."""
    for sign in (-1, 1):
        functions, _ = _of("exp", "1")
        context = functions.context
        with context.workprec(size + 20):
            u = sign * (context.ldexp(1, size - 1) * 5 / 4 + context.mpf(half) / 2)
        got = functions.exp(u)
        assert context.prec == 300
        with mp.workprec(700 + size):
            assert abs(mp.log(mp.mpf(got._mpf_)) - mp.mpf(u._mpf_)) < mp.ldexp(1, -297)


@pytest.mark.parametrize("name", ["exp", "tanh", "cosh", "sinh", "erf", "erfc"])
def test_far_out_each_has_its_limit(name: str) -> None:
    """Beyond 2^2100; of what is not infinite there, mpmath's own limits at ±∞."""
    for sign in ("-", ""):
        functions, got = _of(name, f"{sign}1e700")
        assert got == getattr(mp, name)(mp.mpf(f"{sign}inf")), sign
        assert functions.died is (name in ("exp", "cosh", "sinh") or (name, sign) == ("erfc", ""))


@pytest.mark.parametrize(("bits", "dies"), [(2100, False), (2101, True)])
def test_an_exponential_dies_from_a_size_on(bits: int, dies: bool) -> None:
    """1.25·2^2099 has 2100 bits before the point."""
    functions, _ = _of("exp", "1")
    for sign in (-1, 1):
        functions.died = False
        found = functions.exp(sign * functions.context.ldexp(1.25, bits - 1))
        assert functions.died is dies
        assert (found in (0, functions.context.inf)) is dies


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_waves_have_all_digits_or_no_value(name: str) -> None:
    functions, _ = _of("exp", "1")
    context, function = functions.context, functions.named(name)
    assert function is not None
    inside, beyond = (context.ldexp(1.25, bits - 1) for bits in (2100, 2101))
    with mp.workprec(3000):
        want = getattr(mp, name)(mp.mpf(inside._mpf_))
        assert abs(mp.mpf(function(inside)._mpf_) - want) < abs(want) * mp.ldexp(1, -290)
    with pytest.raises(ValueError, match=rf"{name} of 2101 bits"):
        function(beyond)


@pytest.mark.parametrize("at", ["7.9", "17.2", "17.5", "60", "1e43", "1e45", "1e200"])
def test_error_functions_where_other_formulas_take_over(at: str) -> None:
    """erfc by Laplace's fraction √π·e^{u²}·erfc u = 1/(u + (1/2)/(u + (2/2)/(u + …)))."""
    with mp.workprec(900):
        u = mp.mpf(MPContext().mpf(at)._mpf_)
        below = u
        for k in range(1500, 0, -1):
            below = u + mp.mpf(k) / 2 / below
        _, far = _of("erfc", mp.nstr(u, 250))
        scaled = mp.log(mp.mpf(far._mpf_)) + u**2 + mp.log(mp.sqrt(mp.pi) * below)
        # A relative error of 2^−290, less what the rounded square takes in its exponent.
        assert abs(scaled) < mp.ldexp(1, -285) * max(1, u**2)
        tail = mp.exp(-(u**2)) / mp.sqrt(mp.pi) / below if u < 1e5 else mp.zero
        for sign in ("", "-"):
            side = 1 if not sign else -1
            _, got = _of("erf", sign + mp.nstr(u, 250))
            assert abs(mp.mpf(got._mpf_) - side * (1 - tail)) < mp.ldexp(1, -298)
        _, got = _of("erfc", "-" + mp.nstr(u, 250))
        assert abs(mp.mpf(got._mpf_) - (2 - tail)) < mp.ldexp(1, -297)


def test_what_costs_more_than_an_exponential_is_told() -> None:
    """The series of erf takes no reduction: dearer beyond 1, for more bits, and nothing near 0."""
    told: list[float] = []
    context = MPContext()
    functions = ReducedFunctions(context, told.append)
    costs = {}
    for name in ("erf", "erfc", "KeptErfc"):
        function = functions.named(name)
        assert function is not None
        for at in (2.0**-12, 0.7, 3.0):
            for bits in (320, 1280):
                told.clear()
                context.prec = bits
                function(context.mpf(at))
                costs[name, at, bits] = sum(told)
    for name in ("erf", "erfc", "KeptErfc"):
        assert costs[name, 2.0**-12, 320] == 0
        assert 1 < costs[name, 0.7, 320] < costs[name, 3.0, 320]
        # As the bits to the power 3/2.
        assert costs[name, 3.0, 1280] == pytest.approx(8 * costs[name, 3.0, 320])
    told.clear()
    for name, at in (("erf", 50.0), ("erfc", -50.0), ("exp", 3.0), ("tanh", 0.1)):
        function = functions.named(name)
        assert function is not None
        function(context.mpf(at))
    assert not told


def test_names_of_sympy_for_what_mpmath_calls_otherwise() -> None:
    functions = ReducedFunctions(MPContext(), lambda work: None)
    for name, at, want in (("Abs", -2.5, 2.5), ("LambertW", 0.0, 0.0), ("sign", -4.0, -1.0)):
        function = functions.named(name)
        assert function is not None
        assert function(functions.context.mpf(at)) == want
    assert functions.named("Max") is None
