"""The five networks at every rate, on made-up records: which rates are found, what turns a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from actmath.claims import Verdict
from actmath.claims.notes import run_rates
from actmath.claims.notes.run_rates import GLOROT, LECUN, RAW, largest_step
from actmath.experiment import RunRecord
from actmath.experiment.recipes.fifty_layers_rates import ONE_RATE, TRIED_RATES

from ..made_up import failing, judged, made_up, saved, settled

RECIPE = run_rates.RECIPE


def record(largest: dict[str, float], high: float = 0.8, low: float = 0.15) -> RunRecord:
    """Each arm learns up to its largest rate; those that are not named learn at none."""

    def level(name: str) -> float:
        arm, _, rate = name.partition("@")
        return high if float(rate) <= largest.get(arm, 0) else low

    return made_up(RECIPE, {"test_accuracy": settled(RECIPE, level, 0.1)}, {})


def test_the_largest_rate_by_hand() -> None:
    found = record({LECUN: 0.02, GLOROT: 0.003})
    steps = {arm: set(largest_step(found, arm)) for arm in (LECUN, GLOROT, RAW)}
    assert steps == {LECUN: {TRIED_RATES.index(0.02) + 1}, GLOROT: {1}, RAW: {0}}


def test_the_notes_order(tmp_path: Path) -> None:
    saved(tmp_path, record({LECUN: 0.02, GLOROT: 0.015, RAW: 0.01}))
    for part in "abc":
        found = judged(run_rates._DECIDED, f"C-LEC-4.{part}", tmp_path)
        assert found.verdict is Verdict.REPRODUCED, found.evidence
    assert "selu-standardized-lecun 0.02" in found.evidence or part == "c"


def test_the_opposite_order(tmp_path: Path) -> None:
    saved(tmp_path, record({LECUN: 0.01, GLOROT: 0.015, RAW: 0.02}))
    verdicts = [judged(run_rates._DECIDED, f"C-LEC-4.{part}", tmp_path) for part in "abc"]
    assert [v.verdict for v in verdicts] == [
        Verdict.NOT_REPRODUCED,
        Verdict.NOT_REPRODUCED,
        # At another rate it may be so: one rate does not say that there is none.
        Verdict.UNDECIDED,
    ]
    assert failing(verdicts[2]) >= {"tuning"}


def test_equal_rates_decide_nothing(tmp_path: Path) -> None:
    saved(tmp_path, record({LECUN: 0.02, GLOROT: 0.02, RAW: 0.02}))
    assert failing(judged(run_rates._DECIDED, "C-LEC-4.a", tmp_path)) == {"test"}


@pytest.mark.parametrize("arm", [LECUN, GLOROT])
def test_a_rate_on_the_edge_of_the_grid(tmp_path: Path, arm: str) -> None:
    saved(tmp_path, record({LECUN: 0.02, GLOROT: 0.01, arm: TRIED_RATES[-1]}))
    assert "tuning" in failing(judged(run_rates._DECIDED, "C-LEC-4.a", tmp_path))


def test_the_one_rate_is_one_of_the_grid() -> None:
    assert ONE_RATE in TRIED_RATES[1:-1]
