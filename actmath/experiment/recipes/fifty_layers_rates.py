"""At which learning rates do the five networks of fifty layers learn?

The recipe ``fifty-layers`` has one rate for all five, and at it every SELU network learns. The
source says that only one of them does, and names no rate. Here the same five networks run at seven
rates for 500 updates, long enough to see at which rates a network begins to learn and at which it
fails: the beginning, not how far it gets.

The decision rules, fixed before the run. A network (a condition, a seed) *learns* at a rate if it
has at least half of the 1,000 test images right after the last update: the middle between chance
and the ledger's "strikingly well". Its *largest trainable rate* is the largest rate of the grid at
which it learns, counted in steps of the grid, 0 if it learns at none; its weights, and the order of
its images, are the same at every rate. One condition learns at larger rates than another if the
difference of these steps, seed by seed, has a mean above 0 by the two-sided paired t-test (by the
exact sign test where all differences are equal). No step may be the last of the grid in an arm that
is compared, as the largest rate would then lie beyond.

That there is a rate at which only one of the five learns is asked of one rate, 0.02, at which trial
runs on other seeds showed it. It takes all five there: LeCun-normal SELU a mean accuracy above one
half, each of the others one below, by two-sided t-tests over the seeds and the crossed bootstrap
over seeds and test images; the largest of the five p-values counts. The opposite is one of the five
on the other side, at five times its p-value. Holm's correction is over the three rows.
"""

from __future__ import annotations

from .._record.config import Condition, Config
from .._record.recipe import Preset, Recipe
from .._record.scans import at_rate
from .fifty_layers import BOOK as FIFTY_LAYERS

TRIED_RATES = (0.003, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04)
#: The one rate at which all five are asked about together, and the accuracy that is learning.
ONE_RATE = 0.02
LEARNS_FROM = 0.5


def arms(condition: Condition) -> tuple[Condition, ...]:
    """A condition at every rate, ascending."""
    return tuple(at_rate(condition, rate) for rate in TRIED_RATES)


BOOK = Config(
    recipe="fifty-layers-rates",
    preset="book",
    conditions=tuple(arm for condition in FIFTY_LAYERS.conditions for arm in arms(condition)),
    seeds=tuple(range(8)),
    data="mnist-5k",
    width=FIFTY_LAYERS.width,
    depth=FIFTY_LAYERS.depth,
    epochs=4,
    batch=FIFTY_LAYERS.batch,
)

RECIPE = Recipe.of(
    BOOK,
    question="At which learning rates do five fully connected networks with 50 hidden layers begin "
    "to learn, and is it the notes' order of them?",
    claims=("C-LEC-4",),
    limits="500 updates on 4,000 images instead of 5,625 on 60,000: which networks begin to learn, "
    "not how far they get.",
    smoke=Preset.of(
        "10 updates of the five networks at one rate: it shows that they run.",
        conditions=tuple(
            at_rate(condition, TRIED_RATES[0]) for condition in FIFTY_LAYERS.conditions
        ),
        seeds=(0, 1),
        epochs=1,
        train_limit=320,
    ),
    large=Preset.of(
        "The notes' images and epochs, with 16 seeds; the notes have one rate, which they do not "
        "name.",
        data="mnist",
        epochs=3,
        seeds=tuple(range(16)),
    ),
)
