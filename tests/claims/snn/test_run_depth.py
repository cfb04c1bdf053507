"""The decisions on depth, on records that are made up: each verdict can be reached."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from actmath.claims import Verdict
from actmath.claims.snn.run_depth import _DEPTHS, _GRADIENTS, gradient_growth

from ..made_up import Rows, failing, judged, made_up, moving, saved, settled

RECIPE = "snn-depth"
ACCURACY = {"test_accuracy": settled(RECIPE, lambda _: 0.9, 0.1)}


@pytest.mark.parametrize(
    ("fast", "slow", "verdict"),
    [
        (0.1, 0.1, Verdict.REPRODUCED),
        (0.9, 0.9, Verdict.NOT_REPRODUCED),
        (0.1, 0.9, Verdict.UNDECIDED),
    ],
)
def test_batch_norm(tmp_path: Path, fast: float, slow: float, verdict: Verdict) -> None:
    def level(name: str) -> float:
        return 0.5 if name.startswith("batch") else slow if name.endswith("slow") else fast

    saved(tmp_path, made_up(RECIPE, {**ACCURACY, "train_loss": settled(RECIPE, level, 2.3)}, {}))
    finding = judged(_DEPTHS, "C-SNN-14.b", tmp_path)
    assert finding.verdict is verdict
    assert "16 hidden layers of 64" in finding.evidence
    assert ("it depends on the setting" in finding.evidence) == (fast != slow)
    saved(tmp_path, made_up(RECIPE, {**ACCURACY, "train_loss": moving(RECIPE, level, 2.3)}, {}))
    assert "length" in failing(judged(_DEPTHS, "C-SNN-14.b", tmp_path))


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ((1.0, 10.0), Verdict.REPRODUCED),
        ((1.0, 1e5), Verdict.NOT_REPRODUCED),
        ((1e-5, 1.0), Verdict.NOT_REPRODUCED),
        ((85.0, 1e-1), Verdict.UNDECIDED),
    ],
)
def test_gradients(tmp_path: Path, ratios: tuple[float, float], verdict: Verdict) -> None:
    tables: dict[str, Rows] = {
        f"gradient_{when}": lambda _, r=ratio: [[1.0, r * 1.1**seed, 1.0] for seed in range(5)]
        for when, ratio in zip(("before", "after"), ratios, strict=True)
    }
    curves = {**ACCURACY, "train_loss": settled(RECIPE, lambda _: 0.1, 2.3)}
    record = made_up(RECIPE, curves, tables)
    saved(tmp_path, record)
    assert judged(_GRADIENTS, "C-SNN-11.c", tmp_path).verdict is verdict
    assert gradient_growth(record, "snn-32", "before").mean == pytest.approx(
        np.log10(ratios[0] * 1.1**2)
    )
