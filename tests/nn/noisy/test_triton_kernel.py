"""The Triton kernels compile for a GPU, and compute what they should in Triton's interpreter."""

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


PROGRAM = """
import torch
from actmath import catalog
from actmath.nn._noisy.hard_unit import HardUnit
from actmath.nn._noisy.formula import Mixture, noisy_output
from actmath.nn._noisy.kernel import _FusedNoise, fused_noisy_output
from actmath.nn._noisy.source import NoiseSource

torch.manual_seed(0)
cases = [("tanh", 1.0, False), ("tanh", 0.8, True), ("sigmoid", 1.2, True)]
cases.append(("softplus", 0.5, False))
for name, mix, half in cases:
    mixture = Mixture(HardUnit.of(catalog.get(name)), mix)
    x, seed = 4 * torch.randn(3, 1111), torch.tensor([1234567890123])
    p, c = torch.tensor(-1.3, requires_grad=True), torch.tensor(2.5)
    # At x = -50, p = 9 and c = 4 the deviation is 1: what is added to the line is the noise.
    far, one = torch.full_like(x, -50.0), torch.tensor(4.0)
    quiet = noisy_output(far, 9 * one, one, torch.zeros_like(x), mixture)
    epsilon = _FusedNoise.apply(far, 9 * one, one, seed, mixture, half) - quiet
    epsilon = epsilon * -mixture.direction
    assert bool((epsilon >= 0).all()) is half
    spread = epsilon.pow(2).mean().item()
    assert abs(spread - 1) < 5 * (2 / x.numel()) ** 0.5, spread

    at = x.clone().requires_grad_()
    y = _FusedNoise.apply(at, p, c, seed, mixture, half)
    gradient = torch.randn_like(x)
    slopes = torch.autograd.grad(y, (at, p), gradient)
    wide, steep = x.double().requires_grad_(), p.detach().double().requires_grad_()
    expected = noisy_output(wide, steep, c.double(), epsilon.double(), mixture)
    exact = torch.autograd.grad(expected, (wide, steep), gradient.double())
    torch.testing.assert_close(y.double(), expected, atol=2e-5, rtol=1e-5)
    torch.testing.assert_close(slopes[0].double(), exact[0], atol=2e-5, rtol=1e-5)
    torch.testing.assert_close(slopes[1].double(), exact[1], atol=2e-3, rtol=1e-4)

    def loss(q, a):
        return fused_noisy_output(a, q, c, mixture, half, NoiseSource()).sum()

    members = torch.stack([p.detach()] * 3)
    grads = torch.vmap(torch.func.grad(loss), in_dims=(0, None), randomness="different")(members, x)
    assert grads.unique().numel() == 3
    same = torch.vmap(torch.func.grad(loss), in_dims=(0, None), randomness="same")(members, x)
    assert same.unique().numel() == 1
print("agreed")
"""


@pytest.mark.slow
@needs_triton
def test_kernels_agree_with_the_formula_in_float64() -> None:
    environment = {**os.environ, "TRITON_INTERPRET": "1"}
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.strip() == "agreed", found.stderr


@pytest.mark.slow
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
