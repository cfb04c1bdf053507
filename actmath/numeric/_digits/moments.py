"""Mean, second moment, variance and E f′² of an activation under a Gaussian, to any digits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Expr

from ..._digits import rational_text
from ..._text.tables import Tabular
from ...activation import Activation
from ...derive._iteration.settled import NotSettledError
from ...derive._moments.gaussian_moments import gaussian_moments
from ...derive._subject import resolve
from ...lower._for_mpmath import to_mpf
from ...lower._stable import stable
from ...notation import mu, nu
from ...number import Number, exact, mp, significant
from .._gaussian.result import MomentRoute
from . import quadrature
from .closed_form import closed_form
from .double_exponential import OutOfWorkError, Work
from .rising_precision import check_digits, settle

# Decimal orders below the largest moment that are looked into: all that float64 can hold.
_DEPTH = 400
# Digits beyond those asked for in the first integration, and how many more the second has.
_SPARE = _MORE = 8
# The order in which the five are computed, and as they are shown.
_ORDER = ("mean", "second", "variance", "derivative_mean", "derivative_second")
_LABELS = ("E f", "E f²", "Var f", "E f′", "E f′²")

Expectations = Callable[[Any, Any], tuple[Any, Any, Any, Any]]


@dataclass(frozen=True, repr=False)
class Moments(Tabular):
    """E f, E f², Var f, E f′ and E f′² of z ~ N(mean_in, variance_in).

    The five are SymPy numbers that print exactly ``digits`` digits. They compute at that precision
    and become floats; what is exactly 0 is the integer 0. (SymPy's ``Float("1.0") == 1`` is False:
    compare with 1.0, or by ``<``.) The input's mean and variance are kept as exact numbers.
    """

    activation: str
    mean_in: Expr
    variance_in: Expr
    digits: int
    mean: Expr
    second: Expr
    variance: Expr
    derivative_mean: Expr
    derivative_second: Expr
    route: MomentRoute

    def rows(self) -> tuple[tuple[str, Expr], ...]:
        """Each expectation with its digits."""
        five = (getattr(self, name) for name in _ORDER)
        return tuple(zip(_LABELS, five, strict=True))

    def caption(self) -> str:
        """The activation, its Gaussian input, and the route."""
        return f"{self.activation}(z), z ~ {self.target}; {self.route}"

    @property
    def target(self) -> str:
        """The Gaussian input, as text."""
        return f"N({rational_text(self.mean_in)}, {rational_text(self.variance_in)})"


def moments(
    activation: Activation | str,
    mean: Number = 0,
    variance: Number = 1,
    *,
    digits: int = 15,
    **parameters: Number,
) -> Moments:
    """Gaussian moments of an activation, every printed digit of which is computed.

    The working precision is raised until two precisions agree, because the closed forms cancel
    where the unit is saturated or the variance small. What is below 10^-400 of what it is made of
    is 0; what is infinite is ``oo``, and ``nan`` an E f′ with infinite parts of both signs. For
    arrays, ``numeric.gaussian``. Threads may call it: each computes in a context of its own.

    Args:
        activation: an ``Activation`` or a catalog name.
        mean, variance: of the Gaussian input; read exactly, so 0.1 is one tenth.
        digits: significant digits, 1 to 10000.
        parameters: values for the activation's parameters.

    Raises:
        KeyError: for an unknown name. TypeError: for an array, a list or a tensor.
        ValueError: for a variance that is not positive, digits out of range, or a parameter outside
            its domain.

    >>> found = moments("relu", 0, 1, digits=20)
    >>> found.mean, found.mean ** 2, float(found.mean)
    (0.3989422804014326779, 0.15915494309189533577, 0.3989422804014327)
    """
    digits = check_digits(digits)
    centre, spread = _single(mean, "mean"), _single(variance, "variance")
    if not spread > 0:
        raise ValueError(f"variance must be positive, got {rational_text(spread)}")
    with mp.symbolic:
        subject = resolve(activation, parameters)
    route, found = _by_either_route(subject, centre, spread, digits)
    values = {name: significant(v, digits) for name, v in zip(_ORDER, found, strict=True)}
    return Moments(subject.name, centre, spread, digits, route=route, **values)


def _by_either_route(
    activation: Activation, mean: Expr, variance: Expr, digits: int
) -> tuple[MomentRoute, tuple[Any, ...]]:
    """The five by their closed forms, else by quadrature."""
    with mp.symbolic:
        evaluate = _closed_form_if_any(activation)
    if evaluate is not None:
        # Where all that is left cancels, as of x·Φ(x) far to the left, the integral has its digits.
        with suppress(NotSettledError):
            return MomentRoute.CLOSED_FORM, _by_rule(evaluate, mean, variance, digits)
    with mp.symbolic:
        quadrature.prepare_integrand(activation)
    return MomentRoute.QUADRATURE, _by_quadrature(activation, mean, variance, digits)


def _single(value: Number, what: str) -> Expr:
    try:
        return exact(value, what)
    except TypeError:
        raise TypeError(
            f"{what} must be a single number, got a {type(value).__name__}; "
            f"actmath.numeric.gaussian computes the moments of arrays"
        ) from None


def _by_rule(evaluate: Expectations, mean: Expr, variance: Expr, digits: int) -> tuple[Any, ...]:
    """The five by their closed forms."""

    def units(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return _units(values, to_mpf(mean), to_mpf(variance))

    # Slopes are small beside values/σ, of which they are made: where σ is tiny, so much deeper.
    with mp.workdps(15):
        tiny = max(0, -int(mp.log10(to_mpf(variance))))
    depth = _DEPTH + min(tiny, _DEPTH)
    found = settle(lambda: _with_variance(evaluate, mean, variance), digits, units, depth)
    # A mean square of 0 is two cancelling parts, equal to the last digit, unless f is 0.
    if any(map(mp.isnan, found)) or not found[1] or found[2] < 0:
        raise NotSettledError(f"the closed form has no digits at N({rational_text(mean)}, …)")
    return found


def _closed_form_if_any(activation: Activation) -> Expectations | None:
    try:
        return _closed_form(activation)
    except NotImplementedError:
        return None


def _with_variance(evaluate: Expectations, centre: Expr, spread: Expr) -> tuple[Any, ...]:
    """Var f = E f² − (E f)² beside the other four; what cancels, the rising precision restores."""
    # A line's variance is so much smaller than its mean square: those digits are lost for sure.
    mean, variance = to_mpf(centre), to_mpf(spread)
    # Where f is smooth at 0, E f² is σ² of what is added up, and E f as much.
    lost = max(0, 2 * mp.mag(mean) - mp.mag(variance) if mean else 0, -2 * mp.mag(variance))
    with mp.workprec(mp.prec + lost):
        first, second, slope_mean, slope_second = evaluate(to_mpf(centre), to_mpf(spread))
        return first, second, second - first**2, slope_mean, slope_second


def _units(values: tuple[Any, ...], mean: Any, variance: Any) -> tuple[Any, ...]:
    """What each of the five is small beside: far from 0, E f² says nothing of Var f."""
    _, second, _, _, slope_second = map(abs, values)
    # f has slopes of the order of f′, or of a line through 0 and its values.
    slope = max(slope_second, second / (mean**2 + variance))
    return mp.sqrt(second), second, slope * variance, mp.sqrt(slope), slope


def _by_quadrature(
    activation: Activation, mean: Expr, variance: Expr, digits: int
) -> tuple[Any, ...]:
    """The five, each to the digits of its own, however small it is beside the others."""
    seen: list[quadrature.Central] = []
    work = Work(digits)

    def compute() -> tuple[Any, ...]:
        seen.append(quadrature.central(activation, mean, variance, work))
        return seen[-1].values

    def sizes(_: tuple[Any, ...]) -> tuple[Any, ...]:
        """A value counts as 0 where it is far below the integral of its absolute integrand."""
        return seen[-1].sizes

    try:
        return settle(compute, digits, sizes, _DEPTH, spare=_SPARE, more=_MORE)
    except OutOfWorkError:
        target = f"{activation.name} at N({rational_text(mean)}, {rational_text(variance)})"
        raise NotSettledError(_unsettled(target, digits, work, seen)) from None


def _unsettled(target: str, digits: int, work: Work, seen: list[quadrature.Central]) -> str:
    """What is to be said when the evaluations are spent."""
    spent = (
        f"the moments of {target} do not settle to {digits} digits in {work.allowed} evaluations"
    )
    for name, *sides in zip(_LABELS, seen[-1].values, seen[-1].sizes, strict=True) if seen else ():
        value, size = sides
        if 0 < abs(value) < size * mp.mpf(10) ** -_SPARE:
            orders = int(mp.log10(size / abs(value)))
            return (
                f"{spent}: {name} is 10^{orders} times smaller than what cancels in it, perhaps 0"
            )
    return (
        f"{spent}; a unit that oscillates, bends or grows fast needs more, fewer digits need fewer"
    )


@lru_cache(maxsize=64)
def _closed_form(activation: Activation) -> Expectations:
    found = gaussian_moments(activation)
    symbols: list[Expr] = [p.symbol for p in activation.parameters]
    formulas = [found.mean, found.second, found.derivative_mean, found.derivative_second]
    evaluate = closed_form([mu, nu, *symbols], [stable(formula) for formula in formulas])

    def expectations(mean: Any, variance: Any) -> tuple[Any, Any, Any, Any]:
        values = [to_mpf(value) for value in activation.defaults.values()]
        mean_, second, slope_mean, slope_second = evaluate(mean, variance, *values)
        return mean_, second, slope_mean, slope_second

    return expectations
