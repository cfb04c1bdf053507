"""Everything that is derived about one activation, on one sheet."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sympy import Expr, Symbol, sympify

from .._text.tables import Tabular
from .._text.typeset import typeset
from ..activation import Activation, Parameter
from ..derive._formula.derivative import Derivative, Kink, derivative
from ..derive._iteration.fixed_points import (
    FixedPoint,
    FixedPoints,
    Lipschitz,
    fixed_points,
    lipschitz,
)
from ..derive._saturation.saturation import Saturation, saturation
from ..derive._subject import resolve
from ..number import Number
from ._check.check import Check, brief_check
from ._depth.gains import Gains
from ._digits.moments import Moments, moments
from ._sheet_rows import (
    Missing,
    fixed_text,
    gain_rows,
    intervals,
    lipschitz_text,
    moment_rows,
    parameter_rows,
    saturation_rows,
)

_Found = TypeVar("_Found")


@dataclass(frozen=True, repr=False)
class Sheet(Tabular):
    """The answers of ``derive`` and ``numeric`` about one activation.

    What cannot be had of one is ``Missing``, and null in JSON.
    """

    css_class = "sheet"

    activation: Activation
    derivative: Derivative | Missing
    saturation: Saturation | Missing
    fixed_points: FixedPoints | Missing
    lipschitz: Lipschitz | Missing
    moments: Moments | Missing
    gains: Gains | Missing
    digits: Check | Missing

    def to_json(self) -> dict[str, Any]:
        """Plain values: numbers as floats, formulas as text; null for what is infinite or missing.

        So is what doubles would make 0 or infinite.
        """
        activation, found = self.activation, self.fixed_points
        points = found if isinstance(found, FixedPoints) else None
        slopes = self.derivative if isinstance(self.derivative, Derivative) else None
        bound = self.lipschitz if isinstance(self.lipschitz, Lipschitz) else None
        gains = self.gains if isinstance(self.gains, Gains) else None
        return {
            "name": activation.name,
            "formula": str(activation.expr),
            "latex": activation.latex,
            "parameters": [_parameter_json(p) for p in activation.parameters],
            "derivative": str(slopes.expr) if slopes else None,
            "kinks": [self._kink_json(k) for k in slopes.kinks] if slopes else None,
            "saturation": self._saturation_json(),
            "fixed_points": [_fixed_point_json(p) for p in points.isolated] if points else None,
            "fixed_intervals": (
                [[_number(part.start), _number(part.end)] for part in intervals(points)]
                if points
                else None
            ),
            "lipschitz": _number(bound.constant) if bound else None,
            "contraction": bound.contraction if bound else None,
            "moments": self._moments_json(),
            "gains": {
                "forward": _number(gains.forward) if gains else None,
                "backward": _number(gains.backward) if gains else None,
            },
            "digits": self._digits_json(),
            "source": str(activation.source) if activation.source else None,
        }

    def _kink_json(self, kink: Kink) -> dict[str, Any]:
        point = kink.point.subs(self.activation.defaults)
        return {"x": _number(point), "value": str(kink.value)}

    def _saturation_json(self) -> dict[str, Any] | None:
        if isinstance(self.saturation, Missing):
            return None
        left, right = self.saturation.left, self.saturation.right
        defaults = self.activation.defaults
        return {
            "left": str(left.kind),
            "right": str(right.kind),
            "left_threshold": _number(left.threshold, defaults),
            "right_threshold": _number(right.threshold, defaults),
        }

    def _moments_json(self) -> dict[str, Any] | None:
        if isinstance(self.moments, Missing):
            return None
        found = self.moments
        names = ("mean", "second", "variance", "derivative_second")
        return {**{n: _number(getattr(found, n)) for n in names}, "route": str(found.route)}

    def _digits_json(self) -> dict[str, Any] | None:
        if isinstance(self.digits, Missing):
            return None
        return {row.quantity: row.digits for row in self.digits.kept}

    def rows(self) -> tuple[tuple[str, str], ...]:
        """The sheet as (question, answer) pairs; an answer's formulas are typeset on a page."""
        activation, slopes = self.activation, self.derivative
        return (
            ("formula", typeset(activation.expr)),
            *parameter_rows(activation.parameters),
            ("derivative", str(slopes) if isinstance(slopes, Missing) else typeset(slopes.expr)),
            *saturation_rows(self.saturation),
            ("fixed points", fixed_text(self.fixed_points)),
            ("Lipschitz constant", lipschitz_text(self.lipschitz)),
            *moment_rows(self.moments),
            *gain_rows(self.gains),
            ("digits of float64", self._digits_text()),
            ("source", str(activation.source) if activation.source else "—"),
        )

    def _digits_text(self) -> str:
        return str(self.digits) if isinstance(self.digits, Missing) else self.digits.summary

    def caption(self) -> str:
        """The activation's name for people."""
        return str(self.activation.title)


def show(activation: Activation | str, **parameters: Number) -> Sheet:
    """The sheet of an activation: derivative, saturation, fixed points, constants, moments.

    Args:
        activation: an ``Activation`` or a catalog name.
        parameters: values to use in place of the defaults.

    Everything is for the default parameters; what cannot be had says so in its place.

    Raises:
        KeyError: for an unknown name. ValueError: for an unknown or inadmissible parameter.

    >>> show("hard_tanh").saturation.right.threshold
    1
    """
    subject = resolve(activation, parameters)
    numbers = _attempt(moments, subject)
    return Sheet(
        subject,
        _attempt(derivative, subject),
        _attempt(saturation, subject),
        _attempt(fixed_points, subject),
        _attempt(lipschitz, subject),
        numbers,
        numbers if isinstance(numbers, Missing) else _gains(subject, numbers),
        _attempt(brief_check, subject),
    )


def _attempt(question: Callable[[Activation], _Found], subject: Activation) -> _Found | Missing:
    """The answer, or the sentence with which the question was refused."""
    try:
        return question(subject)
    except (ValueError, NotImplementedError) as error:
        return Missing(str(error))
    except OverflowError:
        return Missing("its numbers are too large for SymPy")


def _gains(subject: Activation, numbers: Moments) -> Gains:
    second, slope_second = float(numbers.second), float(numbers.derivative_second)
    return Gains.of(subject.name, 1.0, second, slope_second, numbers.route)


def _parameter_json(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "default": _number(parameter.default),
        "exact": str(parameter.default),
        "domain": str(parameter.domain),
        "meaning": parameter.meaning,
    }


def _fixed_point_json(point: FixedPoint) -> dict[str, Any]:
    return {
        "x": _number(point.x),
        "exact": str(point.x),
        "multiplier": _number(point.multiplier),
        "multiplicity": point.multiplicity,
        "stability": str(point.stability),
        "rate": point.rate,
        "route": str(point.route),
    }


def _number(value: Expr | float | None, defaults: dict[Symbol, Expr] | None = None) -> float | None:
    """A float; null for what is infinite, not determined, not there, or beyond doubles."""
    if value is None:
        return None
    exactly = sympify(value).subs(defaults or {})
    number = float(exactly)
    vanished = number == 0 and exactly.is_zero is False
    return number if math.isfinite(number) and not vanished else None
