"""1/(1 + e^{−u}) for tensors, also where PyTorch's own is 0 and its product with u is not.

``torch.sigmoid`` is 0 where e^{−u} overflows, below −709.78 in float64 and −88.72 in float32. There
eᵘ, which is the same to the last digit, has some digits still: −710·e^{−710} is −3.2e−306.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .._autograd.plain import is_plain


def expit(u: Tensor) -> Tensor:
    """1/(1 + e^{−u}), in the tail by eᵘ where the numbers are on the processor and can be seen.

    Masks would take two to four times as long, a look at the smallest number takes a tenth.

    >>> float(-710 * expit(torch.tensor(-710.0, dtype=torch.float64)))
    -3.17816...e-306
    """
    value = torch.sigmoid(u)
    end = _end(u)
    return torch.where(u < end, torch.exp(u), value) if _reaches(u, end) else value


def expit_(u: Tensor) -> Tensor:
    """The same, which overwrites its argument."""
    return u.copy_(expit(u)) if _reaches(u, _end(u)) else torch.sigmoid_(u)


def _end(u: Tensor) -> float:
    """Where e^{−u} is within a factor of two of overflow."""
    return math.log(2 / torch.finfo(u.dtype).max)


def _reaches(u: Tensor, end: float) -> bool:
    # On another device a look at a number is a wait for all that was sent there before.
    if not u.is_cpu or not u.numel() or not is_plain(u):
        return False
    # Not <: beside a nan there may be a number of the tail.
    return not u.detach().amin().item() >= end
