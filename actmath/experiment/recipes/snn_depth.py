"""Self-normalizing networks of 8, 16 and 32 layers against networks with batch normalization.

As in the code published with the paper: plain gradient descent, batches of 128, standardized
inputs, N(0, 1/n) weights for SELU and N(0, 2/n) for ReLU, batch normalization after the ReLU, and a
rate of 1e-5 on the gradient of the batch's *summed* loss, which is 128 times that on the mean loss.

No rate is tuned. The two arms that the claim compares run at the paper's rate, at which so few
updates are only a beginning, and at ten times it; the claim counts as decided where both rates say
the same. Three more kinds of network, at ten times the rate, are our choice: He-initialized ReLU
without normalization, layer normalization before the ReLU, and residual layers
h + relu(batch norm(Wh + b)).
"""

from __future__ import annotations

from collections.abc import Mapping

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe

DEPTHS = (8, 16, 32)
BATCH = 128
PAPER_RATE = 1e-5 * BATCH
SUFFIX_RATES: Mapping[str, float] = {"": 10 * PAPER_RATE, "-slow": PAPER_RATE}
COMPARED = ("snn", "batch")

NETWORKS: Mapping[str, tuple[str, str, Mapping[str, Option]]] = {
    "snn": ("selu", "lecun_normal", {}),
    "batch": ("relu", "he_normal", {"norm": "batch", "place": "after"}),
    "layer": ("relu", "he_normal", {"norm": "layer"}),
    "he": ("relu", "he_normal", {}),
    "residual": ("relu", "he_normal", {"norm": "batch", "residual": True}),
}


def network(kind: str, depth: int, rate: str = "") -> str:
    """The name of a condition: a key of ``NETWORKS``, a depth, and a key of ``SUFFIX_RATES``."""
    return f"{kind}-{depth}{rate}"


def _condition(kind: str, depth: int, rate: str) -> Condition:
    activation, weights, options = NETWORKS[kind]
    return Condition(
        network(kind, depth, rate),
        activation,
        "standardized",
        weights,
        SUFFIX_RATES[rate],
        {**options, "depth": depth},
    )


BOOK = Config(
    recipe="snn-depth",
    preset="book",
    conditions=tuple(
        _condition(kind, depth, rate)
        for rate, kinds in (("", tuple(NETWORKS)), ("-slow", COMPARED))
        for depth in DEPTHS
        for kind in kinds
    ),
    seeds=tuple(range(5)),
    data="mnist-5k",
    width=64,
    depth=max(DEPTHS),
    epochs=10,
    batch=BATCH,
    train_limit=2048,
    test_limit=500,
    task="dense",
)

RECIPE = Recipe.of(
    BOOK,
    question="Do self-normalizing networks of 8, 16 and 32 layers reach a lower training loss than "
    "ReLU networks with batch normalization?",
    claims=("C-SNN-11", "C-SNN-14"),
    limits="160 updates; hidden layers of 64 units instead of 784; 2,048 training images "
    "instead of 60,000.",
    smoke=Preset.of(
        "20 updates at ten times the paper's rate, 8 layers only: the beginning.",
        conditions=tuple(_condition(k, 8, "") for k in NETWORKS),
        seeds=(0, 1, 2),
        epochs=4,
        train_limit=640,
    ),
    large=Preset.of(
        "MNIST at the paper's width and depths, 5 epochs; the paper trains longer, and its second "
        "data set, CIFAR-10, needs layers of 3,072.",
        data="mnist",
        width=784,
        epochs=5,
        train_limit=None,
        test_limit=None,
    ),
)
