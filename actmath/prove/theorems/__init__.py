"""Every statement that the project proves or refutes, by name."""

from __future__ import annotations

from . import (
    backward,
    beyond,
    cells,
    fixed_point,
    lemmas,
    other_units,
    theorem1,
    theorems_2_and_3,
)
from .declare import Registry

STATEMENTS = Registry(
    {
        **fixed_point.DECLARED,
        **theorem1.DECLARED,
        **lemmas.DECLARED,
        **theorems_2_and_3.DECLARED,
        **backward.DECLARED,
        **beyond.DECLARED,
        **cells.DECLARED,
        **other_units.DECLARED,
    }
)

__all__ = ["STATEMENTS"]
