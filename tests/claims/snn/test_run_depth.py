"""The decisions on depth, on records that are made up: each verdict can be reached."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from actmath.claims import Verdict
from actmath.claims.snn.run_depth import _DEPTHS, _GRADIENTS, gradient_growth
from actmath.experiment import RunRecord
from actmath.experiment.recipes import RECIPES

from ..made_up import Rows, failing, judged, made_up, moving, saved, settled

RECIPE = "snn-depth"
ACCURACY = {"test_accuracy": settled(RECIPE, lambda _: 0.9, 0.1)}


def tuned(folder: Path, loss: Rows) -> RunRecord:
    """The run with this loss, and a scan in which every arm's own rate is the best."""
    config, rule = RECIPES[RECIPE].config("book"), RECIPES[RECIPE].scan
    assert rule is not None

    def level(name: str) -> float:
        arm, _, rate = name.partition("@")
        own = config.condition(arm).learning_rate
        return 0.1 + abs(math.log(float(rate) / own))

    scan = made_up(RECIPE, {"train_loss": settled(RECIPE, level, 2.3, "scan")}, {}, "scan")
    run = made_up(RECIPE, {**ACCURACY, "train_loss": loss}, {})
    saved(folder, run, scan)
    return run


@pytest.mark.parametrize(
    ("snn", "verdict"), [(0.1, Verdict.REPRODUCED), (0.9, Verdict.NOT_REPRODUCED)]
)
@pytest.mark.parametrize("row", ["C-SNN-14.b", "C-SNN-14.f"])
def test_batch_norm(tmp_path: Path, snn: float, verdict: Verdict, row: str) -> None:
    def level(name: str) -> float:
        return snn if name.startswith("snn") else 0.5

    tuned(tmp_path, settled(RECIPE, level, 2.3))
    finding = judged(_DEPTHS, row, tmp_path)
    assert finding.verdict is verdict, finding.evidence
    assert "16 hidden layers of 64" in finding.evidence
    tuned(tmp_path, moving(RECIPE, level, 2.3))
    assert failing(judged(_DEPTHS, row, tmp_path)) == {"length"}


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
    tuned(tmp_path, settled(RECIPE, lambda _: 0.1, 2.3))
    saved(tmp_path, record)
    assert judged(_GRADIENTS, "C-SNN-11.c", tmp_path).verdict is verdict
    assert gradient_growth(record, "snn-32", "before").mean == pytest.approx(
        np.log10(ratios[0] * 1.1**2)
    )
