"""Moments of a unit of two arguments under two correlated Gaussians, to any digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sympy import Expr, nan

from ..._digits import rational_text
from ..._text.tables import Tabular
from ...derive._gated.gated_moments import gated_formulas
from ...derive._gated.subject import resolve_gated
from ...derive._iteration.settled import NotSettledError
from ...gated_unit import GatedUnit
from ...lower._for_mpmath import to_mpf
from ...lower._stable import stable
from ...notation import mu, mu_z, nu, nu_z, rho
from ...number import Number, exact, mp, significant
from .._gaussian.result import MomentRoute
from . import quadrature
from .closed_form import closed_form
from .double_exponential import OutOfWorkError, Work
from .integrand import Integrand
from .mirrored import is_mirrored
from .partition import Combine
from .rising_precision import check_digits, settle

# Decimal orders below what a value is made of that are looked into, as in ``moments``.
_DEPTH = 400
# Digits beyond those asked for in the first integration, and how many more the second has.
_SPARE = _MORE = 8
# The names of the values, in the order in which they are computed, and their labels.
_FIELDS = ("mean", "second", "variance", "by_x_second", "by_z_second", "by_both")
_LABELS = ("E f", "E f²", "Var f", "E (∂f/∂x)²", "E (∂f/∂z)²", "E ∂f/∂x·∂f/∂z")


class Inputs(NamedTuple):
    """Two Gaussians as exact numbers: the gate's argument x, the value z, their correlation."""

    mean: Expr
    variance: Expr
    mean_z: Expr
    variance_z: Expr
    correlation: Expr

    def __str__(self) -> str:
        x, z = (
            f"N({rational_text(m)}, {rational_text(v)})"
            for m, v in ((self.mean, self.variance), (self.mean_z, self.variance_z))
        )
        return f"x ~ {x}, z ~ {z}, correlation {rational_text(self.correlation)}"

    @property
    def is_of_one_length(self) -> bool:
        """Are both of mean 0 and of one variance, so that gains can be asked for?"""
        return bool(
            self.mean == 0 and self.mean_z == 0 and (self.variance - self.variance_z).equals(0)
        )


@dataclass(frozen=True, repr=False)
class GatedMoments(Tabular):
    """The moments of f(x, z) = g(x)·z and of its partial derivatives, and the two gains.

    All are SymPy numbers that print exactly ``digits`` digits. The gains answer weights of one
    variance for x and z, gain²/n, as of ``gated_gains``; they are nan unless x and z have mean 0
    and one variance.
    """

    unit: str
    inputs: Inputs
    digits: int
    mean: Expr
    second: Expr
    variance: Expr
    by_x_second: Expr
    by_z_second: Expr
    by_both: Expr
    forward_gain: Expr
    backward_gain: Expr
    route: MomentRoute

    def rows(self) -> tuple[tuple[str, Expr], ...]:
        """Each expectation with its digits, and the gains where there are some."""
        found = [(label, getattr(self, name)) for name, label in zip(_FIELDS, _LABELS, strict=True)]
        gains = (("forward gain", self.forward_gain), ("backward gain", self.backward_gain))
        return (*found, *((label, gain) for label, gain in gains if gain is not nan))

    def caption(self) -> str:
        """The unit, its Gaussian inputs, and the route."""
        return f"{self.unit}(x, z), {self.inputs}; {self.route}"


