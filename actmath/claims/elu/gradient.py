"""Claims of Clevert et al. (2016) about the natural gradient, and of notes that retell them."""

from __future__ import annotations

from sympy import Matrix, Rational, diag, eye, simplify

from ...derive._natural_gradient.fisher import (
    bernoulli,
    categorical,
    fisher,
    gaussian_family,
    poisson,
)
from ...derive._natural_gradient.steepest_descent import (
    fastest_divergence,
    invariance,
    steepest_descent,
)
from ...derive._natural_gradient.unit import (
    UnitStatistics,
    bias_shift,
    block_inversion,
    shift_proof,
)
from ...notation import auxiliary
from ...numeric._geometry.unit_statistics import angle
from ...sources import Source
from .._claim import Finding, Verdict, holds_if
from .._evidence.rows import Rows

PAPER = "clevert2016"


def _expansion() -> Finding:
    families = (gaussian_family(), bernoulli(), poisson(), categorical(2), categorical(3))
    agree = [fisher(family).agree for family in families]
    names = ", ".join(family.name for family in families)
    return holds_if(
        all(agree),
        f"KL's gradient at δ = 0 vanishes and its Hessian is the score's variance and minus the "
        f"expected Hessian of log p: {names}",
    )


def _steepest() -> Finding:
    sigma = gaussian_family().parameters[1]
    # F = diag(1/σ², 2/σ²) for N(mu, sigma²), so that F⁻¹g = (σ²g₁, σ²g₂/2).
    matrix = fisher(gaussian_family()).matrix
    gradient = Matrix([auxiliary("g1", real=True), auxiliary("g2", positive=True)])
    found = steepest_descent(matrix, gradient)
    natural = diag(sigma**2, sigma**2 / 2) * gradient
    parallel = (found.step * found.multiplier + natural).applyfunc(simplify)
    return holds_if(
        found.stationary and parallel.is_zero_matrix and invariance().holds,
        "the Lagrange condition g + κFδ = 0 gives δ ∝ −F⁻¹g, for N(mu, sigma²) "
        f"{tuple(-natural)}; it is the same step in all coordinates, for matrices of any size",
    )


def _fastest() -> Finding:
    # F = diag(1, 2) at sigma = 1: the top eigenvector is the axis of sigma.
    matrix = fisher(gaussian_family()).matrix.subs(gaussian_family().parameters[1], 1)
    gradient = Matrix([1, 0])
    natural = matrix.LUsolve(gradient)
    (fastest,) = fastest_divergence(matrix).directions
    between = angle([float(v) for v in natural], [float(v) for v in fastest])
    return holds_if(
        # Degrees; exact vectors in doubles leave some 1e-14.
        between < 1e-9,
        "KL grows fastest along F's top eigenvector, whatever the loss; for N(mu, 1) that is "
        f"sigma, and the natural gradient of a loss in mu alone is {between:.0f}° away from it",
    )


def _theorem_one() -> Finding:
    proof = block_inversion()
    return holds_if(
        proof.holds, "both block rows of F·Δ = (g, g0) vanish identically, for matrices of any size"
    )


def _schur() -> Finding:
    proof = block_inversion()
    return holds_if(
        # Sherman–Morrison for cA − bbᵀ.
        simplify(proof.scale - proof.printed_scale) == 0,
        "(cA − bbᵀ)⁻¹b = A⁻¹b/(c − bᵀA⁻¹b) identically, so that s = 1/(c − bᵀA⁻¹b)",
    )


def _theorem_two() -> Finding:
    return holds_if(
        shift_proof().holds,
        "with A = c(Var_q a + E_q a E_q aᵀ), b = cE_q a and g = g0E_r a every row vanishes, for "
        "any size; the weight step is (g0/c)·Var_q(a)⁻¹(E_r a − E_q a)",
    )


