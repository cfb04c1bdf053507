"""A checkpoint comes back as it was, and only to the run that it belongs to."""

from __future__ import annotations

from pathlib import Path

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
