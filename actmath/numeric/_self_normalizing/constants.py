"""Shape or shift, and scale, that make a given (mean, variance) a fixed point, to any digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, Float, true

from ..._digits import rational_text
from ..._text.tables import Tabular
from ...activation import Activation
from ...derive._iteration.settled import NotSettledError
from ...derive._subject import resolve
from ...number import Number, mp, significant
from .._digits.rising_precision import check_digits, settle
from .._gaussian.result import MomentRoute
from .fixed_point import roots
from .jacobian import map_at, norm_and_radius
from .problem import NoSelfNormalizationError, Problem, Target, Unknown, pose

#: So far off, as a part of its size, what is asked for is not had.
_OFF = 1e-3

Jacobian = tuple[tuple[Expr, Expr], tuple[Expr, Expr]]


@dataclass(frozen=True, repr=False)
class Solution(Tabular):
    """One solution with the behaviour of the moment map at its fixed point.

    ``alpha`` is the shape; None in the form lam·(f(x) + shift), whose ``shift`` is None otherwise.
    ``residual`` is the larger error of the two fixed-point equations, ``spectral_norm`` the
    Jacobian's largest singular value, ``spectral_radius`` its largest absolute eigenvalue.
    ``admissible``: the scale is positive and the shape lies in the activation's domain.
    ``attracting``: the spectral radius of the Jacobian is below 1, beyond rounding.

    Numbers are SymPy's and print exactly the digits asked for; what is exactly 0 is the integer 0.
    """

    alpha: Expr | None
    lam: Expr
    shift: Expr | None
    residual: Expr
    jacobian: Jacobian
    spectral_norm: Expr
    spectral_radius: Expr
    attracting: bool
    admissible: bool

    def rows(self) -> tuple[tuple[str, object], ...]:
        """The constants and the Jacobian's two sizes."""
        free = ("shift", self.shift) if self.alpha is None else ("α", self.alpha)
        return (
            free,
            ("λ", self.lam),
            ("residual", self.residual),
            ("spectral norm", self.spectral_norm),
            ("spectral radius", self.spectral_radius),
        )


@dataclass(frozen=True, repr=False)
class Constants(Tabular):
    """The constants asked for: the solution to use, all solutions, and the target, exact."""

    activation: str
    mean: Expr
    variance: Expr
    omega: Expr
    tau: Expr
    digits: int
    solved_for: Unknown
    route: MomentRoute
    all_solutions: tuple[Solution, ...]

    @property
    def best(self) -> Solution:
        """The admissible solution with the smallest spectral radius."""
        return min((s for s in self.all_solutions if s.admissible), key=lambda s: s.spectral_radius)

    @property
    def alpha(self) -> Expr | None:
        """The shape of the solution to use; None where a shift was solved for."""
        return self.best.alpha

    @property
    def shift(self) -> Expr | None:
        """The shift of the solution to use; None where a shape was solved for."""
        return self.best.shift

    @property
    def lam(self) -> Expr:
        """The output scale of the solution to use."""
        return self.best.lam

    @property
    def residual(self) -> Expr:
        """The larger error of the two fixed-point equations."""
        return self.best.residual

    @property
    def jacobian(self) -> Jacobian:
        """The moment map's derivative at the fixed point."""
        return self.best.jacobian

    @property
    def spectral_norm(self) -> Expr:
        """The Jacobian's largest singular value."""
        return self.best.spectral_norm

    @property
    def spectral_radius(self) -> Expr:
        """The Jacobian's largest absolute eigenvalue."""
        return self.best.spectral_radius

    @property
    def formula(self) -> str:
        """What was solved for, as text."""
        if self.solved_for is Unknown.SHIFT:
            return f"lam·({self.activation}(x) + shift)"
        return f"lam·{self.activation}(x; alpha)"

    def rows(self) -> tuple[tuple[str, object], ...]:
        """The solution to use."""
        return self.best.rows()

    def caption(self) -> str:
        """What was solved for, and the target."""
        wanted = f"mean {rational_text(self.mean)}, variance {rational_text(self.variance)}"
        return f"{self.formula}, {wanted}"

    def to_json(self) -> dict[str, Any]:
        """The target and all solutions, and beside them the solution to use; digits as strings."""
        best = {k: v for k, v in self.best.to_json().items() if k != "admissible"}
        return {**super().to_json(), **best}


def constants(
    activation: Activation | str,
    mean: Number = 0,
    variance: Number = 1,
    *,
    omega: Number | None = None,
    tau: Number = 1,
    digits: int = 16,
    solve_for: Unknown | str | None = None,
) -> Constants:
    """The constants that make (mean, variance) a fixed point of a scaled activation.

    Either of lam·f(x; shape), where one parameter of f is solved for (for elu at mean 0 and
    variance 1 these are SELU's constants, Klambauer et al. 2017, Eq. 14), or lam·(f(x) + shift),
    which is possible at every target unless f is constant. Of the pair ±lam that a target mean of 0
    allows, only the positive one is listed. All real solutions are found where the shape enters
    linearly; else (celu) those that change a sign between shapes of 1e-3 and 1e3.

    Args:
        activation: an ``Activation`` or its name; an output scale lam of its own is taken off.
        mean, variance: the fixed point asked for; read exactly, so 0.1 is one tenth.
        omega, tau: sum and sum of squares of a unit's incoming weights; tau positive. Where omega
            is not given it is 0, as for normalized weights, if the target mean is 0, and else 1,
            as the code published with the SELU paper has it.
        digits: significant digits, 1 to 10000.
        solve_for: "shape" or "shift"; by default "shape" if there is exactly one parameter.

    Raises:
        KeyError: for an unknown name. NotImplementedError: for a shape that is not exactly one.
        NoSelfNormalizationError: if the target is impossible; a ValueError that says why.
        ValueError: for a variance or tau that is not positive, or digits out of range.

    >>> c = constants("elu", digits=12)
    >>> c.alpha, c.lam, c.alpha * c.lam
    (1.67326324235, 1.05070098736, 1.75809934085)
    """
    digits = check_digits(digits)
    target = Target.of(mean, variance, omega, tau)
    problem = pose(resolve(activation), solve_for, target)
    found = _solutions(problem, digits)
    if not any(solution.admissible for solution in found):
        raise NoSelfNormalizationError(_why(problem, found))
    answered = problem.solved_for, problem.moments.route, found
    wanted = target.mean, target.variance, target.omega, target.tau
    return Constants(problem.activation.name, *wanted, digits, *answered)


