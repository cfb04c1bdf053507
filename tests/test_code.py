"""Generated code means what the formula says, whatever its parameters are called."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy
import torch
from sympy import Expr, Piecewise, Symbol, erf, exp, sqrt, tanh

from actmath._code import coded, with_powers_told
from actmath.activation import POSITIVE, Activation, Parameter
from actmath.catalog import CATALOG
from actmath.lower import losses, to_arb, to_mpmath, to_numpy, to_torch
from actmath.notation import auxiliary, x
from actmath.numeric import gaussian, moments

# A constant, functions of every arithmetic, modules, common subexpressions, inner names.
NAMES = ["pi", "exp", "sqrt", "erf", "nan", "numpy", "x0", "mpf", "constant0"]


def formula(s: Expr) -> Expr:
    """In it are pi, three functions, a break and a common part."""
    return Piecewise(
        (x * s + sympy.pi, x > s / 3), (exp(x) - s + sqrt(1 + x**2) * erf(s * x) + s * exp(x), True)
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_parameter_hides_a_name_of_the_code(name: str) -> None:
    unit = Activation("hidden", formula(auxiliary(name, real=True)), (Parameter(name, 2),))
    points = np.array([-3.0, -0.5, 0.2, 2.0])
    with mpmath.mp.workdps(30):
        # SymPy's own evaluation, by substitution: no code is written for it.
        want = [formula(sympy.Integer(2)).subs(x, sympy.Rational(p)).evalf(30) for p in points]
        many = [to_mpmath(unit)(mpmath.mpf(p)) for p in points]
        assert all(abs(m - mpmath.mpf(w)) < 1e-28 for m, w in zip(many, want, strict=True))
    floats = np.array(want, dtype=float)
    np.testing.assert_allclose(to_numpy(unit)(points), floats, rtol=1e-14)
    np.testing.assert_allclose(to_torch(unit)(torch.tensor(points)).numpy(), floats, rtol=1e-14)
    balls = [float(to_arb(unit)(p).mid()) for p in points]
    np.testing.assert_allclose(balls, floats, rtol=1e-14)


@pytest.mark.parametrize("text", ["{}*relu(x-1)+relu(x)", "{}*where(x>0,x,exp(x)-1)"])
def test_closed_moments_do_not_depend_on_a_parameters_name(text: str) -> None:
    one, other = (
        Activation("u", text.format(name), (Parameter(name, 2),)) for name in ("pi", "bb")
    )
    assert str(moments(one, 1, 2)) == str(moments(other, 1, 2))
    by_array = gaussian(one, 1.0, 2.0)
    assert float(by_array.mean) == pytest.approx(float(moments(one, 1, 2).mean), rel=1e-13)


def test_given_common_parts_are_computed_once_and_in_order() -> None:
    a, b, pi = (auxiliary(name) for name in ("a", "b", "pi"))
    assert coded([pi], [b], "math", common=[(a, pi + 1), (b, a * sympy.pi)])(1) == [
        pytest.approx(2 * np.pi)
    ]


def test_an_argument_keeps_what_is_known_of_it() -> None:
    # √(s²) with s > 0 stays s.
    assert coded([Symbol("s", positive=True)], Symbol("s", positive=True), "math")(3) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "parameter"),
    [("swish_beta", "beta"), ("pelu", "width"), ("siren", "omega_0"), ("sinlu", "frequency")],
)
def test_a_power_beyond_all_floats_is_told_by_its_name(name: str, parameter: str) -> None:
    unit = CATALOG[name].with_parameters(**{parameter: 1e200})
    at = torch.tensor([-2.0, 0.5], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(to_torch(unit)(at).sum(), at, create_graph=True)
    with pytest.raises(OverflowError, match=rf"^{parameter}\*\*2 is beyond the largest float$"):
        torch.autograd.grad(slope.sum(), at)


def test_a_power_in_numpy_is_told_too() -> None:
    beta = Parameter("beta", 10**90, POSITIVE)
    steep = Activation("steep", tanh(beta.symbol**4 * x), (beta,))
    with pytest.raises(OverflowError, match=r"^beta\*\*4 is beyond the largest float$"):
        to_numpy(steep)([-2.0])


@pytest.mark.slow
def test_where_a_huge_parameter_leaves_no_digits_is_named() -> None:
    """SMU is its two lines but within 1e-199 of 0, where the slope of erf has no float."""
    steep = CATALOG["smu"].with_parameters(sharpness=1e200)
    assert to_numpy(steep)([-2.0, 0.5]).tolist() == [-0.5, 0.5]
    (lost,) = losses(steep, 1)
    assert lost.lower < -1e-199 < 1e-199 < lost.upper
    outside = [-2.0, 2 * lost.lower, 2 * lost.upper, 0.5]
    assert to_numpy(steep, 1)(outside).tolist() == [0.25, 0.25, 1, 1]


def test_a_formula_without_such_a_power_stays_as_it_is() -> None:
    beta = auxiliary("beta")
    for plain in (beta * x**2, x / beta, sqrt(sympy.pi) * x, exp(beta)):
        assert with_powers_told(float, plain, [beta]) is float