def gated_moments(
    unit: GatedUnit | str,
    mean: Number = 0,
    variance: Number = 1,
    *,
    mean_z: Number = 0,
    variance_z: Number = 1,
    correlation: Number = 0,
    digits: int = 15,
    **parameters: Number,
) -> GatedMoments:
    """Moments of f(x, z) = g(x)·z for jointly Gaussian x and z, to any number of digits.

    Conditioned on x, z is Gaussian, so that all are one-dimensional moments of the gate g with
    weights 1, x and x²: in closed form where the gate's moments are, else by quadrature.

    Args:
        unit: a ``GatedUnit`` or a name of ``catalog.GATED``.
        mean, variance: of x, the gate's argument; read exactly, so 0.1 is one tenth.
        mean_z, variance_z: of z, the value that the gate lets through.
        correlation: of x and z, from −1 to 1.
        digits: significant digits, 1 to 10000.
        parameters: values for the gate's parameters.

    Raises:
        KeyError: for an unknown name. TypeError: for an array, a tensor, or an activation.
        ValueError: for a variance that is not positive, a correlation outside [−1, 1], digits out
            of range, a parameter outside its domain, or moments that are infinite.

    >>> gated_moments("geglu", digits=20).forward_gain
    1.5335...
    >>> gated_moments("bilinear", 1, 4, mean_z=2, correlation="1/2").mean
    3.00000000000000
    """
    digits = check_digits(digits)
    inputs = _checked(mean, variance, mean_z, variance_z, correlation)
    with mp.symbolic:
        subject = resolve_gated(unit, parameters)
    route, found = _by_either_route(subject, inputs, digits)
    numbers = (*found, *_gains(inputs, found, digits))
    names = (*_FIELDS, "forward_gain", "backward_gain")
    values = {name: significant(v, digits) for name, v in zip(names, numbers, strict=True)}
    return GatedMoments(subject.name, inputs, digits, route=route, **values)


def _checked(mean: Number, variance: Number, *of_z: Number) -> Inputs:
    names = ("mean", "variance", "mean_z", "variance_z", "correlation")
    given = zip((mean, variance, *of_z), names, strict=True)
    inputs = Inputs(*(_single(value, name) for value, name in given))
    for name in ("variance", "variance_z"):
        value = getattr(inputs, name)
        if not value > 0:
            raise ValueError(f"{name} must be positive, got {rational_text(value)}")
    if not -1 <= inputs.correlation <= 1:
        got = rational_text(inputs.correlation)
        raise ValueError(f"correlation must lie from −1 to 1, got {got}")
    return inputs


def _single(value: Number, what: str) -> Expr:
    try:
        return exact(value, what)
    except TypeError:
        raise TypeError(
            f"{what} must be a single number, got a {type(value).__name__}; "
            f"actmath.numeric.gated_gaussian computes the moments of arrays"
        ) from None


def _by_either_route(
    unit: GatedUnit, inputs: Inputs, digits: int
) -> tuple[MomentRoute, tuple[Any, ...]]:
    """The six by their closed forms, else by quadrature."""
    with mp.symbolic:
        evaluate = _closed_form_if_any(unit)
    if evaluate is not None:
        try:
            found = settle(lambda: _with_variance(evaluate(inputs)), digits, _sizes(inputs), _DEPTH)
        except NotSettledError:
            # Where all that is left cancels, the integral has its digits.
            found = (mp.nan,)
        # E f², Var f and E g² are positive: a 0 is two cancelling parts, equal to the last digit.
        if not any(map(mp.isnan, found)) and found[1] > 0 and found[2] > 0 and found[4] > 0:
            return MomentRoute.CLOSED_FORM, found
    with mp.symbolic:
        quadrature.prepare_integrand(unit.gate)
    return MomentRoute.QUADRATURE, _by_quadrature(unit, inputs, digits)


def _closed_form_if_any(unit: GatedUnit) -> Callable[[Inputs], tuple[Any, ...]] | None:
    try:
        return _closed_form(unit)
    except NotImplementedError:
        return None


@lru_cache(maxsize=64)
def _closed_form(unit: GatedUnit) -> Callable[[Inputs], tuple[Any, ...]]:
    f = gated_formulas(unit)
    symbols: list[Expr] = [p.symbol for p in unit.parameters]
    formulas = [f.mean, f.second, f.by_x_second, f.by_z_second, f.by_both]
    evaluate = closed_form(
        [mu, nu, mu_z, nu_z, rho, *symbols], [stable(formula) for formula in formulas]
    )

    def expectations(inputs: Inputs) -> tuple[Any, ...]:
        values = [*inputs, *unit.defaults.values()]
        return tuple(map(mp.convert, evaluate(*map(to_mpf, values))))

    return expectations


