"""One hidden layer and RMSProp: do noisy units learn digits faster than tanh and hard tanh?

Our choices, where the source leaves them open: 50 hidden units, batches of 50, LeCun-normal
weights, α = 1, so that without noise every arm is the hard tanh. The source does not state the
noise's level c: where the deviation is learned the arms have c = 1, 5 and 30 (of NANIL only 30: at
c = 1 and 5 it *is* the hard tanh, number by number, as no draw carries it back); the fixed
deviation is 0.25, the largest that c = 1 allows. In a first scan, whose rates were a factor of
three apart, the arms differed by less than one rate from the next: the grid is finer now.

The decision rules, fixed before the run: what "faster and lower" means is the mean of the training
loss over all epochs, one number a seed, and a kind of noise has to be below tanh *and* below hard
tanh in it, paired by seeds. The answer has to be the same at every level, each network at its own
learning rate, and once more with all networks at one common rate, at the least level; if it
depends on the setting, the row stays open. A network's own rate is the one with the lowest mean
training loss over the epochs of the preset ``scan``, on four fifths of the training images and
other seeds; the common rate has the lowest sum of these over all networks (``RECIPE.scan``).
"""

from __future__ import annotations

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan, at_rate

_GRID = (0.001, 0.002, 0.003, 0.0045, 0.0065, 0.01)
#: Each network's own rate, and the one for all, by the rule.
OWN_RATES = {
    "tanh": 0.0045,
    "hard-tanh": 0.0045,
    "nan-1": 0.0045,
    "nan-5": 0.0045,
    "nan-30": 0.0045,
    "nah-1": 0.0045,
    "nah-5": 0.003,
    "nah-30": 0.0045,
    "nanil-30": 0.0045,
    "nani": 0.0045,
    "nanis": 0.0045,
}
COMMON_RATE = 0.0045
#: The fixed deviation, of the kinds that learn none: c/4 at c = 1.
DEVIATION = 0.25
RIVALS = ("tanh", "hard-tanh")
#: By kind of noise, its networks, the one of the least level first.
KINDS = {
    kind: tuple(name for name in OWN_RATES if name.partition("-")[0] == kind)
    for kind in ("nan", "nah", "nani", "nanil", "nanis")
}


#: Stands in the arms of the scan, where the grid takes its place.
_ANY_RATE = 0.01


def _arm(name: str, rate: float) -> Condition:
    kind, _, level = name.partition("-")
    activation, options = "tanh" if name == "tanh" else "hard_tanh", dict[str, Option]()
    if kind in KINDS:
        options = {"noise": kind, "level": float(level or DEVIATION)}
    return Condition(name, activation, "unit", "lecun_normal", rate, options)


def at_common_rate(name: str) -> str:
    """The arm's name at the common rate: its own where that is the common one."""
    own = OWN_RATES[name]
    return name if own == COMMON_RATE else at_rate(_arm(name, own), COMMON_RATE).name


_COMMON = tuple(
    at_rate(_arm(name, _ANY_RATE), COMMON_RATE)
    for name in (*RIVALS, *(names[0] for names in KINDS.values()))
    if at_common_rate(name) != name
)
BOOK = Config(
    recipe="noisy-mlp",
    preset="book",
    conditions=tuple(_arm(*pair) for pair in OWN_RATES.items()) + _COMMON,
    seeds=tuple(range(16)),
    data="mnist-5k",
    width=50,
    depth=1,
    epochs=20,
    batch=50,
    train_limit=2500,
    task="noisy_dense",
    options={"optimizer": "rmsprop"},
)
RECIPE = Recipe.of(
    BOOK,
    question="Does noise in its hidden layer let a network learn digits faster and better?",
    claims=("C-NOI-15",),
    limits="2,500 training images instead of 60,000, 1,000 updates; the source does not say how "
    "wide the layer is, nor what levels of noise it used: both are our choice.",
    smoke=Preset.of(
        "40 updates on 1,000 images with 2 seeds: only the beginning.",
        seeds=(0, 1),
        epochs=2,
        train_limit=1000,
    ),
    large=Preset.of(
        "The whole of MNIST; width, epochs and noise levels are our choice.",
        data="mnist",
        width=500,
        epochs=50,
        train_limit=None,
    ),
    scan=(
        RateScan(
            tuple(_arm(name, _ANY_RATE) for name in OWN_RATES), _GRID, when="mean", alone=True
        ),
        Preset.of(
            "Judged on training images alone, to choose each arm's learning rate.",
            seeds=(100, 101, 102),
            # Four fifths of these are 2,500: as many updates as in the run.
            train_limit=3125,
        ),
    ),
)
