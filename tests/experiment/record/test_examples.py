"""Right answers are kept bit by bit, and intervals are over seeds and examples at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from actmath.experiment import train
from actmath.experiment._files.marks import unpacked
from actmath.experiment._record.binding import UnfitRecordError, bound, list_records
from actmath.experiment._record.config import Config
from actmath.experiment._record.examples import crossed_mean, right_answers
from actmath.experiment._record.record import load_record


@pytest.mark.parametrize("texts", [("ff",), ("ffff", "ff"), ("zz" * 2,), ("fff",), ("ff81",)])
def test_texts_that_are_no_marks(texts: tuple[str, ...]) -> None:
    """The last one has a mark beyond the ninth example."""
    with pytest.raises(ValueError, match=r"marks of 9 examples|hexadecimal"):
        unpacked(texts, 9)


def test_a_run_keeps_what_was_right(toy: Config, tmp_path: Path) -> None:
    path = tmp_path / f"{toy.recipe}-{toy.preset}.json"
    record = train(toy, out=path, device="cpu", progress=False)
    list_records(tmp_path)
    assert load_record(path).right == record.right
    for condition in toy.conditions:
        marks = right_answers(record, condition.name)
        assert marks is not None
        assert marks.shape == (len(toy.seeds), record.test_size)
        np.testing.assert_allclose(
            marks.mean(axis=1), record.final("test_accuracy", condition.name), rtol=1e-5
        )
    assert bound(toy, tmp_path).record.right == record.right
    for wrong, words in ((record.right[:-1], "of 3 networks, not of 4"), (("zz",), "cannot be")):
        replace(record, right=wrong).save(path, force=True)
        list_records(tmp_path)
        with pytest.raises(UnfitRecordError, match=words):
            bound(toy, tmp_path)
    without = replace(record, right=())
    assert "right" not in without.to_json()
    assert right_answers(without, toy.conditions[0].name) is None


def test_the_interval_is_that_of_a_sum_of_two_effects() -> None:
    """Seed effects and example effects, known by their variances: var = σ²/S + τ²/N."""
    draw = np.random.default_rng(3)
    s, n = 40, 300
    values = draw.normal(0, 0.5, (s, 1)) + draw.normal(0.3, 2.0, (1, n))
    found = crossed_mean(values)
    error = np.sqrt(values.mean(axis=1).var() / s + values.mean(axis=0).var() / n)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.06)
    assert found.low < found.mean < found.high
    assert found.p == pytest.approx(2 * NormalDist().cdf(-abs(found.mean) / error), abs=0.02)


def test_few_examples_widen_what_many_seeds_make_narrow() -> None:
    """All networks err on the same examples: more seeds do not help."""
    marks = np.tile(np.arange(50) < 27, (100, 1)).astype(float)
    found = crossed_mean(marks - 0.5)
    assert found.low < 0 < found.high
    assert found.p > 0.05
