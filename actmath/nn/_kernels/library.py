"""The loops of ``kernels.c``, compiled for this processor when they are first wanted.

A formula of ten operations, or a step of a recurrent layer, is ten calls of PyTorch, each of which
takes longer to make than a small tensor to compute, and writes a tensor that the next one reads.
The C file includes nothing of PyTorch's: it takes a few seconds to build, once for a version of
this package, and the result lies in the user's cache folder, under a name that holds the digest of
its bytes: half a file, which could end the process, is no library. Where there is no compiler, or
the environment says ``ACTMATH_KERNELS=off``, everything runs in PyTorch's operations as before.
"""

from __future__ import annotations

import ctypes
import os
import platform
import shlex
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import platformdirs
import torch
from torch import Tensor

SWITCH = "ACTMATH_KERNELS"
_ON, _OFF = ("on", "1", "yes", "true"), ("off", "0", "no", "false")
FOLDER = Path(__file__).parent
#: No error numbers and no traps, or nothing becomes a vector; nan and infinity stay what they are.
#: A product and a sum with it are rounded once, where the processor does so.
ARITHMETIC = ("-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast")
FLAGS = ("-std=c11", "-O3", *ARITHMETIC, "-fPIC", "-shared")
#: By what PyTorch found that the processor can do.
WIDE = {"AVX512": ("-march=x86-64-v4", "-mprefer-vector-width=512"), "AVX2": ("-march=x86-64-v3",)}
_TYPES = {torch.float32: "float", torch.float64: "double"}
#: Seconds after which a compiler is given up.
_PATIENCE = 60


@lru_cache
def c_loop(name: str, dtype: torch.dtype) -> Callable[..., None] | None:
    """A loop of the library for one precision; None if there is no library, or none for it."""
    library = _library()
    if library is None or dtype not in _TYPES:
        return None
    found: Callable[..., None] = getattr(library, f"{name}_{_TYPES[dtype]}")
    return found


def is_at_hand(x: Tensor) -> bool:
    """Do the numbers lie in the memory of this processor, in a precision that the loops know?"""
    return x.is_cpu and x.dtype in _TYPES and _library() is not None


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    found = _attempt()
    if isinstance(found, subprocess.TimeoutExpired):
        # Another process may have more time: their last digits would differ, and nobody know why.
        warnings.warn(
            f"the C compiler took more than {_PATIENCE} seconds, so that this process computes in "
            f"PyTorch's operations; {SWITCH}=off has every process do so",
            RuntimeWarning,
            stacklevel=2,
        )
        return None
    return found


@lru_cache(maxsize=1)
def _attempt() -> ctypes.CDLL | subprocess.TimeoutExpired | None:
    """The library, None if it cannot be made, or that it took too long, which is not tried again.

    Apart from the warning, since ``-W error`` makes that an error, of which no cache remembers
    anything: every call would wait as long as the first.

    Raises:
        ValueError: if the variable says neither on nor off.
    """
    said = os.environ.get(SWITCH, "").strip().lower()
    if said in _OFF:
        return None
    if said and said not in _ON:
        raise ValueError(f"{SWITCH} must be on or off, got {said!r}")
    try:
        return _declared(ctypes.CDLL(str(_built([*_compiler(), *FLAGS, *_wide()]))))
    except subprocess.TimeoutExpired as late:
        return late
    except (OSError, ValueError, AttributeError, RuntimeError, subprocess.SubprocessError):
        # RuntimeError: of a user without a home, who has no cache folder.
        return None


def _compiler() -> list[str]:
    """The command, which may be of several words, such as "ccache gcc"; empty if there is none."""
    named = os.environ.get("CC", "")
    words = [named] if shutil.which(named) else shlex.split(named)
    return words or [shutil.which("cc") or ""]


def _wide() -> list[str]:
    flags = WIDE.get(torch.backends.cpu.get_cpu_capability(), ())
    return [*flags] if platform.machine().lower() in ("x86_64", "amd64") else []


