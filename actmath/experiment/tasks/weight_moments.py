"""Fully connected classifiers whose units' sums of weights, and of their squares, are watched."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from .._networks.weights import draw_weights
from .._record.config import Condition
from .._tasks.task import Row, floats
from .dense import Dense

#: The box of Klambauer et al. 2017, Theorem 1.
OMEGA_RANGE = (-0.1, 0.1)
TAU_RANGE = (0.95, 1.1)
SHOWN = 64  # units whose course a record keeps

WeightSums = list[tuple[Tensor, Tensor]]


class WeightMoments(Dense):
    """Adds where omega = Σw and tau = Σw² of the hidden units lie, and in Theorem 1's box.

    The box is |omega| ≤ 0.1, 0.95 ≤ tau ≤ 1.1 (Klambauer et al. 2017, Theorem 1). A unit's sums are
    over its incoming weights, the bias apart; units of all hidden layers count alike.
    """

    def evaluate(self) -> Mapping[str, Row]:
        """Adds shares of units: ``inside`` the box, its two sides, and ``kept`` inside.

        ``kept`` is the share of those inside before training that are inside now; nan for none.
        """
        found = dict(super().evaluate())
        curves: dict[str, list[float]] = {"inside": [], "omega": [], "tau": [], "kept": []}
        for condition in self.config.conditions:
            now = [_within(*pair) for pair in self.moments(condition)]
            # (S, all hidden units) each.
            omega, tau = (torch.cat(side, dim=1) for side in zip(*now, strict=True))
            before = self._inside_before(condition)
            # 0/0 is nan, where no unit was inside.
            kept = (before & omega & tau).sum(1) / before.sum(1)
            for name, rows in (("inside", omega & tau), ("omega", omega), ("tau", tau)):
                curves[name] += floats(rows.double().mean(1))
            curves["kept"] += floats(kept)
        return found | {f"share_{name}": row for name, row in curves.items()}

    def probe(self) -> Mapping[str, list[Row]]:
        """Adds, by hidden layer, the spread of omega and tau, and the share inside the box.

        Those are ``omega_rms``, ``tau_mean``, ``tau_deviation`` and ``inside``. ``unit_omega`` and
        ``unit_tau`` are single units: the first ones of the middle layer.
        """
        rows = {name: list(table) for name, table in super().probe().items()}
        for condition in self.config.conditions:
            moments = self.moments(condition)
            for name, columns in _by_layer(moments).items():
                rows.setdefault(name, []).extend(torch.stack(columns, dim=1).tolist())
            middle = moments[len(moments) // 2]
            for name, units in zip(("unit_omega", "unit_tau"), middle, strict=True):
                rows.setdefault(name, []).extend(units[:, :SHOWN].tolist())
        return rows

    def moments(self, condition: Condition) -> WeightSums:
        """By hidden layer: omega and tau of every unit, each (S, units), in float64."""
        stack, mine = self.networks(condition)
        # The matrices of the hidden layers: the last one, of the logits, has another name.
        matrices = [m for name, m in stack.parameters.items() if name.endswith(".weight")]
        return [_sums(matrix[mine].detach().double()) for matrix in matrices]

    def _inside_before(self, condition: Condition) -> Tensor:
        """Which units were inside the box when the weights were drawn, (S, all hidden units)."""
        sizes = self.sizes(condition)
        drawn = [draw_weights(condition.weights, sizes, seed) for seed in self.config.seeds]
        # One (S, fan_in, fan_out) a hidden layer.
        layers = [torch.stack(layer).to(self.dtype) for layer in zip(*drawn, strict=True)][:-1]
        inside = [_inside(*_sums(layer.double())) for layer in layers]
        return torch.cat(inside, dim=1).to(self.device)


def _sums(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Σw and Σw² over the incoming weights: (S, fan_in, units) gives (S, units)."""
    return weight.sum(1), (weight**2).sum(1)


def _within(omega: Tensor, tau: Tensor) -> tuple[Tensor, Tensor]:
    inside = (omega >= OMEGA_RANGE[0]) & (omega <= OMEGA_RANGE[1])
    return inside, (tau >= TAU_RANGE[0]) & (tau <= TAU_RANGE[1])


def _inside(omega: Tensor, tau: Tensor) -> Tensor:
    return torch.logical_and(*_within(omega, tau))


def _by_layer(moments: WeightSums) -> dict[str, list[Tensor]]:
    return {
        "omega_rms": [omega.square().mean(1).sqrt() for omega, _ in moments],
        "tau_mean": [tau.mean(1) for _, tau in moments],
        "tau_deviation": [tau.std(1, correction=0) for _, tau in moments],
        "inside": [_inside(*pair).double().mean(1) for pair in moments],
    }


TASK = WeightMoments
