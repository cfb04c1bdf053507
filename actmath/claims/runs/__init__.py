"""Claims that training runs decide, one recipe a file: every module here gives its ``CLAIMS``."""

from __future__ import annotations

import importlib
import pkgutil

from ..claim import Claim


def _found() -> tuple[Claim, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f".{name}", __name__) for name in names]
    return tuple(claim for module in modules for claim in module.CLAIMS)


CLAIMS = _found()
