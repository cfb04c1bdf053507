"""The natural gradient of one unit, its bias apart from its weights (Clevert et al. 2016).

With δ the derivative of the log-likelihood by the unit's net input and a the incoming
activations, the unit's Fisher matrix is [[A, b], [bᵀ, c]] with A = E(δ²aaᵀ), b = E(δ²a),
c = E(δ²), and the gradient (g, g₀) with g = E(δa), g₀ = E(δ).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sympy import Expr, ImmutableMatrix, MatAdd, Matrix, MatrixExpr, S, simplify

from ..._text.tables import Answer
from ...notation import A, V, auxiliary, b, c_delta, g, g_0, m, r
from ...number import one_at_a_time

_Word = tuple[MatrixExpr, ...]


@dataclass(frozen=True, repr=False)
class BlockInversion(Answer):
    """Theorem 1 proved for n incoming units, n a symbol; c is ``notation.c_delta``.

    ``remainders`` are the coefficients that are left, product by product, when the steps are put
    into both block rows of F·Δ = (g, g₀), and when A⁻¹b/(c − bᵀA⁻¹b) is put into (cA − bbᵀ)·v = b,
    which evaluates the printed s.
    """

    weight_step: MatrixExpr
    bias_step: Expr
    scale: Expr
    printed_scale: Expr
    remainders: tuple[Expr, ...]

    @property
    def holds(self) -> bool:
        """Every remainder vanishes and the printed s is 1/(c − bᵀA⁻¹b)."""
        numbers = (*self.remainders, self.scale - self.printed_scale)
        return all(simplify(number) == 0 for number in numbers)


@lru_cache(maxsize=1)
@one_at_a_time
def block_inversion() -> BlockInversion:
    """Theorem 1 of Clevert et al. (2016): the two steps of a unit, proved for any n.

    Δw = A⁻¹(g − Δw₀b), Δw₀ = s(g₀ − bᵀA⁻¹g), s = 1/(c − bᵀA⁻¹b). The printed
    s = c⁻¹(1 + bᵀ(cA − bbᵀ)⁻¹b) is the same number, because (cA − bbᵀ)⁻¹b is A⁻¹b·s. A must be
    symmetric and invertible, c neither 0 nor bᵀA⁻¹b.

    >>> block_inversion().bias_step
    (-bᵀA⁻¹g + g_0)/(-bᵀA⁻¹b + c_delta)
    """
    c = c_delta
    g0 = g_0
    bAg, bAb = (auxiliary(name, real=True) for name in ("bᵀA⁻¹g", "bᵀA⁻¹b"))
    scalars: dict[_Word, Expr] = {(b.T, A.I, g): bAg, (b.T, A.I, b): bAb}
    scale = 1 / (c - bAb)
    bias = (g0 - bAg) / (c - bAb)
    # Δw and Δw₀ of Theorem 1, and the v that solves (cA − bbᵀ)v = b.
    weights = A.I * (g - bias * b)
    solution = A.I * b / (c - bAb)
    # First block row of F·Δ = (g, g₀), and the equation for v: both must leave nothing.
    rows = (A * weights + bias * b - g, (c * A - b * b.T) * solution - b)
    left = [value for row in rows for value in _coefficients(row, scalars).values()]
    # Second block row: bᵀΔw + cΔw₀ = g₀.
    bias_row = sum(_coefficients(b.T * weights, scalars).values(), start=c * bias - g0)
    # s = c⁻¹(1 + bᵀv) as printed.
    printed_scale = (1 + sum(_coefficients(b.T * solution, scalars).values(), start=S.Zero)) / c
    return BlockInversion(weights, bias, scale, printed_scale, (*left, bias_row))


@dataclass(frozen=True, repr=False)
class ShiftProof(Answer):
    """Theorem 2 proved for n incoming units, n a symbol; c is ``notation.c_delta``.

    m = E_q a, r = E_r a, V = Var_q a, so that A = c(V + mmᵀ), b = cm and g = g₀r. The weight step
    is (g₀/c)·V⁻¹(r − m) and the bias step k·g₀/c: ``remainders`` are what both block rows of
    F·Δ = (g, g₀) leave, and what A·Δw = E(δ(a − km)) = g₀(r − km) leaves.
    """

    k: Expr
    weight_step: MatrixExpr
    remainders: tuple[Expr, ...]

    @property
    def holds(self) -> bool:
        """Every remainder vanishes."""
        return all(simplify(number) == 0 for number in self.remainders)


@lru_cache(maxsize=1)
@one_at_a_time
def shift_proof() -> ShiftProof:
    """k = 1 + (E_q a − E_r a)ᵀ Var_q(a)⁻¹ E_q a (Clevert et al. 2016, Theorem 2), for any n.

    >>> shift_proof().k, shift_proof().holds
    (mᵀV⁻¹m - mᵀV⁻¹r + 1, True)
    """
    c = c_delta
    g0 = g_0
    mVm, mVr = (auxiliary(name, real=True) for name in ("mᵀV⁻¹m", "mᵀV⁻¹r"))
    scalars: dict[_Word, Expr] = {(m.T, V.I, m): mVm, (m.T, V.I, r): mVr}
    k = 1 + mVm - mVr
    weights = g0 / c * V.I * (r - m)
    bias = k * g0 / c
    # A·Δw with A = c(V + mmᵀ).
    image = c * V * weights + c * m * (m.T * weights)
    # AΔw + bΔw₀ = g with b = cm and g = g₀r, and A·Δw = g₀(r − km), the shifted activations.
    rows = (image + bias * c * m - g0 * r, image - g0 * (r - k * m))
    left = [value for row in rows for value in _coefficients(row, scalars).values()]
    # Second block row: bᵀΔw + cΔw₀ = g₀.
    bias_row = sum(_coefficients(c * m.T * weights, scalars).values(), start=c * bias - g0)
    return ShiftProof(k, weights, (*left, bias_row))


def _coefficients(expr: MatrixExpr, scalars: Mapping[_Word, Expr]) -> dict[_Word, Expr]:
    """The sum as a coefficient for every product of matrices, with 1×1 products as numbers."""
    found: dict[_Word, Expr] = {}
    for term in MatAdd.make_args(expr.expand().doit()):
        number, factors = term.as_coeff_mmul()
        word: _Word = tuple(factors.args) if factors.is_MatMul else (factors,)
        for part, value in scalars.items():
            word, times = _without(word, part)
            number *= value**times
        found[word] = found.get(word, S.Zero) + (0 if term.is_ZeroMatrix else number)
    return found


def _without(word: _Word, part: _Word) -> tuple[_Word, int]:
    """The product with every occurrence of a sub-product taken out, and how many there were."""
    starts = [i for i in range(len(word)) if word[i : i + len(part)] == part]
    for start in reversed(starts):
        word = word[:start] + word[start + len(part) :]
    return word, len(starts)


@dataclass(frozen=True, repr=False)
class UnitStep(Answer):
    """A step of the weights and of the bias."""

    weights: ImmutableMatrix
    bias: Expr


@dataclass(frozen=True, repr=False)
class UnitStatistics(Answer):
    """A, b, c, g and g₀ of one unit, exactly."""

    A: ImmutableMatrix
    b: ImmutableMatrix
    c: Expr
    g: ImmutableMatrix
    g0: Expr

    @classmethod
    def of(cls, activations: Matrix, delta: Matrix) -> UnitStatistics:
        """From a finite sample: a row of activations and a δ for each, equally likely.

        Raises:
            ValueError: if there is not one δ for each row.
        """
        if delta.shape != (activations.rows, 1):
            raise ValueError(f"needs {activations.rows} values of δ, got shape {delta.shape}")
        count = activations.rows
        squares = delta.multiply_elementwise(delta)
        weighted = activations.T * Matrix.diag(*squares)
        return cls(
            ImmutableMatrix(weighted * activations / count),
            ImmutableMatrix(activations.T * squares / count),
            sum(squares, start=S.Zero) / count,
            ImmutableMatrix(activations.T * delta / count),
            sum(delta, start=S.Zero) / count,
        )

    @property
    def fisher(self) -> Matrix:
        """[[A, b], [bᵀ, c]]."""
        return Matrix([[self.A, self.b], [self.b.T, Matrix([self.c])]])

    @property
    def gradient(self) -> Matrix:
        """(g, g₀), a column."""
        return Matrix([*self.g, self.g0])

    def step(self) -> UnitStep:
        """The unit natural gradient by Theorem 1, with s as it is printed."""
        inverse = self.A.inv()
        # s = c⁻¹(1 + bᵀ(cA − bbᵀ)⁻¹b), Δw₀ = s(g₀ − bᵀA⁻¹g), Δw = A⁻¹(g − Δw₀b).
        inner = (self.c * self.A - self.b * self.b.T).LUsolve(self.b)
        s = (1 + (self.b.T * inner)[0]) / self.c
        bias = s * (self.g0 - (self.b.T * inverse * self.g)[0])
        return UnitStep(ImmutableMatrix(inverse * (self.g - bias * self.b)), bias)

    def dense_step(self) -> UnitStep:
        """F⁻¹ times the gradient, with no use of the blocks."""
        *weights, bias = self.fisher.LUsolve(self.gradient)
        return UnitStep(ImmutableMatrix(weights), bias)


@dataclass(frozen=True, repr=False)
class BiasShift(Answer):
    """Theorem 2: E_q a, E_r a, Var_q a and k for q ∝ δ²p and r ∝ δp.

    Where δ takes both signs r is no probability; the identities hold all the same, as long as
    E δ is not 0.
    """

    mean_q: ImmutableMatrix
    mean_r: ImmutableMatrix
    variance_q: ImmutableMatrix
    k: Expr

    @property
    def incoming_shift(self) -> ImmutableMatrix:
        """−k·E_q a, by which the incoming units are shifted in E(δ(a − kE_q a))."""
        return ImmutableMatrix(-self.k * self.mean_q)


def bias_shift(unit: UnitStatistics) -> BiasShift:
    """k = 1 + (E_q a − E_r a)ᵀ Var_q(a)⁻¹ E_q a (Clevert et al. 2016, Theorem 2).

    Raises:
        ValueError: if E δ = 0, where r is not defined.
    """
    if unit.g0 == 0:
        raise ValueError("E δ = 0: r ∝ δp is not defined, and neither is k")
    # q ∝ δ²p: E_q a = E δ²a/E δ² = b/c and E_q aaᵀ = A/c; r ∝ δp: E_r a = E δa/E δ = g/g₀.
    mean_q = unit.b / unit.c
    mean_r = unit.g / unit.g0
    variance = unit.A / unit.c - mean_q * mean_q.T
    k = 1 + ((mean_q - mean_r).T * variance.LUsolve(mean_q))[0]
    q, r, spread = (ImmutableMatrix(matrix) for matrix in (mean_q, mean_r, variance))
    return BiasShift(q, r, spread, simplify(k))
