"""The decisions on bias shift and angles, on made-up records: each verdict can be reached."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.claims import Verdict
from actmath.claims.elu.run_natural_gradient import centring_helps, elu_below_rivals
from actmath.experiment.recipes import RECIPES

from ..made_up import Rows, made_up


def seeds(level: float) -> list[list[float]]:
    """One point a seed near a level."""
    return [[level + 0.001 * (k % 3)] for k in RECIPES["natural-gradient"].config("book").seeds]


@pytest.mark.parametrize(
    ("elu", "leaky", "verdict"),
    [
        (0.1, 0.5, Verdict.REPRODUCED),
        (0.6, 0.5, Verdict.NOT_REPRODUCED),
        (0.1, 0.1, Verdict.UNDECIDED),
    ],
)
def test_elu_against_its_rivals(elu: float, leaky: float, verdict: Verdict) -> None:
    levels = {"elu": elu, "leaky_relu": leaky}

    def rows(name: str) -> list[list[float]]:
        noise = np.random.default_rng(len(name)).normal(0, 0.01, 8)
        return [[levels.get(name, 0.9) + float(e)] for e in noise]

    record = made_up("natural-gradient", {"shift": rows}, {})
    assert elu_below_rivals(record, "shift", "shift").verdict is verdict


@pytest.mark.parametrize(
    ("level", "verdict"), [(20.0, Verdict.REPRODUCED), (80.0, Verdict.NOT_REPRODUCED)]
)
def test_centring(level: float, verdict: Verdict) -> None:
    def moved(name: str) -> list[list[float]]:
        return seeds(level if name == "tanh" else 20.0)

    curves: dict[str, Rows] = {"angle": lambda _: [[50.0]] * 8, "centred": moved}
    assert centring_helps(made_up("natural-gradient", curves, {})).verdict is verdict
