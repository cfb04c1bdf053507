"""What the mpmath versions promise beyond the contract: any precision, exact parameters, limits."""

from __future__ import annotations

import math

import pytest
from mpmath import mp
from mpmath.ctx_mp import MPContext
from sympy import Expr, Rational, asinh, erfc, exp, sin, sqrt

from actmath import Activation, catalog
from actmath.activation import Parameter
from actmath.lower import compile_mpmath, to_mpf, to_mpmath
from actmath.notation import alpha, x
from actmath.number import mp as own

INF = math.inf


def test_precision_is_that_of_the_call() -> None:
    tail = to_mpmath(catalog.gelu)
    with mp.workdps(60):
        want = -30 * mp.erfc(30 / mp.sqrt(2)) / 2
        assert abs(tail(-30) / want - 1) < 1e-55
    with mp.workdps(20):
        assert abs(tail(-30) / want - 1) < 1e-17


def test_exact_parameters_at_any_precision() -> None:
    with mp.workdps(50):
        assert to_mpmath(catalog.leaky_relu)(-1, a="1/3") == -mp.mpf(1) / 3
        assert to_mpmath(catalog.elu)(-mp.inf, alpha=0.1) == -mp.mpf(1) / 10
    with own.workdps(50):
        assert mp.nstr(to_mpf(catalog.selu.defaults[alpha]), 25) == "1.673263242354377284817043"


#: Where a unit of the catalog goes on as a wave: which of f and f′, at which ends.
WAVES = {
    **dict.fromkeys(("sine", "siren", "cosine", "gcu"), ((0, -1), (0, 1), (1, -1), (1, 1))),
    "snake": ((1, -1), (1, 1)),
    "sinlu": ((1, 1),),
}


@pytest.mark.parametrize("name", catalog.CATALOG)
def test_limits(name: str) -> None:
    for order in (0, 1):
        for side in (-1, 1):
            found = to_mpmath(catalog.get(name), order)(side * mp.inf)
            assert mp.isnan(found) == ((order, side) in WAVES.get(name, ()))
        assert mp.isnan(to_mpmath(catalog.get(name), order)(mp.nan))


# Of the second one SymPy knows neither a limit nor bounds.
@pytest.mark.parametrize("formula", [sin(x), asinh(x * sin(x))], ids=str)
def test_oscillation_has_no_limit(formula: Expr) -> None:
    assert mp.isnan(to_mpmath(Activation("wave", formula))(mp.inf))


@pytest.mark.parametrize(
    ("formula", "at", "right"),
    [
        ("exp(x**7) - 1 - x**7", "1e-20", "5e-281"),
        ("exp(x**7) - 1 - x**7", "1e-300", "5e-4201"),
        # cos u − 1 + u²/2 = u⁴/24, at u = 10⁻⁵⁰.
        ("cos(x**5) - 1 + x**10/2", "1e-10", "4.166666666666667e-202"),
        ("sin(pi*x)", "3", "0"),
    ],
)
def test_zeros_that_a_difference_made_are_no_values(formula: str, at: str, right: str) -> None:
    with mp.workprec(53):
        got = to_mpmath(Activation("cancelling", formula))(mp.mpf(at))
        assert abs(got - mp.mpf(right)) <= abs(mp.mpf(right)) * 1e-14


def test_a_pole_of_a_parameters_making_has_no_value() -> None:
    power = Activation("power", "abs(x)**kk", (Parameter("kk", 2),))
    assert math.isnan(to_mpmath(power)(0, kk=-1))
    assert to_mpmath(power)(2, kk=-1) == 0.5
    logarithm = Activation("logarithm", "log(kk+exp(x))", (Parameter("kk", 2),))
    assert math.isnan(to_mpmath(logarithm)(-1, kk=-1))


def test_a_truth_value_is_no_number() -> None:
    with pytest.raises(TypeError, match="selu needs a real number, got True"):
        to_mpmath("selu")(True)


@pytest.mark.parametrize("digits", [15, 40])
def test_several_formulas_at_the_working_precision(digits: int) -> None:
    """erfc(−x) as SymPy writes it, 2 − erfc(x), keeps all digits far to the left."""
    program = compile_mpmath([x, alpha], [erfc(-x) * alpha, exp(x) - 1, alpha / 3])
    with own.workdps(digits):
        found = program(own.mpf(-20), own.mpf(5))
        small = program(own.mpf(10) ** -30, own.mpf(5))[1]
    with mp.workdps(digits + 20):
        want = [5 * mp.erfc(20), mp.expm1(-20), mp.mpf(5) / 3]
        for one, other in zip(found, want, strict=True):
            assert abs(mp.mpf(one) / other - 1) < mp.mpf(10) ** (2 - digits)
        assert abs(mp.mpf(small) / mp.expm1(mp.mpf(10) ** -30) - 1) < mp.mpf(10) ** (2 - digits)


def test_what_is_no_list_of_formulas_is_refused() -> None:
    for symbols, formulas, name in (("x", [x], "symbols"), ([x], "x", "formulas")):
        with pytest.raises(TypeError, match=name):
            compile_mpmath(symbols, formulas)
    with pytest.raises(TypeError, match="value"):
        to_mpf(0.5)  # type: ignore[arg-type]


def test_exact_numbers_at_any_precision() -> None:
    """A fraction of 5000 digits too, which Python writes as no text."""
    long = Rational(10**5000 + 1, 3 * 10**5000)
    for digits in (15, 60):
        with own.workdps(digits):
            assert abs(to_mpf(Rational(1, 3)) * 3 - 1) < own.mpf(10) ** (1 - digits)
            assert abs(to_mpf(long) - own.mpf(1) / 3) < own.mpf(10) ** (1 - digits)
            assert abs(to_mpf(sqrt(2)) ** 2 - 2) < own.mpf(10) ** (2 - digits)
            assert to_mpf(Rational(-7, 4)) == -1.75


@pytest.mark.parametrize("order", [0, 1])
def test_at_a_break_the_stated_value_holds_and_beside_it_that_of_the_piece(order: int) -> None:
    unit = Activation("pieced", "where(x < 1, 2*x, where(x < 3, 5, x**2))")
    lowered = to_mpmath(unit, order)
    with mp.workdps(30):
        near = mp.mpf(10) ** -20
        points = (1 - near, mp.mpf(2), 3 - near, 3 + near, mp.mpf(-4))
        want = [2, 0, 0, 6 + 2 * near, 2] if order else [2 - 2 * near, 5, 5, (3 + near) ** 2, -8]
        for at, value in zip(points, want, strict=True):
            assert abs(lowered(at) - value) < 1e-28
        if not order:
            assert (lowered(1), lowered(3)) == (5, 9)


def test_the_context_of_the_argument_is_that_of_the_value() -> None:
    context = MPContext()
    context.prec = 150
    found = to_mpmath("sigmoid")(context.mpf("0.7"))
    assert found.context is context
    want = 1 / (1 + context.exp(-context.mpf("0.7")))
    assert abs(found - want) < context.ldexp(1, -147)
    assert to_mpmath("sigmoid").__name__ == "sigmoid"
