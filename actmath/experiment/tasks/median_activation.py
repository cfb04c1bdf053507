"""Fully connected networks whose units' mean activations are followed through training."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from .._tasks.classification import CHUNK, TRAIN
from .._tasks.task import Row, floats
from .mlp import MLP


class MedianActivation(MLP):
    """The plain stack with one more curve, ``median_activation``.

    A unit's mean activation is taken over a fixed set, the first 500 training images; the curve
    is the median of these means over all hidden units (Clevert et al. 2016, Section 4.1).
    """

    def evaluate(self) -> Mapping[str, Row]:
        """Test loss and accuracy, and the median over units of their mean activations."""
        # torch.median would take the lower of the two middle values, not their mean.
        medians = self.unit_means().quantile(0.5, dim=1)
        return {**super().evaluate(), "median_activation": floats(medians)}

    @torch.no_grad()
    def unit_means(self) -> Tensor:
        """Every hidden unit's mean activation, (M, depth·width)."""
        # (M, b, units) each; the first is the input.
        _, *layers = self.shown(self.TOGETHER, TRAIN, slice(CHUNK), "hidden")
        return torch.cat([layer.double().mean(dim=1) for layer in layers], dim=1)


TASK = MedianActivation
