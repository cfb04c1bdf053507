"""A noisy unit's value, slope and share of p in one Triton kernel; absent where Triton is.

The noise comes in: it is that of ``randomness.normals``, whose numbers do not depend on how
networks are stacked. In PyTorch's operations the unit goes through the memory ten times, and starts
a kernel each time; here once.
"""

from __future__ import annotations

import torch
from torch import Tensor

try:
    import triton as triton
    import triton.language as tl
except ImportError:
    triton = None

_LANES = 1024

if triton is not None:

    @triton.jit  # type: ignore[untyped-decorator]
    def noise_after_kernel(
        u_at: tl.tensor,
        noise_at: tl.tensor,
        p_at: tl.tensor,
        bottom_at: tl.tensor,
        top_at: tl.tensor,
        value_at: tl.tensor,
        slope_at: tl.tensor,
        share_at: tl.tensor,
        count: tl.tensor,
        batch: tl.tensor,
        width: tl.tensor,
        u_network: tl.tensor,
        u_row: tl.tensor,
        noise_network: tl.tensor,
        noise_row: tl.tensor,
        out_network: tl.tensor,
        out_row: tl.tensor,
        lanes: tl.constexpr,
    ) -> None:
        """y = h + e·t|t|, ∂y/∂u = [Δ = 0] − pm and ∂y/∂p = mΔ, m = e|t|(1 − t²)."""
        index = tl.program_id(0) * lanes + tl.arange(0, lanes)
        inside = index < count
        row, column = index // width, index % width
        # In 32 bits a place in a long sequence could wrap.
        network, example = (row // batch).to(tl.int64), row % batch
        u_place = network * u_network + example * u_row + column
        noise_place = network * noise_network + example * noise_row + column
        u = tl.load(u_at + u_place, mask=inside, other=0.0)
        e = tl.load(noise_at + noise_place, mask=inside, other=0.0)
        p = tl.load(p_at + network * width + column, mask=inside, other=0.0)
        bottom = tl.load(bottom_at + column, mask=inside, other=0.0)
        top = tl.load(top_at + column, mask=inside, other=0.0)
        hard = tl.minimum(tl.maximum(u, bottom), top)
        delta = hard - u
        # |tanh(pΔ/2)| = (1 − e^(−|pΔ|))/(1 + e^(−|pΔ|)), which does not overflow.
        decay = tl.exp(-tl.abs(p * delta))
        size = (1 - decay) / (1 + decay)
        scaled = e * size
        m = scaled * (1 - size * size)
        place = network * out_network + example * out_row + column
        tl.store(value_at + place, hard + tl.where(delta < 0, -size, size) * scaled, mask=inside)
        tl.store(slope_at + place, tl.where(delta == 0, 1.0, 0.0) - m * p, mask=inside)
        tl.store(share_at + place, m * delta, mask=inside)


def has_kernel(u: Tensor) -> bool:
    """Whether there is one for u: on a GPU, in float32, in which it computes."""
    if triton is None or torch.compiler.is_compiling():
        return False
    return u.is_cuda and u.dtype == torch.float32


def fused_noise_after(
    u: Tensor,
    noise: Tensor,
    bounds: tuple[Tensor, Tensor],
    p: Tensor,
    into: tuple[Tensor, Tensor, Tensor],
) -> None:
    """The step of ``NoiseAfter``.

    Args:
        u, noise: (S, batch, units), with neighbouring units side by side in memory.
        bounds: h's, (units,) each.
        p: (S, 1, units), contiguous.
        into: where value, slope and share of p go, shaped like u and laid out alike.
    """
    _, batch, width = u.shape
    noise_after_kernel[(-(-u.numel() // _LANES),)](
        u,
        noise,
        p,
        *bounds,
        *into,
        u.numel(),
        batch,
        width,
        *u.stride()[:2],
        *noise.stride()[:2],
        *into[0].stride()[:2],
        lanes=_LANES,
    )
