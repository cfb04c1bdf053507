"""Self-normalize anything: constants and stability for every activation, as one table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr

from ..._text.kinds import choice_of, several_of
from ..._text.tables import Answer, Tabular
from ...activation import Activation
from ...catalog import CATALOG, FAMILIES, get
from ...derive._moments.gaussian_moments import gaussian_moments
from ...number import Number
from .._gaussian.result import MomentRoute
from .behaviour import MARKS, Behaviour
from .constants import Solution, constants
from .flow import ScaledUnit
from .problem import NoSelfNormalizationError, Target, Unknown, pose


@dataclass(frozen=True, repr=False)
class ConstantsRow(Answer):
    """One activation with the solution to use, or the sentence that says why there is none."""

    activation: Activation
    solved_for: Unknown
    solution: Solution | None = None
    reason: str = ""

    @property
    def behaviour(self) -> Behaviour:
        """Attracts below 1; neutral where every printed digit of the spectral radius says 1."""
        return Behaviour.of(None if self.solution is None else self.solution.spectral_radius)

    @property
    def eigenvalues(self) -> tuple[complex, complex]:
        """The Jacobian's eigenvalues, the larger modulus first."""
        jacobian = np.array(self._found.jacobian, dtype=np.float64)
        one, other = sorted(np.linalg.eigvals(jacobian).tolist(), key=abs, reverse=True)
        return complex(one), complex(other)

    @property
    def constant(self) -> tuple[str, Expr]:
        """What was solved for beside λ: its letter, α (shape) or s (shift), and its value."""
        solution = self._found
        return ("s", solution.shift) if solution.alpha is None else ("α", solution.alpha)

    @property
    def title(self) -> str:
        """The activation's name for people, without what stands in parentheses."""
        return self.activation.title.partition(" (")[0]

    @property
    def unit(self) -> ScaledUnit:
        """The self-normalizing unit itself, in float64."""
        solution, title = self._found, self.title
        scale, shift = float(solution.lam), float(solution.shift or 0)
        if solution.alpha is None:
            return ScaledUnit(self.activation, scale, shift, title)
        shapes = {p.name: p.default for p in self.activation.parameters}
        # An output scale of the activation's own is set to 1: λ stands for it.
        free = next(name for name in shapes if name != "lam")
        given = {free: solution.alpha, **({"lam": 1} if "lam" in shapes else {})}
        return ScaledUnit(self.activation.with_parameters(**given), scale, 0.0, title)

    @property
    def _found(self) -> Solution:
        if self.solution is None:
            raise NoSelfNormalizationError(self.reason)
        return self.solution

    def _cells(self) -> tuple[str, ...]:
        solution, (kind, value) = self._found, self.constant
        sizes = (solution.spectral_radius, solution.spectral_norm)
        constants = (f"{kind} {_short(value)}", _short(solution.lam))
        return (*constants, *(_short(size, 3) for size in sizes))


