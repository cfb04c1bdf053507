"""What ``constants`` answers: the solutions, the one to use, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from .._gaussian.result import MomentRoute
from .fixed_point import Form


@dataclass(frozen=True)
class Solution:
    """One solution with the behaviour of the moment map at its fixed point.

    ``alpha`` is the shape; None in the form lam·(f(x) + shift), whose ``shift`` is None otherwise.
    ``admissible``: the scale is positive and the shape lies in the activation's domain.
    ``attracting``: the spectral radius of the Jacobian is below 1, beyond rounding.
    """

    alpha: str | None
    lam: str
    shift: str | None
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
    form: Form
    route: MomentRoute
    all_solutions: tuple[Solution, ...]

    @property
    def best(self) -> Solution:
        """The admissible solution with the smallest spectral radius."""
        return min(
            (s for s in self.all_solutions if s.admissible), key=lambda s: float(s.spectral_radius)
        )

    @property
    def alpha(self) -> str | None:
        """The shape of the solution to use; None in the shifted form."""
        return self.best.alpha

    @property
    def shift(self) -> str | None:
        """The shift of the solution to use; None where a shape was solved for."""
        return self.best.shift

    @property
    def lam(self) -> str:
        """The output scale of the solution to use."""
        return self.best.lam

    @property
    def residual(self) -> str:
        """The larger error of the two fixed-point equations."""
        return self.best.residual

    @property
    def jacobian(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The moment map's derivative at the fixed point."""
        return self.best.jacobian

    @property
    def spectral_norm(self) -> str:
        """The Jacobian's largest singular value."""
        return self.best.spectral_norm

    @property
    def spectral_radius(self) -> str:
        """The Jacobian's largest absolute eigenvalue."""
        return self.best.spectral_radius

    @property
    def formula(self) -> str:
        """What was solved for, as text."""
        inside = f"({self.activation}(x) + shift)" if self.alpha is None else None
        return f"lam·{inside or f'{self.activation}(x; alpha)'}"

    def _repr_html_(self) -> str:
        rows = {
            "α": self.alpha,
            "shift": self.shift,
            "λ": self.lam,
            "residual": self.residual,
            "spectral norm": self.spectral_norm,
            "spectral radius": self.spectral_radius,
        }
        body = "".join(f"<tr><th>{k}</th><td>{v}</td></tr>" for k, v in rows.items() if v)
        target = f"mean {self.mean}, variance {self.variance}"
        return f"<table><caption>{self.formula}, {target}</caption>{body}</table>"


class NoSelfNormalizationError(ValueError):
    """No real shape with a positive scale makes the target a fixed point; the message says why."""
