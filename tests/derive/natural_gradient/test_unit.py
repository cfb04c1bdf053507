"""Theorems 1 and 2 of Clevert et al. (2016): for symbols, for small sizes, and where k goes."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import Matrix, MatrixSymbol, Rational, simplify, symbols

from actmath.derive._natural_gradient.unit import (
    UnitStatistics,
    _coefficients,
    bias_shift,
    block_inversion,
    shift_proof,
)

fractions = st.fractions(-5, 5, max_denominator=8).map(lambda f: Rational(str(f)))


@st.composite
def samples(draw: st.DrawFn) -> UnitStatistics:
    size = draw(st.integers(1, 3))
    count = size + 3
    rows = draw(st.lists(fractions, min_size=size * count, max_size=size * count))
    delta = draw(st.lists(fractions, min_size=count, max_size=count))
    unit = UnitStatistics.of(Matrix(count, size, rows), Matrix(delta))
    assume(unit.c != 0 and unit.A.det() != 0)
    assume((unit.c * unit.A - unit.b * unit.b.T).det() != 0)
    return unit


def test_theorem_one_for_any_size() -> None:
    proof = block_inversion()
    assert proof.holds
    assert len(proof.remainders) == 3


def test_the_proof_notices_a_wrong_step() -> None:
    """With the sign of the bias term turned, a remainder stays."""
    n = symbols("n", integer=True, positive=True)
    A, b = MatrixSymbol("A", n, n), MatrixSymbol("b", n, 1)
    g = MatrixSymbol("g", n, 1)
    wrong = A * (A.I * (g + 2 * b)) + 2 * b - g
    assert any(simplify(value) != 0 for value in _coefficients(wrong, {}).values())


@pytest.mark.slow
def test_theorem_one_for_symbols_of_size_two() -> None:
    a11, a12, a22, b1, b2, c, g1, g2, g0 = symbols("a11 a12 a22 b1 b2 c g1 g2 g0")
    unit = UnitStatistics(
        Matrix([[a11, a12], [a12, a22]]), Matrix([b1, b2]), c, Matrix([g1, g2]), g0
    )
    one, other = unit.step(), unit.dense_step()
    assert simplify(one.bias - other.bias) == 0
    assert (one.weights - other.weights).applyfunc(simplify).is_zero_matrix


@pytest.mark.slow
@given(samples())
def test_theorem_one_exactly(unit: UnitStatistics) -> None:
    assert unit.step() == unit.dense_step()


@given(samples())
def test_theorem_two_exactly(unit: UnitStatistics) -> None:
    """The bias step is k times g₀/c, the weight step is A⁻¹E(δ(a − kE_q a))."""
    assume(unit.g0 != 0)
    shift, step = bias_shift(unit), unit.step()
    assert step.bias == shift.k * unit.g0 / unit.c
    assert unit.A.inv() * (unit.g + unit.g0 * shift.incoming_shift) == step.weights


@given(samples())
def test_k_is_one_for_centred_units_or_constant_delta(unit: UnitStatistics) -> None:
    assume(unit.g0 != 0)
    centred = UnitStatistics(unit.A, 0 * unit.b, unit.c, unit.g, unit.g0)
    assert bias_shift(centred).k == 1
    same = UnitStatistics(unit.A, unit.b, unit.c, unit.g0 * unit.b / unit.c, unit.g0)
    assert bias_shift(same).k == 1


@given(st.fractions(-1000, 1000, max_denominator=50))
def test_k_takes_every_value(wanted: object) -> None:
    """One incoming unit with E_q a = Var_q a = 1: k = 2 − E_r a, whatever E_r a is."""
    k = Rational(str(wanted))
    unit = UnitStatistics(Matrix([2]), Matrix([1]), Rational(1), Matrix([2 - k]), Rational(1))
    assert bias_shift(unit).k == k


def test_misuse() -> None:
    with pytest.raises(ValueError, match="3 values"):
        UnitStatistics.of(Matrix(3, 1, [1, 2, 3]), Matrix([1, 2]))
    balanced = UnitStatistics.of(Matrix([1, 2, 4]), Matrix([1, -1, 0]))
    with pytest.raises(ValueError, match="E δ = 0"):
        bias_shift(balanced)


def test_theorem_two_for_any_size() -> None:
    proof = shift_proof()
    assert proof.holds


@given(samples())
def test_weight_step_is_the_whitened_difference_of_means(unit: UnitStatistics) -> None:
    """Δw = (g₀/c)·Var_q(a)⁻¹(E_r a − E_q a)."""
    assume(unit.g0 != 0)
    shift = bias_shift(unit)
    whitened = shift.variance_q.LUsolve(shift.mean_r - shift.mean_q)
    assert unit.step().weights == unit.g0 / unit.c * whitened
