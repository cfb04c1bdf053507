"""Theorems 1 and 2 of Clevert et al. (2016): for symbols, for small sizes, and where k goes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import Expr, Matrix, MatrixSymbol, Rational, simplify, symbols

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


def test_statistics_are_means_over_the_sample() -> None:
    """Of three rows of two activations, by loops."""
    rows, delta = [(1, 2), (0, -3), (Rational(5, 2), 7)], [2, -1, Rational(3, 2)]
    unit = UnitStatistics.of(Matrix(rows), Matrix(delta))

    def mean(values: list[Expr]) -> Expr:
        return sum(values) / Rational(3)

    pairs = list(zip(rows, delta, strict=True))
    for i in (0, 1):
        for j in (0, 1):
            assert unit.A[i, j] == mean([d**2 * row[i] * row[j] for row, d in pairs])
        assert unit.b[i] == mean([d**2 * row[i] for row, d in pairs])
        assert unit.g[i] == mean([d * row[i] for row, d in pairs])
    assert unit.c == mean([d**2 for d in delta])
    assert unit.g0 == mean(delta)
    # The Fisher matrix is that of activations with a 1 for the bias.
    whole = UnitStatistics.of(Matrix([[*row, 1] for row in rows]), Matrix(delta))
    assert unit.fisher == whole.A
    assert unit.gradient == whole.g
    # Means under q ∝ δ² and r ∝ δ.
    shift = bias_shift(unit)
    for weights, found in (
        ([d**2 for d in delta], shift.mean_q),
        (delta, shift.mean_r),
    ):
        for i in (0, 1):
            products = [w * row[i] for w, row in zip(weights, rows, strict=True)]
            assert found[i] == sum(products) / sum(weights)
    squares = [d**2 for d in delta]
    for i in (0, 1):
        for j in (0, 1):
            centred = [
                w * (row[i] - shift.mean_q[i]) * (row[j] - shift.mean_q[j])
                for w, row in zip(squares, rows, strict=True)
            ]
            assert shift.variance_q[i, j] == sum(centred) / sum(squares)
    assert shift.incoming_shift == -shift.k * shift.mean_q


@pytest.mark.parametrize("at", range(3))
def test_a_remainder_that_stays_is_no_proof(at: int) -> None:
    for proof in (block_inversion(), shift_proof()):
        left = list(proof.remainders)
        left[at] += 1
        assert not replace(proof, remainders=tuple(left)).holds


def test_a_scale_that_is_printed_otherwise_is_no_proof() -> None:
    proof = block_inversion()
    assert simplify(proof.scale - proof.printed_scale) == 0
    assert not replace(proof, printed_scale=proof.scale + 1).holds


def test_both_shapes_of_a_sample_are_looked_at() -> None:
    for delta in (Matrix([1, 2]), Matrix([[1, 2, 3]]), Matrix(3, 2, [1] * 6), Matrix([1] * 4)):
        with pytest.raises(ValueError, match="needs 3 values of δ, got shape"):
            UnitStatistics.of(Matrix(3, 1, [1, 2, 3]), delta)


def test_products_of_matrices_are_counted_term_by_term() -> None:
    n = symbols("n", integer=True, positive=True)
    A, b = MatrixSymbol("A", n, n), MatrixSymbol("b", n, 1)
    one, other = symbols("one other")
    inner = {(b.T, A, b): one, (b.T, b): other}
    found = _coefficients(A * b * (b.T * A * b) * 3 + 2 * A * b - b * (b.T * b) * (b.T * b), inner)
    assert found == {(A, b): 3 * one + 2, (b,): -(other**2)}
