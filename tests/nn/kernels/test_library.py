"""The C file is built once, in the user's cache folder; without a compiler there is none."""

from __future__ import annotations

import ctypes
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import warnings
from contextlib import suppress
from hashlib import sha256
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


def prototypes() -> dict[str, tuple[str, ...]]:
    """Each loop's arguments as the C files declare them, "address" or "number"."""
    found = {}
    for file in library.FOLDER.glob("*.h"):
        text = re.sub(r"NAME\((\w+)\)", r"NAME_\1", file.read_text("utf-8"))
        for name, given in re.findall(r"^void NAME_(\w+)\(([^)]*)\)", text, re.MULTILINE):
            words = [" ".join(each.split()) for each in given.split(",")]
            assert all("*" in word or word.startswith("int64_t ") for word in words), words
            found[name] = tuple("address" if "*" in word else "number" for word in words)
    return found


def test_arguments_are_declared_as_c_has_them() -> None:
    words = {library._ADDRESS: "address", library._NUMBER: "number"}
    declared = {**library._ARGUMENTS, **library._SINGLE}
    assert {
        name: tuple(words[kind] for kind in kinds) for name, kinds in declared.items()
    } == prototypes()
    assert (ctypes.c_void_p, ctypes.c_int64) == (library._ADDRESS, library._NUMBER)


@NEEDED
def test_every_loop_is_there_in_its_precisions_and_gives_nothing_back() -> None:
    for name in library._ARGUMENTS:
        for dtype in (torch.float32, torch.float64):
            loop: Any = c_loop(name, dtype)
            assert loop.restype is None
            assert tuple(loop.argtypes) == library._ARGUMENTS[name]
            ending = {torch.float32: "float", torch.float64: "double"}[dtype]
            assert loop.__name__ == f"{name}_{ending}"
    normals: Any = c_loop("normals", torch.float32)
    assert tuple(normals.argtypes) == library._SINGLE["normals"]


@pytest.mark.parametrize("said", ["off", "0", "no", "false", " OFF ", "False\n"])
def test_words_that_switch_it_off(
    said: str, nothing_built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SWITCH, said)
    monkeypatch.setattr(library, "_built", lambda _: pytest.fail("it was built"))
    assert attempted() is None


