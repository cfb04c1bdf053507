"""The decisions on training claims, on made-up records that agree with the papers or do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from actmath.claims import CLAIMS
from actmath.claims._claim import Claim, Verdict
from actmath.claims.elu import (
    run_autoencoder as elu_autoencoder,
)
from actmath.claims.elu import (
    run_bias_shift as elu_mnist,
)
from actmath.claims.elu import (
    run_convolution as elu_conv,
)
from actmath.claims.prelu import run_depth as he_depth
from actmath.claims.prelu import run_slopes as prelu_slopes
from actmath.experiment import RunRecord
from actmath.experiment._record.provenance import Provenance
from actmath.experiment.recipes import RECIPES

Value = Callable[[str], float]


def made(recipe: str, curves: Mapping[str, Value], layers: Mapping[str, Value]) -> RunRecord:
    """A record whose every number follows from its arm's name, plus a little by seed."""
    config = RECIPES[recipe].config("book")
    columns = np.arange(config.depth)

    def table(value: Value, shape: np.ndarray) -> tuple[tuple[float, ...], ...]:
        rows = (value(c.name) * shape * (1 + 0.001 * s) + 0.0005 * s for c, s in config.members)
        return tuple(tuple(row) for row in rows)

    return RunRecord(
        config=config,
        provenance=Provenance("0" * 40, False, {}, "no device", 1, "2026-01-01", 1.0),
        data_sha256="",
        train_size=1,
        test_size=1,
        chance=0.1,
        curves={name: table(value, np.ones(config.epochs)) for name, value in curves.items()},
        layers={name: table(value, 0.9**columns) for name, value in layers.items()},
    )


def falling(good: str, low: float, high: float) -> Value:
    """Low for the arms whose name begins with ``good``, high for all others."""
    return lambda name: low if name.startswith(good) else high


def accuracy(order: Mapping[str, float]) -> Value:
    return lambda name: 1 - order[name] / 100


ERRORS = {
    "elu": 1.0,
    "shifted_relu": 2.0,
    "leaky_relu": 4.0,
    "relu": 6.0,
    "elu-bn": 1.5,
    "shifted_relu-bn": 2.5,
    "leaky_relu-bn": 3.0,
    "relu-bn": 3.5,
    "elu-shallow": 3.0,
    "relu-shallow": 4.0,
}


def contrary(name: str) -> float:
    return 8 - ERRORS[name]


def judged(
    module: object, record: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Verdict]:
    monkeypatch.setattr("actmath.claims._evidence.measured.recorded", lambda *_: record)
    claims: tuple[Claim, ...] = module.CLAIMS  # type: ignore[attr-defined]
    return {c.id: c.check().verdict for c in claims if c.remake is not None}


AGREEING = {
    elu_mnist: ({n: falling("elu", 1, 2) for n in ("median_activation", "train_loss")}, {}),
    elu_autoencoder: (
        {"test_loss": falling("elu", 1, 2)},
        {"error_before": lambda _: 9.0, "error_after": falling("elu", 1, 2)},
    ),
    elu_conv: ({"test_accuracy": accuracy(ERRORS)}, {}),
    prelu_slopes: ({}, {"slope_after": lambda name: 0.45 if "decayed" in name else 0.55}),
}


@pytest.mark.parametrize("module", AGREEING, ids=lambda module: module.RECIPE)
def test_a_record_that_agrees(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    record = made(module.RECIPE, *AGREEING[module])  # type: ignore[attr-defined, index]
    assert set(judged(module, record, monkeypatch).values()) == {Verdict.REPRODUCED}


def test_deep_networks_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    record = made("he-depth", {"train_loss": falling("he", 0.1, 2.302)}, {})
    verdicts = judged(he_depth, record, monkeypatch)
    assert verdicts.pop("C-PRE-6.c") is Verdict.NOT_REPRODUCED
    assert set(verdicts.values()) == {Verdict.REPRODUCED}


def test_records_that_contradict(monkeypatch: pytest.MonkeyPatch) -> None:
    curves = {n: falling("elu", 2, 1) for n in ("median_activation", "train_loss")}
    found = judged(elu_mnist, made("elu-mnist", curves, {}), monkeypatch)
    assert set(found.values()) == {Verdict.NOT_REPRODUCED}
    wrong = made("elu-conv", {"test_accuracy": lambda name: 1 - contrary(name) / 100}, {})
    assert Verdict.REPRODUCED not in judged(elu_conv, wrong, monkeypatch).values()
    slow = {"error_before": lambda _: 1.0, "error_after": lambda _: 0.9}
    idle = made("elu-autoencoder", {"test_loss": falling("elu", 1, 2)}, slow)
    assert set(judged(elu_autoencoder, idle, monkeypatch).values()) == {Verdict.OUT_OF_REACH}


def test_rank_correlation_of_the_papers_table() -> None:
    for printed in prelu_slopes.PRINTED_SLOPES.values():
        assert len(printed) == RECIPES["prelu-slopes"].config("book").depth
        pairs = [(i, j) for j in range(11) for i in range(j)]
        by_hand = np.mean([np.sign(printed[j] - printed[i]) for i, j in pairs])
        assert prelu_slopes.depth_correlation(np.array(printed)) == pytest.approx(by_hand)


def test_what_is_out_of_reach_says_what_it_would_take() -> None:
    for identifier in ("C-ELU-12.a", "C-ELU-13.a", "C-PRE-8.a", "C-PRE-8.b"):
        finding = CLAIMS[identifier].check()
        assert finding.verdict is Verdict.OUT_OF_REACH
        assert "it would take" in finding.evidence
