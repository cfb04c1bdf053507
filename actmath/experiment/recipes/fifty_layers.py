"""Fifty hidden layers: does SELU train where ReLU does not, and what does it take?

What the source leaves open is our choice: width 100, plain gradient descent without momentum,
batches of 32, biases beginning at zero, and one learning rate for all conditions. The rate comes
from the preset ``scan``, which trains on four fifths of the training images and never sees the test
images: every condition at seven rates. A network whose training diverged counts with log 10, the
loss of knowing nothing: what the rate did to it is no worse than that, and no better. Raw inputs
are read as 0 … 1; the scan also covers 0 … 255, and standardizing all pixels together instead of
each by itself.
"""

from __future__ import annotations

import math

from .._record.config import Condition, Config
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan

_RATE = 0.003
_RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)

_CONDITIONS = (
    Condition("relu-raw", "relu", "unit", "glorot_uniform", _RATE),
    Condition("selu-raw", "selu", "unit", "glorot_uniform", _RATE),
    Condition("selu-standardized", "selu", "standardized", "glorot_uniform", _RATE),
    Condition("selu-standardized-lecun", "selu", "standardized", "lecun_normal", _RATE),
    Condition("relu-standardized-lecun", "relu", "standardized", "lecun_normal", _RATE),
)

_OTHER_READINGS = (
    Condition("relu-stored", "relu", "stored", "glorot_uniform", _RATE),
    Condition("selu-stored", "selu", "stored", "glorot_uniform", _RATE),
    Condition("selu-together", "selu", "standardized_together", "glorot_uniform", _RATE),
    Condition("selu-together-lecun", "selu", "standardized_together", "lecun_normal", _RATE),
)


BOOK = Config(
    recipe="fifty-layers",
    preset="book",
    conditions=_CONDITIONS,
    seeds=tuple(range(8)),
    data="mnist-5k",
    width=100,
    depth=50,
    epochs=45,
    batch=32,
)

RECIPE = Recipe.of(
    BOOK,
    question="Which of five fully connected networks with 50 hidden layers learn to read digits?",
    claims=("C-LEC-2",),
    limits="4,000 training images seen 45 times instead of 60,000 seen 3 times: as many "
    "updates, fewer images.",
    smoke=Preset.of(
        "120 updates instead of 5,625, on 1,280 images, with 3 seeds: only the beginning.",
        seeds=(0, 1, 2),
        epochs=3,
        train_limit=1280,
    ),
    paper=Preset.of(
        "The whole of MNIST, 3 epochs.",
        data="mnist",
        epochs=3,
        seeds=tuple(range(16)),
    ),
    scan=(
        RateScan(_CONDITIONS, _RATES, worst=math.log(10), beside=_OTHER_READINGS),
        Preset.of(
            "1,000 updates, judged on training images alone, to choose the learning rate.",
            seeds=(0, 1),
            epochs=10,
        ),
    ),
)
