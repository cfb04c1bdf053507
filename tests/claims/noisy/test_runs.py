"""The decisions on the noisy runs, on made-up records: each verdict can be reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from actmath.claims._claim import Claim, Verdict
from actmath.claims.noisy import (
    run_characters as noisy_charlm,
)
from actmath.claims.noisy import (
    run_digits as noisy_mlp,
)
from actmath.claims.noisy import (
    run_recall as noisy_recall,
)
from actmath.claims.noisy import (
    run_unique as noisy_unique,
)
from actmath.experiment import RunRecord
from actmath.experiment._record.provenance import Provenance
from actmath.experiment.recipes import RECIPES

Levels = Mapping[str, float]


def made(recipe: str, curve: str, first: Levels, last: Levels, spread: float = 0.01) -> RunRecord:
    """A curve that goes evenly from an arm's first level to its last, with a little by seed."""
    config = RECIPES[recipe].config("book")
    random = np.random.default_rng(2)
    rows = [
        np.linspace(first.get(c.name, 1.0), last.get(c.name, 0.5), config.epochs)
        + spread * random.standard_normal()
        for c, _ in config.members
    ]
    return RunRecord(
        config=config,
        provenance=Provenance("0" * 40, False, {}, "no device", 1, "2026-01-01", 1.0),
        data_sha256="",
        train_size=1,
        test_size=1,
        chance=0.1,
        curves={curve: tuple(tuple(row) for row in rows)},
        layers={},
    )


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Callable[[Claim, RunRecord], Verdict]:
    def verdict(claim: Claim, record: RunRecord) -> Verdict:
        monkeypatch.setattr("actmath.claims._evidence.measured.recorded", lambda *_: record)
        return claim.judge().finding.verdict

    return verdict


Judge = Callable[[Claim, RunRecord], Verdict]


@pytest.mark.parametrize(
    ("last", "verdict"),
    [
        ({"nan": 0.3}, Verdict.REPRODUCED),
        ({"nan": 0.3, "tanh": 0.1}, Verdict.NOT_REPRODUCED),
        ({}, Verdict.UNDECIDED),
    ],
)
def test_one_hidden_layer(judged: Judge, last: Levels, verdict: Verdict) -> None:
    record = made("noisy-mlp", "train_loss", {}, last)
    assert judged(noisy_mlp.CLAIMS[0], record) is verdict


@pytest.mark.parametrize(
    ("nan", "verdict"),
    [(0.9, Verdict.REPRODUCED), (0.2, Verdict.NOT_REPRODUCED), (0.5, Verdict.UNDECIDED)],
)
def test_counting(judged: Judge, nan: float, verdict: Verdict) -> None:
    record = made("noisy-unique", "test_accuracy", {}, {"nan": nan})
    (claim,) = [c for c in noisy_unique.CLAIMS if c.id == "C-NOI-10.a"]
    assert judged(claim, record) is verdict


@pytest.mark.parametrize(
    ("annealed", "verdict"),
    [(0.2, Verdict.REPRODUCED), (0.9, Verdict.NOT_REPRODUCED), (0.5, Verdict.UNDECIDED)],
)
def test_recall(judged: Judge, annealed: float, verdict: Verdict) -> None:
    record = made("noisy-recall", "test_loss", {}, {"nan-annealed": annealed})
    assert judged(noisy_recall.CLAIMS[0], record) is verdict
    reached = noisy_recall.catches_up(record, "nan-annealed", "reference")
    assert (reached is None) == (annealed == 0.9)


@pytest.mark.parametrize(
    ("nan", "spread", "verdict"),
    [
        (0.5, 0.001, Verdict.REPRODUCED),
        (0.6, 0.001, Verdict.NOT_REPRODUCED),
        (0.52, 0.02, Verdict.UNDECIDED),
    ],
)
def test_alike(judged: Judge, nan: float, spread: float, verdict: Verdict) -> None:
    record = made("noisy-charlm", "test_loss", {}, {"nan": nan}, spread)
    assert judged(noisy_charlm.CLAIMS[0], record) is verdict


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [
        (0.8, 0.7, Verdict.REPRODUCED),
        (0.8, 0.3, Verdict.NOT_REPRODUCED),
        (1.0, 0.7, Verdict.UNDECIDED),
    ],
)
def test_starts_well_then_stalls(
    judged: Judge, first: float, last: float, verdict: Verdict
) -> None:
    record = made("noisy-charlm", "test_loss", {"nanis": first}, {"nanis": last})
    assert judged(noisy_charlm.CLAIMS[1], record) is verdict


def test_the_printed_improvement_is_another() -> None:
    (claim,) = [c for c in noisy_charlm.CLAIMS if c.id == "C-NOI-12.b"]
    finding = claim.judge().finding
    assert finding.verdict is Verdict.CORRECTED
    assert "1.64 points, 3.53 %" in finding.evidence
