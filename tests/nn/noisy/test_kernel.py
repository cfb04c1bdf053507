"""The Triton kernels, run by Triton's interpreter on the CPU in a process of their own."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from actmath import catalog
from actmath.nn._noisy import kernel as noisy_kernel
from actmath.nn._noisy.formula import Mixture
from actmath.nn._noisy.hard_unit import HardUnit
from actmath.nn._noisy.kernel import blocks, can_fuse
from actmath.nn._noisy.source import NoiseSource

needs_triton = pytest.mark.skipif(
    importlib.util.find_spec("triton") is None, reason="Triton is not installed"
)

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


def test_members_of_a_vmap_have_their_own_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    """With p·x + c in the kernels' place, p of shape () or (1,), one of two members' x or not."""

    def launch(kernel: object, tensors: tuple[torch.Tensor, ...], *_: object) -> None:
        x, p, c, _seed, *others = tensors
        if kernel == "forward":
            others[0].copy_(p * x + c)
        else:
            gradient, by_x, shares = others
            by_x.copy_(gradient * p)
            shares[0] = (gradient * x).sum()

    for way in ("forward", "backward"):
        monkeypatch.setattr(noisy_kernel.noisy_triton, f"{way}_kernel", way, raising=False)
    monkeypatch.setattr(noisy_kernel, "_launch", launch)
    c, mixture = torch.tensor(0.5), Mixture(HardUnit.of(catalog.get("tanh")), 1.0)

    def loss(p: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        y = noisy_kernel.fused_noisy_output(x, p, c, mixture, False, NoiseSource())
        return (y * weights).sum()

    weights = torch.tensor([1.0, 2.0, 4.0])
    steep, at = torch.tensor([2.0, 3.0]), torch.tensor([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
    slopes = torch.func.grad(loss, argnums=(0, 1))
    for shape in ((2,), (2, 1)):
        # Of few binary digits all: every order of sums gives the same.
        p = steep.reshape(shape)
        found = torch.vmap(slopes, randomness="different")(p, at)
        assert torch.equal(found[0], (at @ weights).reshape(shape))
        assert torch.equal(found[1], steep[:, None] * weights)
        by_p, by_x = torch.vmap(slopes, in_dims=(None, 1), randomness="different")(p[0], at.T)
        assert torch.equal(by_p, (at @ weights).reshape(shape))
        assert torch.equal(by_x, steep[0] * weights.expand(2, 3))


def test_blocks_cover_every_element() -> None:
    width = noisy_kernel.noisy_triton.WIDTH
    assert [blocks(n) for n in (1, width, width + 1)] == [1, 1, 2]


def test_cpu_tensors_take_the_plain_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noisy_kernel.noisy_triton, "triton", object())
    assert not can_fuse(torch.zeros(3), torch.zeros(1), torch.zeros(()))


def test_what_is_fused_on_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of tensors without numbers, which need no GPU."""
    monkeypatch.setattr(noisy_kernel.noisy_triton, "triton", object())
    with FakeTensorMode():
        at, one = torch.zeros(3, device="cuda"), torch.zeros((), device="cuda")
        assert can_fuse(at, one, one)
        assert not can_fuse(at.double(), one, one)
        assert not can_fuse(at, at, one)
        assert not can_fuse(at, one, at)
        assert not can_fuse(at, one, one.clone().requires_grad_())
        with monkeypatch.context() as compiling:
            compiling.setattr(torch.compiler, "is_compiling", lambda: True)
            assert not can_fuse(at, one, one)
        monkeypatch.setattr(noisy_kernel.noisy_triton, "triton", None)
        assert not can_fuse(at, one, one)


@pytest.mark.on_device
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_only_one_p_and_known_dtypes_are_fused_on_cuda() -> None:
    one, level = torch.zeros(1, device="cuda"), torch.zeros((), device="cuda")
    at = torch.zeros(3, device="cuda")
    assert can_fuse(at, one, level)
    assert not can_fuse(at.double(), one, level)
    assert not can_fuse(at, torch.zeros(3, device="cuda"), level)
