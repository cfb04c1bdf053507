"""Gaussian moments of a line with one kink: relu, leaky relu, prelu, abs, the identity.

Write t for the kink, a for the slope on the side of the mean, b for the slope beyond the kink,
u = |mu − t|/σ and N for the part of z beyond the kink, N = (t − z)₊ (mirrored where mu < t). Then
f(z) = f(t) + a(z − t) − (b − a)N, and with the half-line integrals G_k

    Var f = ν[a² + 2a(b−a)·φG_0 + (b−a)²(2φG_2 − (φG_1)²)].

Why this keeps its digits where E f² − (E f)² does not: N is zero with probability at least ½, so
by Cauchy–Schwarz (E N)² ≤ ½ E N² and the last bracket loses at most one bit; the other terms are
of the size of the answer, because φG_0 = P(N > 0) ≤ ½. A relu deep in its dead zone (a = 0) is the
last bracket alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from .array_ops import ArrayOps
from .half_line import density, far_clipped, half_line
from .result import AnyArray, FourMoments, MomentRoute


@dataclass(frozen=True)
class TwoSlopes:
    """f(x) = value + right·(x − kink) for x > kink, and with ``left`` for x < kink."""

    kink: float
    value: float
    left: float
    right: float

    def route(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> MomentRoute:
        """In closed form, everywhere."""
        return MomentRoute.CLOSED_FORM

    def moments(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> FourMoments:
        """The moments at arrays of one shape, variance > 0."""
        deviation = ops.sqrt(variance)
        offset = mean - self.kink
        above = offset >= 0
        # a and b of the module's docstring.
        near = ops.where(above, self.right, self.left)
        beyond = ops.where(above, self.left, self.right)
        u = far_clipped(ops, offset / deviation)
        phi = density(ops, offset, variance)
        g0, g1, g2 = half_line(ops, u, 2)
        # q = P(N > 0), first = E N/σ, second = E N²/ν.
        q = phi * g0
        first = phi * g1
        second = 2 * phi * g2
        bend = beyond - near
        shift = deviation * bend * first
        return FourMoments(
            mean=self.value + near * offset - ops.where(above, shift, -shift),
            # Var f of the module's docstring.
            variance=variance * (near**2 + 2 * near * bend * q + bend**2 * (second - first**2)),
            derivative_mean=near + bend * q,
            derivative_second=near**2 + (beyond**2 - near**2) * q,
        )
