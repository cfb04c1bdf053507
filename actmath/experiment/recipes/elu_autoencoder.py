"""Does an ELU autoencoder reconstruct better than rectifiers at every learning rate?

Batch and rates are the paper's; all four units run at all four rates, so that nothing is tuned.
What the source leaves open: inputs 0 … 1, a linear output, the squared error averaged over pixels,
He's weights, the leaky slope 0.1 of the paper's other experiment.

What it would take to decide: in trial runs with the error summed over pixels and halved (option
``loss``), ELU's networks diverged at the rates 0.01 and 0.001. From LeCun's weights they trained at
0.001; after 6,300 updates ELU's error was 0.043 and ReLU's 0.055, above the 0.038 of principal
components, and falling by a sixth and a ninth with the last doubling of the updates.

The decision rules, fixed before the first run: ELU is *best* at a rate if its final test error is
lower than that of each rival, paired by seeds, so that the largest of the three p-values counts. A
rate is judged only if every kind of network has at least halved its error; before that the
initial weights are compared, not the learning. (The ledger's gate is stricter since: below the mean
image's error and that of principal components.) A first run of 12 epochs left no rate to judge (at
0.01 ReLU stood just above one half); the recorded one has 30 epochs, under the same rules.
"""

from __future__ import annotations

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe

RATES = (0.01, 0.001, 0.0001, 0.00001)
UNITS: dict[str, dict[str, Option]] = {
    "relu": {},
    "leaky_relu": {"slope": 0.1},
    "shifted_relu": {},
    "elu": {},
}


def arm(unit: str, rate: float) -> str:
    """The name of the condition with that unit at that rate."""
    return f"{unit}@{rate:g}"


BOOK = Config(
    recipe="elu-autoencoder",
    preset="book",
    conditions=tuple(
        Condition(arm(unit, rate), unit, "unit", "he_normal", rate, options)
        for unit, options in UNITS.items()
        for rate in RATES
    ),
    seeds=tuple(range(5)),
    data="mnist-5k",
    width=128,
    depth=7,
    epochs=30,
    batch=64,
    train_limit=3000,
    test_limit=500,
    task="autoencoder",
    options={"encoder": "128,64,32,8"},
)

RECIPE = Recipe.of(
    BOOK,
    question="Is ELU the best unit of a deep autoencoder at each of four learning rates?",
    claims=("C-ELU-10",),
    limits="Layers of 128, 64, 32 and 8 units instead of 1000, 500, 250 and 30; 3,000 "
    "images seen 30 times, 1,410 updates, instead of 60,000 seen 500 times, 469,000 updates. "
    "The smaller rates hardly leave the initial weights. It would take tens of thousands of "
    "updates, with the error summed over pixels, for every unit to beat principal components.",
    smoke=Preset.of(
        "4 updates on 128 images: it shows that the networks run.",
        seeds=(0, 1),
        epochs=2,
        train_limit=128,
        test_limit=50,
    ),
    paper=Preset.of(
        "The paper's widths and epochs.",
        data="mnist",
        width=1000,
        epochs=500,
        train_limit=None,
        test_limit=None,
        options={"encoder": "1000,500,250,30"},
    ),
)