def _built(command: list[str]) -> Path:
    """The library's file, made if it is not there.

    Raises:
        OSError, subprocess.SubprocessError: if it cannot be made.
    """
    sources = sorted([*FOLDER.glob("*.h"), *FOLDER.glob("*.c")])
    parts = [*(file.read_bytes() for file in sources), *map(str.encode, command)]
    digest = sha256(b"\0".join([*parts, platform.machine().encode()])).hexdigest()[:16]
    folder = platformdirs.user_cache_path("actmath") / "kernels"
    if found := _whole(folder, digest):
        return found
    if not command[0]:
        raise FileNotFoundError("there is no C compiler")
    folder.mkdir(parents=True, exist_ok=True)
    # Under a name of its own first, since another process may be at it too.
    with tempfile.TemporaryDirectory(dir=folder) as room:
        made = Path(room) / "made.so"
        call = [*command, str(FOLDER / "kernels.c"), "-o", str(made), "-lm"]
        try:
            _compile(call)
        except subprocess.TimeoutExpired:
            if found := _whole(folder, digest):
                return found
            raise
        return made.replace(folder / f"{digest}-{_sum(made)}.so")


def _compile(call: list[str]) -> None:
    """Run a compiler, which is given up when it takes too long, with all that it has started.

    Raises:
        OSError, subprocess.SubprocessError: if it cannot be run, fails, or takes too long.
    """
    nothing = subprocess.DEVNULL
    with subprocess.Popen(
        call, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
    ) as compiler:
        try:
            code = compiler.wait(_PATIENCE)
        # Also Ctrl-C, which does not reach another session.
        except BaseException:
            # The driver, cc, only waits for the compiler proper, cc1.
            if hasattr(os, "killpg"):
                with suppress(ProcessLookupError):
                    os.killpg(compiler.pid, signal.SIGKILL)
            compiler.kill()
            raise
    if code:
        raise subprocess.CalledProcessError(code, call)


def _whole(folder: Path, digest: str) -> Path | None:
    """A library of these sources and this command, whose bytes are those that were written."""
    for file in sorted(folder.glob(f"{digest}-*.so")):
        # A pipe of that name would be waited for.
        if file.is_file() and file.stem == f"{digest}-{_sum(file)}":
            return file
    return None


def _sum(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:16]


_ADDRESS, _NUMBER = ctypes.c_void_p, ctypes.c_int64
_EACH = (_ADDRESS, _ADDRESS, _ADDRESS, _NUMBER)
_ARGUMENTS = {
    **dict.fromkeys(("lstm_forward", "lstm_backward", "gru_forward", "gru_backward"), (_ADDRESS,)),
    **dict.fromkeys(("sigmoid", "tanh", "softsign", "tanhshrink"), _EACH),
    "gelu": (_ADDRESS, _ADDRESS, _NUMBER),
    "gelu_slope": _EACH,
    "glu_slope": (*_EACH, _NUMBER),
    "prelu_slope": (*[_ADDRESS] * 5, _NUMBER, _NUMBER, _NUMBER),
    **dict.fromkeys(("stacked_lstm_forward", "stacked_lstm_backward"), (_ADDRESS, _NUMBER)),
    **dict.fromkeys(("stacked_gru_forward", "stacked_gru_backward"), (_ADDRESS, _NUMBER)),
}
#: In single precision alone.
_SINGLE = {"normals": (_ADDRESS, _ADDRESS, _NUMBER, _NUMBER)}


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    """With the kinds of the arguments, which ctypes cannot know."""
    for word in _TYPES.values():
        named = {**_ARGUMENTS, **_SINGLE} if word == "float" else _ARGUMENTS
        for name, kinds in named.items():
            function: Any = getattr(library, f"{name}_{word}")
            function.argtypes, function.restype = kinds, None
    return library
