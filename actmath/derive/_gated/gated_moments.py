"""Moments of g(x)·z for jointly Gaussian x and z, in closed form, from moments of g alone.

With κ = Cov(x, z) = ρ√(ν·ν_z), Stein's identity turns every power of z into a derivative by the
mean of x: for any h(x), E h·z = μ_z·E h + κ·∂E h/∂μ and

    E h·z² = (μ_z² + ν_z)·E h + 2μ_z·κ·∂E h/∂μ + κ²·∂²E h/∂μ².

With h = g, g², g′², g·g′ these are all that a unit of two arguments needs: whatever the rule of
``gaussian_moments`` covers as a gate has its closed forms here, at any means and correlation.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, PolynomialError, sqrt

from ..._kept import kept
from ..._text.tables import Answer
from ..._text.typeset import in_terms, tex
from ...activation import Activation
from ...gated_unit import GatedUnit
from ...notation import mu, mu_z, nu, nu_z, rho, x
from ...number import one_at_a_time
from .._formula.pieces import Piece, activation_pieces
from .._moments.gaussian_moments import expectation, gaussian_moments
from .subject import resolve_gated


@dataclass(frozen=True, repr=False)
class GatedFormulas(Answer):
    """E f, E f², E f_x², E f_z² and E f_x·f_z of f(x, z) = g(x)·z as formulas.

    x has mean ``mu`` and variance ``nu``, z ``mu_z`` and ``nu_z``; their correlation is ``rho``.
    """

    mean: Expr
    second: Expr
    by_x_second: Expr
    by_z_second: Expr
    by_both: Expr

    @property
    def variance(self) -> Expr:
        """E f² − (E f)²."""
        return self.second - self.mean**2

    def at(self, values: dict[Expr, Expr]) -> GatedFormulas:
        """The same with numbers for some symbols."""
        parts = (self.mean, self.second, self.by_x_second, self.by_z_second, self.by_both)
        return GatedFormulas(*(part.subs(values, simultaneous=True) for part in parts))

    def _repr_latex_(self) -> str:
        mean, second = (tex(in_terms(e)) for e in (self.mean, self.second))
        return rf"$\displaystyle \mathbb{{E}} f = {mean}, \newline \mathbb{{E}} f^2 = {second}$"


@kept(64)
@one_at_a_time
def gated_formulas(unit: GatedUnit | str) -> GatedFormulas:
    """The closed forms, with the gate's parameters left as symbols.

    Raises:
        NotImplementedError: if the gate is none that ``gaussian_moments`` has a closed form for,
            as the sigmoid and SiLU; the message names the numeric route.
        KeyError, TypeError: as ``resolve_gated``.

    >>> gated_formulas("bilinear").mean
    mu*mu_z + sqrt(nu)*sqrt(nu_z)*rho
    """
    unit = resolve_gated(unit)
    gate = _of_the_gate(unit)
    if gate is None:
        raise NotImplementedError(
            f"{unit.name} has a gate, {unit.gate.name}, for whose moments the rule gives no closed "
            f"form; actmath.gated_moments({unit.name!r}, …) integrates numerically"
        )
    first, square, slope, product = gate
    return GatedFormulas(_once(first), _twice(square), _twice(slope), square, _once(product))


def _of_the_gate(unit: GatedUnit) -> tuple[Expr, Expr, Expr, Expr] | None:
    """E g, E g², E g′² and E g·g′, if there are closed forms."""
    try:
        found = gaussian_moments(unit.gate)
        product = expectation(_times_slope(unit.gate))
    except (NotImplementedError, PolynomialError):
        return None
    return found.mean, found.second, found.derivative_second, product


def _times_slope(gate: Activation) -> tuple[Piece, ...]:
    """g·g′ by its pieces; a jump of g has no part in it, as it has none in E g′²."""
    parts = activation_pieces(gate)
    return tuple(Piece(p.lower, p.upper, p.expr * p.expr.diff(x)) for p in parts)


def _once(h: Expr) -> Expr:
    """E h·z from E h."""
    return mu_z * h + _covariance() * h.diff(mu)


def _twice(h: Expr) -> Expr:
    """E h·z² from E h."""
    along = 2 * mu_z * _covariance() * h.diff(mu)
    return (mu_z**2 + nu_z) * h + along + _covariance() ** 2 * h.diff(mu, 2)


def _covariance() -> Expr:
    return rho * sqrt(nu) * sqrt(nu_z)
