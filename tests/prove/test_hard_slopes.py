"""The best slopes, certified; and digits that are off by one are refused."""

from __future__ import annotations

import pytest

from actmath.derive._saturation.hard_slopes import Norm
from actmath.numeric._geometry.hard_slopes import best_slope

flint = pytest.importorskip("flint")

from actmath.prove._hard_slopes import (  # noqa: E402
    _EQUATIONS,
    _cover,
    _Equation,
    certify_best_slope,
)

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