def _solutions(problem: Problem, digits: int) -> tuple[Solution, ...]:
    # In the precision that ``settle`` begins with: these roots are found once.
    with mp.workdps(digits + problem.spare + problem.guard):
        count = len(roots(problem))
    return tuple(_solution(problem, index, digits) for index in range(count))


def _solution(problem: Problem, index: int, digits: int) -> Solution:
    free, scale, j11, j12, j21, j22, error, other = _settled(problem, index, digits)
    with mp.workdps(digits + 30):
        norm, radius = norm_and_radius(j11, j12, j21, j22)
        # Three digits beyond those asked for are certain: see ``settle``.
        attracting = bool(radius < 1 - mp.mpf(10) ** (-digits - 3))
    first, lam, *entries, size, largest = (
        significant(v, digits) for v in (free, scale, j11, j12, j21, j22, norm, radius)
    )
    return Solution(
        alpha=None if problem.shape is None else first,
        lam=lam,
        shift=first if problem.shape is None else None,
        residual=significant(max(abs(error), abs(other)), 3),
        jacobian=((entries[0], entries[1]), (entries[2], entries[3])),
        spectral_norm=size,
        spectral_radius=largest,
        attracting=attracting,
        admissible=bool(scale > 0) and _in_domain(problem, free),
    )


def _settled(problem: Problem, index: int, digits: int) -> tuple[Any, ...]:
    """Shape or shift, scale, the Jacobian's entries and the two errors of one solution."""

    def compute() -> tuple[Any, ...]:
        with mp.workdps(mp.dps + problem.guard):
            found = roots(problem)
            if index >= len(found):
                # One that was seen in fewer digits was rounding.
                raise NotSettledError("how many solutions there are does not settle")
            root = found[index]
            mean, variance, jacobian = map_at(problem, root)
            goal = problem.target.numbers()
            free = root.shift if root.shape is None else root.shape
            return (free, root.scale, *jacobian, mean - goal[0], variance - goal[1])

    def units(values: tuple[Any, ...]) -> tuple[Any, ...]:
        """A tiny shape need not be rounding; else it counts, as a shift does, by what it moves."""
        mean, variance, *_ = problem.target.numbers()
        # √E y², the size of the outputs y; a shift moves them by lam·shift.
        size = mp.sqrt(mean**2 + variance)
        moved = size / abs(values[1])
        free = moved if problem.shape is None else min(moved, mp.mpf(10) ** -digits)
        # An entry that is exactly 0 has no size of its own: the largest one's counts for all four,
        # or 10^−digits, if all are 0, as where x·exp(−x²/2) has its largest variance.
        steepest = max(*map(abs, values[2:6]), mp.mpf(10) ** -digits)
        return (abs(free), abs(values[1]), *[steepest] * 4, size, variance)

    # An integral that is 0 is told from rounding in the first two evaluations, and needs no third.
    values = settle(compute, digits, units, spare=problem.spare, below=problem.below)
    *_, size, variance = units(values)
    if abs(values[6]) > _OFF * size or abs(values[7]) > _OFF * variance:
        raise NotSettledError(
            "what solves the equations in many digits is no fixed point: the target is out of reach"
        )
    return values


def _in_domain(problem: Problem, shape: Any) -> bool:
    if problem.shape is None:
        return True
    domain = problem.activation.parameter(problem.shape.name).domain
    return domain.contains(Float(shape)) is true


def _why(problem: Problem, found: tuple[Solution, ...]) -> str:
    """The sentence for a target that cannot be had."""
    name, target = problem.activation.name, problem.target
    wanted = f"mean {rational_text(target.mean)} and variance {rational_text(target.variance)}"
    if problem.shape is None:
        return f"{name} is constant where its input lies, so no scale gives it variance"
    if not found and problem.linear:
        return (
            f"no real shape gives lam·{name} the fixed point {wanted}: the equation for the "
            f"shape has no real root; solve_for='shift' solves lam·({name}(x) + shift)"
        )
    domain = problem.activation.parameter(problem.shape.name).domain
    if not found:
        return (
            f"no {problem.shape} between 1e-3 and 1e3 in {domain} gives lam·{name} the fixed "
            f"point {wanted}; solve_for='shift' solves lam·({name}(x) + shift)"
        )
    listed = "; ".join(f"alpha = {s.alpha}, lam = {s.lam}" for s in found)
    return (
        f"the real solutions for the fixed point {wanted} need a scale that is not positive or a "
        f"shape outside {domain}: {listed}"
    )
