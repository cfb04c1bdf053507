"""How many different integers? A mean-pooled LSTM, with noise, annealed noise, or a curriculum.

Our choices, where the source leaves them open: Adam, gradients clipped at norm 1, LeCun-normal
weights, the forget gate's bias 1, α = 1, c = 1 where it is not annealed. Annealed levels fall as
30/√(t + 1) to 0.5, t spread over the whole run (``noisy_units.annealed``). The curriculum shows the
reference the beginnings of the sequences, from 2 integers up to all over the first half of the
epochs. A hard LSTM without noise tells the noise from the hardness.

The decision rules, fixed before the run: an arm *makes fewer errors* than another if its test
accuracy after the last epoch is greater, paired by seeds, and over seeds and test examples; both
have to be beyond the best constant answer by then, and their curves flat. Every arm has its own
learning rate: the one with the greatest accuracy after the last epoch of the preset ``scan``, on
held-out training sequences and other seeds (``RECIPE.scan``). The run recorded before had one rate
for all, chosen by the reference's loss, and ended after 640 updates on 2,000 sequences, while every
arm was still improving.
"""

from __future__ import annotations

from dataclasses import replace

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan

_GRID = (0.003, 0.01, 0.03, 0.1)
#: By the rule.
_RATES = {
    "reference": 0.03,
    "hard": 0.01,
    "curriculum": 0.01,
    "nan": 0.01,
    "nan-annealed": 0.01,
    "nanil-annealed": 0.01,
}
START, END = 30.0, 0.5


def _arm(name: str, activation: str, **options: Option) -> Condition:
    # In the scan's arms the grid takes the place of this rate.
    return Condition(name, activation, "stored", "lecun_normal", _GRID[0], options)


_SCANNED = (
    _arm("reference", "tanh"),
    _arm("hard", "hard_tanh"),
    _arm("curriculum", "tanh", curriculum=True),
    _arm("nan", "hard_tanh", noise="nan", level=1.0),
    _arm("nan-annealed", "hard_tanh", noise="nan", level=START, end=END),
    _arm("nanil-annealed", "hard_tanh", noise="nanil", level=START, end=END),
)
BOOK = Config(
    recipe="noisy-unique",
    preset="book",
    conditions=tuple(replace(arm, learning_rate=_RATES[arm.name]) for arm in _SCANNED),
    seeds=tuple(range(8)),
    data="unique-integers-14",
    width=32,
    depth=1,
    epochs=25,
    batch=50,
    train_limit=6000,
    test_limit=1000,
    task="sequence",
    options={"optimizer": "adam", "clip": 1.0, "pool": "mean", "head": 32},
)
RECIPE = Recipe.of(
    BOOK,
    question="Do noise, its annealing or a curriculum help an LSTM to count different integers?",
    claims=("C-NOI-10",),
    limits="Sequences of 14 integers from 0 to 6 instead of 26 from 0 to 10, 32 hidden units, "
    "6,000 sequences, 3,000 updates.",
    smoke=Preset.of(
        "20 updates with 2 seeds: only the beginning.",
        seeds=(0, 1),
        epochs=2,
        train_limit=500,
    ),
    large=Preset.of(
        "The paper's sequences; width, optimizer and number of updates are our choice.",
        data="unique-integers",
        width=128,
        epochs=200,
        train_limit=None,
        test_limit=None,
    ),
    scan=(
        RateScan(_SCANNED, _GRID, curve="test_accuracy", alone=True),
        Preset.of(
            "1,200 updates, judged on held-out training sequences, to choose each arm's learning "
            "rate.",
            seeds=(100, 101),
            epochs=10,
        ),
    ),
)
