"""Which slopes does PReLU learn at which depth, and what does weight decay do to them?

The layers are those of the paper's small model: conv1, four and six convolutions after a pooling
each, two dense layers and the output; rate 0.01, momentum 0.9 and weight decay 0.0005 are the
paper's, slopes begin at 0.25, so that nothing is tuned. Channels, images and updates are fewer.
Since the updates are, the slopes descend at six times the rate of the weights: so fast that the
decay by itself would take a slope to 1/e of its start within the run, and still so that trial runs
did not diverge, as one in four did at ten times.

The decision rules, fixed before the run, on the slopes after training (a channel-wise layer's slope
is the mean over its channels): the first layer's slope is *greater than 0* if its mean over seeds
is; *deeper convolutions have smaller slopes* if Kendall's rank correlation between depth and slope
over the eleven convolutions, one number a seed, has a mean below 0; both only if slopes have moved,
on average, by half of their start. Weight decay *pushes slopes to zero* if their mean over layers
is lower with it, paired by seeds, in a run as long as the decay's own time; what the decay's
arithmetic by itself would leave of the slopes stands beside it.
"""

from __future__ import annotations

from .._record.config import Condition, Config, Option
from .._record.recipe import Preset, Recipe

_RATE = 0.01
_STAGES = "1,4,6"
CONVOLUTIONS = 11


def _arm(name: str, **options: Option) -> Condition:
    return Condition(name, "prelu", "unit", "he_normal", _RATE, {"stages": _STAGES, **options})


BOOK = Config(
    recipe="prelu-slopes",
    preset="book",
    conditions=(
        _arm("shared"),
        _arm("channelwise", channelwise=True),
        _arm("shared-decayed", decay_slopes=True),
        _arm("channelwise-decayed", channelwise=True, decay_slopes=True),
    ),
    seeds=tuple(range(8)),
    data="mnist-5k",
    width=8,
    depth=13,
    epochs=54,
    batch=32,
    train_limit=2000,
    test_limit=500,
    task="convolutional",
    options={"momentum": 0.9, "weight_decay": 0.0005, "slope_speed": 6.0, "dense": 2},
)

RECIPE = Recipe.of(
    BOOK,
    question="Does PReLU learn a large slope in the first layer and smaller ones in deeper layers?",
    claims=("C-PRE-7",),
    limits="2,000 digits of 14×14 pixels in 10 classes instead of 1.3 million photographs in "
    "1,000, 3×3 kernels and 8 channels in every convolution, 3,402 updates instead of "
    "hundreds of thousands, slopes at six times the rate of the weights: conv1 meets strokes, not "
    "photographs.",
    smoke=Preset.of(
        "1 update on 32 images: it shows that the networks run.",
        seeds=(0, 1),
        epochs=1,
        train_limit=32,
        test_limit=40,
    ),
    large=Preset.of(
        "The paper's layers, batch and optimizer, on the whole of MNIST instead of "
        "ImageNet, with 64 channels.",
        data="mnist",
        width=64,
        epochs=30,
        batch=128,
        seeds=tuple(range(8)),
        train_limit=None,
        test_limit=None,
        # 14,000 updates: the slopes need no other rate than the paper's.
        options={"momentum": 0.9, "weight_decay": 0.0005, "dense": 2},
    ),
)
