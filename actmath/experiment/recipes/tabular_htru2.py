"""The seven methods on the paper's own table, HTRU2 (pulsars), by the area under the ROC curve.

Methods and folds are those of ``tabular-auc``, whose table is another one. Each method chooses its
depth, its rate and whether units are dropped on the inner folds, by their mean area; the rates are
four, from a fiftieth of the base rate to two and a half times it, and the record keeps which were
chosen.

The decision rules, fixed before the run: a method's values are its areas on the ten outer folds.
"The largest area" holds if the self-normalizing network's is larger than that of each of the other
six, by Wilcoxon's two-sided signed-rank test over the folds, where the largest of the six p-values
counts; the opposite is one method with a larger area, at six times its p-value. The grid is wide
enough if no method has more than half of its ten choices at one of the grid's ends, and the run
long enough if each method's mean area has come to rest.
"""

from __future__ import annotations

from .._record.config import Config
from .._record.recipe import Preset, Recipe
from .tabular import SEVEN_METHODS

BOOK = Config(
    recipe="tabular-htru2",
    preset="book",
    conditions=SEVEN_METHODS,
    seeds=(0,),
    data="uci:htru2",
    width=32,
    depth=8,
    epochs=5,
    batch=32,
    train_limit=4000,
    task="tables",
    options={
        "outer": 10,
        "inner": 2,
        "depths": "2,8",
        "factors": "0.02,0.1,0.5,2.5",
        "dropouts": "0,0.05",
        "updates": 60,
        "score": "auc",
    },
)

RECIPE = Recipe.of(
    BOOK,
    question="Which of seven ways to train a fully connected network has the largest area under "
    "the ROC curve on HTRU2?",
    claims=("C-SNN-16",),
    limits="4,000 of HTRU2's 17,898 rows; 16 settings a method and 300 updates of networks of 32 "
    "units; one repetition, so that n counts folds.",
    smoke=Preset.of(
        "Another table, two folds, 20 updates: only the beginning.",
        data="sklearn:breast_cancer",
        width=16,
        epochs=2,
        train_limit=None,
        options={**BOOK.options, "outer": 2, "updates": 10},
    ),
    large=Preset.of(
        "The whole of HTRU2, with a smaller grid than the paper's. All seeds at once need more "
        "memory than a device has: train each alone.",
        seeds=(0, 1, 2, 3),
        width=256,
        depth=16,
        epochs=100,
        batch=128,
        train_limit=None,
        options={
            **BOOK.options,
            "depths": "2,4,8,16",
            "factors": "0.02,0.2,2",
            "updates": 100,
        },
    ),
)
