"""At which depth do weights of variance 1/n stop a rectifier network from learning?

The momentum 0.9 is the paper's. The images are digits of 7×7 pixels, and one stage of 3×3
convolutions on 4×4 positions follows the first layer. As in the paper the inputs are centered, here
with one mean for all pixels; one factor for all of them then makes the variance 1.

The paper's rate is 0.01. Here every arm has its own, out of the same four: the one with the lowest
mean final training loss in the preset ``scan``, on training images alone and other seeds. A network
whose training diverged counts with log 10, the loss of knowing nothing. Neither initialization has
to train at a rate that suits the other. The rule takes the least of the four everywhere. From
Xavier's weights no rate began to learn in the scan, so there it chooses by differences that mean
nothing.

All layers have 24 channels, for a reason that He's rule leaves out: it keeps the mean square on
average over draws, and a single network strays from it by the more the fewer its channels. In a
first trial with 8 channels, stopped after 7 epochs, two of five networks of 22 layers and three
of 30 had not begun to learn from He's weights, and none from Xavier's.

The decision rules, fixed before the first run: a network *converges* if its mean final training
loss over the seeds is below half of log 10, and *stalls* if it is above 0.95·log 10, log 10 being
the loss of knowing nothing; *earlier* compares the means of the training loss over all epochs.
That run had inputs in 0 … 1, the rate 0.01 for every arm and 378 updates; the rules are the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from .._record.config import Condition, Config
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan

_GRID = (0.001, 0.003, 0.01, 0.03)
_RATES: Mapping[str, float] = {
    "he-22": 0.001,
    "xavier-22": 0.001,
    "he-30": 0.001,
    "xavier-30": 0.001,
}
_STAGES = {22: "1,20", 30: "1,28"}  # convolutions; the dense output is one more layer
_WEIGHTS = {"he": "he_normal", "xavier": "lecun_normal"}


def _arm(title: str, layers: int) -> Condition:
    name, options = f"{title}-{layers}", {"stages": _STAGES[layers]}
    return Condition(name, "relu", "standardized_together", _WEIGHTS[title], _RATES[name], options)


_CONDITIONS = tuple(_arm(title, layers) for layers in _STAGES for title in _WEIGHTS)

BOOK = Config(
    recipe="he-depth",
    preset="book",
    conditions=_CONDITIONS,
    seeds=tuple(range(5)),
    data="mnist-5k",
    width=24,
    depth=29,
    epochs=15,
    batch=32,
    train_limit=2000,
    test_limit=200,
    task="convolutional",
    options={"momentum": 0.9, "shrink": 4},
)

RECIPE = Recipe.of(
    BOOK,
    question="Do rectifier networks of 22 and 30 layers learn from He's and from Xavier's weights?",
    claims=("C-PRE-6",),
    limits="2,000 digits of 7×7 pixels in 10 classes instead of 1.3 million photographs in "
    "1,000, 24 channels instead of 64 to 512, 945 updates instead of hundreds of thousands: "
    "a network that has not begun to learn by then might yet, and a rate outside the scan "
    "might suit it better.",
    smoke=Preset.of(
        "1 update on 32 images: it shows that the networks run.",
        seeds=(0, 1),
        epochs=1,
        train_limit=32,
        test_limit=40,
    ),
    large=Preset.of(
        "The paper's depths, batch and momentum, on the whole of MNIST instead of "
        "ImageNet, with 64 channels, at the rates found for 24.",
        data="mnist",
        width=64,
        epochs=10,
        batch=128,
        seeds=tuple(range(8)),
        train_limit=None,
        test_limit=None,
        options={"momentum": 0.9},
    ),
    scan=(
        RateScan(_CONDITIONS, _GRID, worst=math.log(10), alone=True),
        Preset.of(
            "252 updates with 2 seeds, judged on training images, to choose each arm's rate.",
            seeds=(100, 101),
            epochs=4,
        ),
    ),
)
