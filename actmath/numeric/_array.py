"""The type of a NumPy array, of any shape and any kind of number; NumPy itself is not imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from typing import Any

    import numpy as np

Array: TypeAlias = "np.ndarray[Any, Any]"
