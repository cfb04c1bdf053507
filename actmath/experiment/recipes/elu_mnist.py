"""Does ELU keep activations nearer zero than rectifiers, and does the loss then fall faster?

Network, weights, rate and batch are the paper's, so that nothing is tuned. The paper does not say
how the inputs are scaled: here they are 0 … 1. Its leaky ReLU has the slope 0.1. The decision
rules, fixed before the first run: "smaller median activation" and "faster falling loss" compare
the means over all epochs of each network's curve, paired by seeds.
"""

from __future__ import annotations

from .._record.config import Condition, Config
from .._record.recipe import Preset, Recipe

_RATE = 0.01

BOOK = Config(
    recipe="elu-mnist",
    preset="book",
    conditions=(
        Condition("relu", "relu", "unit", "he_normal", _RATE),
        Condition("leaky_relu", "leaky_relu", "unit", "he_normal", _RATE, {"slope": 0.1}),
        Condition("elu", "elu", "unit", "he_normal", _RATE),
    ),
    seeds=tuple(range(8)),
    data="mnist-5k",
    width=128,
    depth=8,
    epochs=45,
    batch=64,
    task="median_activation",
)

RECIPE = Recipe.of(
    BOOK,
    question="Is ELU's median activation smaller than ReLU's, and does its loss fall faster?",
    claims=("C-ELU-9",),
    limits="4,000 training images seen 45 times instead of 60,000 seen 300 times: 2,835 "
    "updates instead of 281,400, the first hundredth of the paper's run.",
    smoke=Preset.of(
        "32 updates on 1,000 images, with 2 seeds: only the beginning.",
        seeds=(0, 1),
        epochs=2,
        train_limit=1000,
    ),
    paper=Preset.of(
        "The whole of MNIST, 300 epochs.",
        data="mnist",
        epochs=300,
        seeds=tuple(range(16)),
    ),
)
