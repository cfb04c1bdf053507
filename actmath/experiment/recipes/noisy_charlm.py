"""The next character: a GRU with noise after its units, before them, or only in saturation.

Our choices, where the source leaves them open: Adam, gradients clipped at norm 1, LeCun-normal
weights, α = 1, c = 1 for noise after the units, the fixed deviation 0.25 (the largest that c = 1
allows) for noise before them. The text is the State of the Union addresses, every tenth held out;
the preset ``smoke`` reads Python's own help texts, which need no files. All arms train at one
learning rate, the reference's best in the preset ``scan``, as in ``noisy_unique``.
"""

from __future__ import annotations

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan
from .noisy_unique import NOISY_RATES

_RATE = 0.03


def _arm(name: str, activation: str, **options: Option) -> Condition:
    return Condition(name, activation, "stored", "lecun_normal", _RATE, options)


_CONDITIONS = (
    _arm("reference", "tanh"),
    _arm("hard", "hard_tanh"),
    _arm("nan", "hard_tanh", noise="nan", level=1.0),
    _arm("nani", "hard_tanh", noise="nani", level=0.25),
    _arm("nanis", "hard_tanh", noise="nanis", level=0.25),
)
BOOK = Config(
    recipe="noisy-charlm",
    preset="book",
    conditions=_CONDITIONS,
    seeds=tuple(range(8)),
    data="sotu",
    width=48,
    depth=1,
    epochs=10,
    batch=20,
    train_limit=1200,
    test_limit=200,
    task="characters",
    options={"optimizer": "adam", "clip": 1.0, "length": 40},
)
RECIPE = Recipe.of(
    BOOK,
    question="Where should a character model's noise enter: after the units, before, where flat?",
    claims=("C-NOI-11",),
    limits="48 hidden units, 600 updates on stretches of 40 characters instead of 200; "
    "another text than the paper's.",
    smoke=Preset.of(
        "20 updates on Python's help texts with 2 seeds: only the beginning.",
        data="python-topics",
        seeds=(0, 1),
        epochs=2,
        train_limit=200,
        test_limit=40,
    ),
    paper=Preset.of(
        "Stretches of 200 characters as in the paper; another text, width and epochs are "
        "our choice.",
        width=256,
        train_limit=None,
        test_limit=None,
        options={"optimizer": "adam", "clip": 1.0, "length": 200},
    ),
    scan=(
        RateScan(_CONDITIONS[:1], NOISY_RATES, curve="test_loss"),
        Preset.of(
            "The reference alone, judged on training text, to choose the learning rate.",
            seeds=(100, 101),
        ),
    ),
)
