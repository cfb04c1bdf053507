"""How far from zero is a unit's mean output, and how does it shift when its input moves?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Expr, Interval, S, Symbol, diff, simplify, solve

from ..._arrays import listing
from ..._kept import kept
from ..._text.tables import Answer
from ..._text.typeset import in_terms, tex
from ...activation import Activation
from ...notation import mu, nu
from ...number import one_at_a_time
from .._subject import resolve
from .gaussian_moments import gaussian_moments


@dataclass(frozen=True, repr=False)
class MeanActivation(Answer):
    """E f(z) for z ~ N(mu, nu), and its rates of change: the bias shift to first order.

    A weight update that moves the net input by (dmu, dnu) shifts the mean output by
    ``by_mean``·dmu + ``by_variance``·dnu, where ``by_mean`` = E f′ and ``by_variance`` = ½ E f″.
    """

    activation: Activation
    mean: Expr
    by_mean: Expr
    by_variance: Expr

    @property
    def standard(self) -> Expr:
        """E f(z) for z ~ N(0, 1), parameters left as symbols."""
        return simplify(self.mean.subs({mu: S.Zero, nu: S.One}))

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle \mathbb{{E}} f = {tex(in_terms(self.mean))}$"


@kept(64)
@one_at_a_time
def mean_activation(activation: Activation | str) -> MeanActivation:
    """The mean output of a unit and its derivatives (the bias shift of Clevert et al. 2016).

    Raises:
        NotImplementedError: if the Gaussian moments have no closed form by the rule.

    >>> from actmath import catalog
    >>> mean_activation(catalog.relu).standard
    sqrt(2)/(2*sqrt(pi))
    """
    activation = resolve(activation)
    # ∂/∂mu E f = E f′ and, by the heat equation, ∂/∂nu E f = ½ E f″.
    mean = gaussian_moments(activation).mean
    return MeanActivation(activation, mean, simplify(diff(mean, mu)), simplify(diff(mean, nu)))


@dataclass(frozen=True, repr=False)
class NearestZero(Answer):
    """Which shape of a unit brings its mean at N(0, 1) nearest to zero, against rivals.

    ``rival`` is the least |E f| among the rivals, ``winner`` its name; ``centred`` the shape for
    which the unit's own mean vanishes, ``shapes`` those for which it beats every rival.
    """

    winner: str
    rival: Expr
    centred: Expr
    shapes: Interval


def nearest_zero(unit: Activation | str, rivals: Iterable[Activation | str]) -> NearestZero:
    """Where |E f(z; shape)| is below that of every rival at its defaults, z ~ N(0, 1), exactly.

    Args:
        unit: one shape parameter that enters linearly, as in elu.
        rivals: what it is compared with.

    Raises:
        ValueError: if there is no rival, or the unit does not have exactly one parameter.
    """
    unit = resolve(unit)
    others = [resolve(rival) for rival in listing(rivals, "rivals")]
    if not others or len(unit.parameters) != 1:
        raise ValueError("needs at least one rival, and a unit with exactly one shape parameter")
    # |E f| of each rival at N(0, 1); the least of them is the one to beat.
    means = {r.name: abs(mean_activation(r).standard.subs(r.defaults)) for r in others}
    winner = min(means, key=lambda name: float(means[name]))
    # The own mean is linear in the shape: |own| < rival between the two shapes where it is ±rival.
    own = mean_activation(unit).standard
    shape = unit.parameters[0].symbol
    ends = sorted((_root(own - sign * means[winner], shape) for sign in (-1, 1)), key=float)
    return NearestZero(winner, means[winner], _root(own, shape), Interval.open(*ends))


def _root(equation: Expr, shape: Symbol) -> Expr:
    (root,) = solve(equation, shape)
    return root
