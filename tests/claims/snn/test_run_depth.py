"""The decisions on depth, on records that are made up: each verdict can be reached."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.claims import Verdict
from actmath.claims.snn.run_depth import beats_batch_norm, gradient_growth, keeps_gradients

from ..made_up import Rows, made_up


@pytest.mark.parametrize(
    ("fast", "slow", "verdict"),
    [
        (0.1, 0.1, Verdict.REPRODUCED),
        (0.9, 0.9, Verdict.NOT_REPRODUCED),
        (0.1, 0.9, Verdict.UNDECIDED),
    ],
)
def test_batch_norm(fast: float, slow: float, verdict: Verdict) -> None:
    def rows(name: str) -> list[list[float]]:
        level = 0.5 if name.startswith("batch") else slow if name.endswith("slow") else fast
        noise = np.random.default_rng(len(name)).normal(0, 0.01, 5)
        return [[level + float(e)] for e in noise]

    finding = beats_batch_norm(made_up("snn-depth", {"train_loss": rows}, {}), 16)
    assert finding.verdict is verdict
    assert "16 layers of 64" in finding.evidence


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ((1.0, 10.0), Verdict.REPRODUCED),
        ((1.0, 1e5), Verdict.NOT_REPRODUCED),
        ((85.0, 1e-1), Verdict.UNDECIDED),
    ],
)
def test_gradients(ratios: tuple[float, float], verdict: Verdict) -> None:
    tables: dict[str, Rows] = {
        f"gradient_{when}": lambda _, r=ratio: [[1.0, r * 1.1**seed, 1.0] for seed in range(5)]
        for when, ratio in zip(("before", "after"), ratios, strict=True)
    }
    record = made_up("snn-depth", {}, tables)
    assert keeps_gradients(record).verdict is verdict
    assert gradient_growth(record, "snn-32", "before").mean == pytest.approx(
        np.log10(ratios[0] * 1.1**2)
    )
