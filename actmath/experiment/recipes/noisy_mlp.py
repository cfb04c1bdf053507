"""One hidden layer and RMSProp: do noisy units learn digits faster than tanh and hard tanh?

Our choices, where the source leaves them open: 100 hidden units, batches of 50, LeCun-normal
weights, α = 1, so that without noise every arm is the hard tanh; c = 1 where the deviation is
learned, and the fixed deviation 0.25, the largest that c = 1 allows. Every arm has its own learning
rate, out of the same four: the one with the lowest mean training loss at the end of the preset
``scan``, on four fifths of the training images and other seeds (``best_rate``). No arm can do
better by the measure that the claim is about, out of these four (tanh's is the largest of them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .._record.config import Condition, Config, Option, Recipe
from .._record.record import RunRecord
from .._record.scans import at_rate, lowest

NAME = "noisy-mlp"
GRID = (0.0003, 0.001, 0.003, 0.01)
QUIET = ("tanh", "hard-tanh")
NOISY = ("nan", "nah", "nani", "nanil", "nanis")
LEVELS: Mapping[str, float] = {"nan": 1.0, "nah": 1.0, "nani": 0.25, "nanil": 1.0, "nanis": 0.25}
RATES: Mapping[str, float] = {
    "tanh": 0.01,
    "hard-tanh": 0.001,
    "nan": 0.003,
    "nah": 0.003,
    "nani": 0.003,
    "nanil": 0.001,
    "nanis": 0.003,
}


def best_rate(scan: RunRecord, arm: str) -> float:
    """The rate of the grid with the arm's lowest mean training loss in the last epoch."""
    return lowest(scan, [BOOK.condition(arm)], GRID)


def _arm(name: str) -> Condition:
    activation = "tanh" if name == "tanh" else "hard_tanh"
    options: dict[str, Option] = {}
    if name in NOISY:
        options = {"noise": name, "level": LEVELS[name]}
    return Condition(name, activation, "unit", "lecun_normal", RATES[name], options)


CONDITIONS = tuple(map(_arm, (*QUIET, *NOISY)))
BOOK = Config(
    recipe=NAME,
    preset="book",
    conditions=CONDITIONS,
    seeds=tuple(range(8)),
    data="mnist-5k",
    width=100,
    depth=1,
    epochs=25,
    batch=50,
    task="noisy_dense",
    options={"optimizer": "rmsprop"},
)
RECIPE = Recipe(
    name=NAME,
    question="Does noise in its hidden layer let a network learn digits faster and better?",
    claims=("C-NOI-15",),
    presets={
        "smoke": replace(BOOK, preset="smoke", seeds=(0, 1), epochs=2, train_limit=1000),
        "book": BOOK,
        "paper": replace(BOOK, preset="paper", data="mnist", width=500, epochs=50),
        "scan": replace(
            BOOK,
            preset="scan",
            conditions=tuple(at_rate(c, rate) for c in CONDITIONS for rate in GRID),
            seeds=(100, 101),
            evaluate_on="validation",
        ),
    },
    limits={
        "smoke": "40 updates on 1,000 images with 2 seeds: only the beginning.",
        "book": "4,000 training images instead of 60,000; the source does not say how wide the "
        "layer is, nor what levels of noise it used: both are our choice.",
        "paper": "The whole of MNIST; width, epochs and noise levels are our choice.",
        "scan": "Judged on training images alone, to choose each arm's learning rate.",
    },
)
