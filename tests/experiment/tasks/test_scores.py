"""Scores against counts, and what becomes of undefined answers."""

from __future__ import annotations

import pytest
import torch

from actmath.experiment._tasks.scores import accuracy, auc, nats


def test_scores_of_undefined_answers() -> None:
    labels, real = torch.tensor([[0, 1]]), torch.ones(1, 2, dtype=torch.bool)
    lost = torch.full((1, 2, 2), torch.nan)
    assert accuracy(lost, labels, real).item() == 0
    assert auc(lost, labels, real).item() == 0


def test_area_counts_pairs() -> None:
    random = torch.Generator().manual_seed(4)
    scores = torch.randint(0, 6, (5, 40), generator=random).double()
    scores[0, 3], scores[1, 4] = torch.nan, torch.nan
    labels = (torch.rand(5, 40, generator=random) < 0.4).long()
    real = torch.rand(5, 40, generator=random) < 0.8
    logits = torch.stack([torch.zeros_like(scores), scores], dim=2)
    for i, found in enumerate(auc(logits, labels, real)):
        ones, zeros = scores[i][(labels[i] == 1) & real[i]], scores[i][(labels[i] == 0) & real[i]]
        wins = (ones[:, None] > zeros).double() + (ones[:, None] == zeros).double() / 2
        assert found.item() == pytest.approx(wins.mean().item())


def test_nats_are_pytorchs_whatever_the_shape() -> None:
    random = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 5, 3, 4, generator=random)
    labels = torch.randint(4, (2, 5, 3), generator=random)
    expected = torch.nn.functional.cross_entropy(logits.movedim(-1, 1), labels, reduction="none")
    torch.testing.assert_close(nats(logits, labels), expected)


def test_shares_have_one_type_whatever_pytorchs_default() -> None:
    logits, labels = torch.tensor([[[0.0, 1.0], [1.0, 0.0], [1.0, 0.0]]]), torch.tensor([[1, 1, 1]])
    torch.set_default_dtype(torch.float64)
    try:
        found = accuracy(logits, labels, torch.ones(1, 3, dtype=torch.bool))
    finally:
        torch.set_default_dtype(torch.float32)
    assert found.dtype == torch.float32
