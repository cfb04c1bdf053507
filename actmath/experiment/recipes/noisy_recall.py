"""What came next? Associative recall with an LSTM, with and without annealed noise.

The source trains a neural Turing machine; here an LSTM alone stands in its place, and an item is
one symbol. A list of 2 to 6 different symbols out of 8 is shown, then a mark and one of them; the
answer is the symbol that followed. The last state answers. The other choices are those of
``noisy_unique``.

The decision rules, fixed before the run: *converges faster* means a lower mean of the test loss
over all epochs, one number a seed, paired by seeds. The annealed units are asked against two
networks without noise: the reference, whose units are soft and unclipped, which is what the source
claims; and hard units, which are clipped as the noisy ones are, so that what the noise does is told
from what clipping does. Every arm has its own learning rate: the one with the lowest mean loss over
the epochs of the preset ``scan``, on held-out training lists and other seeds (``RECIPE.scan``).
"""

from __future__ import annotations

from dataclasses import replace

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan
from .noisy_unique import END, START

_GRID = (0.01, 0.03, 0.1, 0.3)
#: By the rule.
_RATES = {"reference": 0.1, "hard": 0.03, "nan-annealed": 0.03}


def _arm(name: str, activation: str, **options: Option) -> Condition:
    # In the scan's arms the grid takes the place of this rate.
    return Condition(name, activation, "stored", "lecun_normal", _GRID[0], options)


_SCANNED = (
    _arm("reference", "tanh"),
    _arm("hard", "hard_tanh"),
    _arm("nan-annealed", "hard_tanh", noise="nan", level=START, end=END),
)
BOOK = Config(
    recipe="noisy-recall",
    preset="book",
    conditions=tuple(replace(arm, learning_rate=_RATES[arm.name]) for arm in _SCANNED),
    seeds=tuple(range(16)),
    data="associative-recall",
    width=32,
    depth=1,
    epochs=10,
    batch=50,
    train_limit=6000,
    test_limit=1000,
    task="sequence",
    options={"optimizer": "adam", "clip": 1.0, "pool": "last"},
)
RECIPE = Recipe.of(
    BOOK,
    question="Does annealed noise let an LSTM learn associative recall in fewer steps?",
    claims=("C-NOI-16",),
    limits="An LSTM in place of the neural Turing machine; 2 to 6 items instead of 2 to 16, "
    "each one of 8 symbols instead of a block of bits; 1,200 updates.",
    smoke=Preset.of(
        "40 updates with 2 seeds: only the beginning.",
        seeds=(0, 1),
        epochs=2,
        train_limit=1000,
    ),
    large=Preset.of(
        "2 to 16 items, still an LSTM and items of one symbol (out of 32).",
        data="associative-recall-16",
        width=128,
        epochs=100,
        train_limit=None,
        test_limit=None,
    ),
    scan=(
        RateScan(_SCANNED, _GRID, curve="test_loss", when="mean", alone=True),
        Preset.of(
            "Judged on training lists, to choose each arm's learning rate.",
            seeds=(100, 101),
        ),
    ),
)
