"""Every undecided row says in one sentence what it would take."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from actmath.claims import CLAIMS, Kind, Verdict
from actmath.claims._evidence.found import Found
from actmath.claims._evidence.gates import Gate
from actmath.claims._evidence.outlook import outlook
from actmath.experiment._record.significance import POWER

LEVEL = 0.05


def sentence(*failed: Gate, p: float = 0.2, over: str = "over seeds") -> str:
    return outlook(failed, Found("a − b: -1", p, True, over=over), p, LEVEL)


def test_it_names_what_each_failing_gate_lacks() -> None:
    learned, tuned = Gate("learned", False, "…"), Gate("tuning", False, "…", takes="a scan")
    assert sentence(learned) == "it would take networks that do better than the best trivial answer"
    assert sentence(learned, tuned).endswith("trivial answer, and a scan")
    both = sentence(learned, Gate("test", False, "…"), over="over tables, which differ")
    assert both.endswith("times as many tables, were the effect as large as the one found")


@pytest.mark.parametrize("p", [0.06, 0.2, 0.5])
def test_so_many_repetitions_show_the_effect_with_the_power_that_is_said(p: float) -> None:
    """In draws of normal means whose effect is the one that p was found of."""
    said = sentence(Gate("test", False, "…"), p=p)
    times = int(said.removeprefix("it would take about ").partition(" ")[0])
    shift = stats.norm.isf(p / 2) * np.sqrt(times)
    z = np.random.default_rng(0).normal(shift, 1, 20_000)
    share = np.mean(2 * stats.norm.sf(np.abs(z)) < LEVEL)
    assert share > POWER - 0.01
    fewer = np.random.default_rng(1).normal(shift * np.sqrt((times - 1) / times), 1, 20_000)
    assert np.mean(2 * stats.norm.sf(np.abs(fewer)) < LEVEL) < POWER + 0.01


@pytest.mark.parametrize("p", [0.99, 1.0])
def test_of_no_effect_no_number_is_said(p: float) -> None:
    said = sentence(Gate("test", False, "…"), p=p, over="over seeds only, as the record …")
    assert said == (
        "it would take an effect larger than the one found, or more than 100 times as many seeds"
    )


@pytest.mark.slow
def test_every_measured_row_is_decided_or_says_what_it_would_take() -> None:
    measured = [claim for claim in CLAIMS.values() if claim.kind is Kind.MEASURED]
    assert len(measured) > 50
    silent = []
    for claim in measured:
        finding = claim.judge().finding
        if finding.verdict in (Verdict.UNDECIDED, Verdict.OUT_OF_REACH):
            silent += [] if "it would take" in finding.evidence else [claim.id]
    assert not silent
