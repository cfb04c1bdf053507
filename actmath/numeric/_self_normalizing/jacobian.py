"""The moment map of lam·(f + shift) at a point: its value, its Jacobian, and how that stretches."""

from __future__ import annotations

from typing import Any

from ...lower._for_mpmath import to_mpf
from ...number import mp
from .problem import Problem, ShapeAndScale


def map_at(problem: Problem, root: ShapeAndScale) -> tuple[Any, Any, tuple[Any, Any, Any, Any]]:
    """Mean, variance and Jacobian of lam·(f + shift) by the target's mean and variance.

    The Jacobian's entries row by row: ∂mean/∂mean, ∂mean/∂variance, ∂variance/∂mean,
    ∂variance/∂variance.
    """
    _, _, inner_mean, inner_variance = problem.target.numbers()
    omega, tau = to_mpf(problem.target.omega), to_mpf(problem.target.tau)
    at = problem.moments_at(inner_mean, inner_variance, root.shape or mp.zero)
    scale, square = root.scale, root.scale**2
    # ∂Var f = ∂E f² − 2·E f·∂E f, and the chain rule's omega and tau.
    by_mean = at.second_by_mean - 2 * at.first * at.first_by_mean
    by_variance = at.second_by_variance - 2 * at.first * at.first_by_variance
    jacobian = (
        scale * omega * at.first_by_mean,
        scale * tau * at.first_by_variance,
        square * omega * by_mean,
        square * tau * by_variance,
    )
    mean = scale * (at.first + (root.shift or mp.zero))
    return mean, square * (at.second - at.first**2), jacobian


def norm_and_radius(j11: Any, j12: Any, j21: Any, j22: Any) -> tuple[Any, Any]:
    """Largest singular value and largest |eigenvalue| of a 2×2 matrix, in closed form."""
    # (√((a+d)² + (c−b)²) + √((a−d)² + (b+c)²))/2, Klambauer et al. (2017), Appendix A3.4.1.
    plus = mp.sqrt((j11 + j22) ** 2 + (j21 - j12) ** 2)
    minus = mp.sqrt((j11 - j22) ** 2 + (j12 + j21) ** 2)
    # Roots of t² − trace·t + determinant.
    trace, determinant = j11 + j22, j11 * j22 - j12 * j21
    root = mp.sqrt(mp.mpc(trace**2 / 4 - determinant))
    return (plus + minus) / 2, max(abs(trace / 2 + root), abs(trace / 2 - root))
