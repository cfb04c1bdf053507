"""The certified cells fill the plane of weights."""

from __future__ import annotations

from fractions import Fraction

import pytest

from actmath import prove
from actmath.prove.theorems.cells import cells


def test_the_cells_fill_the_plane_of_weights() -> None:
    found = cells(prove.STATEMENTS["fixed-points"])
    area = sum((c.omega[1] - c.omega[0]) * (c.tau[1] - c.tau[0]) for c in found)
    assert area == Fraction(2, 10) * Fraction(45, 100)
    assert len({(c.omega, c.tau) for c in found}) == len(found)
    middle = next(c for c in found if c.omega[0] == 0 and c.tau[0] == 1)
    assert middle.mean[0] < 0 < middle.mean[1]
    assert middle.variance[0] < 1 < middle.variance[1]


def test_a_cell_has_the_sides_of_its_part() -> None:
    statement = prove.STATEMENTS["fixed-points"]
    for cell, part in zip(cells(statement), statement.parts, strict=True):
        sides = dict(zip(part.domain.names, part.domain.sides, strict=True))
        assert (cell.omega, cell.tau) == (sides["omega"], sides["tau"])
        assert (cell.mean, cell.variance) == (sides["mu"], sides["nu"])
    with pytest.raises(TypeError, match=r"statement .*prove\.STATEMENTS"):
        cells("fixed-points")  # type: ignore[arg-type]