def _with_variance(found: tuple[Any, ...]) -> tuple[Any, ...]:
    """Var f = E f² − (E f)² in its place; what cancels, the rising precision restores."""
    first, second, *slopes = found
    return first, second, second - first**2, *slopes


def _sizes(inputs: Inputs) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """What each of the six is small beside: a value far below it is 0."""

    def sizes(values: tuple[Any, ...]) -> tuple[Any, ...]:
        _, second, _, by_x, by_z, _ = map(abs, values)
        # Var f ≤ 2·(ν·E f_x² + ν_z·E f_z²) by Poincaré's inequality, at any correlation.
        spread = 2 * (to_mpf(inputs.variance) * by_x + to_mpf(inputs.variance_z) * by_z)
        return mp.sqrt(second), second, spread, by_x, by_z, mp.sqrt(by_x * by_z)

    return sizes


def _by_quadrature(unit: GatedUnit, inputs: Inputs, digits: int) -> tuple[Any, ...]:
    work = Work(digits)
    seen: list[tuple[Any, ...]] = []

    def compute() -> tuple[Any, ...]:
        sums, sizes, infinite = quadrature.weighted(
            unit.gate, inputs.mean, inputs.variance, lambda f: _terms(f, inputs), work
        )
        if any(infinite):
            raise ValueError(f"the moments of {unit.name}, {inputs}, are infinite")
        seen.append(sizes)
        return _with_variance(sums)

    def units(_: tuple[Any, ...]) -> tuple[Any, ...]:
        first, second, *slopes = seen[-1]
        return first, second, second, *slopes

    try:
        return settle(compute, digits, units, _DEPTH, spare=_SPARE, more=_MORE)
    except OutOfWorkError:
        raise NotSettledError(
            f"the moments of {unit.name}, {inputs}, do not settle to {digits} digits in "
            f"{work.allowed} evaluations; fewer digits need fewer"
        ) from None


def _terms(gate: Integrand, inputs: Inputs) -> Combine:
    """What is integrated over x = mean + σt: z has the mean μ_z + r·t there, and the variance s.

    With r = ρ√ν_z, s = ν_z·(1 − ρ²). Of a gate that is odd or even about the mean, what is odd in
    t is left out, since its integral is 0.
    """
    centre, spread, rho_ = (to_mpf(v) for v in inputs[2:])
    lean = rho_ * mp.sqrt(spread)
    rest = spread * (1 - rho_) * (1 + rho_)
    odd, even = is_mirrored(gate, 1), is_mirrored(gate, -1)
    plain, slanted = centre * (not odd), lean * (not even)
    # Of g², g′² and g·g′.
    twice = 2 * centre * lean * (not (odd or even))
    once = centre * (not (odd or even))

    def terms(g: Any, slope: Any, t: Any) -> tuple[Any, ...]:
        mean_square = centre**2 + rest + twice * t + (lean * t) ** 2
        square = g * g
        return (
            g * (plain + slanted * t),
            square * mean_square,
            slope * slope * mean_square,
            square,
            g * slope * (once + lean * t),
        )

    return terms


def _gains(inputs: Inputs, found: tuple[Any, ...], digits: int) -> tuple[Any, Any]:
    """√(ν/E f²) and 1/√(E f_x² + E f_z² + 2ρ·E f_x f_z), or nan."""
    with mp.workdps(digits + 10):
        second, by_x, by_z, by_both = found[1], *found[3:]
        gradient = by_x + by_z + 2 * to_mpf(inputs.correlation) * by_both
        if not inputs.is_of_one_length or not (second > 0 and gradient > 0):
            return mp.nan, mp.nan
        return mp.sqrt(to_mpf(inputs.variance) / second), 1 / mp.sqrt(gradient)
