"""Everything that is derived about one activation, on one sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, Interval, Union, latex, oo

from .._text.tables import Tabular, html_table
from ..activation import Activation, Parameter
from ..derive._formula.derivative import Derivative, derivative
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
from ..number import Number
from ._check.check import Check, brief_check
from ._depth.gains import Gains
from ._digits.moments import Moments, moments


@dataclass(frozen=True, repr=False)
class Sheet(Tabular):
    """The answers of ``derive`` and ``numeric`` about one activation."""

    css_class = "sheet"

    activation: Activation
    derivative: Derivative
    saturation: Saturation
    fixed_points: FixedPoints
    lipschitz: Lipschitz
    moments: Moments
    gains: Gains
    digits: Check

    def to_json(self) -> dict[str, Any]:
        """Plain values: numbers as floats, formulas as strings, unbounded ends as null."""
        activation, numbers = self.activation, self.moments
        left, right = self.saturation.left, self.saturation.right
        return {
            "name": activation.name,
            "formula": str(activation.expr),
            "latex": activation.latex,
            "parameters": [_parameter_json(p) for p in activation.parameters],
            "derivative": str(self.derivative.expr),
            "kinks": [{"x": float(k.point), "value": str(k.value)} for k in self.derivative.kinks],
            "saturation": {
                "left": str(left.kind),
                "right": str(right.kind),
                "left_threshold": _number(left.threshold),
                "right_threshold": _number(right.threshold),
            },
            "fixed_points": [_fixed_point_json(p) for p in self.fixed_points.isolated],
            "fixed_intervals": [
                [_number(part.start), _number(part.end)] for part in _intervals(self.fixed_points)
            ],
            "lipschitz": float(self.lipschitz.constant),
            "contraction": self.lipschitz.contraction,
            "moments": {
                "mean": float(numbers.mean),
                "second": float(numbers.second),
                "variance": float(numbers.variance),
                "derivative_second": float(numbers.derivative_second),
                "route": str(numbers.route),
            },
            "gains": {"forward": self.gains.forward, "backward": self.gains.backward},
            "digits": {row.quantity: row.digits for row in self.digits.kept},
            "source": str(activation.source) if activation.source else None,
        }

    def rows(self) -> tuple[tuple[str, str], ...]:
        """The sheet as (question, answer) pairs in plain text."""
        data = self.to_json()
        numbers = data["moments"]
        return (
            ("formula", data["formula"]),
            *((f"parameter {p['name']}", _parameter_text(p)) for p in data["parameters"]),
            ("derivative", data["derivative"]),
            ("saturation, left", _side_text(self.saturation.left)),
            ("saturation, right", _side_text(self.saturation.right)),
            ("fixed points", self._fixed_text()),
            ("Lipschitz constant", self._lipschitz_text()),
            ("E f, z ~ N(0, 1)", f"{numbers['mean']:.12g}"),
            ("E f²", f"{numbers['second']:.12g}"),
            ("Var f", f"{numbers['variance']:.12g}"),
            ("E f′²", f"{numbers['derivative_second']:.12g}"),
            ("moments by", numbers["route"]),
            ("gain, forward", f"{self.gains.forward:.12g}"),
            ("gain, backward", f"{self.gains.backward:.12g}"),
            ("digits of float64", self.digits.summary),
            ("source", data["source"] or "—"),
        )

    def _fixed_text(self) -> str:
        texts = [
            f"x = {_short(p.x)}: {p.stability}, multiplier {_short(p.multiplier)}; {p.rate}"
            for p in self.fixed_points.isolated
        ]
        texts += [f"every x in [{i.start}, {i.end}]" for i in _intervals(self.fixed_points)]
        return "\n".join(texts) or "none"

    def _lipschitz_text(self) -> str:
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

    Raises:
        KeyError: for an unknown name. ValueError: for an unknown or inadmissible parameter.

    >>> show("hard_tanh").saturation.right.threshold
    1
    """
    subject = resolve(activation, parameters)
    numbers = moments(subject)
    second, slope_second = float(numbers.second), float(numbers.derivative_second)
    gains = Gains.of(subject.name, 1.0, second, slope_second, numbers.route)
    return Sheet(
        subject,
        derivative(subject),
        saturation(subject),
        fixed_points(subject),
        lipschitz(subject),
        numbers,
        gains,
        brief_check(subject),
    )


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


def _number(value: Expr | None) -> float | None:
    return None if value is None or value in (oo, -oo) else float(value)


def _short(value: Expr) -> str:
    text = str(value)
    return text if len(text) <= 24 else str(value.evalf(12))


def _side_text(side: Side) -> str:
    threshold = "" if side.threshold is None else f" from x = {side.threshold} on"
    return f"{side.kind}{threshold}; f → {side.value}, f′ → {side.slope}"


def _parameter_text(parameter: dict[str, Any]) -> str:
    return f"{parameter['default']:.12g} in {parameter['domain']}: {parameter['meaning']}"
