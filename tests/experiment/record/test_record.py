"""A record is written whole, read back equal, and refused when it is not intact."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from actmath.experiment._record.config import Config
from actmath.experiment._record.provenance import Provenance
from actmath.experiment._record.record import (
    DamagedRecordError,
    RunRecord,
    load_record,
    recorded,
    rounded,
)


@pytest.fixture
def record(toy: Config) -> RunRecord:
    """Made up: four members, three epochs, member 1 diverged."""
    curve = ((2.3, 1.0, 0.5), (9.0, math.nan, math.nan), (2.2, 0.4, 0.2), (2.2, 0.4, 0.25))
    accuracy = ((0.1, 0.1, 0.1), (0.1, 0.1, 0.1), (0.5, 0.9, 0.95), (0.5, 0.9, 0.96))
    moments = tuple(tuple(0.1 * (m + layer) for layer in range(6)) for m in range(4))
    places = ("mean_before", "variance_before", "mean_after", "variance_after")
    return RunRecord(
        config=toy,
        provenance=Provenance("c0ffee", False, {"torch": "0"}, "abacus", 1, "2017-06-08", 1.5),
        data_sha256="0" * 64,
        train_size=250,
        test_size=100,
        chance=0.1,
        curves={"train_loss": curve, "test_loss": curve, "test_accuracy": accuracy},
        layers=dict.fromkeys(places, rounded(moments)),
    )


def test_round_trip(record: RunRecord, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    record.save(path)
    back = load_record(path)
    assert back.to_json() == record.to_json()
    assert (back.config, back.provenance, back.layers) == (
        record.config,
        record.provenance,
        record.layers,
    )
    assert math.isnan(back.curves["train_loss"][1][2])


def test_rows_of_a_condition(record: RunRecord) -> None:
    assert record.curve("test_accuracy", "selu").tolist() == [[0.5, 0.9, 0.95], [0.5, 0.9, 0.96]]
    assert record.final("test_accuracy", "relu") == (0.1, 0.1)
    assert record.layer("mean_after", "selu").shape == (2, 6)
    assert np.isnan(record.curve("train_loss", "relu")[1, 1:]).all()
    with pytest.raises(ValueError, match="no condition is named 'gelu': known are relu, selu"):
        record.curve("train_loss", "gelu")
    with pytest.raises(KeyError, match="no curve is named 'accuracy': did you mean test_accuracy"):
        record.final("accuracy", "relu")
    with pytest.raises(KeyError, match="no moment by layer is named 'deviation': "):
        record.layer("deviation", "relu")


def test_outcomes_follow_from_the_final_accuracies(record: RunRecord) -> None:
    assert [outcome.condition for outcome in record.outcomes] == ["relu", "selu"]
    assert record.outcome("selu").accuracy.mean == pytest.approx(0.955)
    assert record.outcome("relu").learns is False


def test_table_for_notebooks(record: RunRecord) -> None:
    html = record._repr_html_()
    assert html.count("<tr>") == 3
    assert "<td>relu</td><td>10.0 %</td>" in html
    assert "abacus" in html


def test_save_does_not_replace_without_force(record: RunRecord, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    record.save(path)
    other = replace(record, chance=0.2)
    with pytest.raises(FileExistsError, match=r"run\.json exists"):
        other.save(path)
    assert load_record(path).chance == 0.1
    other.save(path, force=True)
    assert load_record(path).chance == 0.2


def damage(path: Path, kind: str) -> None:
    text = path.read_text()
    data = json.loads(text)
    match kind:
        case "cut off":
            path.write_text(text[: len(text) // 2])
        case "emptied":
            path.write_text("")
        case "not text":
            path.write_bytes(b"\xff\xfe\x00")
        case "not a record":
            path.write_text("[1, 2]")
        case "prettier accuracy":
            data["record"]["curves"]["test_accuracy"][0][2] = 0.99
            path.write_text(json.dumps(data))
        case "other schema":
            path.write_text(json.dumps(data | {"schema": 99}))


@pytest.mark.parametrize(
    "kind",
    ["cut off", "emptied", "not text", "not a record", "prettier accuracy", "other schema"],
)
def test_damaged_file_is_refused_by_name(record: RunRecord, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "run.json"
    record.save(path)
    damage(path, kind)
    with pytest.raises(DamagedRecordError, match=r"run\.json is no intact record"):
        load_record(path)


def test_reformatting_is_no_damage(record: RunRecord, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    record.save(path)
    path.write_text(json.dumps(json.loads(path.read_text()), indent=2))
    assert load_record(path).to_json() == record.to_json()


def test_configuration_must_have_its_hash(record: RunRecord) -> None:
    data = record.to_json()
    data["config"]["epochs"] = 99
    with pytest.raises(ValueError, match="hash"):
        RunRecord.from_json(data)


def test_recorded_is_found_from_folders_below(
    record: RunRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.save(tmp_path / "book" / "results" / "toy-smoke.json")
    below = tmp_path / "book" / "chapter"
    below.mkdir()
    monkeypatch.chdir(below)
    assert recorded("toy", "smoke").config == record.config
    with pytest.raises(
        FileNotFoundError, match=r"train toy --preset paper --out \S+/results/toy-paper.json makes"
    ):
        recorded("toy", "paper")


def test_recorded_in_a_folder_that_is_named(record: RunRecord, tmp_path: Path) -> None:
    record.save(tmp_path / "toy-smoke.json")
    assert recorded("toy", "smoke", tmp_path).config == record.config


def test_no_folder_of_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="book/results"):
        recorded("toy", "smoke")


def test_rounded_keeps_six_digits() -> None:
    assert rounded([[1.23456789, math.inf]])[0][0] == 1.23457
    assert math.isnan(rounded([[math.inf]])[0][0])
