"""Everything that is derived about one activation, on one sheet."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sympy import Expr, Interval, Symbol, Union, latex, oo, sympify

from .._text.tables import Tabular, html_table
from ..activation import Activation, Parameter
from ..derive._formula.derivative import Derivative, Kink, derivative
from ..derive._iteration.fixed_points import (
    FixedPoint,
    FixedPoints,
    Lipschitz,
    fixed_points,
    lipschitz,
)
from ..derive._saturation.saturation import Saturation, Side, saturation
from ..derive._subject import resolve
from ..notation import latex_names
from ..number import Number, evaluated
from ._check.check import Check, brief_check
from ._depth.gains import Gains
from ._digits.moments import Moments, moments

_Found = TypeVar("_Found")
_INFINITE = {oo: "infinite", -oo: "minus infinite"}


@dataclass(frozen=True)
class Missing:
    """In place of an answer that cannot be had: the sentence that says why."""

    why: str

    def __str__(self) -> str:
        return f"cannot be had: {self.why}"


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
        """Plain values: numbers as floats, formulas as text; what is infinite or missing, null."""
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
                [[_number(part.start), _number(part.end)] for part in _intervals(points)]
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

    def _digits_text(self) -> str:
        return str(self.digits) if isinstance(self.digits, Missing) else self.digits.summary

    def rows(self) -> tuple[tuple[str, str], ...]:
        """The sheet as (question, answer) pairs in plain text."""
        activation, slopes = self.activation, self.derivative
        parameters = [_parameter_json(p) for p in activation.parameters]
        return (
            ("formula", str(activation.expr)),
            *((f"parameter {p['name']}", _parameter_text(p)) for p in parameters),
            ("derivative", str(slopes if isinstance(slopes, Missing) else slopes.expr)),
            *self._saturation_rows(),
            ("fixed points", self._fixed_text()),
            ("Lipschitz constant", self._lipschitz_text()),
            *self._moment_rows(),
            *self._gain_rows(),
            ("digits of float64", self._digits_text()),
            ("source", str(activation.source) if activation.source else "—"),
        )

    def _saturation_rows(self) -> tuple[tuple[str, str], ...]:
        found = self.saturation
        if isinstance(found, Missing):
            return (("saturation", str(found)),)
        sides = (("left", found.left), ("right", found.right))
        return tuple((f"saturation, {name}", _side_text(side)) for name, side in sides)

    def _moment_rows(self) -> tuple[tuple[str, str], ...]:
        found = self.moments
        if isinstance(found, Missing):
            return (("moments, z ~ N(0, 1)", str(found)),)
        return (
            ("E f, z ~ N(0, 1)", _decimal(found.mean)),
            ("E f²", _decimal(found.second)),
            ("Var f", _decimal(found.variance)),
            ("E f′²", _decimal(found.derivative_second)),
            ("moments by", str(found.route)),
        )

    def _gain_rows(self) -> tuple[tuple[str, str], ...]:
        found = self.gains
        if isinstance(found, Missing):
            return (("gains", str(found)),)
        return (
            ("gain, forward", _gain_text(found.forward, "E f²")),
            ("gain, backward", _gain_text(found.backward, "E f′²")),
        )

    def _fixed_text(self) -> str:
        if isinstance(self.fixed_points, Missing):
            return str(self.fixed_points)
        texts = [
            f"x = {_short(p.x)}: {p.stability}, multiplier {_short(p.multiplier)}; {p.rate}"
            for p in self.fixed_points.isolated
        ]
        texts += [f"every x in [{i.start}, {i.end}]" for i in _intervals(self.fixed_points)]
        return "\n".join(texts) or "none"

    def _lipschitz_text(self) -> str:
        if isinstance(self.lipschitz, Missing):
            return str(self.lipschitz)
        kind = (
            "a contraction"
            if self.lipschitz.contraction
            else "nonexpansive, no contraction"
            if self.lipschitz.nonexpansive
            else "expanding somewhere"
        )
        return f"{_short(self.lipschitz.constant)}: {kind}"

    def caption(self) -> str:
        """The activation's name for people."""
        return str(self.activation.title)

    def _repr_html_(self) -> str:
        formula = latex(self.activation.expr, symbol_names=latex_names())
        caption = f"{self.caption()}: \\({formula}\\)"
        return html_table(self.rows(), caption=caption, css_class=self.css_class)


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


def _gains(subject: Activation, numbers: Moments) -> Gains:
    second, slope_second = float(numbers.second), float(numbers.derivative_second)
    return Gains.of(subject.name, 1.0, second, slope_second, numbers.route)


def _gain_text(value: float, square: str) -> str:
    # A gain is nan where no weights answer.
    return f"cannot be had: {square} is 0 or infinite" if math.isnan(value) else f"{value:.12g}"


def _decimal(value: Expr) -> str:
    return f"{float(value):.12g}" if value.is_finite else _INFINITE.get(value, "not determined")


def _parameter_json(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "default": float(parameter.default),
        "exact": str(parameter.default),
        "domain": str(parameter.domain),
        "meaning": parameter.meaning,
    }


def _fixed_point_json(point: FixedPoint) -> dict[str, Any]:
    return {
        "x": float(point.x),
        "exact": str(point.x),
        "multiplier": float(point.multiplier),
        "multiplicity": point.multiplicity,
        "stability": str(point.stability),
        "rate": point.rate,
        "route": str(point.route),
    }


def _intervals(found: FixedPoints) -> tuple[Interval, ...]:
    continuum = found.continuum
    parts = continuum.args if isinstance(continuum, Union) else (continuum,)
    return tuple(part for part in parts if isinstance(part, Interval))


def _number(value: Expr | float | None, defaults: dict[Symbol, Expr] | None = None) -> float | None:
    """A float; null for what is infinite, not determined or not there."""
    number = math.nan if value is None else float(sympify(value).subs(defaults or {}))
    return number if math.isfinite(number) else None


def _short(value: Expr) -> str:
    text = str(value)
    return text if len(text) <= 24 else str(evaluated(value, 12))


def _side_text(side: Side) -> str:
    threshold = "" if side.threshold is None else f" from x = {side.threshold} on"
    # A constant responds nowhere: its threshold is the other end of the line.
    threshold = " everywhere" if side.threshold in (oo, -oo) else threshold
    return f"{side.kind}{threshold}; f → {side.value}, f′ → {side.slope}"


def _parameter_text(p: dict[str, Any]) -> str:
    return f"{p['default']:.12g} in {p['domain']}: {p['meaning']}".removesuffix(": ")