@dataclass(frozen=True, repr=False)
class ConstantsTable(Tabular):
    """Entries in the catalog's order, for one target and one pair (omega, tau)."""

    css_class = "constants"

    entries: tuple[ConstantsRow, ...]
    mean: str
    variance: str

    def __iter__(self) -> Iterator[ConstantsRow]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, name: str) -> ConstantsRow:
        for entry in self.entries:
            if entry.activation.name == name:
                return entry
        raise KeyError(name)

    def family(self, *names: str) -> tuple[ConstantsRow, ...]:
        """The entries of these families of the catalog."""
        members = [activation for name in names for activation in FAMILIES[name]]
        return tuple(entry for entry in self.entries if entry.activation in members)

    def replaced(self, other: ConstantsTable) -> ConstantsTable:
        """The same with the entries of another table in place of those of equal name."""
        newer = {entry.activation.name: entry for entry in other.entries}
        chosen = tuple(newer.get(entry.activation.name, entry) for entry in self.entries)
        return ConstantsTable(chosen, self.mean, self.variance)

    def those(self, behaviour: Behaviour | str) -> tuple[str, ...]:
        """The names of the activations that behave so."""
        wanted = choice_of(behaviour, Behaviour, "behaviour")
        return tuple(e.activation.name for e in self.entries if e.behaviour is wanted)

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Each unit with its constants, spectral radius and norm, or why it has none."""
        return tuple(_row(entry) for entry in self.entries)

    def columns(self) -> tuple[str, ...]:
        """Titles of the columns."""
        return ("unit", "constant", "λ", "radius", "norm")

    def caption(self) -> str:
        """The target, and what the marks mean."""
        legend = ", ".join(f"{MARKS[b]} {b}" for b in Behaviour)
        return f"mean {self.mean}, variance {self.variance}: {legend}"


def constants_table(
    activations: Iterable[Activation | str] | None = None,
    mean: Number = 0,
    variance: Number = 1,
    *,
    omega: Number | None = None,
    tau: Number = 1,
    digits: int = 8,
    solve_for: Unknown | str | None = None,
) -> ConstantsTable:
    """Constants that make (mean, variance) a fixed point, for every activation that has some.

    Args:
        activations: names or declarations; the whole catalog if not given.
        mean, variance, omega, tau, digits, solve_for: as for ``constants``, for each of them.

    Raises:
        KeyError: for an unknown name. ValueError: for no activations, or a variance or tau that is
            not positive.

    >>> found = constants_table(["elu", "relu", "celu"])
    >>> [str(entry.behaviour) for entry in found]
    ['attracts', 'neutral', 'no fixed point']
    >>> found["elu"].constant
    ('α', 1.6732632)
    """
    given = CATALOG.values() if activations is None else activations
    given = several_of(given, (Activation, str), "activations")
    if not given:
        raise ValueError("activations must be some, got none")
    subjects = [get(a) if isinstance(a, str) else a for a in given]
    asked = {"omega": omega, "tau": tau, "digits": digits, "solve_for": solve_for}
    entries = tuple(_entry(subject, mean, variance, asked) for subject in subjects)
    return ConstantsTable(entries, str(mean), str(variance))


def by_route() -> dict[MomentRoute, tuple[str, ...]]:
    """The catalog's names by the way to their Gaussian moments: the rule, or quadrature.

    >>> by_route()[MomentRoute.QUADRATURE][:3]
    ('sigmoid', 'tanh', 'softsign')
    """
    found: dict[MomentRoute, list[str]] = {route: [] for route in MomentRoute}
    for name, activation in CATALOG.items():
        try:
            gaussian_moments(activation)
        except NotImplementedError:
            found[MomentRoute.QUADRATURE].append(name)
        else:
            found[MomentRoute.CLOSED_FORM].append(name)
    return {route: tuple(names) for route, names in found.items()}


def _entry(
    subject: Activation, mean: Number, variance: Number, asked: dict[str, Any]
) -> ConstantsRow:
    try:
        found = constants(subject, mean, variance, **asked)
    except NoSelfNormalizationError as reason:
        target = Target.of(mean, variance, asked["omega"], asked["tau"])
        problem = pose(subject, asked["solve_for"], target)
        return ConstantsRow(subject, problem.solved_for, reason=str(reason))
    return ConstantsRow(subject, found.solved_for, found.best)


def _row(entry: ConstantsRow) -> tuple[str, ...]:
    name = f"{MARKS[entry.behaviour]}\N{NO-BREAK SPACE}{entry.title}"
    return (name, entry.reason) if entry.solution is None else (name, *entry._cells())


def _short(number: Expr, decimals: int = 4) -> str:
    """A few decimals, but nothing that is not 1 is written as 1."""
    value, unit = float(number), 10.0**-decimals
    # 1 − 3e-7 is attracting and 1 is not, so that it must not be rounded to 1.0000.
    if value == 0:
        return "0"
    if value != 1 and abs(value - 1) < unit / 2:
        sign = "+" if value > 1 else "−"
        # ⌊log₁₀ + ½⌋ is the nearest power of ten.
        power = math.floor(math.log10(abs(value - 1)) + 0.5)
        return f"1 {sign} 1e{power}".replace("-", "−")
    return f"{value:.{decimals}f}".replace("-", "−")
