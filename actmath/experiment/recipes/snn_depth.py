"""Self-normalizing networks of 8, 16 and 32 layers against networks with batch normalization.

As in the code published with the paper: plain gradient descent, batches of 128, standardized
inputs, N(0, 1/n) weights for SELU and N(0, 2/n) for ReLU, batch normalization after the ReLU. Two
kinds of network are our addition: with batch normalization before the ReLU, where its authors put
it, and residual layers h + relu(batch norm(Wh + b)).

The published code has one small rate for all, at which so few updates are only a beginning, and
batch normalization is known for bearing larger ones. So each arm, a kind at a depth, has its own
rate, out of the same six: those of the preset ``scan``, 3 to 1,000 times the published rate, which
is 1e-5 on the gradient of the batch's *summed* loss and so 128 times that on the mean loss. The
rule takes the rate with the lowest mean training loss in the scan's last epoch, on training images
alone and other seeds; a network whose training diverged counts with log 10, the loss of knowing
nothing.

The decision rules, fixed before the run. At each depth the self-normalizing network *reaches a
lower training loss* than a rival, batch normalization after the ReLU or before it, if the
difference of the last epoch's training losses, seed by seed, has a mean below 0 by the two-sided
paired t-test, after Holm over the three depths and two rivals; only where the curves of both have
come to rest. *Gradients keep* if, before and after training, log10 of the mean squared gradient by
the outputs of the first hidden layer over that of the last of 32 is within ±2, by two one-sided
t-tests over the seeds.

An earlier recording had the published rate and ten times it, and ended after 160 updates, before
the curves were flat.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan

DEPTHS = (8, 16, 32)
BATCH = 128
PAPER_RATE = 1e-5 * BATCH
_GRID = (0.004, 0.0128, 0.04, 0.128, 0.4, 1.28)

NETWORKS: Mapping[str, tuple[str, str, Mapping[str, Option]]] = {
    "snn": ("selu", "lecun_normal", {}),
    "batch": ("relu", "he_normal", {"norm": "batch", "place": "after"}),
    "before": ("relu", "he_normal", {"norm": "batch", "place": "before"}),
    "residual": ("relu", "he_normal", {"norm": "batch", "residual": True}),
}
#: By arm: the choice of the scan.
_RATES: Mapping[str, float] = {
    "snn-8": 0.128,
    "batch-8": 0.128,
    "before-8": 0.4,
    "residual-8": 0.128,
    "snn-16": 0.04,
    "batch-16": 0.4,
    "before-16": 0.4,
    "residual-16": 0.04,
    "snn-32": 0.0128,
    "batch-32": 0.128,
    "before-32": 0.04,
    "residual-32": 0.0128,
}


def network(kind: str, depth: int) -> str:
    """The name of a condition: a key of ``NETWORKS`` and a depth."""
    return f"{kind}-{depth}"


def _condition(kind: str, depth: int) -> Condition:
    activation, weights, options = NETWORKS[kind]
    name = network(kind, depth)
    return Condition(
        name,
        activation,
        "standardized",
        weights,
        _RATES[name],
        {**options, "depth": depth},
    )


_CONDITIONS = tuple(_condition(kind, depth) for depth in DEPTHS for kind in NETWORKS)

BOOK = Config(
    recipe="snn-depth",
    preset="book",
    conditions=_CONDITIONS,
    seeds=tuple(range(5)),
    data="mnist-5k",
    width=64,
    depth=max(DEPTHS),
    epochs=48,
    batch=BATCH,
    task="dense",
)

RECIPE = Recipe.of(
    BOOK,
    question="Do self-normalizing networks of 8, 16 and 32 layers reach a lower training loss than "
    "ReLU networks with batch normalization?",
    claims=("C-SNN-11", "C-SNN-14"),
    limits="1,536 updates; hidden layers of 64 units instead of 784; 4,000 training images instead "
    "of 60,000; each kind at its own best of six rates instead of one small rate for all.",
    smoke=Preset.of(
        "15 updates, 8 layers only: the beginning.",
        conditions=tuple(_condition(kind, 8) for kind in NETWORKS),
        seeds=(0, 1, 2),
        epochs=3,
        train_limit=640,
    ),
    large=Preset.of(
        "MNIST at the paper's width and depths, 5 epochs, at the rates found for 64 units; the "
        "paper trains longer, and its second data set, CIFAR-10, needs layers of 3,072.",
        data="mnist",
        width=784,
        epochs=5,
    ),
    scan=(
        RateScan(_CONDITIONS, _GRID, worst=math.log(10), alone=True),
        Preset.of(
            "250 updates with 2 seeds, judged on training images, to choose each arm's rate.",
            seeds=(100, 101),
            epochs=10,
        ),
    ),
)
