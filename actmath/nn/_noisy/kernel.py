"""NAN and NAH in one kernel forward and one backward, with the noise made in both.

The noise is a function of a seed and of the element's index (Philox), so that the backward pass
makes it again instead of reading it: memory sees 2 elements forward and 3 backward for each
element of x, and nothing is stored but x itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from . import triton_kernel as noisy_triton
from .formula import Mixture
from .source import NoiseSource

# The kernel computes in float32, in which a float64 would lose half of its digits.
KNOWN = (torch.float32, torch.float16, torch.bfloat16)


def can_fuse(x: Tensor, p: Tensor, c: Tensor) -> bool:
    """Can the kernel take these: x on a GPU in a dtype it knows, one p, one fixed c?

    What is compiled is fused by the compiler; forward mode takes the formula's own operations.
    """
    if noisy_triton.triton is None or torch.compiler.is_compiling():
        return False
    if not (isinstance(x, Tensor) and x.is_cuda):
        return False
    # The backward kernel sums one ∂/∂p and has no ∂/∂c.
    single = p.numel() == 1 and c.numel() == 1 and not c.requires_grad
    return x.dtype in KNOWN and single and not any(has_tangent(t) for t in (x, p, c))


def has_tangent(tensor: Tensor) -> bool:
    """Is forward-mode differentiation on its way through this tensor?"""
    dual = torch.autograd.forward_ad.unpack_dual(tensor)  # type: ignore[no-untyped-call]
    return dual.tangent is not None


def fused_noisy_output(
    x: Tensor,
    p: Tensor,
    c: Tensor,
    mixture: Mixture,
    half_normal: bool,
    source: NoiseSource,
) -> Tensor:
    """As ``noisy_output``, with noise made from one word of the source.

    The noise is a pure function of that word: the same seed gives the same noise on every device,
    though not the noise that ``torch.randn`` would draw.
    """
    # Philox takes 64 bits; below 2**62 the word is positive in the int64 that carries it.
    seed = source.word(x.device)
    result: Tensor = _FusedNoise.apply(  # type: ignore[no-untyped-call]
        x, p, c, seed, mixture, half_normal
    )
    return result


class _FusedNoise(torch.autograd.Function):
    """The forward kernel; ``formula`` has the formulas."""

    @staticmethod
    def forward(
        x: Tensor, p: Tensor, c: Tensor, seed: Tensor, mixture: Mixture, half_normal: bool
    ) -> Tensor:
        # The kernel counts elements as they lie in memory and knows no strides.
        x = x.contiguous()
        y = torch.empty_like(x)
        _launch(noisy_triton.forward_kernel, (x, p, c, seed, y), mixture, half_normal)
        return y

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        *tensors, ctx.mixture, ctx.half_normal = inputs
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        inputs = (*ctx.saved_tensors, gradient, ctx.mixture, ctx.half_normal)
        by_x, by_p = _FusedSlopes.apply(*inputs)  # type: ignore[no-untyped-call]
        return by_x, by_p, None, None, None, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *inputs: Any) -> tuple[Tensor, int]:
        """One launch for each member, with the member's own seed."""
        launch = _FusedNoise.apply
        return torch.stack([launch(*m) for m in _members(info, in_dims, inputs)]), 0  # type: ignore[no-untyped-call]


class _FusedSlopes(torch.autograd.Function):
    """The backward kernel; each block's share of ∂/∂p is summed in float32.

    It is a function of its own so that ``torch.func`` may transform it.
    """

    @staticmethod
    def forward(
        x: Tensor,
        p: Tensor,
        c: Tensor,
        seed: Tensor,
        gradient: Tensor,
        mixture: Mixture,
        half_normal: bool,
    ) -> tuple[Tensor, Tensor]:
        x = x.contiguous()
        by_x = torch.empty_like(x)
        # ∂E/∂p = Σ gradient·mΔ; one share for each block, so that no two write one place.
        shares = x.new_zeros(blocks(x.numel()), dtype=torch.float32)
        tensors = (x, p, c, seed, gradient.contiguous(), by_x, shares)
        _launch(noisy_triton.backward_kernel, tensors, mixture, half_normal)
        return by_x, shares.sum().to(p.dtype).reshape(p.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Nothing is kept: there is no second derivative."""

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        raise NotImplementedError(
            "the fused kernel has no second derivative: draw xi and call with_noise(x, xi)"
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *inputs: Any) -> tuple[Any, tuple[int, int]]:
        """One launch for each member."""
        launch = _FusedSlopes.apply
        slopes = [launch(*m) for m in _members(info, in_dims, inputs)]  # type: ignore[no-untyped-call]
        by_x, by_p = zip(*slopes, strict=True)
        return (torch.stack(by_x), torch.stack(by_p)), (0, 0)


def _members(info: Any, in_dims: tuple[Any, ...], inputs: tuple[Any, ...]) -> Iterator[list[Any]]:
    """What each member of a vmap is called with."""
    for i in range(info.batch_size):
        pairs = zip(inputs, in_dims, strict=True)
        yield [value if dim is None else value.select(dim, i) for value, dim in pairs]


def blocks(count: int) -> int:
    """How many blocks of the kernel cover that many elements."""
    # ⌈count/WIDTH⌉.
    return -(-count // noisy_triton.WIDTH)


def _launch(kernel: Any, tensors: tuple[Tensor, ...], mixture: Mixture, half: bool) -> None:
    line, count = mixture.line, tensors[0].numel()
    if count == 0:
        return
    numbers = (line.slope, line.intercept, line.bottom, line.top, mixture.mix)
    # At x < 0, d = −direction.
    leak = -mixture.direction
    kernel[(blocks(count),)](
        *tensors,
        count,
        *numbers,
        leak,
        half=half,
        approximate=tensors[0].is_cuda,
        lanes=noisy_triton.LANES,
    )
