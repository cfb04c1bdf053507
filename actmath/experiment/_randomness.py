"""Random generators that depend on nothing but the numbers and the word they are asked with."""

from __future__ import annotations

import zlib

import numpy as np
import torch


def generator(seed: int, stream: str, index: int = 0) -> torch.Generator:
    """A CPU generator for one purpose of one repetition.

    The streams of different (seed, stream, index) are independent, so that the weights do not
    change when the order of the data does, and epoch 7 can be drawn without drawing epochs 0 … 6.
    It lives on the CPU whatever the device, so that every device sees the same draws.

    Args:
        seed: the repetition, an integer ≥ 0.
        stream: the purpose, such as ``weights`` or ``order``.
        index: the layer, the epoch, …
    """
    sequence = np.random.SeedSequence([seed, zlib.crc32(stream.encode()), index])
    # PyTorch's seeds are signed 64-bit integers.
    word = int(sequence.generate_state(1, np.uint64)[0])
    return torch.Generator().manual_seed(word % 2**63)
