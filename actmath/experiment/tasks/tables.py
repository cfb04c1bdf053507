"""Methods compared on many tables by nested cross-validation, all networks of a method at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from ...nn._dropout import AlphaDropout
from .._engine.randomness import generator
from .._networks.stacked_methods import METHODS, Dropout, Plain, StackedClassifiers
from .._networks.unit import SLOPE, declared, unit
from .._record.config import Condition, Config, Option
from ..data._files import joint_sha256
from ..data._folds import JointTable
from ..data._scaling import SCALINGS
from ..data._tables import load_table
from ._scores import SCORES
from ._task import Row, Task, choices, floats

Batch = tuple[Tensor, Tensor]
#: Standard deviation of a weight times √fan_in, by the names of ``models.WEIGHTS``.
DEVIATIONS: Mapping[str, float] = {"lecun_normal": 1.0, "he_normal": math.sqrt(2)}


class Tables(Task):
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
        "depths": "2,8",
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
        self.outer, self.inner = int(self.options["outer"]), int(self.options["inner"])
        self.depths = sorted(map(int, self._words("depths")))
        points = list(product(*(map(float, self._words(o)) for o in ("factors", "dropouts"))))
        self.points = len(points)
        self.updates, self.chance = int(self.options["updates"]), 0.0
        self.folds = [
            fold
            for seed in config.seeds
            for fold in self.joint.nested(self.outer, self.inner, seed)
            for _ in points
        ]
        every = self._tensor(np.tile(np.array(points), (len(self.folds) // self.points, 1)))
        self.factors, self.dropouts = every.unbind(1)
        self.test_size = len(self.joint.labels)
        self.train_size = self.test_size * (self.outer - 1) // self.outer
        self._place_folds()
        self.scaled = {name: self._scaling(name) for name in {c.scaling for c in config.conditions}}
        self.networks = {
            (condition.name, depth): self._networks(condition, depth).to(device)
            for condition in config.conditions
            for depth in self.depths
        }
        momentum = float(self.options["momentum"])
        self.optimizers = {
            key: torch.optim.SGD(networks.parameters(), lr=1, momentum=momentum)
            for key, networks in self.networks.items()
        }

    def batches(self, epoch: int, done: int) -> Iterator[Batch]:
        """Rows for every network, (networks, batch), and which units to keep in each layer."""
        each = len(self.folds) // len(self.config.seeds)
        shape = (self.depths[-1], each, self.config.batch, self.config.width)
        dropped = self.dropouts[:each, None, None].cpu()
        for update in range(epoch * self.updates + done, (epoch + 1) * self.updates):
            places, masks = [], []
            for seed in self.config.seeds:
                draw = generator(seed, "batch", update)
                places.append(torch.rand(each, self.config.batch, generator=draw))
                masks.append((torch.rand(shape, generator=draw) >= dropped).to(self.dtype))
            chosen = (torch.cat(places).to(self.device) * self.sizes[:, None]).long()
            yield self.rows.gather(1, chosen), torch.cat(masks, dim=1).to(self.device)

    def step(self, batch: Batch) -> tuple[Tensor, int]:
        """One update of every network; the members' mean losses over those that are finite."""
        rows, keep = batch
        labels, inputs = self.labels[rows], {n: self._inputs(n, rows) for n in self.scaled}
        losses = []
        for condition in self.config.conditions:
            x, found = inputs[condition.scaling], []
            for depth in self.depths:
                networks = self.networks[condition.name, depth]
                logits = networks(x, keep[:depth]).transpose(1, 2)
                loss = cross_entropy(logits, labels, reduction="none").mean(1)
                self._descend(condition, depth, loss)
                found.append(loss.detach())
            losses.append(self._member_means(torch.stack(found)))
        return torch.cat(losses), self.config.batch

    @torch.no_grad()
    def evaluate(self) -> Mapping[str, Row]:
        """The mean over tables and outer folds of the chosen networks' score."""
        means = [chosen.mean((1, 2)) for chosen in self._chosen()]
        return {str(self.options["score"]): floats(torch.cat(means))}

    @torch.no_grad()
    def probe(self) -> Mapping[str, list[Row]]:
        """The chosen networks' score, for each table every outer fold."""
        rows = [row for chosen in self._chosen() for row in chosen.flatten(1).tolist()]
        return {str(self.options["score"]): rows}

    def state_dict(self) -> dict[str, Any]:
        """Every condition's networks and optimizers, by depth."""
        return {
            f"{name} {depth}": {
                "networks": networks.state_dict(),
                "optimizer": self.optimizers[name, depth].state_dict(),
            }
            for (name, depth), networks in self.networks.items()
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up every condition's networks and optimizers."""
        for (name, depth), networks in self.networks.items():
            saved = state[f"{name} {depth}"]
            networks.load_state_dict(saved["networks"])
            self.optimizers[name, depth].load_state_dict(saved["optimizer"])

    def _check(self) -> None:
        config, score = self.config, choices("score", self.options["score"], SCORES)
        if config.evaluate_on != "test" or config.test_limit is not None:
            raise ValueError("all rows of a fold judge: leave out evaluate_on and test_limit")
        for condition in config.conditions:
            choices("method", self.arm_options[condition.name]["method"], METHODS)
            choices("weights", condition.weights, DEVIATIONS)
            choices("scaling", condition.scaling, SCALINGS)
        self.score = SCORES[score]

    def _place_folds(self) -> None:
        tables = [fold.table for fold in self.folds]
        self.rows, self.sizes = self._padded([fold.train for fold in self.folds])
        self.judged, sizes = self._padded([fold.judged for fold in self.folds])
        self.real = torch.arange(self.judged.shape[1], device=self.device) < sizes[:, None]
        self.labels = torch.as_tensor(self.joint.labels, device=self.device).long()
        self.features = self._tensor(self.joint.features)
        self.widths = torch.tensor([self.joint.widths[table] for table in tables])
        classes = torch.tensor([self.joint.classes[table] for table in tables])
        self.present = torch.arange(max(self.joint.classes)) < classes[:, None]
        if self.options["score"] == "auc" and max(self.joint.classes) > 2:
            raise ValueError("score auc is for tables with two classes")

    def _words(self, option: str) -> list[str]:
        return str(self.options[option]).split(",")

    def _padded(self, parts: list[NDArray[np.int64]]) -> tuple[Tensor, Tensor]:
        sizes = torch.tensor([len(part) for part in parts])
        rows = torch.nn.utils.rnn.pad_sequence(list(map(torch.as_tensor, parts)), batch_first=True)
        return rows.to(self.device), sizes.to(self.device)

    def _tensor(self, array: NDArray[np.float64]) -> Tensor:
        return torch.as_tensor(array).to(device=self.device, dtype=self.dtype)

    def _scaling(self, name: str) -> tuple[Tensor, Tensor]:
        parts = self.folds[:: self.points]
        fitted = [SCALINGS[name](self.joint.features[fold.train]) for fold in parts]
        shift, factor = np.stack([f.shift for f in fitted]), np.stack([f.factor for f in fitted])
        shift, factor = (np.repeat(array, self.points, axis=0) for array in (shift, factor))
        return self._tensor(shift)[:, None], self._tensor(factor)[:, None]

    def _inputs(self, scaling: str, rows: Tensor) -> Tensor:
        shift, factor = self.scaled[scaling]
        return (self.features[rows] - shift) * factor

    def _networks(self, condition: Condition, depth: int) -> StackedClassifiers:
        width, options = self.config.width, self.arm_options[condition.name]
        inputs = [max(self.joint.widths), *[width] * (depth - 1)]
        activation, dropout = unit(condition), self._dropout(condition)
        layers: list[Plain] = [
            METHODS[str(options["method"])](
                self._draw(condition.weights, f"weights {depth}", layer, fan_in, width),
                self._draw("lecun_normal", f"gates {depth}", layer, fan_in, width),
                activation,
                dropout,
            )
            for layer, fan_in in enumerate(inputs)
        ]
        last = self._draw("lecun_normal", f"weights {depth}", depth, width, self.present.shape[1])
        return StackedClassifiers(layers, last, self.present)

    def _draw(self, weights: str, stream: str, layer: int, fan_in: int, units: int) -> Tensor:
        """Each network's matrix; rows of the inputs that its table lacks are zero."""
        each = len(self.folds) // len(self.config.seeds)
        shape = (each, fan_in, units)
        drawn = [
            torch.randn(shape, generator=generator(seed, stream, layer), dtype=torch.float64)
            for seed in self.config.seeds
        ]
        inputs = self.widths if layer == 0 else torch.full_like(self.widths, fan_in)
        scale = DEVIATIONS[weights] / inputs.double().sqrt()
        present = torch.arange(fan_in) < inputs[:, None]
        return (torch.cat(drawn) * (scale[:, None] * present)[:, :, None]).to(self.dtype)

    def _dropout(self, condition: Condition) -> Dropout:
        if not self.arm_options[condition.name]["alpha_dropout"]:
            return Dropout(1 / (1 - self.dropouts[:, None, None]))
        activation, shares = declared(condition), map(float, self._words("dropouts"))
        alphas = [AlphaDropout(share, activation=activation) for share in shares]
        affine = np.array([(alpha.scale, alpha.shift) for alpha in alphas])
        every = self._tensor(np.tile(affine, (len(self.folds) // len(alphas), 1)))
        scale, shift = every[:, :, None, None].unbind(1)
        return Dropout(scale, shift, alphas[0].value)

    def _descend(self, condition: Condition, depth: int, losses: Tensor) -> None:
        """One step of every network at its own rate, by which its loss is weighted."""
        optimizer = self.optimizers[condition.name, depth]
        optimizer.zero_grad()
        torch.autograd.backward((losses * self.factors).sum() * condition.learning_rate)
        optimizer.step()

    def _member_means(self, losses: Tensor) -> Tensor:
        """From (depths, networks) to (seeds,), over the finite ones."""
        mine = losses.reshape(len(self.depths), len(self.config.seeds), -1).transpose(0, 1)
        mine = mine.flatten(1)
        return mine.where(mine.isfinite(), torch.nan).nanmean(1)

    def _chosen(self) -> Iterator[Tensor]:
        """For each condition the chosen networks' scores on the outer folds, (S, tables, outer)."""
        for condition in self.config.conditions:
            inputs = self._inputs(condition.scaling, self.judged)
            yield best_by_inner_folds(
                torch.stack([self._scores(condition, inputs, depth) for depth in self.depths]),
                (len(self.config.seeds), len(self.joint.widths), self.outer, self.inner + 1),
            )

    def _scores(self, condition: Condition, inputs: Tensor, depth: int) -> Tensor:
        networks = self.networks[condition.name, depth]
        networks.eval()
        scores = self.score(networks(inputs), self.labels[self.judged], self.real)
        networks.train()
        return scores


def best_by_inner_folds(scores: Tensor, shape: tuple[int, int, int, int]) -> Tensor:
    """The outer score of the grid point whose mean inner score is best; of equal ones the first.

    Args:
        scores: (depths, networks).
        shape: seeds, tables, outer folds, parts; what is left of the networks are the other
            settings, and the last part is the one that was trained without looking inside.

    Returns:
        (seeds, tables, outer folds).
    """
    depths = len(scores)
    grid = scores.double().reshape(depths, *shape, -1).movedim(0, -1).flatten(-2)
    best = grid[..., :-1, :].mean(-2).argmax(-1, keepdim=True)
    return grid[..., -1, :].gather(-1, best).squeeze(-1)


TASK = Tables
