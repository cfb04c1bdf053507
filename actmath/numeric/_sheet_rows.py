"""The rows of a sheet: each answer in words, its mathematics typeset where a page shows it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Expr, Interval, S, Union, oo

from .._digits import decimal_text
from .._text.typeset import in_words, typeset
from ..activation import Parameter
from ..derive._iteration.fixed_points import FixedPoint, FixedPoints, Lipschitz
from ..derive._saturation.saturation import Saturation, Side
from ..number import approximate, evaluated
from ._depth.gains import Gains
from ._digits.moments import Moments

_Row: TypeAlias = tuple[str, str]

_INFINITE = {oo: "infinite", -oo: "minus infinite"}
#: A fixed point of more characters is shown by its digits.
_LONGEST = 24
#: Of more fixed points those nearest to 0 are listed.
_LISTED = 9


@dataclass(frozen=True)
class Missing:
    """In place of an answer that cannot be had: the sentence that says why."""

    why: str

    def __str__(self) -> str:
        return f"cannot be had: {self.why}"


def parameter_rows(parameters: Iterable[Parameter]) -> Iterable[_Row]:
    """Name, default, domain and meaning."""
    for one in parameters:
        meaning = f": {one.meaning}" if one.meaning else ""
        default = _decimal(one.default)
        yield (
            in_words("parameter {}", typeset(one.symbol)),
            in_words("{} in {}{}", default, typeset(one.domain), meaning),
        )


def saturation_rows(found: Saturation | Missing) -> tuple[_Row, ...]:
    """One row a side."""
    if isinstance(found, Missing):
        return (("saturation", str(found)),)
    sides = (("left", found.left), ("right", found.right))
    return tuple((f"saturation, {name}", _side(side)) for name, side in sides)


def _side(side: Side) -> str:
    threshold: object = ""
    if side.threshold in (oo, -oo):
        # A constant responds nowhere: its threshold is the other end of the line.
        threshold = " everywhere"
    elif side.threshold is not None:
        threshold = in_words(" from x = {} on", typeset(side.threshold))
    return in_words(
        "{}{}; f → {}, f′ → {}", side.kind, threshold, typeset(side.value), typeset(side.slope)
    )


def moment_rows(found: Moments | Missing) -> tuple[_Row, ...]:
    """Mean, mean square, variance and mean squared slope at a standard Gaussian."""
    if isinstance(found, Missing):
        return (("moments, z ~ N(0, 1)", str(found)),)
    return (
        ("E f, z ~ N(0, 1)", _decimal(found.mean)),
        ("E f²", _decimal(found.second)),
        ("Var f", _decimal(found.variance)),
        ("E f′²", _decimal(found.derivative_second)),
        ("moments by", str(found.route)),
    )


def gain_rows(found: Gains | Missing) -> tuple[_Row, ...]:
    """The gain that keeps the signal, and the one that keeps the gradient."""
    if isinstance(found, Missing):
        return (("gains", str(found)),)
    return (
        ("gain, forward", _gain(found.forward, "E f²")),
        ("gain, backward", _gain(found.backward, "E f′²")),
    )


def _gain(value: float, square: str) -> str:
    # A gain is nan where no weights answer.
    why = f"cannot be had: {square} is 0, infinite or beyond doubles"
    return why if math.isnan(value) else f"{value:.12g}"


def fixed_text(found: FixedPoints | Missing) -> str:
    """Each fixed point with its stability, and whole intervals of them."""
    if isinstance(found, Missing):
        return str(found)
    texts = [
        in_words(
            "x = {}: {}, multiplier {}; {}", _short(p.x), p.stability, _short(p.multiplier), p.rate
        )
        for p in _nearest(found.isolated)
    ]
    if len(found.isolated) > _LISTED:
        texts.append(in_words("and {} more, farther from 0", str(len(found.isolated) - _LISTED)))
    whole = intervals(found)
    texts += [in_words("every x in [{}, {}]", typeset(i.start), typeset(i.end)) for i in whole]
    if found.searched != S.Reals:
        searched = found.searched
        ends = map(_short, (searched.inf, searched.sup))
        texts.append(in_words("looked for in [{}, {}]; waves go on beyond", *ends))
    return in_words("\n".join(["{}"] * len(texts)), *texts) if texts else "none"


def _nearest(points: tuple[FixedPoint, ...]) -> list[FixedPoint]:
    """The few that are nearest to 0, in increasing order."""
    near = sorted(points, key=lambda point: abs(approximate(point.x)))
    return sorted(near[:_LISTED], key=lambda point: approximate(point.x))


def intervals(found: FixedPoints) -> tuple[Interval, ...]:
    """The intervals on which every point is fixed."""
    continuum = found.continuum
    parts = continuum.args if isinstance(continuum, Union) else (continuum,)
    return tuple(part for part in parts if isinstance(part, Interval))


def lipschitz_text(found: Lipschitz | Missing) -> str:
    """The constant, and what it says of iteration."""
    if isinstance(found, Missing):
        return str(found)
    kind = (
        "a contraction"
        if found.contraction
        else "nonexpansive, no contraction"
        if found.nonexpansive
        else "expanding somewhere"
    )
    return in_words("{}: {}", _short(found.constant), kind)


def _decimal(value: Expr) -> str:
    return decimal_text(value, 12) if value.is_finite else _INFINITE.get(value, "not determined")


def _short(value: Expr) -> str:
    exact = typeset(value)
    return exact if len(exact) <= _LONGEST else typeset(evaluated(value, 12))
