"""Forward mode inside of forward mode: second derivatives by two tangents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.autograd.forward_ad import _set_fwd_grad_enabled


@contextmanager
def outer_tangents(saved: Sequence[Tensor]) -> Iterator[tuple[Tensor, ...]]:
    """What a rule ``jvp`` saved; while it computes with that, tangents of other levels go on.

    PyTorch turns forward mode off there, by which each second derivative would be 0 without a
    word. Turned on again, it wants the saved without the tangent that the rule itself is given.
    """
    with _set_fwd_grad_enabled(True):
        # By number: compiled code opens a level of which ``forward_ad`` does not know.
        yield tuple(torch._VF._unpack_dual(tensor, level=0)[0] for tensor in saved)