def _factor() -> Finding:
    # A = c(Var_q a + E_q² a) = 2, b = c·E_q a = 1, g = g₀·E_r a with E_r a = 2 − k.
    low, high = (
        bias_shift(
            UnitStatistics(Matrix([2]), Matrix([1]), Rational(1), Matrix([2 - k]), Rational(1))
        ).k
        for k in (-5, 5)
    )
    return holds_if(
        shift_proof().holds,
        f"Δw0 = k·g0/c. k is no positive number in general: it takes every real value ({low} and "
        f"{high} with E_q a = Var_q a = 1); it is 1 when E_q a = 0 or E_q a = E_r a",
    )


def _strong_reading() -> Finding:
    """Zero means under p and q, and constant δ² at that: yet the inputs have variance 4."""
    # E a = 0 and E δ² = 1, but E δ²a² = 4: F = diag(4, 1) is no multiple of I.
    unit = UnitStatistics.of(Matrix([[2], [2], [-2], [-2]]), Matrix([1, 1, 1, -1]))
    natural, ordinary = Matrix([*unit.step().weights, unit.step().bias]), unit.gradient
    between = angle([float(v) for v in natural], [float(v) for v in ordinary])
    return holds_if(
        between < 1e-9,
        f"a = 2, 2, −2, −2 with δ = 1, 1, 1, −1 has mean 0, gradient {tuple(ordinary)} and natural "
        f"gradient {tuple(natural)}: {between:.2f}° apart. Equality needs F ∝ I: zero mean under "
        "q ∝ δ²p and E(δ²aaᵀ) = E(δ²)·I",
    )


def _angle(rows: list[int], delta: list[int], shift: Rational) -> float:
    moved = Matrix([[row - shift] for row in rows])
    unit = UnitStatistics.of(moved, Matrix(delta))
    step = unit.step()
    natural = [float(v) for v in (*step.weights, step.bias)]
    return angle(natural, [float(v) for v in unit.gradient])


def _nearer() -> Finding:
    # Any one unit that turns away when centred refutes "every unit".
    rows, delta = [2, 3, -1], [1, 1, 3]
    mean = Rational(sum(rows), len(rows))
    before, after = _angle(rows, delta, Rational(0)), _angle(rows, delta, mean)
    # On the plane of mean and bias F = [[1 + m², m], [m, 1]]: its eigenvalues are r and 1/r.
    # cos of the largest angle: 2√(r · 1/r)/(r + 1/r) = 2/(2 + |m|²), by Kantorovich.
    length = auxiliary("length", positive=True)
    block = Matrix([[1 + length**2, length], [length, 1]])
    bounded = block.det().expand() == 1 and block.trace() == 2 + length**2
    if before >= after or not bounded:
        return Finding(Verdict.UNDECIDED, f"angles {before:.2f}° and {after:.2f}° centred")
    return Finding(
        Verdict.CORRECTED,
        f"not for every unit: a = {rows} with δ = {delta} is {before:.2f}° off as it is and "
        f"{after:.2f}° off when centred. For white inputs F has determinant 1 and trace 2 + |m|² "
        "on the plane of mean and bias, whence the bound",
        "for white inputs and δ² independent of them, the largest possible angle is "
        "arccos(1/(1 + |m|²/2)): 0 at mean m = 0, and growing with |m|",
    )


