"""The C file is built once, in the user's cache folder; without a compiler there is none."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch

from actmath.nn._kernels import library
from actmath.nn._kernels.library import SWITCH, c_loop, is_at_hand

PROGRAM = """
import torch
from actmath.nn import NoisyGRU, NoisyLSTM
from actmath.nn._kernels.library import is_at_hand
print(is_at_hand(torch.zeros(1)))
torch.manual_seed(0)
for layers in (NoisyLSTM, NoisyGRU):
    x = torch.ones(4, 2, 3, requires_grad=True)
    layers(3, 5)(x)[0].sum().backward()
    print(*(f"{number:.4f}" for number in x.grad[0, 0].tolist()))
"""


NEEDED = pytest.mark.skipif(
    c_loop("lstm_forward", torch.float32) is None, reason="there is no C compiler here"
)
LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="the folder has another variable elsewhere"
)


def run(folder: Path, **environment: str) -> list[str]:
    given = {**os.environ, "XDG_CACHE_HOME": str(folder), **environment}
    call = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(call, env=given, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler here")
def test_where_there_is_a_compiler_there_are_loops_with_all_their_functions() -> None:
    """Or what needs them would be skipped in silence."""
    assert c_loop("lstm_forward", torch.float32) is not None
    assert c_loop("lstm_forward", torch.float64) is not None
    assert c_loop("normals", torch.float32) is not None


@pytest.mark.slow
@NEEDED
@LINUX
def test_built_once_and_the_same_numbers_without(tmp_path: Path) -> None:
    first = run(tmp_path)
    made = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.so")}
    assert first[0] == "True"
    assert len(made) == 1
    assert run(tmp_path) == first
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.so")} == made
    for without in ({SWITCH: "off"}, {"CC": "/there/is/no/such/compiler"}):
        other = tmp_path / "other"
        assert run(other, **without) == ["False", *first[1:]]
        assert not list(other.rglob("*.so"))


@pytest.mark.slow
@NEEDED
@LINUX
def test_a_damaged_file_is_built_again(tmp_path: Path) -> None:
    """Of half a library the loader maps pages that are not there: the process would end."""
    first = run(tmp_path)
    (made,) = tmp_path.rglob("*.so")
    whole = made.read_bytes()
    made.write_bytes(whole[: len(whole) // 2])
    # Waited for, a pipe would never answer; its name comes first.
    pipe = made.with_name(f"{made.stem.split('-')[0]}-.so")
    os.mkfifo(pipe)
    assert run(tmp_path) == first
    pipe.unlink()
    assert [library._sum(each) for each in tmp_path.rglob("*.so")] == [made.stem.split("-")[1]]


@pytest.mark.slow
@NEEDED
@LINUX
def test_two_processes_at_once(tmp_path: Path) -> None:
    given = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    call = [sys.executable, "-W", "error", "-c", PROGRAM]
    both = [subprocess.Popen(call, env=given, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    (one, other) = (each.communicate()[0] for each in both)
    assert one == other
    assert one.startswith("True")
    assert not [each for each in tmp_path.rglob("*") if each.is_dir() and each.name[:3] == "tmp"]


@pytest.fixture
def nothing_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of its own, and no switch."""
    monkeypatch.setattr(library.platformdirs, "user_cache_path", lambda _: tmp_path)
    monkeypatch.delenv(SWITCH, raising=False)
    return tmp_path


def attempted() -> object:
    """The library, or None, as the first call of a process finds it."""
    library._attempt.cache_clear()
    try:
        return library._library.__wrapped__()
    finally:
        library._attempt.cache_clear()


@pytest.mark.parametrize("said", ["maybe", "2", "offf"])
def test_a_switch_that_says_nothing_known_is_a_sentence(
    said: str, nothing_built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SWITCH, said)
    with pytest.raises(ValueError, match=f"{SWITCH} must be on or off, got '{said}'"):
        attempted()


@pytest.mark.slow
@NEEDED
def test_a_compiler_of_several_words(nothing_built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = os.environ.get("CC") or shutil.which("cc")
    monkeypatch.setenv("CC", f"env {compiler}")
    assert attempted() is not None
    # One that hides all functions makes a library without any.
    monkeypatch.setenv("CC", f"{compiler} -fvisibility=hidden")
    assert attempted() is None


@pytest.mark.parametrize("compiler", ["true", "false", "/", "'"])
def test_a_compiler_that_makes_nothing(
    compiler: str, nothing_built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", compiler)
    assert attempted() is None
    assert not list(nothing_built.rglob("*.so"))


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(_: str) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(library.platformdirs, "user_cache_path", nowhere)
    assert attempted() is None


def test_a_slow_compiler_is_told_of(nothing_built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = nothing_built / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o700)
    monkeypatch.setenv("CC", str(slow))
    monkeypatch.setattr(library, "_PATIENCE", 0.1)
    with pytest.warns(RuntimeWarning, match=f"{SWITCH}=off has every process do so"):
        assert attempted() is None


@pytest.mark.skipif(sys.platform == "win32", reason="there are no groups of processes")
@pytest.mark.parametrize("end", [subprocess.TimeoutExpired, KeyboardInterrupt])
def test_what_a_compiler_has_started_ends_with_it(
    end: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``cc1``, which is a process of its own below ``cc``: it holds the pipe open, or not."""
    slow, pipe = tmp_path / "slow", tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    slow.write_text(f"#!/bin/sh\nexec 9> {shlex.quote(str(pipe))}\nsleep 60 &\necho >&9\nwait\n")
    slow.chmod(0o700)
    usual, deadline = subprocess.Popen.wait, time.monotonic() + 60

    def read(wanted: bytes) -> None:
        found = None
        while found != wanted:
            assert time.monotonic() < deadline
            with suppress(BlockingIOError):
                found = os.read(reader, 1)

    def wait(self: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        if timeout is None:
            return usual(self)
        read(b"\n")
        raise end("slow", timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", wait)
    with pytest.raises(end):
        library._compile([str(slow)])
    read(b"")
    os.close(reader)


def test_a_slow_compiler_is_waited_for_once(
    nothing_built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where warnings are errors, which no cache remembers."""
    calls: list[Any] = []

    def never_ends(call: Any) -> None:
        calls.append(call)
        raise subprocess.TimeoutExpired(call, library._PATIENCE)

    monkeypatch.setattr(library, "_compile", never_ends)
    monkeypatch.setattr(library, "_compiler", lambda: ["cc"])
    library._attempt.cache_clear()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(3):
                with pytest.raises(RuntimeWarning, match="took more than 60 seconds"):
                    library._library.__wrapped__()
    finally:
        library._attempt.cache_clear()
    assert len(calls) == 1


@pytest.mark.slow
@NEEDED
def test_slower_than_another_process(nothing_built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose library is then the one to take."""
    command, theirs = [*library._compiler(), *library.FLAGS], library._compile
    others: list[Path] = []

    def overtaken(call: Any) -> None:
        monkeypatch.setattr(library, "_compile", theirs)
        others.append(library._built(command))
        raise subprocess.TimeoutExpired(call, 1)

    monkeypatch.setattr(library, "_compile", overtaken)
    assert [library._built(command)] == others


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert run(tmp_path)[0] == "False"


def test_other_precisions_have_no_loops() -> None:
    assert c_loop("lstm_forward", torch.float16) is None
    assert not is_at_hand(torch.zeros(2, dtype=torch.bfloat16))
    assert not is_at_hand(torch.zeros(2, device="meta"))
