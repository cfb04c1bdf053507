"""What every weighted layer of a model should be drawn with, found from the units around it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from .._initialization import Mode
from .._layer_weights import PartlySumming, SummingLayer, fans
from ._trace.steps import INPUT, Trace, TraceStep, weight_identity
from .laws import Law, gaussian_law, sums
from .propagation import PRODUCTS, TraceLaws, origin


@dataclass
class Wanted:
    """A weighted layer: what it reads, what follows, and the deviation of its weights.

    ``std`` is nan where it cannot be told, and ``because`` says why. ``others`` are further layers
    with the same weight.
    """

    name: str
    layer: SummingLayer
    reads: str = ""
    followed_by: str = ""
    fan_in: float = math.nan
    fan_out: float = math.nan
    square: float = math.nan
    slope: float = math.nan
    std: float = math.nan
    because: str = ""
    places: list[int] = field(default_factory=list)
    others: list[SummingLayer] = field(default_factory=list)


class Plan:
    """The deviations of all weighted layers that a trace meets.

    A layer whose n inputs have mean square E x² has net inputs of mean square ``length`` with
    Var w = length/(n·E x²); the gradient of its net inputs, n̂ responses to an input, keeps its
    mean square through the layer and the unit that follows with Var w = 1/(n̂·E f′²).

    Args:
        trace: the model's steps.
        mode, length: as in ``weight_std``.
        default: E f² of the unit that a layer is taken to read where that cannot be told.
        start: mean and variance of the model's inputs.
    """

    def __init__(
        self,
        trace: Trace,
        mode: Mode,
        length: float,
        default: tuple[str, float] | None = None,
        start: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        self.length, self.mode, self.default, self._input = length, mode, default, start
        self._wanted: dict[int, Wanted] = {}
        self.propagation = TraceLaws(trace, self._layer, self._start)
        self.propagation.run()
        self._readers = trace.readers()
        self._steps = trace.steps
        for wanted in self._wanted.values():
            self._follow(wanted)
            self._decide(wanted)

    @property
    def layers(self) -> list[Wanted]:
        """In the order in which they are called."""
        return list(self._wanted.values())

    def _note(self, place: int, step: TraceStep) -> Wanted:
        layer = step.operation
        wanted = self._wanted.setdefault(weight_identity(layer), Wanted(step.name, layer))
        wanted.places.append(place)
        if all(layer is not known for known in (wanted.layer, *wanted.others)):
            wanted.others.append(layer)
        return wanted

    def _layer(self, place: int, step: TraceStep, laws: Sequence[Law]) -> Law:
        wanted = self._note(place, step)
        if len(wanted.places) == 1:
            wanted.reads = ", ".join(law.name or "the input" for law in laws)
            # A bilinear layer sums over products.
            wanted.square = math.prod(law.square for law in laws)
        return gaussian_law(("layer", place), 0.0, self.length, step.name or "the layer")

    def _start(self, place: int, step: TraceStep) -> Law | None:
        if step.operation == INPUT:
            return gaussian_law(("input", place), *self._input, "the input")
        if not isinstance(step.operation, SummingLayer):
            return None
        wanted = self._note(place, step)
        found = self.propagation.because
        unknown = next((found[k] for k in step.inputs if found[k]), "its input")
        wanted.because = f"cannot tell what {unknown} gives"
        if len(wanted.places) == 1 and self.default is not None:
            wanted.reads, wanted.square = self.default
        if self.default is None and self.mode is not Mode.FAN_OUT:
            return None
        return gaussian_law(("layer", place), 0.0, self.length, step.name or "the layer")

    # --- what follows ------------------------------------------------------------------------

    def _follow(self, wanted: Wanted) -> None:
        place = wanted.places[0]
        found = list(self._fronts(place))
        names = dict.fromkeys(name for name, _, _ in found)
        wanted.followed_by = ", ".join(names) or "the output"
        # Different parts of the layer's units each have their own; one part has one reader.
        by_part: dict[Hashable, list[float]] = {}
        for _, part, slope in found:
            by_part.setdefault(part, []).append(slope)
        if any(len(slopes) > 1 for slopes in by_part.values()):
            return
        slopes = [slope for each in by_part.values() for slope in each] or [1.0]
        wanted.slope = sum(slopes) / len(slopes)

    def _fronts(self, place: int) -> Iterator[tuple[str, Hashable, float]]:
        """Where functions of the layer's net inputs are read by something else."""
        for k, law in enumerate(self.propagation.laws):
            if k < place or law is None or law.source is None:
                continue
            key = law.source.key
            if origin(key) != ("layer", place):
                continue
            for reader in self._readers[k]:
                after = self.propagation.laws[reader]
                same = after is not None and after.source is not None
                if same and origin(after.source.key) == ("layer", place):  # type: ignore[union-attr]
                    continue
                name, factor = self._read_by(reader, k, law)
                yield name, key, factor
            if not self._readers[k] and law.function is not None:
                yield law.name, key, law.slope_second

    def _read_by(self, reader: int, k: int, law: Law) -> tuple[str, float]:
        step = self._steps[reader]
        name = law.name if law.function is not None else ""
        if isinstance(step.operation, SummingLayer | PartlySumming):
            return name or step.name, law.slope_second
        if step.function in PRODUCTS:
            others = [self.propagation.laws[j] for j in step.inputs if j != k]
            square = others[0].square if others and others[0] is not None else math.nan
            return f"{name or 'z'} · gate", law.slope_second * square
        if step.function in ("GLU", "glu"):
            gate = sums(torch.sigmoid, law.mean, law.variance)
            # Of both halves: E σ², and E a²·E σ′².
            return "glu", (gate[0] ** 2 + gate[1] + law.square * gate[2]) / 2
        known = self.propagation.laws[reader] is not None
        return name or step.name, law.slope_second if known else math.nan

    def _decide(self, wanted: Wanted) -> None:
        layer = wanted.layer
        if is_lazy(layer.weight):
            fans(layer)
        if not layer.weight.numel():
            wanted.because = "no entries"
            return
        if isinstance(layer, nn.Bilinear):
            wanted.fan_in = float(layer.in1_features * layer.in2_features)
        else:
            wanted.fan_in, wanted.fan_out = fans(layer)
        reads = wanted.fan_in * wanted.square
        # Of √|x| the slope has an infinite mean square.
        forward = self.length / reads if 0 < reads < math.inf else math.nan
        sent = wanted.fan_out * wanted.slope
        backward = 1 / sent if 0 < sent < math.inf else math.nan
        variance = {
            Mode.FAN_IN: forward,
            Mode.FAN_OUT: backward,
            Mode.COMPROMISE: 2 / (1 / forward + 1 / backward),
            Mode.GEOMETRIC: math.sqrt(forward) * math.sqrt(backward),
        }[self.mode]
        if 0 < variance < math.inf:
            wanted.std = math.sqrt(variance)
        elif not wanted.because:
            unknown = math.isnan(wanted.slope) and self.mode is not Mode.FAN_IN
            ways = "cannot tell its gradient, which comes by several ways or an unknown one"
            wanted.because = (
                ways
                if unknown
                else "what it reads, or its slope, has mean square 0 or an infinite one"
            )
