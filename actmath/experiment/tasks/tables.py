"""Methods compared on many tables by nested cross-validation, all networks of a method at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim import SGD

from ...nn._dropout import AlphaDropout
from .._networks.arm_unit import SLOPE, arm_activation, arm_unit
from .._networks.batched import BatchedStack
from .._networks.classifiers import METHODS, NO_DROPOUT, BatchedClassifier, BatchedDropout
from .._networks.weights import NORMAL_DEVIATIONS, check_room
from .._randomness import generator, uniforms, word_of
from .._record.config import Condition, Config, Option
from .._record.options import GRID_DEPTHS, choices
from .._tasks.grid import Grid, best_by_inner_folds
from .._tasks.scores import SCORES, nats
from .._tasks.stack_task import Batch, StackTask
from .._tasks.task import Row, floats
from ..data._files import joint_sha256
from ..data._folds import JointTable, padded
from ..data._scaling import SCALINGS, fitted
from ..data._tables import load_table

BLOCK = 64  #: Rows that are judged at once: with all of them a layer's outputs leave the cache.


@dataclass(frozen=True, eq=False)
class TableBatch(Batch):
    """Rows for every network, (networks, b), as all arms share them.

    Attributes:
        inputs, labels: by scaling (networks, b, features), and (networks, b).
        keep: which units are kept, (layers, networks, b, units), 1 or 0.
        factor: what ordinary dropout multiplies units by, 1/(1 − p) or 0, likewise.
    """

    inputs: Mapping[str, Tensor]
    labels: Tensor
    keep: Tensor
    factor: Tensor


class Tables(StackTask):
    """Every (condition, seed) trains a network for each table, fold, and point of a small grid.

    The grid is the same for all conditions: ``depths`` hidden layers, the condition's rate times
    ``factors``, units dropped with the probabilities ``dropouts``. An epoch is so many ``updates``
    of batches drawn with replacement, whatever the table's size. After every epoch the grid's best
    point on the inner folds is looked up, for each outer fold; the network with these settings that
    was trained on all of the outer training part is judged on the outer fold. ``config.data`` names
    the tables, ``keel:iris,wine``; ``config.train_limit`` is the most rows of a table.

    Options: ``outer`` and ``inner`` folds; ``depths``, ``factors``, ``dropouts``; ``updates``;
    ``momentum``; ``score``, one of ``SCORES``. Options of an arm: ``method``, one of ``METHODS``;
    ``alpha_dropout`` instead of ordinary dropout.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {
        "outer": 3,
        "inner": 2,
        "depths": GRID_DEPTHS,
        "factors": "0.1,1",
        "dropouts": "0,0.05",
        "updates": 20,
        "momentum": 0.9,
        "score": "accuracy",
    }
    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = {
        "method": "plain",
        "alpha_dropout": False,
        **SLOPE,
    }

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        self._check()
        source, _, names = config.data.partition(":")
        tables = [load_table(f"{source}:{name}") for name in names.split(",")]
        self.joint = JointTable.of(tables, config.train_limit)
        self.data_sha256 = joint_sha256(table.sha256 for table in tables)
        counts = (int(self.options[name]) for name in ("outer", "inner", "updates"))
        self.outer, self.inner, self.updates = counts
        self.chance = 0.0  # one answer for all tables there is not: their classes differ
        self.test_size = len(self.joint.labels)
        self.train_size = self.test_size * (self.outer - 1) // self.outer
        self.grid = Grid.of(self.options)
        self._place_folds()
        self.scalings = {c.scaling: self._scaling(c.scaling) for c in config.conditions}
        self.kinds = {
            stack_name(condition, depth): (condition, depth)
            for condition in config.conditions
            for depth in self.grid.depths
        }
        self.stacks = {name: self._stack(*kind) for name, kind in self.kinds.items()}

    def batches(self, epoch: int, done: int) -> Iterator[TableBatch]:
        """Rows for every network, and which units to keep in each layer."""
        each = self.networks // len(self.config.seeds)
        # Masks for the deepest networks: shallower ones use the first of them.
        shape = (self.grid.depths[-1], each, self.config.batch, self.config.width)
        for update in range(epoch * self.updates + done, (epoch + 1) * self.updates):
            # (S, each, b) to (networks, b).
            drawn = self._drawn("batch", update, (each, self.config.batch)).flatten(0, 1)
            # U[0, 1)·n, rounded down: every row of a fold with the same probability.
            rows = self.rows.gather(1, (drawn * self.sizes[:, None]).long())
            inputs = {name: self._inputs(name, rows) for name in self.scalings}
            # (S, layers, each, b, units) to (layers, networks, b, units).
            masks = self._drawn("keep", update, shape).transpose(0, 1).flatten(1, 2)
            keep = (masks >= self.dropouts[:, None, None]).to(self.dtype)
            # A unit that is kept with probability 1 − p counts 1/(1 − p), so that the mean stays.
            factor = keep * (1 / (1 - self.dropouts[:, None, None]))
            yield TableBatch(rows, epoch, update, inputs, self.labels[rows], keep, factor)

    def losses(self, name: str, batch: Any) -> Tensor:
        """The mean losses of a stack's networks over their own rows, (networks,)."""
        condition, depth = self.kinds[name]
        masks = batch.keep if self._drops_to_alpha(condition) else batch.factor
        logits = self.stacks[name](batch.inputs[condition.scaling], masks[:depth])
        return nats(logits, batch.labels).mean(1)

    def by_member(self, found: Sequence[Tensor]) -> Tensor:
        """The mean over a member's finite losses: its tables, folds, depths and points, (M,)."""
        seeds, depths = len(self.config.seeds), len(self.grid.depths)
        # (arms, depths, seeds, networks of a seed), then seeds before depths.
        every = torch.stack(list(found)).reshape(-1, depths, seeds, self.networks // seeds)
        mine = every.transpose(1, 2).flatten(2)
        return mine.where(mine.isfinite(), torch.nan).nanmean(2).flatten()

    @torch.no_grad()
    def evaluate(self) -> Mapping[str, Row]:
        """The mean over tables and outer folds of the chosen networks' score."""
        means = [scores.mean((1, 2)) for scores, _ in self._chosen()]
        return {str(self.options["score"]): floats(torch.cat(means))}

    @torch.no_grad()
    def probe(self) -> Mapping[str, list[Row]]:
        """For each table every outer fold: the chosen networks' score and factor of the rate.

        Beside them, as ``constant_accuracy``, the score of one answer to all rows.
        """
        score = str(self.options["score"])
        rows: dict[str, list[Row]] = {score: [], "factors": []}
        every = torch.tensor([factor for factor, _ in self.grid.points], dtype=torch.float64)
        for scores, points in self._chosen():
            rows[score] += scores.flatten(1).tolist()
            rows["factors"] += every[points.cpu()].flatten(1).tolist()
        return {**rows, f"constant_{score}": self._constant() * len(self.config.conditions)}

    def _constant(self) -> list[Row]:
        """The score of the training part's most frequent class: a row a repetition."""
        parts = (self.inner + 1) * len(self.grid.points)
        # One network an outer fold, of those that are trained on all that the fold leaves.
        last = slice(parts - 1, None, parts)
        counts = self.joint.counts(self.folds[last])
        # As logits, for every row: the greatest is the answer.
        logits = self._tensor(counts)[:, None].expand(-1, self.judged.shape[1], -1)
        scores = self.score(logits, self.labels[self.judged[last]], self.real[last])
        return scores.view(len(self.config.seeds), -1).tolist()

    def _drawn(self, stream: str, update: int, shape: tuple[int, ...]) -> Tensor:
        """Numbers of [0, 1), (S, …): a repetition's own, whatever its neighbours."""
        keys = [word_of(seed, stream, update) for seed in self.config.seeds]
        return uniforms(keys, math.prod(shape), self.device).view(len(keys), *shape)

    def _check(self) -> None:
        config, score = self.config, choices("score", self.options["score"], SCORES)
        if config.evaluate_on != "test" or config.test_limit is not None:
            raise ValueError("all rows of a fold judge: leave out evaluate_on and test_limit")
        for condition in config.conditions:
            choices("method", self.arm_options[condition.name]["method"], METHODS)
            choices("weights", condition.weights, NORMAL_DEVIATIONS)
            choices("scaling", condition.scaling, SCALINGS)
        self.score = SCORES[score]

    def _place_folds(self) -> None:
        """A network for every seed, table, outer fold, part of it, and point of the grid."""
        points = self.grid.points
        self.folds = [
            fold
            for seed in self.config.seeds
            for fold in self.joint.nested(self.outer, self.inner, seed)
            for _ in points
        ]
        self.networks = len(self.folds)
        every = self._tensor(np.tile(np.array(points), (self.networks // len(points), 1)))
        self.factors, self.dropouts = every.unbind(1)
        self.rows, self.sizes = padded([fold.train for fold in self.folds], self.device)
        self.judged, sizes = padded([fold.judged for fold in self.folds], self.device)
        # Padding comes after a fold's own rows.
        self.real = torch.arange(self.judged.shape[1], device=self.device) < sizes[:, None]
        self.labels = torch.as_tensor(self.joint.labels, device=self.device).long()
        self.features = torch.as_tensor(self.joint.features, device=self.device)
        tables = [fold.table for fold in self.folds]
        self.widths = torch.tensor([self.joint.widths[table] for table in tables])
        classes = torch.tensor([self.joint.classes[table] for table in tables])
        self.present = torch.arange(max(self.joint.classes)) < classes[:, None]
        if self.options["score"] == "auc" and max(self.joint.classes) > 2:
            raise ValueError("score auc is for tables with two classes")

    def _tensor(self, array: NDArray[np.float64]) -> Tensor:
        return torch.as_tensor(array).to(device=self.device, dtype=self.dtype)

    def _scaling(self, name: str) -> Tensor:
        """Shift and factor, in float64, of each network's inputs, fitted to its training rows."""
        rows, points = self.joint.features, len(self.grid.points)
        parts = ((rows[f.train], rows[f.judged]) for f in self.folds[::points])  # each fold once
        each = [fitted(name, *part, self.config.dtype) for part in parts]
        affine = np.repeat([(one.shift, one.factor) for one in each], points, axis=0)
        return torch.as_tensor(affine, device=self.device)[:, :, None]

    def _inputs(self, scaling: str, rows: Tensor) -> Tensor:
        shift, factor = self.scalings[scaling].unbind(1)
        return ((self.features[rows] - shift) * factor).to(self.dtype)  # rounded last

    def _stack(self, condition: Condition, depth: int) -> BatchedStack:
        """All networks of an arm with so many hidden layers, each at its own rate."""
        # Rate 1: each network's own multiplies its loss (``Stack.rates``).
        optimize = partial(SGD, lr=1.0, momentum=float(self.options["momentum"]), fused=self.fused)
        network = self._network(condition, depth).to(self.device)
        rates = self.factors * condition.learning_rate
        return BatchedStack(network, self.networks, optimize, rates)

    def _network(self, condition: Condition, depth: int) -> BatchedClassifier:
        width, weights = self.config.width, condition.weights
        inputs = [max(self.joint.widths), *[width] * (depth - 1)]
        method = METHODS[str(self.arm_options[condition.name]["method"])]
        activation, dropout = arm_unit(condition), self._dropout(condition)
        layers = [
            method(
                self._draw(weights, f"weights {depth}", layer, fan_in, width),
                activation,
                dropout,
                self._draw("lecun_normal", f"gates {depth}", layer, fan_in, width),
            )
            for layer, fan_in in enumerate(inputs)
        ]
        classes = self.present.shape[1]
        last = self._draw("lecun_normal", f"weights {depth}", depth, width, classes)
        return BatchedClassifier(layers, last, self.present)

    def _draw(self, weights: str, stream: str, layer: int, fan_in: int, units: int) -> Tensor:
        """Each network's matrix; rows of the inputs that its table lacks are zero."""
        check_room(self.networks, (fan_in, units))
        shape = (self.networks // len(self.config.seeds), fan_in, units)
        streams = [generator(seed, stream, layer) for seed in self.config.seeds]
        drawn = [torch.randn(shape, generator=each, dtype=torch.float64) for each in streams]
        inputs = self.widths if layer == 0 else torch.full_like(self.widths, fan_in)
        # The fan-in is the table's own number of columns: those that it lacks are always 0.
        scale = NORMAL_DEVIATIONS[weights] / inputs.double().sqrt()
        present = torch.arange(fan_in) < inputs[:, None]
        return (torch.cat(drawn) * (scale[:, None] * present)[:, :, None]).to(self.dtype)

    def _drops_to_alpha(self, condition: Condition) -> bool:
        return bool(self.arm_options[condition.name]["alpha_dropout"])

    def _dropout(self, condition: Condition) -> BatchedDropout:
        # The batch's factors are scaled already, once for all arms.
        if not self._drops_to_alpha(condition):
            return NO_DROPOUT
        activation = arm_activation(condition)
        alphas = [AlphaDropout(share, activation=activation) for share in self.grid.dropouts]
        affine = np.array([(alpha.scale, alpha.shift) for alpha in alphas])
        # The dropouts are the fastest of the settings: see ``Grid.points``.
        every = self._tensor(np.tile(affine, (self.networks // len(alphas), 1)))
        scale, shift = every[:, :, None, None].unbind(1)
        return BatchedDropout(scale, shift, alphas[0].value)

    def _chosen(self) -> Iterator[tuple[Tensor, Tensor]]:
        """By condition the chosen networks' scores, and their points, (S, tables, outer)."""
        folds = (len(self.config.seeds), len(self.joint.widths), self.outer, self.inner + 1)
        for condition in self.config.conditions:
            inputs = self._inputs(condition.scaling, self.judged)
            names = (stack_name(condition, depth) for depth in self.grid.depths)
            scores = torch.stack([self._scores(name, inputs) for name in names])
            yield best_by_inner_folds(scores, folds)

    def _scores(self, name: str, inputs: Tensor) -> Tensor:
        stack = self.stacks[name]
        with stack.evaluating():
            logits = [stack(rows) for rows in torch.split(inputs, BLOCK, dim=1)]
        return self.score(torch.cat(logits, dim=1), self.labels[self.judged], self.real)


def stack_name(condition: Condition, depth: int) -> str:
    """What the stack of a condition's networks with so many hidden layers is called."""
    return f"{condition.name} {depth}"


TASK = Tables
