"""The Triton kernels compile for a GPU, whether or not one is there."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from actmath.nn._noisy import triton_kernel

needs_triton = pytest.mark.skipif(
    importlib.util.find_spec("triton") is None, reason="Triton is not installed"
)

COMPILE = """
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from actmath.nn._noisy import triton_kernel as noisy_triton

CONSTANTS = {"half": True, "approximate": True, "lanes": noisy_triton.LANES}
for kernel in (noisy_triton.forward_kernel, noisy_triton.backward_kernel):
    names = kernel.arg_names
    kinds = {name: "*fp32" if name.endswith("_at") else "fp32" for name in names}
    kinds |= {"seed_at": "*i64", "count": "i32"} | dict.fromkeys(CONSTANTS, "constexpr")
    aligned = [i for i, name in enumerate(names) if name.endswith("_at") or name == "count"]
    source = ASTSource(
        fn=kernel,
        signature={name: kinds[name] for name in names},
        constexprs=CONSTANTS,
        attrs={(i,): [["tt.divisibility", 16]] for i in aligned},
    )
    program = triton.compile(source, target=GPUTarget("cuda", 90, 32)).asm["ptx"]
    print("wide" if ".v4.b32" in program else "narrow")
"""


@needs_triton
def test_kernels_compile_for_a_gpu_that_is_not_there(tmp_path: Path) -> None:
    environment = {**os.environ, "TRITON_CACHE_DIR": str(tmp_path), "TRITON_INTERPRET": "0"}
    command = [sys.executable, "-W", "ignore", "-c", COMPILE]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert found.stdout.split() == ["wide", "wide"], found.stderr


def test_a_lane_owns_as_many_elements_as_philox_gives_words() -> None:
    assert triton_kernel.WIDTH == 4 * triton_kernel.LANES


@pytest.mark.skipif(triton_kernel.triton is not None, reason="Triton is installed")
def test_without_triton_there_are_no_kernels() -> None:
    assert not hasattr(triton_kernel, "forward_kernel")
