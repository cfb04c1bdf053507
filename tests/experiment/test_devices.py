"""Training on every device that is present: a member alone there is what it is in a CPU's stack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actmath.experiment import Config, RunRecord, train
from actmath.experiment.recipes import RECIPES

#: One recipe of each kind of network, with what makes it small.
RECIPE_OF: dict[str, dict[str, Any]] = {
    "elu-conv": {"width": 3},
    "fifty-layers": {"depth": 5, "width": 16},
    "snn-depth": {"width": 16},
    "noisy-mlp": {"width": 16},
    "noisy-unique": {"width": 8},
    "noisy-charlm": {"width": 8},
    "elu-autoencoder": {
        "options": {"encoder": "9,4", "loss": "half_sum", "momentum": 0.9},
        "depth": 3,
    },
    "prelu-slopes": {"width": 3},
    "natural-gradient": {},
}


def small(name: str) -> Config:
    smoke = replace(RECIPES[name].config("smoke"), dtype="float64", **RECIPE_OF[name])
    sizes = {"seeds": (0, 1), "epochs": 2, "batch": 16, "train_limit": 40, "test_limit": 40}
    return replace(smoke, conditions=smoke.conditions[-2:], **sizes)


def close(found: RunRecord, expected: RunRecord) -> None:
    """By arm, the seeds that both have; the records keep six digits."""
    for name in expected.curves:
        for arm in expected.config.conditions:
            rows = dict(zip(expected.config.seeds, expected.curve(name, arm.name), strict=True))
            for seed, row in zip(found.config.seeds, found.curve(name, arm.name), strict=True):
                np.testing.assert_allclose(row, rows[seed], rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("name", RECIPE_OF)
def test_a_member_alone_is_what_it_is_in_the_stack(name: str, device: str) -> None:
    config = small(name)
    stacked = train(config, device="cpu", progress=False)
    close(train(config.with_seeds((1,)), device=device, progress=False), stacked)


@pytest.mark.parametrize("name", ["elu-conv", "noisy-mlp"])
def test_a_run_goes_on_to_the_same_record(name: str, device: str, tmp_path: Path) -> None:
    """Its optimizer's state too: momentum there, RMSprop here."""
    config, out = small(name), tmp_path / "run.json"
    whole = train(config, device=device, progress=False)
    first = train(config, device=device, out=out, progress=False, budget=1e-9)
    assert first.epochs == 1
    close(train(config, device=device, out=out, progress=False), whole)
