"""Streams are repeatable, and apart from each other."""

from __future__ import annotations

import torch

from actmath.experiment._randomness import generator


def test_streams_are_repeatable_and_apart() -> None:
    def draw(seed: int, stream: str, index: int) -> float:
        return torch.rand(1, generator=generator(seed, stream, index)).item()

    assert draw(1, "order", 2) == draw(1, "order", 2)
    keys = [(1, "order", 2), (2, "order", 1), (1, "weights", 2), (1, "order", 3)]
    assert len({draw(*key) for key in keys}) == len(keys)
