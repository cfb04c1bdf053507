"""Faster, coarser arithmetic for a run that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

#: Where PyTorch, since 2.9, keeps a switch for an operation of a library, under ``torch.backends``.
_PLACES = (
    "cuda.matmul",
    "cudnn.conv",
    "cudnn.rnn",
    "mkldnn.matmul",
    "mkldnn.conv",
    "mkldnn.rnn",
)


@contextmanager
def at_precision(precision: str, device: torch.device) -> Iterator[None]:
    """Inside, PyTorch computes at the precision a configuration names.

    - ``full``: products and convolutions in the weights' own precision;
    - ``tf32``: those of float32 with 10 bits of mantissa where a GPU has them;
    - ``bf16``: autocast, products in bfloat16 (8 bits of mantissa), weights and sums in float32.

    However the caller had set PyTorch's switches, they are afterwards as they were.

    Args:
        precision: one of ``config.PRECISIONS``.
        device: where the run takes place.
    """
    with (
        _switched(coarse=precision == "tf32"),
        # The cache would keep the weights' first bfloat16 copy as long as the context lasts.
        torch.autocast(device.type, torch.bfloat16, precision == "bf16", cache_enabled=False),
    ):
        yield


@contextmanager
def _switched(*, coarse: bool) -> Iterator[None]:
    switches = [_switch(place) for place in _PLACES]
    new = [switch for switch in switches if hasattr(switch, "fp32_precision")]
    kept, products, convolutions = [s.fp32_precision for s in new], _products(), _convolutions()
    # "high" is TF32 on a GPU that has it, "highest" all 24 bits of float32's mantissa.
    torch.set_float32_matmul_precision("high" if coarse else "highest")
    # A switch of its own, which PyTorch turns on: convolutions would be coarse in ``full``, too.
    torch.backends.cudnn.allow_tf32 = coarse
    for switch in new:
        # One that is off by the switch above, "none", would follow that of all libraries.
        switch.fp32_precision = "tf32" if coarse else "ieee"
    try:
        yield
    finally:
        if products is not None:
            torch.set_float32_matmul_precision(products)
        if convolutions is not None:
            torch.backends.cudnn.allow_tf32 = convolutions
        for switch, value in zip(new, kept, strict=True):
            switch.fp32_precision = value


def _switch(place: str) -> Any:
    found: Any = torch.backends
    for name in place.split("."):
        found = getattr(found, name, None)
    return found


def _products() -> str | None:
    """The older switch of products; None where the newer ones say what it cannot."""
    try:
        return torch.get_float32_matmul_precision()
    except RuntimeError:
        return None


def _convolutions() -> bool | None:
    """The older switch of convolutions, likewise."""
    try:
        return bool(torch.backends.cudnn.allow_tf32)
    except RuntimeError:
        return None
