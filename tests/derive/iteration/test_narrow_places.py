"""Units that do all that they do within a narrow place far from 0: it is found."""

from __future__ import annotations

import math
import random

import pytest

from actmath import Activation
from actmath.derive import Stability, fixed_points, lipschitz

DRAW = random.Random(16)
#: Steepness and place.
NARROW = [(10**3, 7.3), (10**2, 50.0), (10**6, 0.1)]
NARROW += [(round(10 ** DRAW.uniform(1, 5)), round(DRAW.uniform(-60, 60), 3)) for _ in range(2)]


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "place"), NARROW)
def test_a_steep_step_is_no_contraction(rate: int, place: float) -> None:
    found = lipschitz(Activation("step", f"x/3 + tanh({rate}*(x - {place}))"))
    assert float(found.constant) == pytest.approx(rate + 1 / 3, rel=1e-12)
    assert not found.contraction


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "place"), NARROW)
def test_a_narrow_bump_has_its_slopes(rate: int, place: float) -> None:
    """e^{−r²t²} is steepest at t = 1/(r√2), by r·√(2/e)."""
    found = lipschitz(Activation("bump", f"x/2 + exp(-{rate}**2*(x - {place})**2)"))
    assert float(found.constant) == pytest.approx(1 / 2 + rate * math.sqrt(2 / math.e), rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [20, 1000])
def test_a_bump_of_something_else_is_found_too(rate: int) -> None:
    """tanh(r(eˣ − 5)) where eˣ = 5."""
    found = lipschitz(Activation("grown", f"tanh({rate}*(exp(x) - 5))"))
    assert float(found.constant) == pytest.approx(5 * rate, rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("power", [60, 300])
def test_a_number_that_is_no_fraction_makes_narrow_too(power: int) -> None:
    """e^{−at²} is steepest by √(2a/e)."""
    found = lipschitz(Activation("bump", f"exp(-exp({power})*(x - 3)**2)"))
    assert float(found.constant) == pytest.approx(math.sqrt(2 / math.e) * math.exp(power / 2))


def test_a_bump_that_passes_the_diagonal_does_so_twice() -> None:
    """51·e^{−100(x − 50)²} = x at 50 ± √(log(51/x))/10, and near 0."""
    found = fixed_points(Activation("bump", "51*exp(-100*(x - 50)**2)")).isolated
    assert [p.stability for p in found] == [Stability.ATTRACTING, *[Stability.REPELLING] * 2]
    half = math.sqrt(math.log(51 / 50)) / 10
    assert [float(p.x) for p in found] == pytest.approx([0, 50 - half, 50 + half], abs=1e-3)


def test_a_constant_too_near_to_1_is_told_in_a_sentence() -> None:
    """1 − tanh(300)² is 4·e^{−600}: beyond the digits by which SymPy compares."""
    found = lipschitz(Activation("near", "tanh(x)*tanh(300)**2"))
    with pytest.raises(ValueError, match="cannot decide whether"):
        _ = found.contraction
    with pytest.raises(ValueError, match="cannot decide whether"):
        _ = found.nonexpansive
