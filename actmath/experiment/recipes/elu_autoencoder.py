"""Does an ELU autoencoder reconstruct better than rectifiers, each unit at its own rate?

The source states its rates, its batch, gradient descent and 500 epochs, and neither the weights'
law nor the loss. Our choices: an image's squared error summed over pixels and halved, a linear
output, the leaky slope 0.1 of the paper's other experiment, and two that a short run needs before
any unit beats a linear map: momentum 0.9, and LeCun's weights. In trial runs with another seed,
2,000 updates on 3,200 images, every ELU and shifted ReLU from He's weights diverged at 0.0003 and
above, and ReLU stayed with the mean image; from LeCun's the best rates were 0.003 for ReLU and
leaky ReLU, 0.001 for ELU and 0.0003 for shifted ReLU, with errors from 0.037 to 0.041. A first
scan ended at 0.01, where leaky ReLU was best: the grid goes on to 0.03.

The decision rules, fixed before the run: every unit has its own rate, the one with the lowest last
test error in the preset ``scan``, on held-out training images and other seeds (``RECIPE.scan``);
the grid holds the source's four rates. ELU is *best* if its final test error is lower than that of
each rival, paired by seeds, so that the largest of the three p-values counts; one rival that is
better is the opposite, at three times its p-value. A unit is judged only if its error is below
that of the mean image and that of principal components as many as the code has numbers. At the
source's own rates the same is asked of the scan. The run recorded before averaged the error over
pixels and began from He's weights: after 1,410 updates no unit had come below the mean image.
"""

from __future__ import annotations

from dataclasses import replace

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan, at_rate

RATES = (0.01, 0.001, 0.0001, 0.00001)
#: The source's, others between them, and one beyond.
_GRID = (0.00001, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)
UNITS: dict[str, dict[str, Option]] = {
    "relu": {},
    "leaky_relu": {"slope": 0.1},
    "shifted_relu": {},
    "elu": {},
}
#: By the rule.
_RATES = {"relu": 0.003, "leaky_relu": 0.01, "shifted_relu": 0.0003, "elu": 0.001}

_SCANNED = tuple(
    # In the scan's arms the grid takes the place of this rate.
    Condition(unit, unit, "unit", "lecun_normal", _GRID[0], options)
    for unit, options in UNITS.items()
)


def arm(unit: str, rate: float) -> str:
    """The name of the scan's condition with that unit at that rate."""
    (condition,) = (c for c in _SCANNED if c.name == unit)
    return at_rate(condition, rate).name


BOOK = Config(
    recipe="elu-autoencoder",
    preset="book",
    conditions=tuple(replace(c, learning_rate=_RATES[c.name]) for c in _SCANNED),
    seeds=tuple(range(5)),
    data="mnist-5k",
    width=128,
    depth=7,
    epochs=80,
    batch=64,
    train_limit=None,
    test_limit=None,
    task="autoencoder",
    options={"encoder": "128,64,32,8", "loss": "half_sum", "momentum": 0.9},
)

RECIPE = Recipe.of(
    BOOK,
    question="Is ELU the best unit of a deep autoencoder, each unit at its own learning rate?",
    claims=("C-ELU-10",),
    limits="Layers of 128, 64, 32 and 8 units instead of 1000, 500, 250 and 30; 4,000 images "
    "seen 80 times, 5,040 updates with momentum, instead of 60,000 seen 500 times, 469,000 updates "
    "without.",
    smoke=Preset.of(
        "4 updates on 128 images: it shows that the networks run.",
        seeds=(0, 1),
        epochs=2,
        train_limit=128,
        test_limit=50,
    ),
    paper=Preset.of(
        "The paper's widths and epochs, its plain descent, and its four rates for every unit.",
        conditions=tuple(at_rate(c, rate) for c in _SCANNED for rate in RATES),
        data="mnist",
        width=1000,
        epochs=500,
        train_limit=None,
        test_limit=None,
        options={"encoder": "1000,500,250,30", "loss": "half_sum", "momentum": 0.0},
    ),
    scan=(
        RateScan(_SCANNED, _GRID, curve="test_loss", alone=True),
        Preset.of(
            "750 updates, judged on held-out training images, to choose each unit's rate.",
            seeds=(100, 101, 102),
            epochs=15,
        ),
    ),
)
