"""The two kernels of ``kernel`` in Triton; absent where Triton is not installed.

Each lane makes four normals from one Philox counter (seven rounds) and owns the four neighbouring
elements, so that loads and stores are 16 bytes wide.
"""

from __future__ import annotations

try:
    import triton as triton
    import triton.language as tl
    from triton.language.extra import libdevice
except ImportError:
    triton = None

LANES = 256
# Four elements a lane: the normals of one Philox counter.
WIDTH = 4 * LANES

if triton is not None:

    @triton.jit  # type: ignore[untyped-decorator]
    def _normals(one: tl.tensor, two: tl.tensor, approximate: tl.constexpr) -> tl.tuple:
        """Two standard normals from two words, by Box and Muller.

        The accurate sine and cosine would cost more time than the memory; the approximate ones
        are off by 2⁻²⁰ at most on one turn.
        """
        # log 0 would be −∞: one word in 10⁷ is raised, and no normal exceeds √(−2 log 1e-7) = 5.7.
        radius = tl.maximum(tl.uint_to_uniform_float(one), 1.0e-7)
        # 2π turns a uniform number into an angle.
        angle = 6.283185307179586 * tl.uint_to_uniform_float(two)
        if approximate:
            r = tl.sqrt(-2.0 * libdevice.fast_logf(radius))
            return r * libdevice.fast_cosf(angle), r * libdevice.fast_sinf(angle)
        r = tl.sqrt(-2.0 * tl.log(radius))
        return r * tl.cos(angle), r * tl.sin(angle)

    @triton.jit  # type: ignore[untyped-decorator]
    def _unit(
        x_at: tl.tensor,
        p_at: tl.tensor,
        c_at: tl.tensor,
        seed_at: tl.tensor,
        count: tl.tensor,
        slope: tl.tensor,
        intercept: tl.tensor,
        bottom: tl.tensor,
        top: tl.tensor,
        leak: tl.tensor,
        half: tl.constexpr,
        approximate: tl.constexpr,
        lanes: tl.constexpr,
    ) -> tl.tuple:
        """Load a block of x and return its index, mask, u, h, Δ, |t|, dε, p and c."""
        block = tl.program_id(0)
        lane = block * lanes + tl.arange(0, lanes)
        one, two, three, four = tl.randint4x(tl.load(seed_at), lane, n_rounds=7)
        a, b = _normals(one, two, approximate)
        c, d = _normals(three, four, approximate)
        # join sets its two side by side in a new last dimension: a, b, c, d for each lane.
        epsilon = tl.reshape(tl.join(tl.join(a, c), tl.join(b, d)), (4 * lanes,))
        if half:
            epsilon = tl.abs(epsilon)
        # In 32 bits the index would wrap at 2³¹ elements.
        index = block.to(tl.int64) * (4 * lanes) + tl.arange(0, 4 * lanes)
        inside = index < count
        x = tl.load(x_at + index, mask=inside, other=0.0).to(tl.float32)
        p, level = tl.load(p_at).to(tl.float32), tl.load(c_at).to(tl.float32)
        line = x * slope + intercept
        hard = tl.minimum(tl.maximum(line, bottom), top)
        delta = hard - line
        # |tanh(pΔ/2)| = (1 − e^(−|pΔ|))/(1 + e^(−|pΔ|)), which does not overflow; q = t/2.
        decay = tl.exp(-tl.abs(p * delta))
        t = (1 - decay) / (1 + decay)
        # d = −sgn(1 − α)·sgn(x), with sgn(0) = +1.
        noise = tl.where(x >= 0, -leak, leak) * epsilon
        return index, inside, line, hard, delta, t, noise, p, level

    @triton.jit  # type: ignore[untyped-decorator]
    def forward_kernel(
        x_at: tl.tensor,
        p_at: tl.tensor,
        c_at: tl.tensor,
        seed_at: tl.tensor,
        y_at: tl.tensor,
        count: tl.tensor,
        slope: tl.tensor,
        intercept: tl.tensor,
        bottom: tl.tensor,
        top: tl.tensor,
        mix: tl.tensor,
        leak: tl.tensor,
        half: tl.constexpr,
        approximate: tl.constexpr,
        lanes: tl.constexpr,
    ) -> None:
        """y = h − (1 − α)Δ + dσε."""
        index, inside, _, hard, delta, t, noise, _, c = _unit(
            x_at,
            p_at,
            c_at,
            seed_at,
            count,
            slope,
            intercept,
            bottom,
            top,
            leak,
            half,
            approximate,
            lanes,
        )
        # cq² = ct²/4.
        y = hard - (1 - mix) * delta + noise * t * t * (c / 4)
        tl.store(y_at + index, y.to(y_at.dtype.element_ty), mask=inside)

    @triton.jit  # type: ignore[untyped-decorator]
    def backward_kernel(
        x_at: tl.tensor,
        p_at: tl.tensor,
        c_at: tl.tensor,
        seed_at: tl.tensor,
        gradient_at: tl.tensor,
        by_x_at: tl.tensor,
        by_p_at: tl.tensor,
        count: tl.tensor,
        slope: tl.tensor,
        intercept: tl.tensor,
        bottom: tl.tensor,
        top: tl.tensor,
        mix: tl.tensor,
        leak: tl.tensor,
        half: tl.constexpr,
        approximate: tl.constexpr,
        lanes: tl.constexpr,
    ) -> None:
        """∂/∂x, and each block's share of ∂/∂p."""
        index, inside, line, _, delta, t, noise, p, c = _unit(
            x_at,
            p_at,
            c_at,
            seed_at,
            count,
            slope,
            intercept,
            bottom,
            top,
            leak,
            half,
            approximate,
            lanes,
        )
        gradient = tl.load(gradient_at + index, mask=inside, other=0.0).to(tl.float32)
        odd = tl.where(p * delta < 0, -t, t)
        # 2m of the formula: n·c/2·t(1 − t²), since q(¼ − q²) = t(1 − t²)/8; t carries pΔ's sign.
        m = noise * (c / 2) * odd * (1 - t * t)
        clipped = (line <= bottom) | (line >= top)
        # k(1 − α − mp) where saturated, else k.
        by_x = gradient * tl.where(clipped, slope * (1 - mix - m * p / 2), slope)
        tl.store(by_x_at + index, by_x.to(by_x_at.dtype.element_ty), mask=inside)
        share = tl.sum(gradient * m * delta, axis=0) / 2
        tl.store(by_p_at + tl.program_id(0), share)
