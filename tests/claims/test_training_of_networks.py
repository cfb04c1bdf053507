"""Decision rules of three recipes reach each verdict on records that are made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from actmath.claims import Verdict
from actmath.claims.elu.run_natural_gradient import centring_helps, elu_below_rivals
from actmath.claims.snn.run_depth import beats_batch_norm, gradient_growth, keeps_gradients
from actmath.claims.snn.run_weight_moments import typical
from actmath.experiment import RunRecord
from actmath.experiment._record.provenance import Provenance
from actmath.experiment._record.record import Table
from actmath.experiment.recipes import get

ORIGIN = Provenance("c0ffee", False, {}, "abacus", 1, "2017-06-08", 1.5)
Rows = Callable[[str], Sequence[Sequence[float]]]


def made_up(recipe: str, curves: Mapping[str, Rows], layers: Mapping[str, Rows]) -> RunRecord:
    """The recipe's book preset with, by name, each condition's rows."""
    config = get(recipe).config("book")

    def table(rows: Rows) -> Table:
        return tuple(tuple(row) for c in config.conditions for row in rows(c.name))

    made = [{name: table(rows) for name, rows in part.items()} for part in (curves, layers)]
    return RunRecord(config, ORIGIN, "0" * 64, 100, 100, 0.1, *made)


def seeds(recipe: str, level: float) -> list[list[float]]:
    """One point a seed near a level."""
    return [[level + 0.001 * (seed % 3)] for seed in get(recipe).config("book").seeds]


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


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ((0.9, 0.8), Verdict.REPRODUCED),
        ((0.1, 0.2), Verdict.NOT_REPRODUCED),
        ((0.1, 0.9), Verdict.UNDECIDED),
    ],
)
def test_typical(shares: tuple[float, float], verdict: Verdict) -> None:
    record = made_up("weight-moments", {}, {})
    arms = {str(share): [share, share + 0.01, share - 0.01] for share in shares}
    assert typical(arms, record).verdict is verdict


@pytest.mark.parametrize(
    ("elu", "leaky", "verdict"),
    [
        (0.1, 0.5, Verdict.REPRODUCED),
        (0.6, 0.5, Verdict.NOT_REPRODUCED),
        (0.1, 0.1, Verdict.UNDECIDED),
    ],
)
def test_elu_against_its_rivals(elu: float, leaky: float, verdict: Verdict) -> None:
    levels = {"elu": elu, "leaky_relu": leaky}

    def rows(name: str) -> list[list[float]]:
        noise = np.random.default_rng(len(name)).normal(0, 0.01, 8)
        return [[levels.get(name, 0.9) + float(e)] for e in noise]

    record = made_up("natural-gradient", {"shift": rows}, {})
    assert elu_below_rivals(record, "shift", "shift").verdict is verdict


@pytest.mark.parametrize(
    ("level", "verdict"), [(20.0, Verdict.REPRODUCED), (80.0, Verdict.NOT_REPRODUCED)]
)
def test_centring(level: float, verdict: Verdict) -> None:
    def moved(name: str) -> list[list[float]]:
        return seeds("natural-gradient", level if name == "tanh" else 20.0)

    curves: dict[str, Rows] = {"angle": lambda _: [[50.0]] * 8, "centred": moved}
    assert centring_helps(made_up("natural-gradient", curves, {})).verdict is verdict