@pytest.mark.parametrize("said", ["on", "1", "yes", "true", " On", "", "  ", None])
def test_words_that_leave_it_on(
    said: str | None, nothing_built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if said is not None:
        monkeypatch.setenv(SWITCH, said)
    calls: list[Any] = []

    def built(command: list[str]) -> Path:
        calls.append(command)
        raise OSError

    monkeypatch.setattr(library, "_built", built)
    assert attempted() is None
    (command,) = calls
    assert command == [*library._compiler(), *library.FLAGS, *library._wide()]


@pytest.mark.parametrize(
    "error",
    [OSError, ValueError, AttributeError, RuntimeError, subprocess.SubprocessError],
)
def test_what_goes_wrong_leaves_pytorchs_operations(
    error: type[Exception], nothing_built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def built(_: list[str]) -> Path:
        raise error

    monkeypatch.setattr(library, "_built", built)
    assert attempted() is None
    monkeypatch.setattr(library, "_library", lambda: None)
    assert c_loop.__wrapped__("gelu", torch.float32) is None
    assert not is_at_hand(torch.zeros(2))


@pytest.mark.parametrize(
    ("machine", "capability", "flags"),
    [
        ("x86_64", "AVX512", ["-march=x86-64-v4", "-mprefer-vector-width=512"]),
        ("AMD64", "AVX2", ["-march=x86-64-v3"]),
        ("x86_64", "DEFAULT", []),
        ("aarch64", "AVX2", []),
        ("arm64", "DEFAULT", []),
    ],
)
def test_flags_are_those_of_what_the_processor_can_do(
    machine: str, capability: str, flags: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the psABI's levels have them: v3 is AVX2, v4 AVX-512."""
    monkeypatch.setattr(library.platform, "machine", lambda: machine)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    assert library._wide() == flags


def test_a_compiler_s_name_may_have_a_blank(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spaced = tmp_path / "my cc"
    spaced.write_text("#!/bin/sh\n")
    spaced.chmod(0o700)
    monkeypatch.setenv("CC", str(spaced))
    assert library._compiler() == [str(spaced)]
    monkeypatch.setenv("CC", "ccache 'a b' -O1")
    assert library._compiler() == ["ccache", "a b", "-O1"]
    monkeypatch.setenv("CC", "")
    monkeypatch.setattr(library.shutil, "which", lambda name: f"/bin/{name}" if name else None)
    assert library._compiler() == ["/bin/cc"]
    monkeypatch.setattr(library.shutil, "which", lambda _: None)
    assert library._compiler() == [""]
    with pytest.raises(FileNotFoundError, match="there is no C compiler"):
        library._built([""])


def pretended(monkeypatch: pytest.MonkeyPatch, content: bytes = b"made") -> list[list[str]]:
    """In the compiler's place: it writes the content where it is told, and the calls are listed."""
    calls: list[list[str]] = []

    def compiled(call: list[str]) -> None:
        calls.append(call)
        Path(call[call.index("-o") + 1]).write_bytes(content)

    monkeypatch.setattr(library, "_compile", compiled)
    return calls


def test_one_file_for_each_command_machine_and_source(
    nothing_built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = pretended(monkeypatch)
    first = library._built(["cc", "-O3"])
    assert library._built(["cc", "-O3"]) == first
    assert len(calls) == 1
    assert calls[0][:3] == ["cc", "-O3", str(library.FOLDER / "kernels.c")]
    assert calls[0][3] == "-o"
    assert calls[0][5:] == ["-lm"]
    assert first.parent == nothing_built / "kernels"
    assert first.read_bytes() == b"made"
    digest, number = first.stem.split("-")
    assert number == sha256(b"made").hexdigest()[:16]
    assert len(digest) == 16
    others = [library._built(["cc", "-O2"]), library._built(["cc", "-O", "3"])]
    monkeypatch.setattr(library.platform, "machine", lambda: "another")
    others.append(library._built(["cc", "-O3"]))
    sources = nothing_built / "sources"
    for ending in ("c", "h"):
        sources.mkdir(exist_ok=True)
        (sources / f"kernels.{ending}").write_text("int x;")
        monkeypatch.setattr(library, "FOLDER", sources)
        others.append(library._built(["cc", "-O3"]))
    assert len({first, *others}) == 6
    assert len(calls) == 6
    # Nothing else is left in the folder.
    assert sorted(first.parent.iterdir()) == sorted([first, *others])


def test_a_file_of_other_bytes_is_passed_over(
    nothing_built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretended(monkeypatch)
    made = library._built(["cc"])
    digest = made.stem.split("-")[0]
    wrong = made.with_name(f"{digest}-{'0' * 16}.so")
    wrong.write_bytes(b"made")
    (made.parent / f"{digest}-.so").mkdir()
    assert library._whole(made.parent, digest) == made
    assert library._whole(made.parent, digest[::-1]) is None
    made.write_bytes(b"mad")
    assert library._whole(made.parent, digest) is None
    assert library._built(["cc"]) == made
    assert made.read_bytes() == b"made"


def test_a_compiler_that_fails_says_with_what() -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        library._compile(["sh", "-c", "exit 3"])
    assert (failed.value.returncode, failed.value.cmd) == (3, ["sh", "-c", "exit 3"])
    library._compile(["sh", "-c", "exit 0"])


def test_numbers_elsewhere_or_of_other_kinds_are_not_at_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library, "_library", object)
    for dtype in (torch.float32, torch.float64):
        assert is_at_hand(torch.zeros(2, dtype=dtype))
        assert not is_at_hand(torch.zeros(2, dtype=dtype, device="meta"))
    for dtype in (torch.float16, torch.bfloat16, torch.int32, torch.complex64):
        assert not is_at_hand(torch.zeros(2, dtype=dtype))
