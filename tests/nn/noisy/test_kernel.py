"""Around the Triton kernels: transforms, shapes and devices, something else in their place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from actmath import catalog
from actmath.nn._noisy import kernel as noisy_kernel
from actmath.nn._noisy.formula import Mixture
from actmath.nn._noisy.hard_unit import HardUnit
from actmath.nn._noisy.kernel import blocks, can_fuse
from actmath.nn._noisy.source import NoiseSource


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


def test_a_launch_is_for_all_elements_of_x(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same number for both ways, in as many blocks as hold them; for none there is none."""
    launched: list[tuple[int, int]] = []

    class Recorder:
        def __init__(self, tensors: int) -> None:
            self.tensors = tensors

        def __getitem__(self, grid: tuple[int, ...]) -> Callable[..., None]:
            return lambda *given, **_: launched.append((*grid, given[self.tensors]))

    for way, tensors in (("forward", 5), ("backward", 7)):
        kernel = Recorder(tensors)
        monkeypatch.setattr(noisy_kernel.noisy_triton, f"{way}_kernel", kernel, raising=False)
    mixture, steep = Mixture(HardUnit.of(catalog.get("tanh")), 1.0), torch.tensor([2.0])
    width = noisy_kernel.noisy_triton.WIDTH
    for count in (1, 3 * width, 3 * width + 1, 0):
        x = torch.zeros(count, requires_grad=True)
        y = noisy_kernel.fused_noisy_output(x, steep, torch.ones(1), mixture, False, NoiseSource())
        y.sum().backward()
    one, three, four = (1, 1), (3, 3 * width), (4, 3 * width + 1)
    assert launched == [one, one, three, three, four, four]


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


@pytest.mark.skipif(not hasattr(noisy_kernel.noisy_triton, "forward_kernel"), reason="no Triton")
@pytest.mark.parametrize("mix", [0.75, 1.0, 1.25])
@pytest.mark.parametrize("half", [True, False])
def test_each_argument_of_a_launch_by_its_name(
    mix: float, half: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the kernels call them; ``leak`` is minus d at x ≥ 0, d = −sgn(1 − α) with sgn(0) = +1."""
    seen: list[dict[str, object]] = []

    class Named:
        def __init__(self, names: list[str]) -> None:
            self.names = names

        def __getitem__(self, _: tuple[int, ...]) -> Callable[..., None]:
            def launch(*given: object, **named: object) -> None:
                left = self.names[len(given) :]
                assert left == [*named]
                seen.append({**dict(zip(self.names, given, strict=False)), **named})

            return launch

    triton = noisy_kernel.noisy_triton
    for way in ("forward_kernel", "backward_kernel"):
        monkeypatch.setattr(triton, way, Named(getattr(triton, way).arg_names))
    mixture = Mixture(HardUnit.of(catalog.get("sigmoid")), mix)
    x = torch.arange(12.0).reshape(3, 4).T.requires_grad_()
    p, c = torch.tensor([2.0], dtype=torch.float64, requires_grad=True), torch.tensor(3.0)
    y = noisy_kernel.fused_noisy_output(x, p, c, mixture, half, NoiseSource())
    gradient = torch.linspace(1, 2, 12).reshape(3, 4).T
    slopes = torch.autograd.grad(y, (x, p), gradient)
    assert [each.dtype for each in slopes] == [torch.float32, torch.float64]
    assert [each.shape for each in slopes] == [x.shape, p.shape]
    numbers = {"slope": 0.25, "intercept": 0.5, "bottom": 0.0, "top": 1.0, "mix": mix}
    leak = -1.0 if mix > 1 else 1.0
    for each in seen:
        assert {name: each[name] for name in numbers} == numbers
        assert (each["count"], each["leak"], each["half"]) == (12, leak, half)
        assert (each["approximate"], each["lanes"]) == (False, triton.LANES)
        at = each["x_at"]
        assert isinstance(at, torch.Tensor)
        assert at.is_contiguous()
        assert torch.equal(at, x)
        assert (each["p_at"], each["c_at"]) == (p, c)
    one, other = seen
    assert one["seed_at"] is other["seed_at"] or one["seed_at"] == other["seed_at"]
    above = other["gradient_at"]
    assert isinstance(above, torch.Tensor)
    assert above.is_contiguous()
    assert torch.equal(above, gradient)


def test_shares_of_all_blocks_are_summed(monkeypatch: pytest.MonkeyPatch) -> None:
    def launch(kernel: object, tensors: tuple[torch.Tensor, ...], *_: object) -> None:
        if kernel == "backward":
            tensors[-2].zero_()
            shares = tensors[-1]
            # Zeros, in single precision: what a block does not write counts nothing.
            assert not shares.any()
            assert shares.dtype == torch.float32
            shares[:3] = torch.tensor([1.0, 2.0, 4.0])

    for way in ("forward", "backward"):
        monkeypatch.setattr(noisy_kernel.noisy_triton, f"{way}_kernel", way, raising=False)
    monkeypatch.setattr(noisy_kernel, "_launch", launch)
    mixture = Mixture(HardUnit.of(catalog.get("tanh")), 1.0)
    count = 3 * noisy_kernel.noisy_triton.WIDTH + 1
    for dtype in (torch.float32, torch.bfloat16):
        x = torch.zeros(count, dtype=dtype, requires_grad=True)
        p = torch.ones(1, 1, dtype=dtype, requires_grad=True)
        y = noisy_kernel.fused_noisy_output(x, p, torch.ones(1), mixture, False, NoiseSource())
        by_x, by_p = torch.autograd.grad(y, (x, p), torch.ones_like(y))
        assert (by_x.dtype, by_x.shape) == (dtype, (count,))
        assert (by_p.dtype, by_p.tolist()) == (dtype, [[7.0]])
    (again,) = torch.autograd.grad(
        noisy_kernel.fused_noisy_output(x, p, torch.ones(1), mixture, False, NoiseSource()).sum(),
        x,
        create_graph=True,
    )
    with pytest.raises(NotImplementedError, match=r"no second derivative: .* with_noise\(x, xi\)"):
        again.sum().backward()


def test_precisions_and_tangents_that_are_fused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noisy_kernel.noisy_triton, "triton", object())
    with FakeTensorMode():
        one = torch.zeros(1, device="cuda")
        for dtype in (torch.float16, torch.bfloat16, torch.float32):
            at = torch.zeros(3, device="cuda", dtype=dtype)
            assert can_fuse(at.requires_grad_(), one.clone().requires_grad_(), one)
        assert not can_fuse(torch.zeros(3, device="cuda", dtype=torch.float64), one, one)
    assert not noisy_kernel.has_tangent(torch.zeros(2))
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(torch.zeros(2), torch.ones(2))
        assert noisy_kernel.has_tangent(dual)
        assert not noisy_kernel.has_tangent(torch.zeros(2))


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_tangent_of_any_of_them_takes_the_formula(
    which: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noisy_kernel.noisy_triton, "triton", object())
    with FakeTensorMode():
        given = [torch.zeros(size, device="cuda") for size in (3, 1, 1)]
        monkeypatch.setattr(noisy_kernel, "has_tangent", lambda tensor: tensor is given[which])
        assert not can_fuse(*given)


def test_no_elements_take_no_block() -> None:
    width = noisy_kernel.noisy_triton.WIDTH
    assert [blocks(n) for n in (0, 2 * width - 1, 2 * width, 2 * width + 1)] == [0, 2, 2, 3]
