"""A recipe's preset by name or by value, with other seeds where they are given."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from actmath.experiment._engine.run import configure
from actmath.experiment.recipes import RECIPES


@pytest.mark.parametrize(
    ("seeds", "expected"), [(None, (0, 1, 2)), (2, (0, 1)), ([4, 9], (4, 9)), (range(2), (0, 1))]
)
def test_seeds(seeds: int | Sequence[int] | None, expected: tuple[int, ...]) -> None:
    assert configure("fifty-layers", "smoke", seeds).seeds == expected


def test_a_recipe_of_your_own_is_taken_as_it_is() -> None:
    recipe = RECIPES["fifty-layers"]
    assert configure(recipe, "book") == recipe.config("book") == configure("fifty-layers", "book")


def test_unknown_names() -> None:
    with pytest.raises(ValueError, match="did you mean fifty-layers"):
        configure("fifty-layer", "smoke")
    with pytest.raises(ValueError, match="fifty-layers has no preset 'huge'"):
        configure("fifty-layers", "huge")
