"""A unit as a user writes it, beside a twin that was typed by hand for mpmath alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mpmath import mp
from sympy import Expr

from actmath import Activation, Parameter

Twin = Callable[[Any], Any]
#: What a unit may refuse whose derivative vanishes everywhere: no gain keeps gradients.
FLAT = frozenset({"gains"})
#: And one with breaks that cannot be listed, in whose pieces nothing is computed: all but to be
#: declared.
UNLISTED = frozenset(
    {"lowering", "module", "sheet", "moments", "arrays", "tensors", "dual kernel", "gains"}
)
#: A kink: a number, or what computes it at the working precision.
Point = int | Fraction | Callable[[], Any]


@dataclass(frozen=True, eq=False)
class Unit:
    """One function, in the ways in which people spell it.

    Args:
        name: an identifier.
        twin: f of an mpf, by hand, at the parameters' defaults; the working precision is mp's.
        spellings: texts for ``parse_formula``, or SymPy expressions in ``notation.x``.
        slope: f′ by hand; where it is None, by difference quotients of the twin.
        kinks: where f′ is not continuous, or f is not analytic; panels of integrals end there.
        jumps: those of the kinks where f itself jumps. There f′ means the part beside the jump.
        infinite: from which variance on a moment is infinite, by the moment's name.
        parameters: as ``Activation`` takes them.
        may_refuse: the parts of the battery that a sentence may answer, since nothing can be had.
    """

    name: str
    twin: Twin
    spellings: tuple[str | Expr, ...]
    slope: Twin | None = None
    kinks: tuple[Point, ...] = ()
    jumps: tuple[Point, ...] = ()
    infinite: Mapping[str, Fraction] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    may_refuse: frozenset[str] = frozenset()

    def declared(self, spelling: int = 0) -> Activation:
        """The activation that one of the spellings declares."""
        return Activation(self.name, self.spellings[spelling], self.parameters)

    def breaks(self) -> list[Any]:
        """The kinks and jumps in increasing order, at the working precision."""
        return sorted({_number(point) for point in (*self.kinks, *self.jumps)})

    def jump_points(self) -> list[Any]:
        """The jumps in increasing order, at the working precision."""
        return sorted(_number(point) for point in self.jumps)

    def value(self, at: Any) -> Any:
        """f at a float or an mpf, right to the working precision."""
        with mp.workdps(_enough(at)):
            found = mp.mpf(self.twin(mp.mpf(at)))
        return +found

    def derivative(self, at: Any, side: int = 0) -> Any:
        """f′: at a kink of the ``side`` (−1 or 1), elsewhere of both."""
        with mp.workdps(_enough(at)):
            point = mp.mpf(at)
            if self.slope is not None and not side:
                return mp.mpf(self.slope(point))
            digits = mp.dps
            with mp.workdps(2 * digits + 10):
                # A central quotient errs by h²·f‴/6, a one-sided one by h·f″/2.
                step = mp.mpf(10) ** -digits * (abs(point) or 1)
                ahead = point + step * (side or 1)
                behind = point + step * (2 * side or -1)
                slope = (self.twin(ahead) - self.twin(behind)) / (ahead - behind)
                # At 0 nothing says how large f is: what the quotient errs by is no slope.
                return slope if point or abs(slope) > 100 * step else mp.zero


def _number(point: Point) -> Any:
    if callable(point):
        return mp.mpf(point())
    return mp.mpf(point.numerator) / point.denominator


def _enough(at: Any) -> int:
    """More digits for √(x² + 1) − x, which loses two for each of x's zeros, and for 1 − tanh x."""
    size = abs(mp.mpf(at))
    lost = abs(int(mp.log10(size))) if size and mp.isfinite(size) else 0
    # e^{−3x} is 10^{−1.3x}; what is below 10^−700 is 0 to every float.
    tail = int(min(1.5 * size, 700)) if size < 10**4 else 0
    return int(mp.dps) + 20 + 3 * lost + tail
