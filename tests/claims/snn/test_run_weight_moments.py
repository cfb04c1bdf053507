"""The decision on typical units, on records that are made up: each verdict can be reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from actmath.claims import Verdict
from actmath.claims.snn.run_weight_moments import _DECIDED

from ..made_up import Rows, failing, judged, made_up, moving, saved, seeded, settled

RECIPE = "weight-moments"


@pytest.mark.parametrize(
    ("narrow", "wide", "verdict"),
    [
        (0.9, 0.8, Verdict.REPRODUCED),
        (0.1, 0.2, Verdict.NOT_REPRODUCED),
        (0.1, 0.9, Verdict.UNDECIDED),
    ],
)
def test_typical(tmp_path: Path, narrow: float, wide: float, verdict: Verdict) -> None:
    def level(name: str) -> float:
        return narrow if name.startswith("64") else wide

    curves: dict[str, Rows] = {
        "test_accuracy": settled(RECIPE, lambda _: 0.9, 0.1),
        "share_inside": settled(RECIPE, level),
        "share_kept": settled(RECIPE, level),
    }
    layers = {"inside_before": seeded(RECIPE, level, 8)}
    for loss, ended in ((settled, True), (moving, False)):
        trained = {**curves, "train_loss": loss(RECIPE, lambda _: 0.1)}
        saved(tmp_path, made_up(RECIPE, trained, layers))
        assert judged(_DECIDED, "C-SNN-12.c", tmp_path).verdict is verdict
        for row in ("C-SNN-12.d", "C-SNN-12.e"):
            found = judged(_DECIDED, row, tmp_path)
            # One width that does not keep them is enough to say no to "whatever the width".
            one = Verdict.NOT_REPRODUCED if row[-1] == "e" and narrow < 0.5 else verdict
            assert found.verdict is (one if ended else Verdict.UNDECIDED)
            assert ("length" in failing(found)) is not ended


@pytest.mark.parametrize(
    ("slow", "wide", "by_rate", "by_width"),
    [
        (0.2, 0.1, Verdict.REPRODUCED, Verdict.REPRODUCED),
        (-0.2, 0.1, Verdict.NOT_REPRODUCED, Verdict.REPRODUCED),
        (0.1, 0.0, Verdict.REPRODUCED, Verdict.UNDECIDED),
    ],
)
def test_what_it_depends_on(
    tmp_path: Path, slow: float, wide: float, by_rate: Verdict, by_width: Verdict
) -> None:
    def level(name: str) -> float:
        return 0.5 + slow * name.endswith("slow") + wide * name.startswith("256")

    curves: dict[str, Rows] = {
        "test_accuracy": settled(RECIPE, lambda _: 0.9, 0.1),
        "train_loss": settled(RECIPE, lambda _: 0.1),
        "share_inside": settled(RECIPE, lambda _: 0.1),
        "share_kept": settled(RECIPE, level),
    }
    layers = {"inside_before": seeded(RECIPE, lambda _: 0.1, 8)}
    saved(tmp_path, made_up(RECIPE, curves, layers))
    found = [judged(_DECIDED, f"C-SNN-12.{part}", tmp_path).verdict for part in "fg"]
    assert found == [by_rate, by_width]
