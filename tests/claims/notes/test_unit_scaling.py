"""The unit-scaling library's formulas: each printed value is turned by another."""

from __future__ import annotations

from collections.abc import Callable
from math import e, sqrt

import pytest
from sympy import S
from sympy import sqrt as root

from actmath.claims import Finding, Verdict
from actmath.claims.notes import library_scales, unit_scaling


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"),
    [
        (
            lambda: unit_scaling.glu_limits(S(2), root(2)),
            lambda: unit_scaling.glu_limits(S(2), S(2)),
            Verdict.REFUTED,
        ),
        (
            lambda: unit_scaling.softmax_limits(1.0, 0.5),
            lambda: unit_scaling.softmax_limits(0.9, 0.5),
            Verdict.REFUTED,
        ),
        (
            lambda: unit_scaling.softmax_power(lambda n: (n + 1.25) / sqrt(e)),
            lambda: unit_scaling.softmax_power(lambda n: n**0.9),
            Verdict.CORRECTED,
        ),
    ],
)
def test_another_value_turns_the_verdict(
    right: Callable[[], Finding], wrong: Callable[[], Finding], verdict: Verdict
) -> None:
    assert right().verdict is Verdict.HOLDS
    assert wrong().verdict is verdict


def test_no_one_scale_does_for_silu_glu() -> None:
    """The output's and the gate's differ by 3 %: whatever is printed is wrong for one of them."""
    for printed in (2**0.75, 1.6765, 1.6233):
        assert unit_scaling.glu_scale(printed).verdict is Verdict.CORRECTED
    # At mult → ∞ all three are √2, as the formula says.
    far = [s for s in library_scales(25.0, 2) if s.operation == "silu_glu"]
    assert [s.left for s in far] == pytest.approx([1, 1, 1], abs=0.01)


def test_mult_must_be_positive() -> None:
    with pytest.raises(ValueError, match="mult must be positive, got 0"):
        library_scales(0)
