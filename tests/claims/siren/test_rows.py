"""SIREN's rows: another printed value turns the verdict."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from mpmath import mp
from sympy import Rational

from actmath.claims import Verdict, select
from actmath.claims.siren.distributions import (
    _normal_sum,
    _weights_variance,
    arcsine_variance,
    distance_from_arcsine,
    sine_distribution,
)
from actmath.claims.siren.frequency import _several, periods
from actmath.claims.siren.signal import PRINTED_ELU, _elu, _every_layer, _gradient, with_biases

WANTED = {
    "C-SIR-1.a": Verdict.HOLDS,
    "C-SIR-3.a": Verdict.ANSWERED,
    "C-SIR-4.a": Verdict.CORRECTED,
    "C-SIR-5.a": Verdict.HOLDS,
    "C-SIR-7.a": Verdict.REFUTED,
    "C-SIR-8.a": Verdict.CORRECTED,
    "C-SIR-9.a": Verdict.HOLDS,
    "C-SIR-9.b": Verdict.HOLDS,
}


@pytest.mark.parametrize("row", WANTED)
def test_the_verdicts(row: str) -> None:
    (claim,) = select(row)
    assert claim.judge().finding.verdict is WANTED[row]


def test_another_value_turns_them() -> None:
    assert _normal_sum(5).verdict is Verdict.REFUTED
    assert _weights_variance(3).verdict is Verdict.REFUTED
    assert _several(6).verdict is Verdict.REFUTED
    assert _gradient(Rational(1, 4)).verdict is Verdict.HOLDS
    assert _elu("1.5505188080679273").verdict is Verdict.HOLDS
    assert _elu("1.56").verdict is Verdict.REFUTED
    assert _elu(PRINTED_ELU).correction == "1.5505188080679273"
    assert _every_layer(0).verdict is Verdict.HOLDS


def test_the_numbers_by_hand() -> None:
    assert arcsine_variance() == Rational(1, 2)
    # E|w| = 1/2 for one coordinate: 30/(2π).
    assert float(periods(1, 30)) == pytest.approx(30 / (2 * float(mp.pi)))
    # 2β = 60/16.
    assert float(with_biases(256).turning) == pytest.approx(float(mp.sin(3.75)) / 3.75)


def test_the_distance_from_arcsine_by_drawing() -> None:
    import numpy as np

    values = np.sort(np.sin(np.random.default_rng(0).normal(size=200_000)))
    steps = np.arange(1, len(values) + 1) / len(values)
    drawn = np.max(np.abs(steps - (np.arcsin(values) / np.pi + 0.5)))
    # Of 200,000 draws the distribution function is known to 0.003.
    assert distance_from_arcsine(1.0)[0] == pytest.approx(drawn, abs=0.004)


@pytest.mark.parametrize(
    "call",
    [
        lambda: periods(0, 30),
        lambda: with_biases(0),
        lambda: sine_distribution(2, 1),
        lambda: sine_distribution(0.5, 0),
    ],
)
def test_misuse_is_a_sentence(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="must be"):
        call()
