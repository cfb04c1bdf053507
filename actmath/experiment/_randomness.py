"""Random numbers that depend on nothing but the numbers and the word they are asked with."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from ..nn._kernels.library import c_loop

#: 2⁶⁴ over the golden ratio and the two multipliers of SplitMix64 (Steele, Lea and Flood 2014,
#: variant 13 of Stafford's), as the signed integers that PyTorch has.
_STEP, _FIRST, _SECOND = (
    word - 2**64 for word in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)


def word_of(seed: int, stream: str, index: int = 0) -> int:
    """63 bits for one purpose of one repetition.

    The words of different (seed, stream, index) are independent, so that the weights do not
    change when the order of the data does, and epoch 7 can be drawn without drawing epochs 0 … 6.

    Args:
        seed: the repetition, an integer ≥ 0.
        stream: the purpose, such as ``weights`` or ``order``.
        index: the layer, the epoch, …
    """
    sequence = np.random.SeedSequence([seed, zlib.crc32(stream.encode()), index])
    # PyTorch's seeds and integers are signed 64-bit integers.
    return int(sequence.generate_state(1, np.uint64)[0]) % 2**63


def generator(seed: int, stream: str, index: int = 0) -> torch.Generator:
    """A CPU generator begun with ``word_of`` these.

    It lives on the CPU whatever the device, so that every device sees the same draws.
    """
    return torch.Generator().manual_seed(word_of(seed, stream, index))


def uniforms(keys: Sequence[int], count: int, device: torch.device) -> Tensor:
    """So many numbers of [0, 1) for each key, (keys, count), in float32."""
    pairs = _halves(_words(keys, math.ceil(count / 2), device))
    # A 32-bit integer from −2³¹ on; the sum with ½ is rounded to 1 at most, which is taken back.
    drawn = pairs.flatten(1)[:, :count].float().mul_(2.0**-32).add_(0.5)
    return drawn.clamp_(max=1 - 2.0**-24)


def normals(keys: Sequence[int], count: int, device: torch.device) -> Tensor:
    """So many standard normal numbers for each key, (keys, count), in float32.

    Number i of a key is a function of (key, i, count) alone, made on the device and, last digits
    apart, the same on every one: a network sees its own noise however it is stacked or resumed.
    Another count gives other numbers: cosines come first, then the sines. All keys are drawn at
    once. On one core 900,000 numbers take 0.9 ms in a loop in C, and 5.0 ms in operations; a
    generator a key takes 3.2 ms, and a call for each, and other numbers on each kind of device.
    """
    pairs = math.ceil(count / 2)
    loop = c_loop("normals", torch.float32) if device.type == "cpu" else None
    found = _by_operations(keys, pairs, device) if loop is None else _by_loop(loop, keys, pairs)
    return found[:, :count]


def _by_loop(loop: Callable[..., None], keys: Sequence[int], pairs: int) -> Tensor:
    # Whatever the defaults are: the loop reads and writes these kinds of numbers, on the CPU.
    begun = torch.tensor(list(keys), dtype=torch.int64, device="cpu")
    found = torch.empty(len(keys), 2 * pairs, dtype=torch.float32, device="cpu")
    loop(begun.data_ptr(), found.data_ptr(), len(keys), pairs)
    return found


def _by_operations(keys: Sequence[int], pairs: int, device: torch.device) -> Tensor:
    halves = _halves(_words(keys, pairs, device))
    # Box and Muller: √(−2 log u)·(cos 2πv, sin 2πv). Near 0 float32 leaves u multiples of 2⁻²⁵, and
    # 2⁻³³ in place of 0: beyond 5.5, for one number of 26 million, they come in few steps, to 6.8.
    radius = halves[..., 0].float().mul_(2.0**-32).add_(0.5).clamp_(min=2.0**-33)
    radius = radius.log_().mul_(-2.0).sqrt_()
    angle = halves[..., 1].float().mul_(2.0**-32 * 2 * math.pi)
    return torch.cat([torch.cos(angle).mul_(radius), angle.sin_().mul_(radius)], dim=1)


def _words(keys: Sequence[int], count: int, device: torch.device) -> Tensor:
    """SplitMix64: word i of a key mixes key + i·step, (keys, count) of 64 bits."""
    start = torch.tensor(list(keys), dtype=torch.int64, device=device)[:, None]
    z = start + torch.arange(1, count + 1, device=device) * _STEP
    # z ← (z ⊕ z≫s)·multiplier, without the signs that the shift draws in.
    for shift, factor in ((30, _FIRST), (27, _SECOND), (31, 1)):
        z ^= (z >> shift).bitwise_and_(2 ** (64 - shift) - 1)
        z *= factor
    return z


def _halves(words: Tensor) -> Tensor:
    """Each word's two signed integers of 32 bits, (keys, count, 2)."""
    return words[..., None].view(torch.int32)
