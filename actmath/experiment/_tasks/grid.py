"""The settings that every method may choose from, and the choice by the inner folds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from torch import Tensor

from .._record.config import Option


@dataclass(frozen=True)
class Grid:
    """Depths, times the points (factor, dropout) at which networks of one depth are trained.

    Attributes:
        depths: numbers of hidden layers, ascending.
        factors: what the arm's learning rate is multiplied by.
        dropouts: probabilities with which a unit is dropped.
    """

    depths: tuple[int, ...]
    factors: tuple[float, ...]
    dropouts: tuple[float, ...]

    @classmethod
    def of(cls, options: Mapping[str, Option]) -> Grid:
        """From the options of those names, each such as "0.1,1"."""
        words = {name: str(options[name]).split(",") for name in ("depths", "factors", "dropouts")}
        return cls(
            tuple(sorted(map(int, words["depths"]))),
            tuple(map(float, words["factors"])),
            tuple(map(float, words["dropouts"])),
        )

    @property
    def points(self) -> list[tuple[float, float]]:
        """Every (factor, dropout), the dropouts fastest."""
        return list(product(self.factors, self.dropouts))


def best_by_inner_folds(scores: Tensor, shape: tuple[int, int, int, int]) -> tuple[Tensor, Tensor]:
    """The outer score of the grid point whose mean inner score is best; of equal ones the first.

    Args:
        scores: (depths, networks).
        shape: seeds, tables, outer folds, parts; what is left of the networks are the other
            settings, and the last part is the one that was trained without looking inside.

    Returns:
        The scores, (seeds, tables, outer folds), and which of the other settings each has.
    """
    depths = len(scores)
    # (depths, seeds, tables, outer, parts, points) → (seeds, tables, outer, parts, points·depths).
    grid = scores.double().reshape(depths, *shape, -1).movedim(0, -1).flatten(-2)
    # The inner parts' mean; argmax takes the first of equal ones.
    best = grid[..., :-1, :].mean(-2).argmax(-1, keepdim=True)
    # The last part was judged on the outer fold, which had no say in the choice.
    outer = grid[..., -1, :].gather(-1, best).squeeze(-1)
    # The depths are the fastest.
    return outer, best.squeeze(-1) // depths