def _white() -> Finding:
    """Every sign pattern once, |δ| = 1: white, centred, δ² constant."""
    rows = Matrix([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    unit = UnitStatistics.of(rows, Matrix([1, 1, 1, -1]))
    # 3 × 3: two weights and the bias.
    parallel = unit.fisher == eye(3) * unit.c
    return Finding(
        Verdict.ANSWERED,
        "white activations of mean 0 and constant δ² "
        + ("are enough: then A = c·I, b = 0 and F = c·I" if parallel else "are not enough"),
    )


_row = Rows("C-ELU", PAPER)

_THEOREM = "A = E(δ²aaᵀ) and cA − bbᵀ invertible, E(δ²) > 0"

CLAIMS = (
    _row(
        part="4.a",
        statement="The divergence between neighbours is half δᵀF(θ)δ to second order.",
        tex=r"\mathrm{KL}\bigl(p(\cdot;\theta)\,\|\,p(\cdot;\theta+\delta)\bigr) "
        r"= \tfrac12\delta^T F\delta + O(\delta^3)",
        source=Source(PAPER, "Section 2"),
        assumptions="Gaussian, Bernoulli, Poisson, softmax",
        check=_expansion,
    ),
    _row(
        part="4.b",
        statement="F⁻¹ times the gradient is the direction of steepest descent per unit of "
        "divergence.",
        tex=r"\arg\min_{\delta^TF\delta = 2\varepsilon} \delta^T\nabla L \propto -F^{-1}\nabla L",
        source=Source(PAPER, "Section 2"),
        assumptions="F positive definite",
        check=_steepest,
    ),
    _row(
        part="4.c",
        statement="The natural gradient is the direction in which the divergence changes fastest.",
        tex=r"F^{-1}\nabla L \parallel \arg\max_{|\delta| = 1} \delta^T F \delta",
        source=Source("gradientnotes", "on steepest descent"),
        assumptions="F positive definite",
        check=_fastest,
    ),
    _row(
        part="5.a",
        statement="The unit natural gradient is Δw = A⁻¹(g − Δw0·b) with Δw0 = s(g0 − bᵀA⁻¹g).",
        tex=r"\Delta w = A^{-1}(g - \Delta w_0\, b),\quad \Delta w_0 = s\,(g_0 - b^T A^{-1} g)",
        source=Source(PAPER, "Theorem 1"),
        assumptions=_THEOREM,
        check=_theorem_one,
    ),
    _row(
        part="5.b",
        statement="The scale of the bias step is s = c⁻¹(1 + bᵀ(cA − bbᵀ)⁻¹b).",
        tex=r"s = c^{-1}\bigl(1 + b^T (cA - bb^T)^{-1} b\bigr) = (c - b^T A^{-1} b)^{-1}",
        source=Source(PAPER, "Theorem 1"),
        assumptions=_THEOREM,
        check=_schur,
    ),
    _row(
        part="6.a",
        statement="The correction of the weight step is a shift of the incoming mean by −kE_q(a).",
        tex=r"\Delta w = A^{-1}\,\mathbb{E}\bigl(\delta\,(a - k\,\mathbb{E}_q a)\bigr)",
        source=Source(PAPER, "Theorem 2"),
        assumptions=_THEOREM + ", E δ ≠ 0",
        check=_theorem_two,
    ),
    _row(
        part="6.b",
        statement="The bias is scaled by k = 1 + (E_q a − E_r a)ᵀ Var_q(a)⁻¹ E_q a.",
        tex=r"k = 1 + (\mathbb{E}_q a - \mathbb{E}_r a)^T "
        r"\operatorname{Var}_q(a)^{-1}\,\mathbb{E}_q a",
        source=Source(PAPER, "Theorem 2"),
        assumptions=_THEOREM + ", E δ ≠ 0",
        check=_factor,
    ),
    _row(
        part="7.a",
        statement="If incoming activations have zero mean, the ordinary gradient is the natural "
        "gradient.",
        tex=r"\mathbb{E} a = 0 \implies F^{-1}\nabla L \parallel \nabla L",
        source=Source("gradientnotes", "on steepest descent"),
        assumptions="one unit",
        check=_strong_reading,
    ),
    _row(
        part="7.b",
        statement="Zero mean of the incoming activations brings the gradient nearer the natural "
        "gradient.",
        tex=r"\angle(F^{-1}\nabla L, \nabla L) \text{ is smaller at } \mathbb{E} a = 0",
        source=Source(PAPER, "Section 2"),
        assumptions="one unit",
        check=_nearer,
    ),
    _row(
        part="7.c",
        statement="Under which premises on the incoming activations are both gradients parallel?",
        tex=r"\mathbb{E}a = 0,\ \operatorname{Var} a = I,\ \delta^2 \equiv c \implies F = cI",
        source=Source(PAPER, "Section 2"),
        assumptions="one unit",
        check=_white,
    ),
)
