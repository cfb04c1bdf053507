"""Operators of this package that compiled code calls and does not look into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

#: Open as long as the process: with it the operators would go.
_LIBRARY: Any = torch.library.Library("actmath", "FRAGMENT")  # type: ignore[no-untyped-call]


def define(
    schema: str,
    function: Callable[..., Any],
    fake: Callable[..., Any],
    derived: Callable[..., Any] | None = None,
    tags: Sequence[torch.Tag] = (),
) -> Any:
    """An operator ``actmath::…``, which changes none of its arguments and returns new tensors.

    ``torch.library.custom_op`` looks in every call for arguments that were changed or handed out,
    and takes 50 µs for it, as long as a small layer.

    Args:
        schema: name, arguments and results, as PyTorch writes them.
        function: what it does, on any device.
        fake: tensors of the same shapes, for a compiler.
        derived: called in its place where a derivative may be asked for; calls it below that.
    """
    name = schema.partition("(")[0]
    _LIBRARY.define(schema, tags=(torch.Tag.pt2_compliant_tag, *tags))
    _LIBRARY.impl(name, function, "CompositeExplicitAutograd")
    torch.library.register_fake(f"actmath::{name}", fake, lib=_LIBRARY)
    if derived is not None:
        _LIBRARY.impl(name, derived, "Autograd")
    return getattr(torch.ops.actmath, name).default
