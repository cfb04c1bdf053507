"""What came next? Associative recall with an LSTM, with and without annealed noise.

The source trains a neural Turing machine; here an LSTM alone stands in its place, and an item is
one symbol. A list of 2 to 6 different symbols out of 8 is shown, then a mark and one of them; the
answer is the symbol that followed. The last state answers. The other choices, and the rule for the
learning rate, are those of ``noisy_unique``; the rate that it chose is the largest of the grid.
"""

from __future__ import annotations

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan
from .noisy_unique import END, NOISY_RATES, START

_RATE = 0.1


def _arm(name: str, activation: str, **options: Option) -> Condition:
    return Condition(name, activation, "stored", "lecun_normal", _RATE, options)


_CONDITIONS = (
    _arm("reference", "tanh"),
    _arm("hard", "hard_tanh"),
    _arm("nan", "hard_tanh", noise="nan", level=1.0),
    _arm("nan-annealed", "hard_tanh", noise="nan", level=START, end=END),
)
BOOK = Config(
    recipe="noisy-recall",
    preset="book",
    conditions=_CONDITIONS,
    seeds=tuple(range(8)),
    data="associative-recall",
    width=32,
    depth=1,
    epochs=10,
    batch=50,
    train_limit=8000,
    test_limit=1000,
    task="sequence",
    options={"optimizer": "adam", "clip": 1.0, "pool": "last"},
)
RECIPE = Recipe.of(
    BOOK,
    question="Does annealed noise let an LSTM learn associative recall in fewer steps?",
    claims=("C-NOI-16",),
    limits="An LSTM in place of the neural Turing machine; 2 to 6 items instead of 2 to 16, "
    "each one of 8 symbols instead of a block of bits.",
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
        RateScan(_CONDITIONS[:1], NOISY_RATES, curve="test_loss"),
        Preset.of(
            "The reference alone, judged on training lists, to choose the learning rate.",
            seeds=(100, 101, 102),
        ),
    ),
)
