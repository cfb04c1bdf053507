"""The list of the arithmetics, and what each of them promises by being on it."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mpmath import mp

from actmath import catalog
from actmath.lower import ARITHMETICS, FLOAT32, FLOAT64, Arithmetic, Precision, _arithmetics

from ..reference.agreement import ULPS, condition_number
from ..reference.formula import formula, slope

EACH = pytest.mark.parametrize("name", ARITHMETICS)
EACH_PRECISION = pytest.mark.parametrize(
    ("arithmetic", "precision"),
    [(each, precision) for each in ARITHMETICS.values() for precision in each.precisions],
    ids=lambda value: value.name if isinstance(value, Arithmetic) else f"{value.bits} bits",
)
POINTS = [-31.5, -12.0, -2.75, -0.625, -(2.0**-40), 2.0**-70, 0.375, 1.5, 17.25, 60.0]


def test_every_file_is_listed() -> None:
    folder = Path(_arithmetics.__file__).parent
    assert set(ARITHMETICS) == {path.stem.removeprefix("_for_") for path in folder.glob("_for_*")}
    assert {"numpy", "torch", "mpmath", "arb"} <= set(ARITHMETICS)


@EACH
def test_it_carries_the_name_of_its_file(name: str) -> None:
    assert ARITHMETICS[name].name == name
    assert ARITHMETICS.get_place(name) == f"actmath.lower._for_{name}"


def test_a_file_must_declare_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from actmath.lower import _for_mpmath

    monkeypatch.setattr(_for_mpmath, "MPMATH", ARITHMETICS["arb"])
    with pytest.raises(ValueError, match="declares the arithmetic 'arb'; call it 'mpmath'"):
        _arithmetics._arithmetic_of("actmath.lower._for_mpmath", "mpmath")


@pytest.mark.parametrize("module", ["numpy", "scipy", "torch"])
def test_the_list_imports_nothing_that_is_listed(module: str) -> None:
    code = f"""
import sys
from actmath.lower import ARITHMETICS
len(ARITHMETICS)
sys.exit({module!r} in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_formats() -> None:
    assert Precision(53, sys.float_info.max, sys.float_info.min) == FLOAT64
    assert FLOAT64.epsilon == sys.float_info.epsilon
    assert FLOAT32.largest == 3.4028234663852886e38
    assert FLOAT32.smallest == 1.1754943508222875e-38


@EACH_PRECISION
@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", ["selu", "gelu", "hard_tanh", "softplus", "mish"])
def test_values_are_those_of_the_declared_formula(
    arithmetic: Arithmetic, precision: Precision, name: str, order: int
) -> None:
    activation = catalog.get(name)
    found = arithmetic.evaluate(arithmetic.lower(activation, order), POINTS, precision)
    plain = formula(activation, 700)
    for at, got in zip(POINTS, found, strict=True):
        with mp.workdps(90):
            want = slope(plain, at, dps=700) if order else plain(at)
            condition = condition_number(activation, order, at, want)
            bound = got.radius if arithmetic.encloses else allowed(precision, condition, want)
            # The oracle's own difference quotients err by 1e-40.
            assert abs(got.value - want) <= bound + abs(want) * mp.mpf(10) ** -38


def allowed(precision: Precision, condition: Any, want: Any) -> Any:
    """A few ulps for every ulp of the argument, or what is lost below the normal numbers."""
    share = ULPS * (1 + condition) * precision.epsilon
    return max(share * abs(want), (4 + condition) * precision.smallest)


@EACH
def test_balls_are_not_so_wide_that_they_say_nothing(name: str) -> None:
    arithmetic = ARITHMETICS[name]
    for precision in arithmetic.precisions:
        lowered = arithmetic.lower(catalog.get("gelu"), 0)
        (found,) = arithmetic.evaluate(lowered, [0.75], precision)
        assert found.radius <= 100 * precision.epsilon * abs(found.value)
        assert bool(found.radius) == arithmetic.encloses


@EACH
def test_what_is_not_finite(name: str) -> None:
    arithmetic = ARITHMETICS[name]
    lowered, precision = arithmetic.lower(catalog.get("elu"), 0), arithmetic.precisions[0]
    ends = [-math.inf, math.inf, math.nan]
    if arithmetic.extended:
        low, high, nan = arithmetic.evaluate(lowered, ends, precision)
        assert (low.value, high.value, mp.isnan(nan.value)) == (-1, mp.inf, True)
        return
    for end in ends:
        with pytest.raises(ValueError, match="finite"):
            arithmetic.evaluate(lowered, [end], precision)


@EACH
@pytest.mark.parametrize("slope", [0, 1, -2, "1e-200", "1e200"])
@pytest.mark.parametrize("unit", ["leaky_relu", "prelu"])
def test_limits_at_other_slopes(name: str, unit: str, slope: float | str) -> None:
    """At −∞ the limit follows the parameter, however small; 0·∞ is the limit 0."""
    arithmetic = ARITHMETICS[name]
    if not arithmetic.extended:
        pytest.skip("infinities are not among its numbers")
    lowered = arithmetic.lower(catalog.get(unit).with_parameters(a=slope), 0)
    (found,) = arithmetic.evaluate(lowered, [-math.inf], arithmetic.precisions[0])
    sign = (float(slope) > 0) - (float(slope) < 0)
    assert found.value == (-sign * mp.inf if sign else 0)


@EACH
def test_unknown_parameters_and_orders(name: str) -> None:
    arithmetic = ARITHMETICS[name]
    lowered = arithmetic.lower(catalog.get("elu"), 0)
    with pytest.raises(ValueError, match="did you mean alpha"):
        arithmetic.evaluate(lowered, [0.0], arithmetic.precisions[0], alhpa=1)
    with pytest.raises(ValueError, match="order"):
        arithmetic.lower(catalog.get("elu"), 2)


@EACH
def test_parameters_by_name(name: str) -> None:
    arithmetic = ARITHMETICS[name]
    lowered = arithmetic.lower(catalog.get("elu"), 0)
    precision = arithmetic.precisions[0]
    (found,) = arithmetic.evaluate(lowered, [-1.0], precision, alpha="3/2")
    with mp.workdps(40):
        want = 1.5 * mp.expm1(-1)
        assert abs(found.value - want) <= found.radius + ULPS * precision.epsilon * abs(want)
