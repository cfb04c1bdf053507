"""Shape and scale that make a given (mean, variance) a fixed point, to any number of digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mpmath import mp
from sympy import Expr, Float, lambdify, true

from ..activation import Activation
from ..catalog import get
from ..derive.moment_map import moment_map
from ..derive.self_normalizing import SelfNormalization, self_normalizing
from ..lower import compile_mpmath, to_mpf
from ..notation import mu, nu, omega, tau
from ..number import Number, exact
from .moments import check_digits, decimal, settle


@dataclass(frozen=True)
class Solution:
    """One pair (shape, scale) with the behaviour of the moment map at its fixed point.

    ``admissible``: the scale is positive and the shape lies in the activation's domain.
    ``attracting``: the spectral radius of the Jacobian is below 1.
    """

    alpha: str
    lam: str
    residual: str
    jacobian: tuple[tuple[str, str], tuple[str, str]]
    spectral_norm: str
    spectral_radius: str
    attracting: bool
    admissible: bool


@dataclass(frozen=True)
class Constants:
    """The constants asked for: the solution to use, all solutions, and the target."""

    activation: str
    mean: str
    variance: str
    omega: str
    tau: str
    digits: int
    all_solutions: tuple[Solution, ...]

    @property
    def best(self) -> Solution:
        """The admissible solution with the smallest spectral radius."""
        return min(
            (s for s in self.all_solutions if s.admissible), key=lambda s: float(s.spectral_radius)
        )

    @property
    def alpha(self) -> str:
        return self.best.alpha

    @property
    def lam(self) -> str:
        return self.best.lam

    @property
    def residual(self) -> str:
        return self.best.residual

    @property
    def jacobian(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return self.best.jacobian

    @property
    def spectral_norm(self) -> str:
        return self.best.spectral_norm

    @property
    def spectral_radius(self) -> str:
        return self.best.spectral_radius

    def _repr_html_(self) -> str:
        rows = {
            "α": self.alpha,
            "λ": self.lam,
            "residual": self.residual,
            "spectral norm": self.spectral_norm,
            "spectral radius": self.spectral_radius,
        }
        body = "".join(f"<tr><th>{k}</th><td>{v}</td></tr>" for k, v in rows.items())
        target = f"mean {self.mean}, variance {self.variance}"
        return f"<table><caption>λ·{self.activation}(x; α), {target}</caption>{body}</table>"


class NoSelfNormalization(ValueError):
    """No real shape with a positive scale makes the target a fixed point; the message says why."""


def constants(
    activation: Activation | str,
    mean: Number = 0,
    variance: Number = 1,
    *,
    omega: Number | None = None,
    tau: Number = 1,
    digits: int = 16,
) -> Constants:
    """alpha and lam for which lam·f(x; alpha) has (mean, variance) as a fixed point.

    For elu at mean 0 and variance 1 these are SELU's constants (Klambauer et al. 2017, Eq. 14).

    Args:
        activation: an ``Activation`` with one shape parameter that enters linearly, or its name.
        mean, variance: the fixed point asked for; read exactly, so 0.1 is one tenth.
        omega, tau: sum and sum of squares of a unit's incoming weights; tau positive. Where omega
            is not given it is 0, as for normalized weights, if the target mean is 0, and else 1:
            then the activation itself sends N(mean, variance) to that mean and variance, which is
            how the code published with the SELU paper reads a non-zero target.
        digits: significant digits, 1 to 10000.

    Raises:
        KeyError: for an unknown name.
        NoSelfNormalization: if the target is impossible; a ValueError that says why.
        ValueError: for a variance or tau that is not positive, or digits out of range.
        NotImplementedError: if the activation is not of that form.

    >>> c = constants("elu", digits=12)
    >>> c.alpha, c.lam, c.spectral_radius
    ('1.67326324235', '1.05070098736', '0.782647883165')
    """
    family = get(activation) if isinstance(activation, str) else activation
    digits = check_digits(digits)
    target = [exact(value, name) for value, name in ((mean, "mean"), (variance, "variance"))]
    if omega is None:
        omega = int(target[0] != 0)
    unit = [exact(value, name) for value, name in ((omega, "omega"), (tau, "tau"))]
    for value, name in ((target[1], "variance"), (unit[1], "tau")):
        if not value > 0:
            raise ValueError(f"{name} must be positive, got {value}")
    problem = self_normalizing(family, *target, *unit)
    found = _solutions(family, problem, target, unit, digits)
    if not any(solution.admissible for solution in found):
        raise NoSelfNormalization(_why(family, problem, found))
    return Constants(family.name, *map(str, target), *map(str, unit), digits, found)


def _solutions(
    family: Activation,
    problem: SelfNormalization,
    target: list[Expr],
    unit: list[Expr],
    digits: int,
) -> tuple[Solution, ...]:
    with mp.workdps(digits + 30):
        real = [
            index
            for index, candidate in enumerate(problem.candidates)
            if all(_is_real(part) for part in (candidate.shape, candidate.scale))
        ]
    return tuple(_solution(family, problem, index, target, unit, digits) for index in real)


def _is_real(expr: Expr) -> bool:
    try:
        return mp.im(lambdify([], expr, "mpmath")()) == 0
    except ZeroDivisionError:
        return False


def _solution(
    family: Activation,
    problem: SelfNormalization,
    index: int,
    target: list[Expr],
    unit: list[Expr],
    digits: int,
) -> Solution:
    candidate = problem.candidates[index]
    evaluate = _map_of(family)

    def compute() -> tuple[Any, ...]:
        shape, scale = to_mpf(candidate.shape), to_mpf(candidate.scale)
        goal, weights = [to_mpf(v) for v in target], [to_mpf(v) for v in unit]
        mean, variance, *jacobian = evaluate(*goal, *weights, shape, scale)
        norm, radius = _norm_and_radius(*jacobian)
        return shape, scale, *jacobian, norm, radius, mean - goal[0], variance - goal[1]

    shape, scale, j11, j12, j21, j22, norm, radius, *errors = settle(compute, digits)
    show = [decimal(v, digits) for v in (shape, scale, j11, j12, j21, j22, norm, radius)]
    residual = decimal(max(abs(error) for error in errors), 3)
    return Solution(
        alpha=show[0],
        lam=show[1],
        residual=residual,
        jacobian=((show[2], show[3]), (show[4], show[5])),
        spectral_norm=show[6],
        spectral_radius=show[7],
        attracting=bool(radius < 1),
        admissible=bool(scale > 0) and _in_domain(family, problem, shape),
    )


def _in_domain(family: Activation, problem: SelfNormalization, shape: Any) -> bool:
    domain = family.parameter(problem.shape.name).domain
    return domain.contains(Float(shape)) is true


@lru_cache(maxsize=64)
def _map_of(family: Activation) -> Callable[..., Any]:
    """(mu, nu, omega, tau, shape, scale) ↦ mean, variance and Jacobian of the scaled unit."""
    shape = next(p.symbol for p in family.parameters)
    g = moment_map(family)
    formulas = [g.mean, g.second, *g.jacobian, *g.jacobian_of_second]
    plain = compile_mpmath([mu, nu, omega, tau, shape], formulas)

    def scaled(m: Any, v: Any, w: Any, t: Any, alpha: Any, scale: Any) -> tuple[Any, ...]:
        mean, second, j11, j12, _, _, _, _, s21, s22 = plain(m, v, w, t, alpha)
        mean, j11, j12 = scale * mean, scale * j11, scale * j12
        second, s21, s22 = scale**2 * second, scale**2 * s21, scale**2 * s22
        return (
            mean,
            second - mean**2,
            j11,
            j12,
            s21 - 2 * mean * j11,
            s22 - 2 * mean * j12,
        )

    return scaled


def _norm_and_radius(j11: Any, j12: Any, j21: Any, j22: Any) -> tuple[Any, Any]:
    """Largest singular value and largest |eigenvalue| of a 2×2 matrix, in closed form."""
    plus = mp.sqrt((j11 + j22) ** 2 + (j21 - j12) ** 2)
    minus = mp.sqrt((j11 - j22) ** 2 + (j12 + j21) ** 2)
    trace, determinant = j11 + j22, j11 * j22 - j12 * j21
    root = mp.sqrt(mp.mpc(trace**2 / 4 - determinant))
    return (plus + minus) / 2, max(abs(trace / 2 + root), abs(trace / 2 - root))


def _why(family: Activation, problem: SelfNormalization, found: tuple[Solution, ...]) -> str:
    """The sentence for a target that cannot be had."""
    target = f"mean {problem.mean} and variance {problem.variance}"
    if not found:
        return (
            f"no real shape gives lam·{family.name} the fixed point {target}: the quadratic for "
            f"the shape has no real root"
        )
    domain = family.parameter(problem.shape.name).domain
    listed = "; ".join(f"alpha = {s.alpha}, lam = {s.lam}" for s in found)
    return (
        f"the real solutions for the fixed point {target} need a scale that is not positive or a "
        f"shape outside {domain}: {listed}"
    )
