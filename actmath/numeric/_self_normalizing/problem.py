"""What is asked when a mean and a variance are to be a fixed point: unknown, target, family."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sympy import Expr, S, Symbol

from ..._digits import rational_text
from ..._text.kinds import choice_of
from ...activation import Activation, Parameter
from ...derive._formula.pieces import activation_pieces
from ...lower._for_mpmath import to_mpf
from ...notation import lam
from ...number import Number, exact, mp
from .._digits.moment_derivatives import MomentDerivatives, MomentFunction, moment_function
from .._gaussian.result import MomentRoute

# Where one branch of f has a probability of 1e-88, its share of the coefficients must still be
# told from their rounding.
_GUARD = 175
# Moments of a tiny or huge Gaussian are differences of terms of size 1 or of its own, and twice the
# orders between them cancel; so many digits take seconds.
_MOST_DIGITS = 5000


class Unknown(StrEnum):
    """What is solved for beside the output scale: a shape inside f, or a shift of its values."""

    SHAPE = "shape"
    SHIFT = "shift"


@dataclass(frozen=True)
class Target:
    """The fixed point asked for and the unit's weights, as exact numbers."""

    mean: Expr
    variance: Expr
    omega: Expr
    tau: Expr

    @classmethod
    def of(cls, mean: Number, variance: Number, omega: Number | None, tau: Number) -> Target:
        """Read exactly; omega, if not given, is 0 for a target mean of 0 and else 1.

        Raises:
            ValueError: for a variance or tau that is not positive.
        """
        centre, spread = exact(mean, "mean"), exact(variance, "variance")
        given = int(centre != 0) if omega is None else omega
        unit = [exact(given, "omega"), exact(tau, "tau")]
        for value, name in ((spread, "variance"), (unit[1], "tau")):
            if not value > 0:
                raise ValueError(f"{name} must be positive, got {rational_text(value)}")
        return cls(centre, spread, *unit)

    @property
    def orders(self) -> int:
        """How many decimal orders the numbers asked for, or their squares, are away from 1."""
        with mp.workdps(15):
            mean, variance, inner_mean, inner_variance = (abs(v) for v in self.numbers())
            sizes = (mean**2, variance, inner_mean**2, inner_variance)
            return max(int(abs(mp.log10(size))) for size in sizes if size)

    def numbers(self) -> tuple[Any, Any, Any, Any]:
        """Mean and variance of the outputs, then of the inputs of f, at the working precision."""
        mean, variance, omega, tau = (
            to_mpf(v) for v in (self.mean, self.variance, self.omega, self.tau)
        )
        # z = Σwx has mean omega·E x and variance tau·Var x.
        return mean, variance, mean * omega, variance * tau


class NoSelfNormalizationError(ValueError):
    """No real shape with a positive scale makes the target a fixed point; the message says why."""


@dataclass(frozen=True)
class ShapeAndScale:
    """One solution: shape (or None), shift (0 where a shape is free) and scale."""

    shape: Any
    shift: Any
    scale: Any


@dataclass(frozen=True)
class Problem:
    """lam·(f(x; shape) + shift) with one of shape and shift free, and its moments."""

    activation: Activation
    shape: Symbol | None
    linear: bool
    target: Target

    @property
    def solved_for(self) -> Unknown:
        """Which of the two is free."""
        return Unknown.SHIFT if self.shape is None else Unknown.SHAPE

    @property
    def moments(self) -> MomentFunction:
        """Many-digit moments of f(x; shape), compiled once per activation."""
        return moment_function(self.activation, self.shape)

    @property
    def by_quadrature(self) -> bool:
        """Are the moments integrals that are summed, each of which takes a part of a second?"""
        return self.moments.route is MomentRoute.QUADRATURE

    @property
    def guard(self) -> int:
        """Digits to work with beyond those wanted; a quadrature has no coefficients to tell."""
        return 0 if self.by_quadrature else _GUARD + min(2 * self.target.orders, _MOST_DIGITS)

    @property
    def spare(self) -> int:
        """Digits beyond those asked for in the first evaluation; an integral knows its own."""
        return 8 if self.by_quadrature else 25

    @property
    def below(self) -> int:
        """Decimal orders below the last digit asked for at which a number counts as 0."""
        return 6 if self.by_quadrature else 20

    def moments_at(self, mean: Any, variance: Any, shape: Any) -> MomentDerivatives:
        """The moments of f(x; shape); if linear in the shape, each a quadratic through three."""
        if not self.linear:
            return self.moments.evaluate(mean, variance, shape)
        zero, one, minus = (
            astuple(self.moments.evaluate(mean, variance, mp.mpf(s))) for s in (0, 1, -1)
        )
        # Lagrange's interpolation at 0, 1 and −1.
        return MomentDerivatives(
            *(
                c + shape * (a - b) / 2 + shape**2 * ((a + b) / 2 - c)
                for c, a, b in zip(zero, one, minus, strict=True)
            )
        )


def pose(activation: Activation, solve_for: Unknown | str | None, target: Target) -> Problem:
    """The problem for an activation, by default in its shape if it has exactly one parameter.

    Raises:
        NotImplementedError: if "shape" is asked for and there is not exactly one parameter.
    """
    family = _unscaled(activation)
    free: tuple[Parameter, ...] = family.parameters
    default = Unknown.SHAPE if len(free) == 1 else Unknown.SHIFT
    asked = default if solve_for is None else choice_of(solve_for, Unknown, "solve_for")
    if asked is Unknown.SHIFT:
        return Problem(activation, None, False, target)
    if len(free) != 1:
        raise NotImplementedError(
            f"{activation.name} has {len(free)} shape parameters and solve_for='shape' needs "
            f"exactly one; solve_for='shift' solves lam·({activation.name}(x) + shift)"
        )
    shape: Symbol = free[0].symbol
    return Problem(family, shape, _is_linear(family, shape), target)


@lru_cache(maxsize=64)
def _unscaled(activation: Activation) -> Activation:
    """The activation with its own output scale set to 1 and left out of the parameters."""
    # It is taken for an output scale if f is 0 where it is 0.
    if lam not in activation.defaults or activation.expr.subs(lam, 0) != 0:
        return activation
    rest = tuple(p for p in activation.parameters if p.symbol != lam)
    kinks = tuple((at, value.subs(lam, 1)) for at, value in activation.at_kinks)
    return replace(
        activation, expr=activation.expr.subs(lam, S.One), parameters=rest, at_kinks=kinks
    )


@lru_cache(maxsize=64)
def _is_linear(family: Activation, shape: Symbol) -> bool:
    """Does the shape enter every piece linearly, and no breakpoint at all?"""
    parts = activation_pieces(family)
    ends = [end for part in parts for end in (part.lower, part.upper)]
    # A breakpoint that moves with the shape bends E f even where every piece is linear.
    bent = any(part.expr.diff(shape, 2).expand() != 0 for part in parts)
    return not bent and not any(end.has(shape) for end in ends)
