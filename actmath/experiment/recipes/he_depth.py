"""At which depth do weights of variance 1/n stop a rectifier network from learning?

The rate 0.01 and the momentum 0.9 are the paper's, so that nothing is tuned. Here the images are
digits of 7×7 pixels, and one stage of 3×3 convolutions on 4×4 positions follows the first layer.

All layers have 24 channels, for a reason that He's rule leaves out: it keeps the mean square on
average over draws, and a single network strays from it by the more the fewer its channels. In a
first trial with 8 channels, stopped after 7 epochs, two of five networks of 22 layers and three
of 30 had not begun to learn from He's weights, and none from Xavier's.

The decision rules, fixed before the first run: a network *converges* if its mean final training
loss over the seeds is below half of log 10, and *stalls* if it is above 0.95·log 10, log 10 being
the loss of knowing nothing; *earlier* compares the means of the training loss over all epochs.
"""

from __future__ import annotations

from dataclasses import replace

from ..config import Condition, Config, Recipe

NAME = "he-depth"
RATE = 0.01
STAGES = {22: "1,20", 30: "1,28"}  # convolutions; the dense output is one more layer
WEIGHTS = {"he": "he_normal", "xavier": "lecun_normal"}

CONDITIONS = tuple(
    Condition(f"{title}-{layers}", "relu", "unit", weights, RATE, {"stages": stages})
    for layers, stages in STAGES.items()
    for title, weights in WEIGHTS.items()
)

BOOK = Config(
    recipe=NAME,
    preset="book",
    conditions=CONDITIONS,
    seeds=tuple(range(5)),
    data="mnist-5k",
    width=24,
    depth=29,
    epochs=6,
    batch=32,
    train_limit=2000,
    test_limit=200,
    task="convolutional",
    options={"momentum": 0.9, "shrink": 4},
)

RECIPE = Recipe(
    name=NAME,
    question="Do rectifier networks of 22 and 30 layers learn from He's and from Xavier's weights?",
    claims=("C-PRE-6",),
    presets={
        "smoke": replace(
            BOOK, preset="smoke", seeds=(0, 1), epochs=1, train_limit=32, test_limit=40
        ),
        "book": BOOK,
        "paper": replace(
            BOOK,
            preset="paper",
            data="mnist",
            width=64,
            epochs=10,
            batch=128,
            seeds=tuple(range(8)),
            train_limit=None,
            test_limit=None,
            options={"momentum": 0.9},
        ),
    },
    limits={
        "smoke": "1 update on 32 images: it shows that the networks run.",
        "book": "2,000 digits of 7×7 pixels in 10 classes instead of 1.3 million photographs in "
        "1,000, 24 channels instead of 64 to 512, 378 updates instead of hundreds of thousands: "
        "a network that has not begun to learn by then might yet.",
        "paper": "The paper's depths, batch and momentum, on the whole of MNIST instead of "
        "ImageNet, with 64 channels.",
    },
)
