"""Four units in a convolutional network, with and without batch normalization, deep and shallow.

The rate 0.01 and the momentum 0.9 are the paper's first ones, for all networks alike, so that
nothing is tuned; its schedule, dropout, weight decay and stack of 1×1 layers are left out. The
leaky slope is 0.1, weights are He's. "Deep" has eight layers with weights, "shallow" four.

The decision rules, fixed before the run: test errors after the last epoch are compared, paired by
seeds, and over the test examples too, if the curves of the compared arms are flat by then; *does
not help* means that normalization lowers the error by less than half a point; *gains show on deep
networks* means that ReLU's error minus ELU's is larger in the deep networks than in the shallow
ones, and above 0 in the deep ones; *lowest* means below each of the three other units.
"""

from __future__ import annotations

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe

_RATE = 0.01
_DEEP, _SHALLOW = "1,3,3", "1,1,1"  # convolutions; the dense output is one more layer


def _arm(name: str, unit: str, stages: str = _DEEP, norm: str = "none") -> Condition:
    slope: dict[str, Option] = {"slope": 0.1} if unit == "leaky_relu" else {}
    options = {"stages": stages, "norm": norm, **slope}
    return Condition(name, unit, "unit", "he_normal", _RATE, options)


_UNITS = ("relu", "leaky_relu", "shifted_relu", "elu")

BOOK = Config(
    recipe="elu-conv",
    preset="book",
    conditions=(
        *(_arm(unit, unit) for unit in _UNITS),
        *(_arm(f"{unit}-bn", unit, norm="batch") for unit in _UNITS),
        *(_arm(f"{unit}-shallow", unit, _SHALLOW) for unit in ("relu", "elu")),
    ),
    seeds=tuple(range(16)),
    data="mnist-5k",
    width=8,
    depth=7,
    epochs=24,
    batch=32,
    train_limit=2000,
    task="convolutional",
    options={"momentum": 0.9},
)

RECIPE = Recipe.of(
    BOOK,
    question="Which unit makes the fewest errors in a convolutional network, and who needs batch "
    "normalization?",
    claims=("C-ELU-11",),
    limits="Digits of 14×14 pixels in 10 classes instead of photographs in 100, 8 layers of "
    "8 channels instead of 11 of up to 768, 1,512 updates instead of 165,000; no dropout, no "
    "weight decay, no change of rate; 1,000 test images.",
    smoke=Preset.of(
        "1 update on 32 images: it shows that the networks run.",
        seeds=(0, 1),
        epochs=1,
        train_limit=32,
        test_limit=40,
    ),
    large=Preset.of(
        "The paper's number of repetitions and batch, 96 channels, on the whole of MNIST "
        "instead of CIFAR-100.",
        data="mnist",
        width=96,
        epochs=20,
        batch=100,
        seeds=tuple(range(10)),
        train_limit=None,
    ),
)
