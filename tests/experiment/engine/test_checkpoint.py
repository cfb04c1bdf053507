"""A checkpoint comes back as it was, and only to the run that it belongs to."""

from __future__ import annotations

import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from actmath.experiment._engine.checkpoint import DamagedCheckpointError, State, content_digest
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


def test_wherever_it_is_cut_off_it_is_refused_in_a_sentence(state: State, tmp_path: Path) -> None:
    """PyTorch seeks before the beginning of some, and advises to read others unsafely."""
    path = tmp_path / "state"
    state.save(path)
    content = path.read_bytes()
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        with pytest.raises(DamagedCheckpointError) as caught:
            State.load(path, "abc")
        assert str(caught.value).startswith(f"{path} is no intact checkpoint: ")
        assert str(caught.value).isprintable()


@pytest.mark.parametrize("wrong", [b"x", b"\xe8"])
def test_pytorchs_advice_is_not_repeated(state: State, tmp_path: Path, wrong: bytes) -> None:
    path = tmp_path / "state"
    state.save(path)
    content = path.read_bytes()
    # In the pickle, where an opcode stands.
    place = content.index(b"data.pkl") + content[content.index(b"data.pkl") :].index(b"}q")
    path.write_bytes(content[:place] + wrong + content[place + 1 :])
    with pytest.raises(DamagedCheckpointError) as caught:
        State.load(path, "abc")
    assert "weights_only" in str(caught.value.__cause__.__cause__)  # type: ignore[union-attr]
    assert "weights_only" not in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of POSIX's stands for a full disk")
def test_a_full_disk_is_a_sentence_and_keeps_the_older_state(state: State, tmp_path: Path) -> None:
    """PyTorch's writer raises an error of its own over that of the disk."""
    import resource

    path = tmp_path / "state"
    state.save(path)
    state.task = {"weights": torch.zeros(10_000)}
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, usual[1]))
    try:
        with pytest.raises(OSError, match="state cannot be written: File too large"):
            state.save(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert torch.equal(State.load(path, "abc").task["weights"]["w"], torch.arange(3.0))
    assert [file.name for file in tmp_path.iterdir()] == ["state"]


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
    with pytest.raises(DamagedCheckpointError, match="no intact checkpoint: its content is not"):
        State.load(path, "abc")


def test_no_turned_bit_changes_what_is_read(state: State, tmp_path: Path) -> None:
    """Bytes of the file in turn, with a bit of each turned: refused, or nothing has changed."""
    path = tmp_path / "state"
    state.save(path)
    content, wanted = path.read_bytes(), content_digest(_plain(state))
    random = np.random.default_rng(0)
    for place in random.permutation(len(content))[:600]:
        turned = bytearray(content)
        turned[place] ^= 1 << int(random.integers(8))
        path.write_bytes(turned)
        try:
            found = State.load(path, "abc")
        except DamagedCheckpointError:
            continue
        assert content_digest(_plain(found)) == wanted


def _plain(state: State) -> dict[str, object]:
    return {item.name: getattr(state, item.name) for item in fields(state)} | {
        "code": asdict(state.code)
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], [12]),
        (["1"], [1]),
        ([True], [1]),
        ([0.0], [-0.0]),
        ({"a": [1], "b": []}, {"a": [], "b": [1]}),
        (torch.zeros(2, 3), torch.zeros(3, 2)),
        (torch.zeros(2), torch.zeros(2, dtype=torch.bfloat16)),
        (torch.tensor(1.0), torch.tensor([1.0])),
    ],
)
def test_different_contents_have_different_digests(one: object, other: object) -> None:
    assert content_digest(one) != content_digest(other)
    assert content_digest([one]) == content_digest([one])


def test_what_is_no_plain_data_has_no_digest() -> None:
    with pytest.raises(TypeError, match="not a set"):
        content_digest({"a": {1}})


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
    content = {**torch.load(path, weights_only=True), **change}
    del content["sha256"]
    torch.save({**content, "sha256": content_digest(content)}, path)
    with pytest.raises(DamagedCheckpointError, match="state is no intact checkpoint"):
        State.load(path, "abc")


@pytest.mark.parametrize("content", [[1, 2], torch.zeros(3), None], ids=str)
def test_another_file_of_pytorchs_is_refused(content: object, tmp_path: Path) -> None:
    path = tmp_path / "state"
    torch.save(content, path)
    with pytest.raises(DamagedCheckpointError, match="state is no intact checkpoint"):
        State.load(path, "abc")


def test_tensors_are_read_with_memory_of_their_own(state: State, tmp_path: Path) -> None:
    """What else a pickle says of a tensor is in no digest: one byte of it made another record."""
    shared = torch.zeros(2)
    wide = torch.zeros(1, dtype=torch.float64).expand(3)
    wanting = torch.ones(2, requires_grad=True)
    state.task = {"one": shared, "other": [shared, (wide, wanting)]}
    state.save(tmp_path / "run.checkpoint")
    found = State.load(tmp_path / "run.checkpoint", "abc").task
    one, (other, (row, last)) = found["one"], found["other"]
    one += 1
    assert other.tolist() == [0, 0]
    row += torch.arange(3)
    assert row.tolist() == [0, 1, 2]
    assert row.is_contiguous()
    last += 1
    assert not last.requires_grad
    assert last.tolist() == [2, 2]
