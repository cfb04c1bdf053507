"""What the battery compares with: Gaussian sums over the twin's own values, in mpmath alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

from mpmath import mp
from mpmath.calculus.quadrature import GaussLegendre

from .clock import unlimited
from .unit import Unit

DIGITS = 40
# Deviations; beyond them the normal density is below 1e-62, against units that grow like e^{2x}.
_REACH = 17
# Halvings of a panel, beside a root say, and the share to which two rules must agree.
_HALVINGS, _AGREED = 60, 1e-22
# Terms of Mehler's series; at correlation 1/2 the rest is below 1e-15 of the variance.
_TERMS = 50


@dataclass(frozen=True)
class Node:
    """One node z: its probability mass, and f and f′ there."""

    z: Any
    mass: Any
    value: Any
    slope: Any


@dataclass(frozen=True)
class Gaussian:
    """f(z), z ~ N(mean, variance), as a sum over nodes."""

    mean: Any
    variance: Any
    nodes: tuple[Node, ...]

    @unlimited()
    def expect(self, function: Callable[[Node], Any]) -> Any:
        """E of a function of the node."""
        with mp.workdps(DIGITS):
            return mp.fsum(node.mass * function(node) for node in self.nodes)

    @unlimited()
    def moments(self) -> dict[str, Any]:
        """E f, E f², Var f, E f′, E f′², by the names in ``Moments``."""
        with mp.workdps(DIGITS):
            mean = self.expect(lambda n: n.value)
            return {
                "mean": mean,
                "second": self.expect(lambda n: n.value**2),
                # Not E f² − (E f)², which cancels.
                "variance": self.expect(lambda n: (n.value - mean) ** 2),
                "derivative_mean": self.expect(lambda n: n.slope),
                "derivative_second": self.expect(lambda n: n.slope**2),
            }

    @unlimited()
    def gradients(self) -> dict[str, tuple[Any, Any]]:
        """∂ by mean and by variance of E f and of Var f, by the score: no f′ is needed."""
        with mp.workdps(DIGITS):
            mean = self.moments()["mean"]

            def by(function: Callable[[Node], Any]) -> tuple[Any, Any]:
                m, v = self.mean, self.variance
                return (
                    self.expect(lambda n: function(n) * (n.z - m) / v),
                    self.expect(lambda n: function(n) * ((n.z - m) ** 2 / v - 1) / (2 * v)),
                )

            return {
                "mean": by(lambda n: n.value),
                "variance": by(lambda n: (n.value - mean) ** 2),
            }

    @unlimited()
    def kernel(self, correlation: Any) -> tuple[Any, Any]:
        """E f(u)f(v) and its derivative by Cov(u, v), by Mehler's series in Hermite polynomials."""
        with mp.workdps(DIGITS):
            deviation = mp.sqrt(self.variance)
            before = [mp.zero] * len(self.nodes)
            now = [mp.one] * len(self.nodes)
            value = derivative = mp.zero
            for k in range(_TERMS):
                # h_k = E f·He_k/√k!, with the polynomials already divided by the root.
                h = mp.fsum(n.mass * n.value * p for n, p in zip(self.nodes, now, strict=True))
                value += correlation**k * h * h
                if k:
                    derivative += k * mp.mpf(correlation) ** (k - 1) * h * h / self.variance
                root, last = mp.sqrt(k + 1), mp.sqrt(k)
                after = [
                    ((n.z - self.mean) / deviation * p - last * q) / root
                    for n, p, q in zip(self.nodes, now, before, strict=True)
                ]
                before, now = now, after
            return value, derivative


@unlimited()
def gaussian_of(unit: Unit, mean: Fraction, variance: Fraction) -> Gaussian:
    """The sum for one unit; panels end at its breaks, and are halved until two rules agree."""
    with mp.workdps(DIGITS):
        m, v = (mp.mpf(number.numerator) / number.denominator for number in (mean, variance))
        deviation = mp.sqrt(v)
        width = min(deviation, mp.one)
        steps = int(mp.ceil(_REACH * deviation / width))
        ends = [m + k * width for k in range(-steps, steps + 1)]
        breaks = [at for at in unit.breaks() if ends[0] < at < ends[-1]]
        # An infinite E f′² never settles.
        slopes = "derivative_second" not in unit.infinite
        nodes: list[Node] = []
        for left, right in pairwise(sorted({*ends, *breaks})):
            nodes += _panel(unit, m, deviation, (left, right), slopes, _HALVINGS)
        return Gaussian(m, v, tuple(nodes))


def _panel(
    unit: Unit, mean: Any, deviation: Any, ends: tuple[Any, Any], slopes: bool, left: int
) -> list[Node]:
    """The nodes of 24 to a panel, or of its halves where 12 give other sums."""
    coarse, fine = (list(_nodes(unit, mean, deviation, ends, degree)) for degree in (3, 4))
    agree = all(
        abs(one - other) <= _AGREED * (1 + abs(other))
        for one, other in zip(_sums(coarse, slopes), _sums(fine, slopes), strict=True)
    )
    if agree or not left:
        return fine
    middle = (ends[0] + ends[1]) / 2
    return [
        node
        for half in ((ends[0], middle), (middle, ends[1]))
        for node in _panel(unit, mean, deviation, half, slopes, left - 1)
    ]


def _sums(nodes: list[Node], slopes: bool) -> tuple[Any, Any, Any]:
    return (
        mp.fsum(n.mass * n.value for n in nodes),
        mp.fsum(n.mass * n.value**2 for n in nodes),
        mp.fsum(n.mass * n.slope**2 for n in nodes) if slopes else mp.zero,
    )


def _nodes(
    unit: Unit, mean: Any, deviation: Any, ends: tuple[Any, Any], degree: int
) -> Iterator[Node]:
    middle, half = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2
    for node, weight in _rule(degree):
        z = middle + half * node
        mass = weight * half * mp.npdf(z, mean, deviation)
        yield Node(z, mass, unit.twin(z), unit.derivative(z))


@lru_cache(maxsize=2)
def _rule(degree: int) -> list[tuple[Any, Any]]:
    """Gauss and Legendre's nodes: 12 of degree 3, 24 of degree 4."""
    found: list[tuple[Any, Any]] = GaussLegendre(mp).calc_nodes(degree, mp.prec + 20)
    return found
