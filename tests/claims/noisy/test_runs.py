"""The decisions on the noisy runs, on made-up records: what is found, and which gates stop it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from actmath.claims import CLAIMS
from actmath.claims._claim import Verdict
from actmath.claims._evidence.decision import MeasuredFinding
from actmath.claims._evidence.measured import ClaimRows
from actmath.claims.noisy import run_characters, run_digits, run_recall, run_unique
from actmath.experiment import RunRecord
from actmath.experiment.recipes import RECIPES, noisy_mlp

from ..made_up import Rows, failing, judged, made_up, saved, settled

Levels = Mapping[str, float]


def made(recipe: str, curve: str, levels: Levels, start: float = 1.0) -> RunRecord:
    """A curve with these ends, where none is given 0.5; every arm learned."""
    curves: dict[str, Rows] = {
        "test_accuracy": settled(recipe, lambda _: 0.9, 0.1),
        curve: settled(recipe, lambda name: levels.get(name, 0.5), start),
    }
    return made_up(recipe, curves, {})


def scan(recipe: str) -> RunRecord:
    """A scan whose rule chooses the rates that the recipe has."""
    rule, book = RECIPES[recipe].scan, RECIPES[recipe].config("book")
    assert rule

    def loss(name: str) -> float:
        arm, _, rate = name.partition("@")
        chosen = float(rate) == book.condition(arm).learning_rate
        # Of an accuracy the greatest is best.
        return 0.1 if chosen != rule.curve.endswith("accuracy") else 0.9

    curves = {name: settled(recipe, loss, 1.0, "scan") for name in {rule.curve, "train_loss"}}
    return made_up(recipe, curves, {}, "scan")


def found(rows: ClaimRows, row: str, folder: Path, record: RunRecord) -> MeasuredFinding:
    saved(folder, record, scan(record.config.recipe))
    return judged(rows, row, folder)


def noise(level: float, *others: str) -> Levels:
    """All networks of NAN's, at their own rates and at the common one, end here."""
    names = {*noisy_mlp.KINDS["nan"], noisy_mlp.at_common_rate("nan-1")}
    return dict.fromkeys(names.difference(others), level)


@pytest.mark.parametrize(
    ("levels", "verdict"),
    [
        (noise(0.3), Verdict.REPRODUCED),
        (noise(0.9), Verdict.NOT_REPRODUCED),
        # Tanh is below it, hard tanh is not.
        (
            {**noise(0.5), "tanh": 0.1, noisy_mlp.at_common_rate("tanh"): 0.1},
            Verdict.NOT_REPRODUCED,
        ),
    ],
)
def test_one_hidden_layer(tmp_path: Path, levels: Levels, verdict: Verdict) -> None:
    record = made("noisy-mlp", "train_loss", levels)
    finding = found(run_digits._DECIDED, "C-NOI-15.a", tmp_path, record)
    assert (finding.verdict, failing(finding)) == (verdict, set())


def test_one_hidden_layer_that_depends_on_the_level(tmp_path: Path) -> None:
    record = made("noisy-mlp", "train_loss", {**noise(0.3, "nan-30"), "nan-30": 0.9})
    finding = found(run_digits._DECIDED, "C-NOI-15.a", tmp_path, record)
    assert failing(finding) == {"test"}
    assert "it depends on the setting" in finding.evidence


def silent(name: str) -> Sequence[Sequence[float]]:
    return settled("noisy-mlp", lambda _: 0.3)("hard-tanh" if name == "nanil-30" else name)


def test_noise_that_never_reaches_the_network(tmp_path: Path) -> None:
    record = made_up("noisy-mlp", {"train_loss": silent, "test_accuracy": silent}, {})
    finding = found(run_digits._DECIDED, "C-NOI-15.d", tmp_path, record)
    assert "treatment" in failing(finding)
    assert "nanil-30 equals hard-tanh number by number in 16 of 16 seeds" in finding.evidence
    assert "treatment" not in failing(judged(run_digits._DECIDED, "C-NOI-15.a", tmp_path))


@pytest.mark.parametrize("nan", [0.9, 0.2])
def test_counting(tmp_path: Path, nan: float) -> None:
    record = made("noisy-unique", "test_accuracy", {"nan": nan}, 0.1)
    finding = found(run_unique._DECIDED, "C-NOI-10.a", tmp_path, record)
    assert failing(finding) == set()
    assert finding.verdict is (Verdict.REPRODUCED if nan > 0.5 else Verdict.NOT_REPRODUCED)
    assert f"test errors {100 * (1 - nan):.1f} % and 50.0 %" in finding.evidence


def test_counting_that_is_not_learned(tmp_path: Path) -> None:
    record = made("noisy-unique", "test_accuracy", {"curriculum": 0.1}, 0.1)
    finding = found(run_unique._DECIDED, "C-NOI-10.b", tmp_path, record)
    assert failing(finding) == {"learned"}


@pytest.mark.parametrize(
    ("annealed", "verdict"), [(0.2, Verdict.REPRODUCED), (0.9, Verdict.NOT_REPRODUCED)]
)
def test_recall(tmp_path: Path, annealed: float, verdict: Verdict) -> None:
    record = made("noisy-recall", "test_loss", {"nan-annealed": annealed})
    finding = found(run_recall._DECIDED, "C-NOI-16.a", tmp_path, record)
    assert (finding.verdict, failing(finding)) == (verdict, set())
    reached = run_recall.catches_up(record, "nan-annealed", "reference")
    assert (reached is None) == (annealed == 0.9)


def test_recall_tells_noise_from_clipping(tmp_path: Path) -> None:
    record = made("noisy-recall", "test_loss", {"nan-annealed": 0.6, "hard": 0.8})
    against = {
        row: found(run_recall._DECIDED, f"C-NOI-16.{row}", tmp_path, record).verdict for row in "ac"
    }
    assert against == {"a": Verdict.NOT_REPRODUCED, "c": Verdict.REPRODUCED}


@pytest.mark.parametrize(
    ("nan", "verdict"),
    [
        (0.5, Verdict.REPRODUCED),
        (0.6, Verdict.NOT_REPRODUCED),
        (0.5 + run_characters.MARGIN, Verdict.UNDECIDED),
    ],
)
def test_alike(tmp_path: Path, nan: float, verdict: Verdict) -> None:
    record = made("noisy-charlm", "test_loss", {"nan": nan, "nanis": 0.7})
    finding = found(run_characters._DECIDED, "C-NOI-11.b", tmp_path, record)
    assert finding.verdict is verdict
    assert failing(finding) == ({"test"} if verdict is Verdict.UNDECIDED else set())


def test_the_printed_improvement_is_another() -> None:
    finding = CLAIMS["C-NOI-12.b"].judge().finding
    assert finding.verdict is Verdict.CORRECTED
    assert "1.64 points, 3.53 %" in finding.evidence
