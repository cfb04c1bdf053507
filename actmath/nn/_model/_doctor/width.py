"""By how much finite width and a finite batch may move a mean square."""

from __future__ import annotations

import math
from collections.abc import Sequence

from torch import Tensor

from ..laws import Law, sums
from ..propagation import PRODUCTS, TraceLaws, origin
from .measured import MeasuredTensor

#: A step of the logarithm of q, by which the slope of E f² is taken.
_STEP = 0.05
#: Independent relative deviations, each by the step that it comes from.
_Deviations = dict[int, float]


class Width:
    """The relative variance of the mean square of every step's tensor.

    Given what it reads, a layer's mean square over N samples and n units has relative variance
    2/(n·r), r the effective samples. A unit f whose net input has E f² = F(q) hands on s times the
    relative deviation of q, s = d log F/d log q, and adds c/(n·r), c = Var f²/(E f²)², of its own n
    units, in place of their 2/(n·r). A sum of x and y, with shares a and b of its mean square, has
    a times the deviation of x and b times that of y, which may have the same causes, and
    4ab/(n·r) for their scalar product. In a product deviations add up. The moments are those of one
    q. If samples have mean squares of relative variance u, E f² is moved by q²F″/F·u/2, and a
    product, whose factors are long together, by u.
    """

    def __init__(self, propagation: TraceLaws, measured: dict[int, MeasuredTensor]) -> None:
        self._steps, self._laws = propagation.trace.steps, propagation.laws
        self._measured = measured
        self._by_cause: list[_Deviations] = []
        self.of: list[float] = []
        for place in range(len(self._steps)):
            found = self._deviations(place)
            self._by_cause.append(found)
            self.of.append(_variance(found))

    def _deviations(self, place: int) -> _Deviations:
        step, law = self._steps[place], self._laws[place]
        if law is None or law.roots == {("measured", place)}:
            return {}
        source = None if law.source is None else law.source.key
        if source == ("layer", place):
            return self._added(place, own=self._single(place))
        if source == ("norm", place):
            return {}
        if source == ("sum", place):
            return self._of_sum(place, law)
        if law.function is not None and law.source is not None:
            key = origin(law.source.key)
            assert isinstance(key, tuple)
            return self._of_unit(place, int(key[-1]), law)
        return self._of_product(place) if step.function in PRODUCTS else self._added(place)

    def _added(self, place: int, shares: Sequence[float] = (), own: float = 0.0) -> _Deviations:
        """Those of what a step reads, in shares, and a variance of its own."""
        found: _Deviations = {}
        read = self._steps[place].inputs
        for k, share in zip(read, shares or [1.0] * len(read), strict=True):
            for cause, deviation in self._by_cause[k].items():
                found[cause] = found.get(cause, 0.0) + share * deviation
        return {**found, place: math.sqrt(own)}

    def _read(self, place: int) -> list[Law]:
        return [law for k in self._steps[place].inputs if (law := self._laws[k]) is not None]

    def _single(self, place: int) -> float:
        found = self._measured.get(place)
        return 2 / (found.channels * found.samples) if found else 0.0

    def _of_sum(self, place: int, law: Law) -> _Deviations:
        shares = [x.square / law.square if law.square else 1.0 for x in self._read(place)]
        return self._added(place, shares, 2 * math.prod(shares) * self._single(place))

    def _of_unit(self, place: int, source: int, law: Law) -> _Deviations:
        own, found = self._single(source), self._measured.get(source)
        slope, bend, spread = _sensitivity(law)
        moved = bend * found.uneven / 2 if found else 0.0
        # What the net input has of itself is replaced by ``spread``: of a sum it is all over.
        rest = {k: part for k, part in self._by_cause[source].items() if k != source}
        before, whole = max(self.of[source] - own, 0.0), _variance(rest)
        factor = slope * math.sqrt(before / whole) if whole else 0.0
        deviations = {cause: factor * deviation for cause, deviation in rest.items()}
        return {**deviations, place: math.sqrt(own * spread / 2 + moved * moved)}

    def _of_product(self, place: int) -> _Deviations:
        """Two factors whose samples are long together."""
        seen = [self._measured.get(k) for k in self._steps[place].inputs]
        together = min((found.uneven for found in seen if found), default=0.0)
        return self._added(place, own=together * together)


def _variance(deviations: _Deviations) -> float:
    return sum(each * each for each in deviations.values())


def _sensitivity(law: Law) -> tuple[float, float, float]:
    """d log F/d log q, q²F″/F and Var f²/(E f²)² for a function of a Gaussian."""
    assert law.source is not None
    assert law.function is not None
    mean, variance, square = law.source.mean, law.source.variance, law.square
    if not (variance > 0 and square > 0):
        return 0.0, 0.0, 0.0
    # In units of its own size, of which neither the square nor the fourth power leaves the floats.
    whole, size, logs = law.function, math.sqrt(square), list[float]()

    def function(z: Tensor) -> Tensor:
        return whole(z) / size

    try:
        _, spread, _ = sums(lambda z: function(z).square(), mean, variance)
        # Of q = mean² + variance, scaled as a whole.
        for shift in (-_STEP, 0.0, _STEP):
            scale = math.exp(shift)
            first, second, _ = sums(function, mean * scale**0.5, variance * scale)
            logs.append(math.log(first**2 + second))
    except ValueError:
        return 1.0, 0.0, 2.0
    low, at, high = logs
    slope, curve = (high - low) / (2 * _STEP), (high - 2 * at + low) / _STEP**2
    # With F = e^g and q = eˣ: q²F″/F = g″ + g′² − g′.
    return slope, curve + slope**2 - slope, spread
