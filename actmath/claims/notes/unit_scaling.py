"""The scales of the unit-scaling library, fitted to experiments, beside the exact ones.

The library multiplies an operation by a constant so that its output and its gradients have scale 1
for standard Gaussian inputs and gradients. For the constants it has a formula with the mult m,
I(w; a, b) = a^(1−w)·b^w between a limit for small m and one for large m.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import pi, sqrt
from typing import Any

from sympy import Rational, S
from sympy import sqrt as root

from ...derive._gated.gated_moments import gated_formulas
from ...notation import mu, mu_z, nu, nu_z, rho
from ...numeric._depth.softmax import softmax_moments
from ...numeric._gaussian.evaluate import gaussian
from ...numeric._gaussian.gated import gated_gaussian
from .._claim import Finding, Kind, Verdict, holds_if
from .._evidence.rows import Rows

#: Of ReLU the output's 1/deviation.
_RELU = sqrt(2 / (1 - 1 / pi))
_INDEPENDENT = {mu: S.Zero, nu: S.One, mu_z: S.Zero, nu_z: S.One, rho: S.Zero}
# Entries for which the formula for softmax is looked at.
_ENTRIES = (10, 100, 1000, 10_000, 100_000)


@dataclass(frozen=True)
class LibraryScale:
    """A scale of the library beside the one that makes the root mean square, or deviation, 1."""

    operation: str
    of: str
    printed: float
    exact: float

    @property
    def left(self) -> float:
        """What the library's scale makes of it in place of 1."""
        return self.printed / self.exact


def interpolated_scale(weight: float, small: float, large: float) -> float:
    """I(w; a, b) = a^(1−w)·b^w, the library's logarithmic interpolation."""
    return float(small ** (1 - weight) * large**weight)


def library_scales(mult: float = 1.0, entries: int = 1024) -> tuple[LibraryScale, ...]:
    """All of the library's formulas for gelu, silu, silu_glu and softmax, beside the exact scales.

    Args:
        mult: the m that multiplies the argument, positive and up to 25.
        entries: of the softmax.

    Raises:
        ValueError: for numbers beyond these.

    >>> worst = max(library_scales(), key=lambda scale: abs(scale.left - 1))
    >>> worst.operation, round(worst.left, 2)
    ('softmax', 0.82)
    """
    if not mult > 0:
        raise ValueError(f"mult must be positive, got {mult}")
    rows = (*_of_one_argument(mult), *_of_products(mult), *_of_softmax(mult, entries))
    return tuple(
        LibraryScale(operation, of, printed, float(square) ** -0.5)
        for operation, of, printed, square in rows
    )


#: Operation, what of it, the library's scale, and the exact mean square or variance.
_Row = tuple[str, str, float, Any]


def _of_one_argument(m: float) -> Iterator[_Row]:
    """gelu(m·x)/m and x·σ(m·x): the output's variance, the gradient's mean square."""
    weights = {"gelu": (0.25, 0.25), "silu": (0.25, 1.0)}
    for name, (output, slope) in weights.items():
        at = gaussian(name, 0.0, m**2)
        scale = interpolated_scale(1 / (1 + output / m**2), 2, _RELU)
        yield name, "output", scale, at.variance / m**2
        scale = interpolated_scale(1 / (1 + slope / m**2), 2, sqrt(2))
        yield name, "gradient", scale, at.derivative_second


def _of_products(m: float) -> Iterator[_Row]:
    """z·x·σ(m·x), with one scale for all three."""
    scale = interpolated_scale(1 / (1 + 1 / m**2), 2, sqrt(2))
    at = gated_gaussian("swiglu", 0.0, m**2)
    yield "silu_glu", "output", scale, at.second / m**2
    yield "silu_glu", "gradient by the value", scale, at.by_z_second / m**2
    yield "silu_glu", "gradient by the gate", scale, at.by_x_second


def _of_softmax(m: float, n: int) -> Iterator[_Row]:
    """The softmax of n logits m·x: mean squares of both."""
    weight, at = 1 / (1 + 4 / m**2), softmax_moments(n, m)
    yield "softmax", "output", interpolated_scale(weight, n, sqrt(n)), at.second
    scale = interpolated_scale(weight, n / m, sqrt(n / m))
    yield "softmax", "gradient", scale, m**2 * at.gradient_second


