"""The best slopes, certified; and digits that are off by one are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mpmath import mp

from actmath.derive._saturation.hard_slopes import Norm
from actmath.numeric._geometry.hard_slopes import best_slope

flint = pytest.importorskip("flint")

from actmath.prove._hard_slopes import (  # noqa: E402
    _EQUATIONS,
    _cover,
    _Equation,
    certify_best_slope,
)

#: The best slope for the mean square of the derivative.
SLOPE_L2 = "0.19939984516658"

CASES = [(norm, 1) for norm in Norm] + [(Norm.GAUSS, 4), (Norm.SLOPE_GAUSS, 4)]


@pytest.mark.parametrize(("norm", "variance"), CASES)
def test_the_computed_digits_are_certified(norm: Norm, variance: int) -> None:
    digits = str(best_slope(norm, "sigmoid", variance, digits=13).slope)
    found = certify_best_slope(norm, digits, variance)
    assert found.intervals > 0
    assert found.searched[1] == 12.0


@pytest.mark.parametrize(("norm", "variance"), CASES)
@pytest.mark.parametrize("off", [-3e-11, 3e-11])
def test_wrong_digits_are_refused(norm: Norm, variance: int, off: float) -> None:
    wrong = f"{float(best_slope(norm, 'sigmoid', variance, digits=15).slope) + off:.11f}"
    with pytest.raises(ArithmeticError, match="not within one unit"):
        certify_best_slope(norm, wrong, variance)


@pytest.mark.parametrize(("norm", "variance"), CASES)
def test_slopes_are_quotients_of_differences(norm: Norm, variance: int) -> None:
    equation, step = _EQUATIONS[norm](variance), 2.0**-16
    for at in (2.5, 4.0):
        ahead, behind = (equation.value(flint.arb(at + side * step)) for side in (1, -1))
        quotient = float((ahead - behind).mid()) / (2 * step)
        assert float(equation.slope(flint.arb(at)).mid()) == pytest.approx(quotient, abs=1e-9)


@pytest.mark.parametrize("stop", [11.0, 12.0])
def test_a_second_root_at_the_end_of_the_range_is_not_passed_over(stop: float) -> None:
    """3 − T + e^{4(T − 11.4)} falls through 0 at 3, and rises through it between 11.9 and 12."""
    equation = _Equation(
        lambda t: 3 - t + (4 * (t - 11.4)).exp(), lambda t: 4 * (4 * (t - 11.4)).exp() - 1
    )
    if stop == 11.0:
        assert _cover(equation, 0.5, stop, 3.0, 1) > 0
    else:
        with pytest.raises(ArithmeticError, match="undecided on 11"):
            _cover(equation, 0.5, stop, 3.0, 1)


def logistic(t: Any) -> Any:
    return 1 / (1 + mp.exp(-t))


def first(t: Any) -> Any:
    return logistic(t) * logistic(-t)


def typed_by_hand(norm: Norm, variance: int) -> Callable[[Any], Any]:
    """F from the definition of each distance, by quadrature and difference quotients."""

    def density(z: Any) -> Any:
        return mp.npdf(z, 0, mp.sqrt(variance))

    def moment(t: Any, weight: Callable[[Any], Any]) -> Any:
        return mp.quad(lambda z: (logistic(z) - 0.5 - z / (2 * t)) * z * weight(z), [0, t])

    def along(t: Any) -> Any:
        """∂/∂T ∫₀ᵀ (s² − 2sg′)φ dz, s = 1/(2T), by Leibniz: at the end, and inside."""
        s = 1 / (2 * t)
        inside = mp.quad(lambda z: (2 * s - 2 * first(z)) * density(z), [0, t])
        return (s * s - 2 * s * first(t)) * density(t) - inside / (2 * t * t)

    def gap(t: Any) -> Any:
        """The largest gap inside less the one at the corner: at g(z)·g(−z) = 1/(2T)."""
        inner = mp.acosh(t - 1) if t > 2 else mp.mpf(0)
        return logistic(inner) - 0.5 - inner / (2 * t) - logistic(-t)

    found: dict[Norm, Callable[[Any], Any]] = {
        Norm.SUP: gap,
        Norm.L2: lambda t: moment(t, lambda z: 1),
        Norm.GAUSS: lambda t: moment(t, density),
        Norm.SLOPE_SUP: lambda t: 1 / t - mp.mpf(1) / 4 - first(t),
        Norm.SLOPE_L2: lambda t: 0.5 - mp.tanh(t / 2) + 2 * t * first(t),
        Norm.SLOPE_GAUSS: lambda t: -(t**2) * along(t),
    }
    return found[norm]


@pytest.mark.parametrize(("norm", "variance"), CASES)
@pytest.mark.parametrize("at", [2.25, 3.5, 7.0])
def test_each_equation_is_the_one_of_its_distance(norm: Norm, variance: int, at: float) -> None:
    equation, exact = _EQUATIONS[norm](variance), typed_by_hand(norm, variance)
    with mp.workdps(20):
        value, slope = exact(mp.mpf(at)), mp.diff(exact, at)
    assert float(equation.value(flint.arb(at)).mid()) == pytest.approx(float(value), abs=1e-14)
    assert float(equation.slope(flint.arb(at)).mid()) == pytest.approx(float(slope), abs=1e-9)


@pytest.mark.parametrize(
    ("digits", "right"),
    [
        *(("0.2", True), ("0.3", False)),
        *(("0.199", True), ("0.200", True), ("0.198", False), ("0.201", False)),
        *(("0.1993", True), ("0.1994", True), ("0.1992", False), ("0.1995", False)),
    ],
)
def test_digits_are_right_within_one_unit_of_the_last(digits: str, right: bool) -> None:
    """The best slope for the mean square of the derivative is 0.19939984516658."""
    if right:
        assert certify_best_slope(Norm.SLOPE_L2, digits).slope == digits
    else:
        with pytest.raises(
            ArithmeticError, match=f"{digits} is not within .* root in the norm slope L2"
        ):
            certify_best_slope(Norm.SLOPE_L2, digits)


def test_what_is_certified_is_said() -> None:
    found = certify_best_slope("slope L2", SLOPE_L2, searched=(1.0, 9.0))
    assert (found.norm, found.variance, found.slope) == (Norm.SLOPE_L2, 1, SLOPE_L2)
    assert found.searched == (1.0, 9.0)
    digits = str(best_slope(Norm.GAUSS, "sigmoid", 4, digits=13).slope)
    weighted = certify_best_slope("gauss", digits, 4, (1.0, 5.0))
    assert (weighted.norm, weighted.variance, weighted.searched) == (Norm.GAUSS, 4, (1.0, 5.0))
    with pytest.raises(ValueError, match="norm"):
        certify_best_slope("L3", SLOPE_L2)


@pytest.mark.parametrize(("asked", "start"), [(0.5, 2.0), (2.0, 2.0), (2.5, 2.5)])
def test_in_the_sup_norm_the_range_begins_at_the_tangent(asked: float, start: float) -> None:
    digits = str(best_slope(Norm.SUP, "sigmoid", digits=13).slope)
    assert certify_best_slope(Norm.SUP, digits, searched=(asked, 12.0)).searched == (start, 12.0)


@pytest.mark.parametrize(
    "searched", [(0.5, 2.0), (3.0, 12.0), (12.0, 0.5), (2.4, 2.50752), (2.50753, 3.0)]
)
def test_a_range_without_the_root_has_no_best_slope(searched: tuple[float, float]) -> None:
    """It is at T = 1/(2·0.19939984516658) = 2.507524…."""
    with pytest.raises(ArithmeticError, match=f"is not the slope of a T between {searched[0]} and"):
        certify_best_slope(Norm.SLOPE_L2, SLOPE_L2, searched=searched)
    assert certify_best_slope(Norm.SLOPE_L2, SLOPE_L2, searched=(2.50752, 2.50753)).intervals == 1


@pytest.mark.parametrize("early", [1, -1])
@pytest.mark.parametrize("second", [1.25, 5.5, 9.75])
def test_of_two_roots_neither_is_the_only_one(early: int, second: float) -> None:
    """A line has one, at 3; a parabola two, of which the second is found if it is in the range."""
    line = _Equation(lambda t: early * (3 - t), lambda t: flint.arb(-early))
    assert _cover(line, 0.5, 12.0, 3.0, early) == 1
    with pytest.raises(ArithmeticError, match="undecided"):
        _cover(line, 0.5, 12.0, 3.0, -early)
    sign = early if second > 3 else -early
    parabola = _Equation(
        lambda t: sign * (t - 3) * (t - second), lambda t: sign * (2 * t - 3 - second)
    )
    with pytest.raises(ArithmeticError, match="undecided"):
        _cover(parabola, 0.5, 12.0, 3.0, early)
    nearer = (0.5, (3 + second) / 2 - 0.5) if second > 3 else ((3 + second) / 2 + 0.5, 12.0)
    assert _cover(parabola, *nearer, 3.0, early) > 0
