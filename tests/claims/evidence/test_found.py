"""What tests find: two-sided, with the smallest effect that could have been seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from actmath.claims._evidence.found import (
    Found,
    alike,
    bounded,
    contrast,
    every,
    over_examples,
    ranked,
    unanimous,
)
from actmath.experiment import against_each, compare
from actmath.experiment._files.marks import packed

from ..made_up import made_up

LOW, HIGH = [1.0, 1.1, 1.2, 0.9], [2.0, 2.2, 2.1, 1.9]
SHARED = Found("elu − relu", 1e-6, True)
NEAR = np.array([0.01, -0.01, 0.02, -0.02, 0.005])


def test_a_claim_and_its_opposite_need_the_same() -> None:
    claim, opposite = (contrast("a − b", compare(LOW, HIGH, side)) for side in ("less", "greater"))
    assert (claim.agrees, opposite.agrees) == (True, False)
    assert claim.p == opposite.p == pytest.approx(stats.ttest_rel(LOW, HIGH).pvalue)
    assert claim.text.startswith("a − b: -1 (95 % interval ")
    assert "two-sided t test p = " in claim.text
    assert "n = 4, visible from ±0.17" in claim.text


def test_equal_values_are_no_opposite() -> None:
    """All differences alike: the sign test, which five of a kind do not pass."""
    found = contrast("a − b", compare([2.0] * 5, [1.0] * 5, "less"))
    assert (found.p, found.agrees) == (2**-4, False)
    assert contrast("a − b", compare(LOW, LOW, "less")).p == 1


def test_a_bound_is_a_test_of_one_sample() -> None:
    found = bounded("loss − 1.5", LOW, 1.5, "less")
    assert found.p == pytest.approx(stats.ttest_1samp(LOW, 1.5).pvalue)
    assert found.agrees


@pytest.mark.parametrize(
    ("by", "spread", "agrees", "significant"),
    [
        (0.0, 1.0, True, True),
        (0.5, 1.0, False, True),
        (-0.5, 1.0, False, True),
        (0.0, 20.0, True, False),
        (0.101, 1.0, False, False),
    ],
)
def test_alike_is_two_one_sided_tests(
    by: float, spread: float, agrees: bool, significant: bool
) -> None:
    sample = by + spread * NEAR
    found = alike("a − b", sample.tolist(), [0.0] * 5, 0.1)
    assert (found.agrees, found.p < 0.05) == (agrees, significant)
    if agrees:
        one_sided = [
            stats.ttest_1samp(sample, bound, alternative=side).pvalue
            for bound, side in ((0.1, "less"), (-0.1, "greater"))
        ]
        assert found.p == pytest.approx(max(one_sided))
    assert "margin ±0.1" in found.text


@pytest.mark.parametrize("n", [6, 20])
def test_the_margin_that_is_said_to_be_reached_is_reached_four_times_in_five(n: int) -> None:
    draws = np.random.default_rng(5).normal(size=(1500, n))
    scaled = draws / draws.std(axis=1, ddof=1, keepdims=True)
    margin = float(alike("a − b", scaled[0].tolist(), [0.0] * n, 1.0).text.split("±")[-1])
    # The spread is that of the draws, 1, not that of each sample.
    above = stats.ttest_1samp(draws, margin, axis=1, alternative="less").pvalue
    below = stats.ttest_1samp(draws, -margin, axis=1, alternative="greater").pvalue
    assert (np.maximum(above, below) < 0.05).mean() == pytest.approx(0.8, abs=0.06)


@pytest.mark.parametrize("examples", [20, 2000])
def test_accuracies_are_tested_over_examples_too(examples: int) -> None:
    """A lead of five points that all seeds share: it takes many examples to be one."""
    record, weights = made_up("elu-mnist", {}, {}), {"elu": 1.0, "relu": -1.0}
    assert over_examples(SHARED, record, weights).over.startswith("over seeds only, as the record")
    right = {"relu": 0.60, "leaky_relu": 0.60, "elu": 0.65}
    # The same examples are hard for all networks.
    hard = np.random.default_rng(examples).random(examples)
    marks = np.array([hard < right[condition.name] for condition, _ in record.config.members])
    kept = replace(record, test_size=examples, right=packed(marks))
    found = over_examples(SHARED, kept, weights)
    assert found.over == "over seeds and test examples"
    assert (found.p < 0.05) == (examples == 2000)
    assert found.p >= SHARED.p
    assert "accuracies over seeds and test examples +0.0" in found.text


@pytest.mark.parametrize(("claimed", "agrees"), [("greater", False), ("less", True)])
def test_examples_that_say_the_opposite_show_nothing(claimed: str, agrees: bool) -> None:
    """The marks say that ELU is far behind, whatever the seeds are said to show."""
    record, weights = made_up("elu-mnist", {}, {}), {"elu": 1.0, "relu": -1.0}
    right = {"relu": True, "leaky_relu": True, "elu": False}
    marks = np.array([[right[c.name]] * 100 for c, _ in record.config.members])
    kept = replace(record, right=packed(marks))
    same, opposed = (
        over_examples(replace(SHARED, agrees=said), kept, weights, claimed=claimed)
        for said in (agrees, not agrees)
    )
    assert same.p < 0.01
    assert opposed.p == 1


def test_networks_that_diverged_are_not_alike() -> None:
    lost = [float("nan")] * 5
    assert alike("a − b", [*lost, 0.9], [*lost, 0.9], 0.1).p == 1
    assert alike("a − b", [*lost[1:], 0.9, 0.8], [*lost, 0.9], 0.1).p == 1


def test_a_test_that_gave_no_p_value_showed_nothing() -> None:
    good, none = part(0.01, True), part(float("nan"), True)
    assert none.p == 1
    for parts in ([good, none], [none, good]):
        assert every(parts).p == unanimous(parts).p == 1
    opposed = [good, part(float("nan"), False), part(0.01, False)]
    assert every(opposed).p == pytest.approx(0.03)


def test_the_kind_of_a_p_value_is_that_of_the_part_it_comes_from() -> None:
    near = alike("a − b", NEAR.tolist(), [0.0] * 5, 0.1)
    assert near.kind == "equivalence"
    assert alike("a − b", (NEAR + 1).tolist(), [0.0] * 5, 0.1).kind == "two-sided"
    assert every([near, part(0.5, True)]).kind == "two-sided"
    assert every([part(1e-9, True), near]).kind == "equivalence"


def test_ranks_decide_between_methods() -> None:
    scores = {"a": [1.0, 2.0, 3.0, 4.0, 5.0, -30.0], "b": [0.0] * 6, "c": [9.0] * 6}
    found, lost = map(ranked, against_each(scores, "a"))
    assert found.agrees
    assert not lost.agrees
    assert found.p == pytest.approx(stats.wilcoxon(scores["a"]).pvalue)
    assert "5 won, 1 lost" in found.text


def part(p: float, agrees: bool) -> Found:
    return Found(f"p = {p}", p, agrees)


def test_every_part_must_agree_and_one_opposed_is_the_opposite() -> None:
    assert every([part(0.01, True), part(0.03, True)]) == Found("p = 0.01; p = 0.03", 0.03, True)
    opposed = every([part(0.001, True), part(0.01, False), part(0.3, False)])
    assert (opposed.p, opposed.agrees) == (pytest.approx(0.03), False)
    assert every([part(0.9, False), part(0.9, False)]).p == 1


def test_settings_that_do_not_say_the_same_say_nothing() -> None:
    assert unanimous([part(0.01, False), part(0.02, False)]).p == 0.02
    assert not unanimous([part(0.01, False), part(0.02, False)]).agrees
    mixed = unanimous([part(0.01, True), part(0.02, False)])
    assert mixed.p == 1
    assert mixed.text.startswith("it depends on the setting")
