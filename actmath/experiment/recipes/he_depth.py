"""At which depth do weights of variance 1/n stop a rectifier network from learning?

The momentum 0.9 is the paper's. The images are digits of 7×7 pixels, and one stage of 3×3
convolutions on 4×4 positions follows the first layer. As in the paper the inputs are centered, here
with one mean for all pixels; one factor for all of them then makes the variance 1.

The paper's rate is 0.01 for all. In the preset ``scan``, of 252 updates, no network of 22 or 30
layers learned from Xavier's weights at any of four rates, and those with He's learned at 0.001 and
0.003 and failed at 0.01 and above. A trial with another seed, of 2,000 updates, told why: at 0.003
Xavier's 22 layers leave their plateau after some 500 updates and converge; at 0.01 neither they nor
He's have learned by the end. A first run of 1,500 updates in batches of 16, all arms at 0.003,
ended too early for that: one of Xavier's four networks of 22 layers had converged and three were on
their way; of He's four of 30 layers two had. So this run has 2,500 updates, and He's 30 layers the
rate 0.001, at which they had converged in an older run; the 22 layers are trained at both rates.

All layers have 24 channels, for a reason that He's rule leaves out: it keeps the mean square on
average over draws, and a single network strays from it by the more the fewer its channels. In a
first trial with 8 channels, stopped after 7 epochs, two of five networks of 22 layers and three
of 30 had not begun to learn from He's weights, and none from Xavier's.

The decision rules, fixed before the run: a network *converges* if its mean final training loss over
the seeds is below half of log 10, and *stalls* if it is above 0.95·log 10, log 10 being the loss of
knowing nothing; that an arm converges is shown by one rate, and by a curve that is flat or still
falls. *Earlier* compares the means of the training loss over all epochs, at each of the two rates,
and the answer has to be the same at both.
"""

from __future__ import annotations

import math

from .._record.config import Condition, Config
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan, at_rate

_GRID = (0.001, 0.003, 0.01, 0.03)
_RATE, SLOW = 0.003, 0.001
_RATES = {"he-30": SLOW}  # all others have the larger one
_STAGES = {22: "1,20", 30: "1,28"}  # convolutions; the dense output is one more layer
_WEIGHTS = {"he": "he_normal", "xavier": "lecun_normal"}


def _arm(title: str, layers: int) -> Condition:
    name, options = f"{title}-{layers}", {"stages": _STAGES[layers]}
    rate = _RATES.get(name, _RATE)
    return Condition(name, "relu", "standardized_together", _WEIGHTS[title], rate, options)


_CONDITIONS = tuple(_arm(title, layers) for layers in _STAGES for title in _WEIGHTS)


def slow(arm: str) -> str:
    """The name of the same arm at the slower rate."""
    return f"{arm}@{SLOW:g}"


BOOK = Config(
    recipe="he-depth",
    preset="book",
    conditions=(*_CONDITIONS, *(at_rate(c, SLOW) for c in _CONDITIONS if c.name.endswith("22"))),
    seeds=tuple(range(4)),
    data="mnist-5k",
    width=24,
    depth=29,
    epochs=20,
    batch=16,
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
    "1,000, 24 channels instead of 64 to 512, 2,500 updates of batches of 16 instead of hundreds "
    "of thousands of 128: a network that has not begun to learn by then might yet.",
    smoke=Preset.of(
        "1 update on 32 images: it shows that the networks run.",
        seeds=(0, 1),
        epochs=1,
        train_limit=32,
        test_limit=40,
    ),
    large=Preset.of(
        "The paper's depths, batch and momentum, on the whole of MNIST instead of "
        "ImageNet, with 64 channels, at the rates taken for 24.",
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
            "252 updates with 2 seeds, judged on training images: who learns at which rate?",
            seeds=(100, 101),
            epochs=4,
            batch=32,
        ),
    ),
)
