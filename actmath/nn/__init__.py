"""PyTorch modules made from the catalog's declarations, with derived backward passes.

Every catalog entry has its module here; those that the stub does not list are made when they are
first asked for.

>>> from actmath.nn import Arctan
>>> Arctan()
Arctan(arctan)
"""

from __future__ import annotations

from typing import Any

from .._doors import open_door
from ..catalog import CATALOG
from ._module_names import module_name

_listed, _, _written = open_door(__name__, __file__)

_made = {module_name(f): f.name for f in CATALOG.values() if module_name(f) not in _written}

__all__ = sorted([*_written, *_made])


def __getattr__(name: str) -> Any:
    if name not in _made:
        instead = "" if name in _written else CATALOG.get_instead(name)
        if instead:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}: {instead}")
        return _listed(name)
    # Imported late, since it loads PyTorch; the names above do without.
    from ._catalog_modules import MODULES

    return MODULES[_made[name]]


def __dir__() -> list[str]:
    return list(__all__)
