"""The grid is the options', and the choice from it looks at inner folds only."""

from __future__ import annotations

import pytest
import torch

from actmath.experiment._tasks.grid import Grid, best_by_inner_folds


def test_the_choice_looks_at_inner_folds_only() -> None:
    scores = torch.tensor(
        [  # depth 1: two inner parts and the last, each at two rates; then depth 2
            [0.5, 0.6, 0.5, 0.8, 0.11, 0.22],
            [0.9, 0.6, 0.3, 0.6, 0.33, 0.99],
        ]
    )
    chosen, point = best_by_inner_folds(scores, (1, 1, 1, 3))
    assert (chosen.item(), point.item()) == (pytest.approx(0.22), 1)
    tied = torch.full((2, 6), 0.5)
    tied[:, 4:] = torch.tensor([[0.1, 0.2], [0.3, 0.4]])
    chosen, point = best_by_inner_folds(tied, (1, 1, 1, 3))
    assert (chosen.item(), point.item()) == (pytest.approx(0.1), 0)


def test_depths_ascend_and_dropouts_are_fastest() -> None:
    grid = Grid.of({"depths": "8,2", "factors": "0.1,1", "dropouts": "0,0.05"})
    assert grid.depths == (2, 8)
    assert grid.points == [(0.1, 0.0), (0.1, 0.05), (1.0, 0.0), (1.0, 0.05)]
