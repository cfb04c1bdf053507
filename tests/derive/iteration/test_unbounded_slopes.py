"""Slopes that oscillate without bound have no Lipschitz constant that can be told."""

from __future__ import annotations

import pytest

from actmath.activation import Activation
from actmath.derive import lipschitz


@pytest.mark.parametrize("formula", ["x*sin(x**2)", "sin(x**2)", "x*sin(x)"])
def test_it_is_said_that_the_supremum_is_not_determined(formula: str) -> None:
    with pytest.raises(ValueError, match="is not determined"):
        lipschitz(Activation("wild", formula))
