"""A checkpoint comes back as it was, and only to the run that it belongs to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from actmath.experiment._engine.checkpoint import DamagedCheckpointError, State
from actmath.experiment._record.provenance import Code


@pytest.fixture
def state() -> State:
    return State(
        key="abc",
        task={"weights": {"w": torch.arange(3.0)}},
        before={"mean": [[0.5, 1.0]]},
        code=Code("c0ffee", False),
        partial=torch.tensor([1.5], dtype=torch.float64),
        epoch=2,
        batch=1,
        seen=32,
        train_loss=[[2.0], [1.0]],
        evaluations=[{"test_loss": [2.5]}, {"test_loss": [1.5]}],
        seconds=4.5,
    )


def test_round_trip(state: State, tmp_path: Path) -> None:
    path = tmp_path / "state"
    state.save(path)
    back = State.load(path, "abc")
    assert torch.equal(back.task["weights"]["w"], state.task["weights"]["w"])
    assert torch.equal(back.partial, state.partial)
    for name in ("key", "before", "code", "epoch", "batch", "seen", "train_loss", "evaluations"):
        assert getattr(back, name) == getattr(state, name)
    assert back.seconds == 4.5


def test_another_runs_is_refused(state: State, tmp_path: Path) -> None:
    path = tmp_path / "state"
    state.save(path)
    with pytest.raises(DamagedCheckpointError, match="left by another configuration"):
        State.load(path, "xyz")


@pytest.mark.parametrize("cut", [0, 10, -20])
def test_a_cut_off_file_is_refused_by_name(state: State, tmp_path: Path, cut: int) -> None:
    path = tmp_path / "state"
    state.save(path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DamagedCheckpointError, match="state is no intact checkpoint"):
        State.load(path, "abc")


def test_a_bit_that_has_turned_is_found(state: State, tmp_path: Path) -> None:
    """PyTorch reads such a file without a word."""
    path = tmp_path / "state"
    state.save(path)
    content = bytearray(path.read_bytes())
    # The weights 0, 1, 2 as they lie in the file.
    place = content.index(torch.arange(3.0).numpy().tobytes())
    content[place + 4] ^= 1
    path.write_bytes(content)
    assert torch.load(path, weights_only=True)["task"]["weights"]["w"][1] != 1
    with pytest.raises(DamagedCheckpointError, match="no intact checkpoint: the checksum of"):
        State.load(path, "abc")


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": 3},
        {"epoch": "2"},
        {"batch": -1},
        {"seen": 1.5},
        {"train_loss": []},
        {"evaluations": None},
        {"seconds": float("nan")},
        {"code": {"commit": None}},
        {"more": 1},
    ],
    ids=str,
)
def test_what_does_not_go_together_is_refused(
    state: State, tmp_path: Path, change: dict[str, Any]
) -> None:
    path = tmp_path / "state"
    state.save(path)
    torch.save({**torch.load(path, weights_only=True), **change}, path)
    with pytest.raises(DamagedCheckpointError, match="state is no intact checkpoint"):
        State.load(path, "abc")


@pytest.mark.parametrize("content", [[1, 2], torch.zeros(3), None], ids=str)
def test_another_file_of_pytorchs_is_refused(content: object, tmp_path: Path) -> None:
    path = tmp_path / "state"
    torch.save(content, path)
    with pytest.raises(DamagedCheckpointError, match="state is no intact checkpoint"):
        State.load(path, "abc")
