"""Fifty hidden layers: does SELU train where ReLU does not, and what does it take?

The images, their number and the three epochs are the source's. What it leaves open is our choice:
width 100, plain gradient descent without momentum, batches of 32, biases beginning at zero, and one
learning rate for all conditions. The rate comes from the preset ``scan``, which trains on four
fifths of the training part of a smaller set and never sees a test image: every condition at seven
rates. A network whose training diverged counts with log 10, the loss of knowing nothing: what the
rate did to it is no worse than that, and no better. Raw inputs are read as 0 … 1; the scan also
covers 0 … 255, and standardizing all pixels together instead of each by itself.

The decision rules, fixed before the run, with a network's accuracy being that on the 10,000 test
images after the third epoch: a condition does *not learn*, or *hardly*, if its mean accuracy is
less than ten points above chance; it learns *strikingly well* if its mean is at least 90 %. Each by
the two-sided t-test over the seeds, and over seeds and test images by the crossed bootstrap, after
Holm over the five conditions. That a condition learns strikingly well is shown by one rate; that it
does not learn is decided only where it learns at no rate of the scan, or at every one, since the
source names none: what depends on the rate is the question of ``fifty-layers-rates``.

An earlier recording saw 4,000 images 45 times: as many updates, fewer images.
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
    data="mnist",
    width=100,
    depth=50,
    epochs=3,
    batch=32,
)

RECIPE = Recipe.of(
    BOOK,
    question="Which of five fully connected networks with 50 hidden layers learn to read digits?",
    claims=("C-LEC-2",),
    limits="Nothing that the notes state; width, optimizer and rate, which they leave open, are "
    "our choice.",
    smoke=Preset.of(
        "120 updates instead of 5,625, on 1,280 images, with 3 seeds: only the beginning.",
        seeds=(0, 1, 2),
        data="mnist-5k",
        train_limit=1280,
    ),
    paper=Preset.of(
        "The same with 16 seeds.",
        seeds=tuple(range(16)),
    ),
    scan=(
        RateScan(_CONDITIONS, _RATES, worst=math.log(10), beside=_OTHER_READINGS),
        Preset.of(
            "1,000 updates on 3,200 images, judged on training images alone, to choose the "
            "learning rate.",
            seeds=(0, 1),
            data="mnist-5k",
            epochs=10,
        ),
    ),
)
