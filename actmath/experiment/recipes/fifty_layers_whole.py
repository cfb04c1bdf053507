"""Fifty hidden layers of SELU on the whole of MNIST: how well is "strikingly well"?

The recipe ``fifty-layers`` sees 4,000 images 45 times: as many updates as the source, fewer images,
and how well a network learns is a matter of their number. Here the one network of the five that the
source says learns, SELU on standardized inputs from LeCun-normal weights, has all of the source's
60,000 images, three times. The rate is that of ``fifty-layers``, which its scan chose for all five
together; width and optimizer are the same.

The decision rule, fixed before the run: it learns strikingly well if its mean accuracy on the
10,000 test images after the third epoch is at least 90 %, the ledger's bound, by the two-sided
t-test over the seeds and by the crossed bootstrap over seeds and test images. That it does so is
shown by one rate; that it does not would not be, as another rate might suit it better.
"""

from __future__ import annotations

from .._record.config import Config
from .._record.recipe import Preset, Recipe
from .fifty_layers import BOOK as FIFTY_LAYERS

#: The source's images, all of which it uses, and how often it sees them.
SOURCES_IMAGES, SOURCES_EPOCHS = 60_000, 3

BOOK = Config(
    recipe="fifty-layers-whole",
    preset="book",
    conditions=(FIFTY_LAYERS.condition("selu-standardized-lecun"),),
    seeds=tuple(range(8)),
    data="mnist",
    width=FIFTY_LAYERS.width,
    depth=FIFTY_LAYERS.depth,
    epochs=SOURCES_EPOCHS,
    batch=FIFTY_LAYERS.batch,
)

RECIPE = Recipe.of(
    BOOK,
    question="How well does a SELU network with 50 hidden layers learn to read all of MNIST?",
    claims=("C-LEC-2",),
    limits="Nothing that the notes state; width, optimizer and rate, which they leave open, are "
    "our choice.",
    smoke=Preset.of(
        "10 updates on 320 images: it shows that the networks run.",
        seeds=(0, 1),
        data="mnist-5k",
        epochs=1,
        train_limit=320,
    ),
    paper=Preset.of("The same with 16 seeds.", seeds=tuple(range(16))),
)
