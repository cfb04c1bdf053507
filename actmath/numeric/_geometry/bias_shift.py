"""Means, variances and shifts of units in numbers, for figures and crossings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sympy import Expr

from ..._arrays import listing
from ..._text.tables import Answer
from ...activation import Activation
from ...derive._formula._roots.bracketing import bracketed_root
from ...derive._moments.mean_activation import mean_activation
from ...derive._moments.passed_noise import passed_variance
from ...derive._subject import resolve
from ...lower._for_mpmath import compile_mpmath, to_mpf
from ...notation import mu, nu
from ...number import Number, exact, mp, significant
from .._digits.moments import moments


@dataclass(frozen=True, repr=False)
class Shift(Answer):
    """E f before and after the net input moved, their difference, and its first-order estimate."""

    activation: str
    before: float
    after: float
    first_order: float

    @property
    def bias_shift(self) -> float:
        """The change of the mean output."""
        return self.after - self.before


def bias_shift_of(
    activation: Activation | str,
    before: tuple[Number, Number],
    after: tuple[Number, Number],
) -> Shift:
    """The bias shift when the net input goes from N(mean, variance) to another Gaussian.

    >>> from actmath import catalog
    >>> round(bias_shift_of(catalog.relu, (0, 1), (1, 1)).bias_shift, 4)
    0.6844
    """
    activation = resolve(activation)
    before, after = _pair(before, "before"), _pair(after, "after")
    # 17 digits tell every float64 from its neighbours.
    means = [float(moments(activation, *pair, digits=17).mean) for pair in (before, after)]
    change = [new - old for old, new in zip(before, after, strict=True)]
    derived = mean_activation(activation)
    at = {mu: before[0], nu: before[1], **activation.defaults}
    # First order: ∂E f/∂mu·Δmu + ∂E f/∂nu·Δnu at the place before.
    estimate = derived.by_mean.subs(at) * change[0] + derived.by_variance.subs(at) * change[1]
    return Shift(activation.name, means[0], means[1], float(estimate))


def _pair(given: object, what: str) -> tuple[Expr, Expr]:
    """A mean and a variance, exactly."""
    found = listing(given, what)
    if len(found) != 2:
        raise ValueError(f"{what} must be a mean and a variance, got {len(found)} numbers")
    return exact(found[0], f"the mean {what}"), exact(found[1], f"the variance {what}")


def mean_curve(activation: Activation | str, means: Any, variance: Number = 1) -> tuple[float, ...]:
    """E f(z), z ~ N(m, variance), for every m of a list or a row."""
    return tuple(float(moments(activation, m, variance).mean) for m in listing(means, "means"))


def variance_curve(
    activation: Activation | str, means: Any, variance: Number = 1
) -> tuple[float, ...]:
    """Var f(z), z ~ N(m, variance), for every m of a list or a row: what is passed on."""
    return tuple(float(moments(activation, m, variance).variance) for m in listing(means, "means"))


def variation_crossing(
    one: Activation | str, other: Activation | str, variance: Number = 1
) -> Expr:
    """The mean below which ``one`` passes on less variance than ``other``, to 15 digits.

    The outermost sign change of log(Var f₁/Var f₂), in closed form, as the mean comes up from −40.
    The variances cancel there, so that 60 digits are carried.

    Raises:
        ValueError: if neither passes on less variance far to the left and more near 0.

    >>> from actmath import catalog
    >>> variation_crossing(catalog.elu, catalog.leaky_relu.with_parameters(a="1/10")).round(4)
    -3.0318
    """
    one, other = resolve(one), resolve(other)
    with mp.workdps(60):
        spread = to_mpf(exact(variance, "variance"))
        forms = [_variance(f) for f in (one, other)]

        def ratio(mean: Any) -> Any:
            return mp.log(forms[0](mean, spread) / forms[1](mean, spread))

        # At −40 an exponential unit's variance, of the order e^−80, needs 35 of the 60 digits.
        steps = [mp.mpf(k) for k in range(-40, 1)]
        for left, right in pairwise(steps):
            if ratio(left) < 0 < ratio(right):
                return significant(bracketed_root(ratio, left, right), 15)
    raise ValueError(f"{one.name} does not come to pass on more variance than {other.name}")


@lru_cache(maxsize=32)
def _variance(activation: Activation) -> Callable[[Any, Any], Any]:
    form: Expr = passed_variance(activation).whole
    symbols = [p.symbol for p in activation.parameters]
    evaluate = compile_mpmath([mu, nu, *symbols], [form])

    def of(mean: Any, variance: Any) -> Any:
        values = [to_mpf(value) for value in activation.defaults.values()]
        return evaluate(mean, variance, *values)[0]

    return of
