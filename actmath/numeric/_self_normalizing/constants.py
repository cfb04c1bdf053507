"""Shape or shift, and scale, that make a given (mean, variance) a fixed point, to any digits."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from mpmath import mp
from sympy import Float, S, Symbol, true

from ...activation import Activation, Parameter
from ...catalog import get
from ...derive._formula.pieces import pieces
from ...lower._for_mpmath import to_mpf
from ...notation import lam
from ...number import Number, exact
from .._digits.moments import check_digits, decimal, settle
from .fixed_point import Form, Pair, Problem, Target
from .solution import Constants, NoSelfNormalizationError, Solution


def constants(
    activation: Activation | str,
    mean: Number = 0,
    variance: Number = 1,
    *,
    omega: Number | None = None,
    tau: Number = 1,
    digits: int = 16,
    form: Form | str | None = None,
) -> Constants:
    """The constants that make (mean, variance) a fixed point of a scaled activation.

    Two forms: lam·f(x; shape), where one parameter of f is solved for (for elu at mean 0 and
    variance 1 these are SELU's constants, Klambauer et al. 2017, Eq. 14), and lam·(f(x) + shift),
    which every activation that is not constant has at every target:
    lam = √(variance/Var f), shift = mean/lam − E f.

    A shape that enters linearly leaves a quadratic, so that all its real solutions are found. Any
    other shape (celu's) is looked for by changes of sign between 1e-3 and 1e3 in its domain: a
    double root, or one outside, is not seen. A solution whose scale is not positive or whose shape
    lies outside the activation's domain is listed in ``all_solutions`` as not admissible; of the
    pair ±lam that a target mean of 0 allows, only the positive one is listed.

    Args:
        activation: an ``Activation`` or its name; an output scale lam of its own is taken off.
        mean, variance: the fixed point asked for; read exactly, so 0.1 is one tenth.
        omega, tau: sum and sum of squares of a unit's incoming weights; tau positive. Where omega
            is not given it is 0, as for normalized weights, if the target mean is 0, and else 1:
            then the activation itself sends N(mean, variance) to that mean and variance, which is
            how the code published with the SELU paper reads a non-zero target.
        digits: significant digits, 1 to 10000.
        form: "shape" or "shift"; if not given, "shape" where there is exactly one parameter.

    Raises:
        KeyError: for an unknown name.
        NoSelfNormalizationError: if the target is impossible; a ValueError that says why.
        ValueError: for a variance or tau that is not positive, or digits out of range.
        NotImplementedError: if "shape" is asked for and there is not exactly one parameter.

    >>> c = constants("elu", digits=12)
    >>> c.alpha, c.lam, c.spectral_radius
    ('1.67326324235', '1.05070098736', '0.782647883197')
    >>> c = constants("tanh", variance="1/2", digits=12)
    >>> c.lam, c.shift, c.best.attracting
    ('1.35165669849', '0', True)
    """
    digits = check_digits(digits)
    target = _target(mean, variance, omega, tau)
    problem = _problem(get(activation) if isinstance(activation, str) else activation, form, target)
    found = _solutions(problem, digits)
    if not any(solution.admissible for solution in found):
        raise NoSelfNormalizationError(_why(problem, found))
    chosen = Form.SHIFT if problem.shape is None else Form.SHAPE
    return Constants(
        activation=problem.activation.name,
        mean=str(target.mean),
        variance=str(target.variance),
        omega=str(target.omega),
        tau=str(target.tau),
        digits=digits,
        form=chosen,
        route=problem.moments.route,
        all_solutions=found,
    )


def _target(mean: Number, variance: Number, omega: Number | None, tau: Number) -> Target:
    centre, spread = exact(mean, "mean"), exact(variance, "variance")
    given = int(centre != 0) if omega is None else omega
    unit = [exact(given, "omega"), exact(tau, "tau")]
    for value, name in ((spread, "variance"), (unit[1], "tau")):
        if not value > 0:
            raise ValueError(f"{name} must be positive, got {value}")
    return Target(centre, spread, *unit)


@lru_cache(maxsize=64)
def _unscaled(activation: Activation) -> Activation:
    """The activation with its own output scale set to 1 and left out of the parameters."""
    if lam not in activation.defaults or activation.expr.subs(lam, 0) != 0:
        return activation
    rest = tuple(p for p in activation.parameters if p.symbol != lam)
    kinks = tuple((at, value.subs(lam, 1)) for at, value in activation.at_kinks)
    return replace(
        activation, expr=activation.expr.subs(lam, S.One), parameters=rest, at_kinks=kinks
    )


def _problem(activation: Activation, form: Form | str | None, target: Target) -> Problem:
    family = _unscaled(activation)
    free: tuple[Parameter, ...] = family.parameters
    chosen = Form(form) if form else Form.SHAPE if len(free) == 1 else Form.SHIFT
    if chosen is Form.SHIFT:
        return Problem(activation, None, False, target)
    if len(free) != 1:
        raise NotImplementedError(
            f"{activation.name} has {len(free)} shape parameters and the form 'shape' needs "
            f"exactly one; form='shift' solves lam·({activation.name}(x) + shift)"
        )
    shape: Symbol = free[0].symbol
    return Problem(family, shape, _is_linear(family, shape), target)


@lru_cache(maxsize=64)
def _is_linear(family: Activation, shape: Symbol) -> bool:
    """Does the shape enter every piece linearly, and no breakpoint at all?"""
    parts = pieces(family.expr)
    ends = [end for part in parts for end in (part.lower, part.upper)]
    bent = any(part.expr.diff(shape, 2).expand() != 0 for part in parts)
    return not bent and not any(end.has(shape) for end in ends)


def _solutions(problem: Problem, digits: int) -> tuple[Solution, ...]:
    with mp.workdps(digits + 30 + problem.guard):
        count = len(problem.pairs())
    return tuple(_solution(problem, index, digits) for index in range(count))


def _solution(problem: Problem, index: int, digits: int) -> Solution:
    def compute() -> tuple[Any, ...]:
        with mp.workdps(mp.dps + problem.guard):
            pair = problem.pairs()[index]
            mean, variance, jacobian = _map_at(problem, pair)
            goal = problem.target.numbers()
            free = pair.shift if pair.shape is None else pair.shape
            return (free, pair.scale, *jacobian, mean - goal[0], variance - goal[1])

    def units(values: tuple[Any, ...]) -> tuple[Any, ...]:
        """A tiny shape need not be rounding; else it counts, as a shift does, by what it moves."""
        mean, variance, *_ = problem.target.numbers()
        size = mp.sqrt(mean**2 + variance)
        moved = size / abs(values[1])
        free = moved if problem.shape is None else min(moved, mp.mpf(10) ** -digits)
        steepest = max(map(abs, values[2:6]))
        return (abs(free), abs(values[1]), *[steepest] * 4, size, variance)

    free, scale, j11, j12, j21, j22, error, other = settle(compute, digits, units)
    with mp.workdps(digits + 30):
        norm, radius = _norm_and_radius(j11, j12, j21, j22)
        attracting = bool(radius < 1 - mp.mpf(10) ** (-digits - 3))
    shown = [decimal(v, digits) for v in (free, scale, j11, j12, j21, j22, norm, radius)]
    return Solution(
        alpha=None if problem.shape is None else shown[0],
        lam=shown[1],
        shift=shown[0] if problem.shape is None else None,
        residual=decimal(max(abs(error), abs(other)), 3),
        jacobian=((shown[2], shown[3]), (shown[4], shown[5])),
        spectral_norm=shown[6],
        spectral_radius=shown[7],
        attracting=attracting,
        admissible=bool(scale > 0) and _in_domain(problem, free),
    )


def _in_domain(problem: Problem, shape: Any) -> bool:
    if problem.shape is None:
        return True
    domain = problem.activation.parameter(problem.shape.name).domain
    return domain.contains(Float(shape)) is true


def _map_at(problem: Problem, pair: Pair) -> tuple[Any, Any, tuple[Any, Any, Any, Any]]:
    """Mean, variance and Jacobian of lam·(f + shift) by the target's mean and variance."""
    _, _, inner_mean, inner_variance = problem.target.numbers()
    omega, tau = to_mpf(problem.target.omega), to_mpf(problem.target.tau)
    raw = problem.raw(inner_mean, inner_variance, pair.shape or mp.zero)
    scale, square = pair.scale, pair.scale**2
    by_mean = raw.second_by_mean - 2 * raw.first * raw.first_by_mean
    by_variance = raw.second_by_variance - 2 * raw.first * raw.first_by_variance
    jacobian = (
        scale * omega * raw.first_by_mean,
        scale * tau * raw.first_by_variance,
        square * omega * by_mean,
        square * tau * by_variance,
    )
    mean = scale * (raw.first + (pair.shift or mp.zero))
    return mean, square * (raw.second - raw.first**2), jacobian


def _norm_and_radius(j11: Any, j12: Any, j21: Any, j22: Any) -> tuple[Any, Any]:
    """Largest singular value and largest |eigenvalue| of a 2×2 matrix, in closed form."""
    plus = mp.sqrt((j11 + j22) ** 2 + (j21 - j12) ** 2)
    minus = mp.sqrt((j11 - j22) ** 2 + (j12 + j21) ** 2)
    trace, determinant = j11 + j22, j11 * j22 - j12 * j21
    root = mp.sqrt(mp.mpc(trace**2 / 4 - determinant))
    return (plus + minus) / 2, max(abs(trace / 2 + root), abs(trace / 2 - root))


def _why(problem: Problem, found: tuple[Solution, ...]) -> str:
    """The sentence for a target that cannot be had."""
    name, target = problem.activation.name, problem.target
    wanted = f"mean {target.mean} and variance {target.variance}"
    if problem.shape is None:
        return f"{name} is constant where its input lies, so no scale gives it variance"
    if not found and problem.linear:
        return (
            f"no real shape gives lam·{name} the fixed point {wanted}: the equation for the "
            f"shape has no real root; form='shift' solves lam·({name}(x) + shift)"
        )
    domain = problem.activation.parameter(problem.shape.name).domain
    if not found:
        return (
            f"no {problem.shape} between 1e-3 and 1e3 in {domain} gives lam·{name} the fixed "
            f"point {wanted}; form='shift' solves lam·({name}(x) + shift)"
        )
    listed = "; ".join(f"alpha = {s.alpha}, lam = {s.lam}" for s in found)
    return (
        f"the real solutions for the fixed point {wanted} need a scale that is not positive or a "
        f"shape outside {domain}: {listed}"
    )


__all__ = ["Constants", "NoSelfNormalizationError", "Solution", "constants"]
