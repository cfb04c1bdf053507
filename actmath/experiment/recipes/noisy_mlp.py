"""One hidden layer and RMSProp: do noisy units learn digits faster than tanh and hard tanh?

Our choices, where the source leaves them open: 100 hidden units, batches of 50, LeCun-normal
weights, α = 1, so that without noise every arm is the hard tanh; c = 1 where the deviation is
learned, and the fixed deviation 0.25, the largest that c = 1 allows. Every arm has its own learning
rate, out of the same four: the one with the lowest mean training loss at the end of the preset
``scan``, on four fifths of the training images and other seeds (``RECIPE.scan``). No arm can do
better by the measure that the claim is about, out of these four (tanh's is the largest of them).
"""

from __future__ import annotations

from collections.abc import Mapping

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe
from .._record.scans import RateScan

_GRID = (0.0003, 0.001, 0.003, 0.01)
_QUIET = ("tanh", "hard-tanh")
_NOISY = ("nan", "nah", "nani", "nanil", "nanis")
_LEVELS: Mapping[str, float] = {"nan": 1.0, "nah": 1.0, "nani": 0.25, "nanil": 1.0, "nanis": 0.25}
_RATES: Mapping[str, float] = {
    "tanh": 0.01,
    "hard-tanh": 0.001,
    "nan": 0.003,
    "nah": 0.003,
    "nani": 0.003,
    "nanil": 0.001,
    "nanis": 0.003,
}


def _arm(name: str) -> Condition:
    activation = "tanh" if name == "tanh" else "hard_tanh"
    options: dict[str, Option] = {}
    if name in _NOISY:
        options = {"noise": name, "level": _LEVELS[name]}
    return Condition(name, activation, "unit", "lecun_normal", _RATES[name], options)


_CONDITIONS = tuple(map(_arm, (*_QUIET, *_NOISY)))
BOOK = Config(
    recipe="noisy-mlp",
    preset="book",
    conditions=_CONDITIONS,
    seeds=tuple(range(8)),
    data="mnist-5k",
    width=100,
    depth=1,
    epochs=25,
    batch=50,
    task="noisy_dense",
    options={"optimizer": "rmsprop"},
)
RECIPE = Recipe.of(
    BOOK,
    question="Does noise in its hidden layer let a network learn digits faster and better?",
    claims=("C-NOI-15",),
    limits="4,000 training images instead of 60,000; the source does not say how wide the "
    "layer is, nor what levels of noise it used: both are our choice.",
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
    ),
    scan=(
        RateScan(_CONDITIONS, _GRID, alone=True),
        Preset.of(
            "Judged on training images alone, to choose each arm's learning rate.",
            seeds=(100, 101),
        ),
    ),
)
