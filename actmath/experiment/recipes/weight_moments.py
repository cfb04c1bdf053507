"""Where do omega = Σw and tau = Σw² of real units lie, before, during and after training?

Self-normalizing networks of 8 layers, two widths, plain gradient descent in batches of 128 on
standardized inputs. No rate is tuned: the rates are ten times that of the paper's published code
(see ``snn_depth``), at which these networks begin to fit, and ten times that, at which they fit.
"""

from __future__ import annotations

from dataclasses import replace

from .._record.config import Condition, Config
from .._record.recipe import Preset, Recipe
from .snn_depth import BATCH, PAPER_RATE

WIDTHS = (64, 256)
PACES = {"slow": 10 * PAPER_RATE, "fast": 100 * PAPER_RATE}


def paced(width: int, rate: str) -> str:
    """The name of a condition: a width, and a key of ``PACES``."""
    return f"{width}-{rate}"


BOOK = Config(
    recipe="weight-moments",
    preset="book",
    conditions=tuple(
        Condition(paced(w, r), "selu", "standardized", "lecun_normal", PACES[r], {"width": w})
        for w in WIDTHS
        for r in PACES
    ),
    seeds=tuple(range(6)),
    data="mnist-5k",
    width=max(WIDTHS),
    depth=8,
    epochs=10,
    batch=BATCH,
    test_limit=500,
    task="weight_moments",
)

RECIPE = Recipe.of(
    BOOK,
    question="How many units of a self-normalizing network satisfy the premises of its theorem, "
    "before and after training?",
    claims=("C-SNN-12",),
    limits="Layers of 64 and 256 units instead of 784, 4,000 training images.",
    smoke=Preset.of(
        "15 updates on 640 images, layers of 64 units, two seeds.",
        conditions=BOOK.conditions[:2],
        seeds=(0, 1),
        epochs=3,
        train_limit=640,
    ),
    large=Preset.of(
        "The whole of MNIST, and layers of 784 besides, the paper's.",
        # The arms have their own widths, whatever the configuration's.
        conditions=(
            *BOOK.conditions,
            *(
                replace(arm, name=arm.name.replace("256", "784"), options={"width": 784})
                for arm in BOOK.conditions
                if arm.options["width"] == 256
            ),
        ),
        data="mnist",
        width=784,
        epochs=30,
        test_limit=None,
    ),
)
