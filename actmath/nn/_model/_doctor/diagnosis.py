"""What the doctor says: a row for each layer, what is wrong, and what to change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from textwrap import wrap
from typing import Any, ClassVar

from ...._text.tables import Tabular, as_plain, text_table


class Cause(StrEnum):
    """Why a layer departs from theory."""

    INPUT = "scale of the input"
    GAIN = "gain"
    BIAS = "bias"
    UNIT = "unit"
    WEIGHTS = "weights that know their input"


@dataclass(frozen=True)
class Departure:
    """One thing that is wrong: where, why, by which factor, and what to change.

    ``factor`` is that on the mean square of the layer's net inputs, or of its gradient.
    """

    layer: str
    cause: Cause
    factor: float
    sentence: str
    remedy: str


@dataclass(frozen=True)
class LayerSigns:
    """A layer's net inputs, predicted from its weights and measured, and the unit behind them.

    Mean, variance and the mean square of the gradient are over all entries; ``dead`` is the share
    of units that do nothing on the whole batch, ``saturated`` that of entries where the slope is
    below 0.05, both nan where no unit follows. ``tolerance`` is the largest deviation of the
    logarithm of the mean square that finite width explains, nan where the layer is not judged,
    since it is not known what it should be, or a normalization takes its scale out again.
    """

    layer: str
    kind: str
    unit: str
    predicted_mean: float
    mean: float
    predicted_variance: float
    variance: float
    predicted_gradient: float
    gradient: float
    dead: float
    saturated: float
    tolerance: float


@dataclass(frozen=True, repr=False)
class Diagnosis(Tabular):
    """What ``diagnose`` found.

    Attributes:
        layers: the signs of each layer in the order of the pass.
        findings: what is wrong, the first departure first; empty for a healthy model.
        loss: the loss on the batch, or of the random direction.
        untold: the steps at which no rule tells, so that the measured values start anew.
    """

    css_class: ClassVar[str] = "diagnosis"

    layers: tuple[LayerSigns, ...]
    findings: tuple[Departure, ...]
    loss: float
    untold: tuple[str, ...]

    @property
    def healthy(self) -> bool:
        """Is there no finding?"""
        return not self.findings

    @property
    def first(self) -> Departure | None:
        """The first departure from theory."""
        return self.findings[0] if self.findings else None

    def columns(self) -> tuple[str, ...]:
        """The titles; "→" stands between what is predicted and what is measured."""
        return ("layer", "then", "mean", "variance", "gradient²", "dead", "saturated")

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """One for each layer."""
        return tuple(
            (
                *(row.layer, row.unit),
                f"{_short(row.predicted_mean)} → {_short(row.mean)}",
                f"{_short(row.predicted_variance)} → {_short(row.variance)}",
                f"{_short(row.predicted_gradient)} → {_short(row.gradient)}",
                *map(_share, (row.dead, row.saturated)),
            )
            for row in self.layers
        )

    def caption(self) -> str:
        """What is wrong first, and what to change."""
        if self.first is None:
            judged = sum(not math.isnan(row.tolerance) for row in self.layers)
            if not judged:
                return "nothing to judge: of no layer it is known what it should be"
            return f"healthy: {judged} of {len(self.layers)} judged, within what width explains"
        more = len(self.findings) - 1
        rest = f" ({more} more in .findings)" if more else ""
        return f"{self.first.sentence} {self.first.remedy}{rest}"

    def __repr__(self) -> str:
        if self.first is None:
            return super().__repr__()
        # In lines of their own: a caption is cut where it does not fit into one.
        several = len(self.findings) > 1
        count = f"{len(self.findings)} findings, the first" if several else "1 finding,"
        head = f"{count} at layer {self.first.layer}"
        title = f"{head}; predicted → measured"
        table = text_table(self.rows(), columns=self.columns(), caption=title, more="see .rows()")
        return "\n".join([table, *wrap(self.caption(), 100)])

    def to_json(self) -> dict[str, Any]:
        """The fields as plain data; what is not finite, such as a gradient that is not, is null."""
        found: dict[str, Any] = _finite({**as_plain(self), "healthy": self.healthy})
        return found


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _short(value: float) -> str:
    return "?" if math.isnan(value) else f"{value:.2g}"


def _share(value: float) -> str:
    return "" if math.isnan(value) else f"{100 * value:.0f} %"
