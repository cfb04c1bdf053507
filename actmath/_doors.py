"""What a package offers: the names of the stub beside it, each imported on first use."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import lazy_loader


def open_door(
    package: str, file: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """The ``__getattr__``, ``__dir__`` and ``__all__`` of a package, from its stub.

    The error about a name that is not there ends in the near ones.

    >>> from actmath import derive
    >>> derive.fixedpoints
    Traceback (most recent call last):
    ...
    AttributeError: module 'actmath.derive' has no attribute 'fixedpoints': did you mean ...
    """
    find, show, names = lazy_loader.attach_stub(package, file)

    def find_or_suggest(name: str) -> Any:
        if name in names or name.startswith("_"):
            return find(name)
        # Few names are wrong: what compares them is loaded where one is.
        from .names import suggest

        # A package may offer more than its stub lists, as ``nn`` does.
        near = suggest(name, dir(sys.modules[package]))
        raise AttributeError(f"module {package!r} has no attribute {name!r}: {near}")

    return find_or_suggest, show, names
