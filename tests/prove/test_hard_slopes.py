"""The best slopes, certified; and digits that are off by one are refused."""

from __future__ import annotations

import pytest

from actmath.derive._saturation.hard_slopes import Norm
from actmath.numeric._geometry.hard_slopes import best_slope

flint = pytest.importorskip("flint")

from actmath.prove._hard_slopes import _EQUATIONS, certify_best_slope  # noqa: E402

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
