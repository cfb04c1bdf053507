"""How far is the gradient from the natural gradient during training, with which activation?

Networks of 4 hidden layers of 32, so that every unit's Fisher matrix can be had exactly; plain
gradient descent, rate 0.01, batches of 64, He-normal weights as in the paper's own comparison of
activations on digits (Clevert et al. 2016, Section 4.1). SELU and tanh join with the weights that
keep their scale, N(0, 1/n). The rate is the paper's for all; nothing is tuned.
"""

from __future__ import annotations

from .._record.config import Condition, Config
from .._record.recipe import Preset, Recipe

_RATE = 0.01
_HE = ("relu", "leaky_relu", "shifted_relu", "elu")
_LECUN = ("selu", "tanh")

BOOK = Config(
    recipe="natural-gradient",
    preset="book",
    conditions=tuple(
        Condition(unit, unit, "standardized", weights, _RATE)
        for units, weights in ((_HE, "he_normal"), (_LECUN, "lecun_normal"))
        for unit in units
    ),
    seeds=tuple(range(8)),
    data="mnist-5k",
    width=32,
    depth=4,
    epochs=12,
    batch=64,
    task="natural_gradient",
)

RECIPE = Recipe.of(
    BOOK,
    question="During training, with which activation is the gradient nearer to the unit natural "
    "gradient, and how much of an update is bias shift?",
    claims=("C-ELU-7",),
    limits="4 hidden layers of 32 instead of 8 of 128, 4,000 training images seen 12 times "
    "instead of 60,000 seen 300 times; the leaky unit has slope 0.01, the paper's 0.1.",
    smoke=Preset.of(
        "16 updates on 512 images, two activations, two seeds.",
        conditions=tuple(c for c in BOOK.conditions if c.name in ("relu", "elu")),
        seeds=(0, 1),
        epochs=2,
        train_limit=512,
        test_limit=100,
    ),
    paper=Preset.of(
        "The paper's network and number of epochs; the leaky unit has slope 0.01.",
        data="mnist",
        width=128,
        depth=8,
        epochs=300,
    ),
)
