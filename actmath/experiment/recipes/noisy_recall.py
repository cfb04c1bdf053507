"""What came next? Associative recall with an LSTM, with and without annealed noise.

The source trains a neural Turing machine; here an LSTM alone stands in its place, and an item is
one symbol. A list of 2 to 6 different symbols out of 8 is shown, then a mark and one of them; the
answer is the symbol that followed. The last state answers. The other choices, and the rule for the
learning rate, are those of ``noisy_unique``; the rate that it chose is the largest of the grid.
"""

from __future__ import annotations

from dataclasses import replace

from .._record.config import Condition, Config, Option, Recipe
from .._record.record import RunRecord
from .._record.scans import at_rate, lowest
from .noisy_unique import END, GRID, START

NAME = "noisy-recall"
RATE = 0.1


def best_rate(scan: RunRecord) -> float:
    """The rate of the grid with the reference's lowest mean validation loss at the end."""
    return lowest(scan, CONDITIONS[:1], GRID, "test_loss")


def _arm(name: str, activation: str, **options: Option) -> Condition:
    return Condition(name, activation, "stored", "lecun_normal", RATE, options)


CONDITIONS = (
    _arm("reference", "tanh"),
    _arm("hard", "hard_tanh"),
    _arm("nan", "hard_tanh", noise="nan", level=1.0),
    _arm("nan-annealed", "hard_tanh", noise="nan", level=START, end=END),
)
BOOK = Config(
    recipe=NAME,
    preset="book",
    conditions=CONDITIONS,
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
RECIPE = Recipe(
    name=NAME,
    question="Does annealed noise let an LSTM learn associative recall in fewer steps?",
    claims=("C-NOI-16",),
    presets={
        "smoke": replace(BOOK, preset="smoke", seeds=(0, 1), epochs=2, train_limit=1000),
        "book": BOOK,
        "paper": replace(
            BOOK,
            preset="paper",
            data="associative-recall-16",
            width=128,
            epochs=100,
            train_limit=None,
            test_limit=None,
        ),
        "scan": replace(
            BOOK,
            preset="scan",
            conditions=tuple(at_rate(CONDITIONS[0], rate) for rate in GRID),
            seeds=(100, 101, 102),
            evaluate_on="validation",
        ),
    },
    limits={
        "smoke": "40 updates with 2 seeds: only the beginning.",
        "book": "An LSTM in place of the neural Turing machine; 2 to 6 items instead of 2 to 16, "
        "each one of 8 symbols instead of a block of bits.",
        "paper": "2 to 16 items, still an LSTM and items of one symbol (out of 32).",
        "scan": "The reference alone, judged on training lists, to choose the learning rate.",
    },
)
