"""What the mpmath versions promise beyond the contract: any precision, exact parameters, limits."""

from __future__ import annotations

import math

import pytest
from mpmath import mp
from sympy import Expr, asinh, sin

from actmath import Activation, catalog
from actmath.activation import Parameter
from actmath.lower import to_mpf, to_mpmath
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
