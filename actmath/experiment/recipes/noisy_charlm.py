"""The next character: a GRU with noise after its units, before them, or only in saturation.

Our choices, where the source leaves them open: Adam, gradients clipped at norm 1, LeCun-normal
weights, α = 1, c = 1 for noise after the units, the fixed deviation 0.25 (the largest that c = 1
allows) for noise before them. The text is the State of the Union addresses, every tenth held out;
the preset ``smoke`` reads Python's own help texts, which need no files.

The decision rules, fixed before the run: NAN and NANI do *equally well* if their last test losses
differ by less than the margin of the ledger's row, in two one-sided tests paired by seeds, and if
both curves are flat by then. The margin is half of the least gain that the source reports of noise,
in nats a word. NANIS *starts well, then stalls* if its test loss is below NANI's after the first
epoch, and above NAN's and NANI's after the last. Every arm has its own learning rate: the one with
the lowest last test loss in the preset ``scan``, on held-out training text and other seeds
(``RECIPE.scan``).
"""

from __future__ import annotations

from dataclasses import replace

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan

_GRID = (0.003, 0.01, 0.03, 0.1)
#: By the rule.
_RATES = {"reference": 0.01, "hard": 0.01, "nan": 0.03, "nani": 0.01, "nanis": 0.01}


def _arm(name: str, activation: str, **options: Option) -> Condition:
    # In the scan's arms the grid takes the place of this rate.
    return Condition(name, activation, "stored", "lecun_normal", _GRID[0], options)


_SCANNED = (
    _arm("reference", "tanh"),
    _arm("hard", "hard_tanh"),
    _arm("nan", "hard_tanh", noise="nan", level=1.0),
    _arm("nani", "hard_tanh", noise="nani", level=0.25),
    _arm("nanis", "hard_tanh", noise="nanis", level=0.25),
)
BOOK = Config(
    recipe="noisy-charlm",
    preset="book",
    conditions=tuple(replace(arm, learning_rate=_RATES[arm.name]) for arm in _SCANNED),
    seeds=tuple(range(12)),
    data="sotu",
    width=48,
    depth=1,
    epochs=20,
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
    limits="48 hidden units, 1,200 updates on stretches of 40 characters instead of 200; "
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
        RateScan(_SCANNED, _GRID, curve="test_loss", alone=True),
        Preset.of(
            "Half as many updates, judged on training text, to choose each arm's learning rate.",
            seeds=(100, 101),
            epochs=10,
        ),
    ),
)
