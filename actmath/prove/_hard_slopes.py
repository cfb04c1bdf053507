"""The best slope of a hard sigmoid, certified in ball arithmetic: one root, in a stated bracket.

``derive.hard_slopes`` gives an equation F(T) = 0 for T = 1/(2s). Here F and F′ are written again in
balls. The range of T is cut into intervals; on each the mean-value form F(m) + F′(I)(I − m) has one
sign, or, around the root, F′(I) has one sign, so that there is one root and no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import acb, arb

from .._text.kinds import choice_of
from ..derive._saturation.hard_slopes import Norm, slope_problem

Ball = Any
#: Intervals are cut no finer; those of the eight equations here are longer than 2⁻⁵.
SMALLEST = 2.0**-12


@dataclass(frozen=True)
class CertifiedSlope:
    """The equation of the best slope has one root on the range, within a unit of the last digit.

    Attributes:
        norm: the norm; a Gaussian weight is N(0, variance).
        variance: of the weight.
        slope: the digits that were certified.
        searched: the range of T = 1/(2s) on which there is no other root.
        intervals: how many the cover needed.
    """

    norm: Norm
    variance: int
    slope: str
    searched: tuple[float, float]
    intervals: int


@dataclass(frozen=True)
class _Equation:
    value: Callable[[Ball], Ball]
    slope: Callable[[Ball], Ball]


def certify_best_slope(
    norm: Norm | str, slope: str, variance: int = 1, searched: tuple[float, float] = (0.5, 12.0)
) -> CertifiedSlope:
    """Certify that printed digits bracket the only root on a range of T.

    Args:
        norm: which distance.
        slope: decimal digits; the root is to lie within one unit of the last of them.
        variance: of the Gaussian weight, a positive integer.
        searched: ends of T; for the sup norm the range begins at 2, the tangent's.

    Raises:
        ArithmeticError: if the digits do not bracket a root, or one beyond the range, or the cover
            does not close.

    >>> certify_best_slope("slope L2", "0.19939984516658").searched
    (0.5, 12.0)
    """
    kind = choice_of(norm, Norm, "norm")
    equation, early = _EQUATIONS[kind](variance), slope_problem(kind).sign
    # One unit of the last digit to both sides, as T = 1/(2s): F changes its sign in between.
    unit = arb(10) ** (-len(slope.partition(".")[2]))
    near, far = 1 / (2 * (arb(slope) + unit)), 1 / (2 * (arb(slope) - unit))
    if not (equation.value(near) * early > 0 and equation.value(far) * early < 0):
        raise ArithmeticError(f"{slope} is not within one unit of a root in the norm {kind}")
    # √(1 − 2/T) in the sup norm is real from T = 2 on, where the clipped line is the tangent.
    start, stop = max(searched[0], 2.0) if kind is Norm.SUP else searched[0], searched[1]
    if not (start < near and far < stop):
        raise ArithmeticError(f"{slope} is not the slope of a T between {start} and {stop}")
    root = float(near.mid())
    count = _cover(equation, start, stop, root, early)
    return CertifiedSlope(kind, variance, slope, (start, stop), count)


def _cover(equation: _Equation, start: float, stop: float, root: float, early: int) -> int:
    pending, done = [(start, stop)], 0
    while pending:
        left, right = pending.pop()
        middle = (left + right) / 2
        # Before the root F has the sign ``early``, after it the other one.
        if _decided(equation, left, right, early if middle < root else -early, root, early):
            done += 1
        elif right - left > SMALLEST:
            pending += [(left, middle), (middle, right)]
        else:
            raise ArithmeticError(f"undecided on {left} < T < {right}")
    return done


def _decided(
    equation: _Equation, left: float, right: float, sign: int, root: float, early: int
) -> bool:
    """One sign on the interval; or, near the root, strictly monotone in the right direction."""
    middle, radius = (left + right) / 2, (right - left) / 2
    trend = equation.slope(arb(middle, radius))
    # F itself cannot have one sign at its root: there F′ decides, and the neighbours with it.
    if left - 2 * radius < root < right + 2 * radius:
        return bool(trend * early < 0)
    # F(m) + F′(I)(I − m)
    return bool((equation.value(arb(middle)) + trend * arb(0, radius)) * sign > 0)


def _sigmoid(t: Ball) -> Ball:
    return 1 / (1 + (-t).exp())


def _first(t: Ball) -> Ball:
    """g′ = 1/(4cosh²(t/2))."""
    return 1 / (4 * (t / 2).cosh() ** 2)


def _second(t: Ball) -> Ball:
    """g″ = −g′ tanh(t/2)."""
    # From g′ = g(1 − g): g″ = g′(1 − 2g), and 1 − 2g = −tanh(t/2).
    return -_first(t) * (t / 2).tanh()


def _sup(variance: int) -> _Equation:
    # The gap inside is largest where g′ = s, that is g = (1 + r)/2 with r = √(1 − 2/T).
    def root(t: Ball) -> Ball:
        return (1 - 2 / t).nonnegative_part().sqrt()

    return _Equation(
        # x = 2 atanh r there: the gap r/2 − atanh(r)/T equals the one at the corner, σ(−T).
        lambda t: root(t) / 2 - root(t).atanh() / t - _sigmoid(-t),
        # The part of F′ through r is ½ − 1/(T(1 − r²)) = 0, since the gap is stationary there.
        lambda t: root(t).atanh() / t**2 + _first(t),
    )


def _l2(variance: int) -> _Equation:
    def value(t: Ball) -> Ball:
        # F = ∫₀ᵀ (g − ½ − z/(2T)) z dz, with d Li₂(−e⁻ᶻ)/dz = log(1 + e⁻ᶻ) and Li₂(−1) = −π²/12.
        tail = (-t).exp()
        dilogarithm = acb(-tail).polylog(2).real
        return t**2 / 12 + t * (1 + tail).log() - arb.pi() ** 2 / 12 - dilogarithm

    # Leibniz: (g(T) − 1)·T at the end, and ∫₀ᵀ z²/(2T²) dz = T/6 from inside.
    return _Equation(value, lambda t: t * (arb(1) / 6 - _sigmoid(-t)))


def _slope_sup(variance: int) -> _Equation:
    # s − g′(T) = ¼ − s: the gap of the slopes at the corner equals the one at 0, s = 1/(2T).
    return _Equation(lambda t: 1 / t - arb(1) / 4 - _first(t), lambda t: -1 / t**2 - _second(t))


def _slope_l2(variance: int) -> _Equation:
    # −T² times the derivative of ∫(g′ − h′)² = const + (½ − tanh(T/2))/T; F′ = 2T·g″.
    return _Equation(
        lambda t: arb(1) / 2 - (t / 2).tanh() + 2 * t * _first(t), lambda t: 2 * t * _second(t)
    )


def _gauss(variance: int) -> _Equation:
    density, mass = _weight(variance)

    def value(t: Ball) -> Ball:
        # ∂/∂s ∫₀ᵀ (g − ½ − sz)² φ dz = 0 with s = 1/(2T); φ is the weight's density.
        def gap(z: Any, _: bool) -> Any:
            return (_sigmoid(z) - acb(0.5) - z / acb(2 * t)) * z * density(z)

        return acb.integral(gap, acb(0), acb(t)).real

    def slope(t: Ball) -> Ball:
        # ∫₀ᵗ z²φ dz by parts, from φ′ = −zφ/v.
        second = variance * (mass(t) - t * density(t))
        return -_sigmoid(-t) * t * density(t) + second / (2 * t**2)

    return _Equation(value, slope)


def _slope_gauss(variance: int) -> _Equation:
    density, mass = _weight(variance)

    def value(t: Ball) -> Ball:
        # −T² times the derivative by T of ∫₀ᵀ (s² − 2sg′)φ dz, where s = 1/(2T).
        inner = acb.integral(lambda z, _: _first(z) * density(z), acb(0), acb(t)).real
        return mass(t) / (2 * t) - inner + (t * _first(t) - arb(1) / 4) * density(t)

    def slope(t: Ball) -> Ball:
        # (Tg′ − ¼)φ is differentiated by φ′ = −Tφ/v; its term g′φ cancels that of the integral.
        edge = (t * _first(t) - arb(1) / 4) * (-t / variance) + t * _second(t)
        return -mass(t) / (2 * t**2) + (1 / (2 * t) + edge) * density(t)

    return _Equation(value, slope)


def _weight(variance: int) -> tuple[Callable[[Any], Any], Callable[[Ball], Ball]]:
    """The density of N(0, variance), and its mass between 0 and t."""
    scale = (2 * arb.pi() * variance).sqrt()

    def density(z: Any) -> Any:
        return (-z * z / (2 * variance)).exp() / scale

    def mass(t: Ball) -> Ball:
        return (t / (2 * arb(variance)).sqrt()).erf() / 2

    return density, mass


_EQUATIONS = {
    Norm.SUP: _sup,
    Norm.L2: _l2,
    Norm.GAUSS: _gauss,
    Norm.SLOPE_SUP: _slope_sup,
    Norm.SLOPE_L2: _slope_l2,
    Norm.SLOPE_GAUSS: _slope_gauss,
}
