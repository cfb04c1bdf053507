"""SIREN's frequency: what the first layer spans, and what dividing the weights by it does."""

from __future__ import annotations

from sympy import Expr, Rational, diff, exp, integrate, pi, simplify, sqrt

from ...notation import n, omega, w, x
from ...number import Number, evaluated, exact
from .._claim import Finding, Kind, holds_if
from .._evidence.rows import SECOND_HAND
from ._row import BOUND, siren_row, uniform_variance

#: First-layer frequency, and the number of coordinates of an image.
OMEGA_0, COORDINATES = 30, 2


def periods(coordinates: int, frequency: Number) -> Expr:
    """How many periods a first-layer sine makes along an axis, on average: ω₀·E|w|·2/(2π).

    Raises:
        ValueError: for fewer than one coordinate.
    """
    if coordinates < 1:
        raise ValueError(f"coordinates must be at least 1, got {coordinates}")
    end = Rational(1, coordinates)
    mean = 2 * integrate(x, (x, 0, end)) / (2 * end)
    return exact(frequency) * mean * 2 / (2 * pi)


def _several(frequency: Number) -> Finding:
    found = {count: evaluated(periods(count, frequency), 3) for count in (1, COORDINATES, 3)}
    listed = ", ".join(f"{value} with {count}" for count, value in found.items())
    return holds_if(
        bool(found[1] >= 2),
        f"on average over the weights uniform on ±1/n_in, along an axis of [−1, 1]: {listed} "
        "coordinates",
    )


def _unchanged() -> Finding:
    # ω₀·V·x with V uniform on ±√(6/(ω₀²n)) is W·x with W uniform on ±√(6/n).
    bound = sqrt(BOUND / n)
    gap = omega**2 * uniform_variance(bound / omega) - uniform_variance(bound)
    return holds_if(simplify(gap) == 0, "ω₀·V is uniform on ±√(6/n): the same law as W")


def _multiplied() -> Finding:
    # L depends on V by W = ω₀V alone.
    factor = simplify(diff(exp(omega * w), w) / exp(omega * w))
    return holds_if(factor == omega, f"∂L/∂V = (∂L/∂W)·{factor}")


CLAIMS = (
    siren_row(
        "6.a",
        "A first layer with ω₀ = 30 makes the sine span several periods over [−1, 1].",
        r"\omega_0 = 30",
        "Section 3.2",
        lambda: _several(OMEGA_0),
        f"at least 2 on average, one coordinate, weights uniform on ±1/n_in as in the code; "
        f"{SECOND_HAND}",
        Kind.COMPUTED,
    ),
    siren_row(
        "9.a",
        "Weights uniform on ±√(6/n)/ω₀ and a sine of ω₀ times the net input leave the distribution "
        "of the activations unchanged.",
        r"\omega_0 V = W",
        "supplement, Section 1.5",
        _unchanged,
        f"hidden layers without biases; {SECOND_HAND}",
    ),
    siren_row(
        "9.b",
        "They multiply the gradient by the weights by ω₀.",
        r"\partial L/\partial V = \omega_0\,\partial L/\partial W",
        "supplement, Section 1.5",
        _multiplied,
        f"any differentiable loss; {SECOND_HAND}",
    ),
)
