"""One route at many points, beside the reference: the digits it keeps, and where fewest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, nan
from typing import Any

from ...derive._iteration.settled import NotSettledError
from ...lower._arithmetics import FLOAT64, Enclosed, Precision
from ...number import mp
from .kept import Kept, digits_in_units, digits_of_value, promised_digits, whole_digits
from .places import nearest_held, places
from .reference import NOTHING, Reference
from .routes import Route
from .sentences import is_sentence

# The reference is certain to 25 digits, so that no enclosure can be told from a narrower one.
_SURE = 1e-24
# Up to here a ball must be finite: beyond, exponentials leave what Arb's exponents hold.
_FINITE_TO = 1e9
# And between these it must keep a quarter of its digits, or be 0 to three quarters beside 1, which
# no cancellation of the usual parts takes; a ball of everything, or of all values, holds f too.
_KEPT_FROM, _KEPT_TO, _KEPT_SHARE = 0.25, 40.0, 0.25


@dataclass(frozen=True)
class Trial:
    """Beside what, and where: the reference, the breaks, and how many points of which seed.

    ``stride``: every so-many-th power of ten; ``ends``: are ±∞ tried too?
    """

    reference: Reference
    breaks: Sequence[Any]
    seed: int = 0
    count: int = 32
    stride: int = 20
    ends: bool = True

    def points(self, route: Route) -> list[tuple[float, Any, Any]]:
        """The points at which the value is known, with the value and the slack that it may have."""
        near = [Fraction(float(at)) for at in self.breaks]
        found = []
        for at in places(near, route.precision, self.seed, self.count, self.stride):
            known = self.reference(at)
            # A jump between two floats: which side the next ones lie on is rounding.
            edge = any(_between_floats(at, edge, route.precision) for edge in self.breaks)
            if known is None or (route.order and known.slope is None) or edge:
                continue
            right = known.slope if route.order else known.value
            found.append((at, right, known.slack(route.order, route.precision.epsilon)))
        return found

    def limits(self, route: Route) -> list[tuple[float, Any, Any]]:
        """nan, and for f the infinities where it has a limit."""
        context = self.reference.context
        if not route.extended:
            return []
        found = [(nan, context.nan, context.zero)]
        if self.ends and not route.order:
            sides = ((side * inf, self.reference.limit(side)) for side in (-1, 1))
            found += [(at, limit, context.zero) for at, limit in sides if limit is not None]
        return found


def keep_digits(route: Route, trial: Trial) -> Kept:
    """What the route keeps of f or f′ at its worst point; a failure is said in ``note``."""
    whole = whole_digits(route.precision)
    try:
        evaluate = route.prepare()
        points = trial.points(route)
        tried = points + trial.limits(route)
        found = evaluate([at for at, _, _ in tried])
    except Exception as error:  # a crash is what is looked for
        return Kept(route.title, route.quantity, None, whole, note=complaint(error))
    if not points:
        return Kept(route.title, route.quantity, None, whole, note="no value is known to compare")
    judged = [
        (_judged(route, trial, got, at, right, slack), at, got, right)
        for (at, right, slack), got in zip(tried, found, strict=True)
    ]
    digits, at, got, right = min(judged, key=lambda row: row[0])
    show = trial.reference.context.nstr
    return Kept(
        route.title,
        route.quantity,
        max(0.0, digits),
        whole,
        _promised(route),
        repr(at),
        show(got.value, 17),
        show(right, 17),
        "fails: the ball does not hold the value" if digits < 0 else "",
    )


def _promised(route: Route) -> float | None:
    if route.encloses:
        return _KEPT_SHARE * whole_digits(route.precision)
    return promised_digits(route.precision) if route.bound else None


def _judged(route: Route, trial: Trial, got: Enclosed, at: float, right: Any, slack: Any) -> float:
    """The digits that are kept; of a ball all where nothing is promised but that it holds f."""
    digits = _digits(route, trial.reference, got, right, slack)
    if not route.encloses or digits < 0:
        return digits
    # At a break, and within its rounding, the values of both sides are in the ball.
    slip = 8 * route.precision.epsilon
    beside = any(abs(at - edge) <= slip * abs(edge) for edge in trial.breaks)
    near = abs(at) <= _FINITE_TO and not beside
    if not near or (mp.isfinite(got.radius) and not _KEPT_FROM <= abs(at) <= _KEPT_TO):
        return whole_digits(route.precision)
    return digits


def complaint(error: Exception, known: bool = True) -> str:
    """What is not installed, what the package refuses in a sentence, and what is a crash.

    What was accepted and did not settle has failed where a right answer is ``known``.
    """
    if isinstance(error, ImportError):
        return str(error)
    if not is_sentence(error):
        return f"fails: {error!r}"
    fails = known and isinstance(error, NotSettledError)
    return f"{'fails' if fails else 'refused'}: {error}"


def _between_floats(at: float, edge: Any, precision: Precision) -> bool:
    held = nearest_held(float(edge), min(precision.bits, FLOAT64.bits), 0.0)
    return bool(held != edge and abs(at - edge) <= 4 * precision.epsilon * abs(edge))


def _digits(route: Route, reference: Reference, got: Enclosed, right: Any, slack: Any) -> float:
    context = reference.context
    value = context.make_mpf(got.value._mpf_)
    if not context.isfinite(right):
        same = value == right or (right != right and value != value)
        return whole_digits(route.precision) if same else 0.0
    if not route.encloses:
        return digits_of_value(value, right, slack, route.precision)
    radius = context.make_mpf(got.radius._mpf_)
    if abs(value - right) > radius + abs(right) * _SURE + NOTHING:
        return -1.0
    whole = whole_digits(route.precision)
    # What is 0 by a difference is 0 beside its terms.
    unit = route.precision.epsilon * max(abs(right) + slack, route.precision.epsilon**0.5)
    return digits_in_units(radius, max(unit, NOTHING), whole) if context.isfinite(radius) else 0.0
