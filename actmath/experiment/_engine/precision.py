"""Faster, coarser arithmetic for a run that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def at_precision(precision: str, device: torch.device) -> Iterator[None]:
    """Inside, PyTorch computes at the precision a configuration names.

    - ``full``: products and convolutions in the weights' own precision;
    - ``tf32``: those of float32 with 10 bits of mantissa where a GPU has them;
    - ``bf16``: autocast, products in bfloat16 (8 bits of mantissa), weights and sums in float32.

    Args:
        precision: one of ``config.PRECISIONS``.
        device: where the run takes place.
    """
    coarse = precision == "tf32"
    products, convolutions = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    # "high" is TF32 on a GPU that has it, "highest" all 24 bits of float32's mantissa.
    torch.set_float32_matmul_precision("high" if coarse else "highest")
    # A switch of its own, which PyTorch turns on: convolutions would be coarse in ``full``, too.
    torch.backends.cudnn.allow_tf32 = coarse
    try:
        # The cache would keep the weights' first bfloat16 copy as long as the context lasts.
        with torch.autocast(
            device.type, torch.bfloat16, enabled=precision == "bf16", cache_enabled=False
        ):
            yield
    finally:
        torch.set_float32_matmul_precision(products)
        torch.backends.cudnn.allow_tf32 = convolutions
