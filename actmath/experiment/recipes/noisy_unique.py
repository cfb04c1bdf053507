"""How many different integers? A mean-pooled LSTM, with noise, annealed noise, or a curriculum.

Our choices, where the source leaves them open: Adam, gradients clipped at norm 1, LeCun-normal
weights, the forget gate's bias 1, α = 1, c = 1 where it is not annealed. Annealed levels fall as
30/√(t + 1) to 0.5, t spread over the whole run (``noisy_units.annealed``). The curriculum shows the
reference the beginnings of the sequences, from 2 integers up to all over the first half of the
epochs. A hard LSTM without noise tells the noise from the hardness.

All arms train at one learning rate: the reference's best in the preset ``scan``, on four fifths of
the training sequences and other seeds (``RECIPE.scan``). The units are offered as replacements that
need no new tuning; if anything, this favors the reference.
"""

from __future__ import annotations

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan

NOISY_RATES = (0.003, 0.01, 0.03, 0.1)
_RATE = 0.01
START, END = 30.0, 0.5


def _arm(name: str, activation: str, **options: Option) -> Condition:
    return Condition(name, activation, "stored", "lecun_normal", _RATE, options)


_CONDITIONS = (
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
    conditions=_CONDITIONS,
    seeds=tuple(range(8)),
    data="unique-integers-14",
    width=32,
    depth=1,
    epochs=16,
    batch=50,
    train_limit=2000,
    test_limit=1000,
    task="sequence",
    options={"optimizer": "adam", "clip": 1.0, "pool": "mean", "head": 32},
)
RECIPE = Recipe.of(
    BOOK,
    question="Do noise, its annealing or a curriculum help an LSTM to count different integers?",
    claims=("C-NOI-10",),
    limits="Sequences of 14 integers from 0 to 6 instead of 26 from 0 to 10, 32 hidden units, "
    "640 updates: at the paper's length the reference does not leave chance in so few, and "
    "here the run ends while every arm is still improving.",
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
        RateScan(_CONDITIONS[:1], NOISY_RATES, curve="test_loss"),
        Preset.of(
            "The reference alone, judged on training sequences, to choose the learning rate.",
            seeds=(100, 101, 102),
            epochs=12,
        ),
    ),
)
