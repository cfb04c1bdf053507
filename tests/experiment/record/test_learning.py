"""The decision rule says each of its words where it should, and not beside it."""

from __future__ import annotations

import pytest

from actmath.experiment._record.learning import Learning, judge_learning

SPREAD = (-0.002, -0.001, 0.0, 0.001, 0.002)


def around(accuracy: float) -> list[float]:
    return [accuracy + offset for offset in SPREAD]


@pytest.mark.parametrize(
    ("accuracies", "learning", "learns"),
    [
        (around(0.100), Learning.NONE, False),
        (around(0.050), Learning.NONE, False),
        ([0.1] * 5, Learning.NONE, False),
        (around(0.150), Learning.HARDLY, False),
        ([0.15] * 5, Learning.HARDLY, False),
        (around(0.210), Learning.LEARNS, True),
        (around(0.895), Learning.LEARNS, True),
        (around(0.905), Learning.STRIKING, True),
        ([0.95] * 5, Learning.STRIKING, True),
        (around(0.200), Learning.UNDECIDED, None),
        ([0.1, 0.1, 0.1, 0.95, 0.95], Learning.UNDECIDED, None),
        ([0.1, 0.1, 0.1, 0.1, 0.95], Learning.UNDECIDED, None),
        ([0.95], Learning.UNDECIDED, None),
    ],
)
def test_rule(accuracies: list[float], learning: Learning, learns: bool | None) -> None:
    (found,) = judge_learning({"arm": accuracies}, chance=0.1, test_size=1000)
    assert (found.learning, found.learns) == (learning, learns)


def test_figures_of_an_outcome() -> None:
    (found,) = judge_learning({"arm": [0.49, 0.51]}, chance=0.1, test_size=1000)
    assert found.accuracy.mean == pytest.approx(0.5)
    assert found.effect.mean == pytest.approx(40)
    assert found.effect.high - found.effect.mean == pytest.approx(12.706204736432095)
    assert (found.n, found.above_chance, found.chance) == (2, 2, 0.1)


def test_single_networks_are_counted() -> None:
    (found,) = judge_learning({"arm": [0.1, 0.09, 0.11, 0.5]}, chance=0.1, test_size=1000)
    assert found.above_chance == 1


def test_p_values_are_corrected_over_the_conditions() -> None:
    alone = judge_learning({"a": around(0.101)}, 0.1, 1000)[0]
    beside = judge_learning({"a": around(0.101), "b": around(0.1), "c": around(0.1)}, 0.1, 1000)[0]
    assert alone.p_adjusted == alone.test.p
    assert beside.p_adjusted == pytest.approx(3 * alone.test.p)


def test_test_is_binomial_where_t_is_undefined() -> None:
    same, spread = judge_learning({"same": [0.5, 0.5], "spread": [0.4, 0.6]}, 0.1, 1000)
    assert same.test.name == "exact binomial"
    assert spread.test.name == "one-sample t"


def test_sentence_has_the_figures() -> None:
    (found,) = judge_learning({"arm": around(0.905)}, chance=0.1, test_size=1000)
    sentence = found.sentence()
    assert sentence.startswith("arm: learns strikingly well; test accuracy 90.5 %, +80.5 points")
    assert sentence.endswith("n = 5")
