"""Formulas are made on the processor, whatever surrounds the call that makes them first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import torch
from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack
from torch.utils._python_dispatch import _disable_current_modes

from ...number import one_at_a_time

P = ParamSpec("P")
R = TypeVar("R")


def plainly(make: Callable[P, R]) -> Callable[P, R]:
    """Run what tries formulas at numbers, and keeps the result for the whole process, by itself.

    Not under ``torch.device("meta")`` or another default device, ``inference_mode``, a mode of fake
    tensors, a transform of ``torch.func``, or another default precision: a formula must not depend
    on what was around at its first use. One thread at a time, since the default precision is the
    process's.

    >>> with torch.device("meta"):
    ...     plainly(lambda: torch.ones(2).tolist())()
    [1.0, 1.0]
    """

    @wraps(make)
    def made(*given: P.args, **named: P.kwargs) -> R:
        default = torch.get_default_dtype()
        with (
            temporarily_clear_interpreter_stack(),
            _disable_current_modes(),
            torch.device("cpu"),
            torch.inference_mode(False),
            torch.enable_grad(),
            torch.autocast("cpu", enabled=False),
        ):
            torch.set_default_dtype(torch.float32)
            try:
                return make(*given, **named)
            finally:
                torch.set_default_dtype(default)

    return one_at_a_time(made)