def glu_limits(small: object, large: object) -> Finding:
    """Do those scales make output and gradients 1, for z·x/2 and for z·relu(x)?"""
    found = []
    for name, factor, printed in (("bilinear", Rational(1, 2), small), ("reglu", S.One, large)):
        at = gated_formulas(name).at(_INDEPENDENT)
        squares = (at.second, at.by_x_second, at.by_z_second)
        found += [root(factor**2 * square) * printed for square in squares]
    evidence = f"output, gradient by gate and by value: {found[:3]} and {found[3:]} of 1"
    return holds_if(all(value == 1 for value in found), evidence)


def glu_scale(printed: float) -> Finding:
    """Does one scale make silu_glu's output and both gradients 1 at mult 1, to three digits?"""
    three = [scale for scale in library_scales(1.0, 2) if scale.operation == "silu_glu"]
    left = {scale.of: printed / scale.exact for scale in three}
    evidence = ", ".join(f"{of} {value:.5f}" for of, value in left.items())
    if all(abs(value - 1) < 5e-4 for value in left.values()):
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.CORRECTED,
        f"{evidence}, in place of 1",
        "no one scale does for all: " + ", ".join(f"{s.of} {s.exact:.6f}" for s in three),
    )


def softmax_limits(flat: float, one_hot: float) -> Finding:
    """Is the output's root mean square n^−flat for small logits and n^−one_hot for large ones?"""
    n = 100
    small, large = softmax_moments(n, 0.0).second, 1 / n
    # As m grows Σp² goes to 1, so that E p² goes to 1/n; at 25 it is on its way.
    near = softmax_moments(n, 25.0).second
    left = [n**flat * sqrt(small), n**one_hot * sqrt(large)]
    evidence = f"{left[0]:.6f} and {left[1]:.6f} of 1 at n = {n}; Σp² is {n * near:.4f} at mult 25"
    return holds_if(max(abs(value - 1) for value in left) < 1e-12, evidence)


def softmax_power(scale: Callable[[int], float]) -> Finding:
    """Does that scale of n entries make the output's root mean square 1 at mult 1?"""
    left = {n: scale(n) * sqrt(softmax_moments(n, 1.0).second) for n in _ENTRIES}
    evidence = ", ".join(f"{value:.3f} of n = {n}" for n, value in left.items())
    if all(abs(value - 1) < 0.05 for value in left.values()):
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.CORRECTED,
        f"in place of 1 it is {evidence}",
        "for large n the scale is n·e^(−m²/2): n itself, and no lower power, at every mult",
    )


_row = Rows("C-UNI", "blake2023", Kind.COMPUTED)
_LIBRARY = "library unit-scaling at a7b5b3c, functional.py"

CLAIMS = (
    _row(
        "3.a",
        "One scale makes silu_glu's output and both gradients 1: 2 for small mult, √2 for large.",
        r"2 \to \sqrt2",
        _LIBRARY,
        lambda: glu_limits(S(2), root(2)),
        "independent standard normal arguments and gradients, mult → 0 and mult → ∞",
        Kind.DERIVED,
    ),
    _row(
        "3.b",
        "At mult 1 the one scale of silu_glu is the geometric mean of 2 and √2, 2^(3/4).",
        r"2^{3/4} = 1.6818",
        _LIBRARY,
        lambda: glu_scale(interpolated_scale(0.5, 2, sqrt(2))),
        "independent standard normal arguments and gradients, mult 1; to three digits",
    ),
    _row(
        "4.a",
        "Softmax's output scale goes from n, for small mult, to √n, for large.",
        r"n \to n^{1/2}",
        _LIBRARY,
        lambda: softmax_limits(1.0, 0.5),
        "scale: one over the root mean square; n independent standard normal logits",
    ),
    _row(
        "4.b",
        "At mult 1 softmax over n entries has the output scale n^0.9.",
        r"I(1/5; n, n^{1/2}) = n^{9/10}",
        _LIBRARY,
        lambda: softmax_power(lambda n: interpolated_scale(0.2, n, sqrt(n))),
        "n from 10 to 100,000 independent standard normal logits; within 5 %",
    ),
)
