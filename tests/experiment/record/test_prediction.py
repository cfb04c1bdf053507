"""What is predicted of the layers is what wide random networks do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from actmath.experiment._engine.train import train
from actmath.experiment._networks.weights import WEIGHT_LAWS
from actmath.experiment._randomness import generator
from actmath.experiment._record.config import Condition, Config
from actmath.experiment._record.prediction import TAU, predict


@pytest.mark.parametrize("name", WEIGHT_LAWS)
def test_tau_is_that_of_the_draws(name: str) -> None:
    drawn = WEIGHT_LAWS[name](300, 500, generator(0, "test"))
    assert TAU[name](300, 500) == pytest.approx(drawn.square().sum(0).mean().item(), rel=0.02)


@pytest.mark.parametrize("weights", ["glorot_uniform", "he_normal"])
def test_wide_networks_follow(toy: Config, weights: str) -> None:
    arms = tuple(Condition(f, f, "standardized", weights, 1e-9) for f in ("selu", "relu"))
    wide = replace(toy, task="dense", conditions=arms, width=400, depth=4, epochs=1, batch=250)
    record = train(wide, progress=False)
    for name in ("selu", "relu"):
        found = predict(record, name)
        variance, gradient = (
            record.layer(f"{what}_before", name).mean(0)[1:] for what in ("variance", "gradient")
        )
        np.testing.assert_allclose(variance, found.variance, rtol=0.2)
        np.testing.assert_allclose(gradient / gradient[-1], found.gradient, rtol=0.2)


def test_an_arm_with_its_own_width(toy: Config) -> None:
    arms = tuple(
        Condition(str(n), "relu", "unit", "glorot_uniform", 1e-9, {"width": n}) for n in (20, 200)
    )
    record = train(replace(toy, task="dense", conditions=arms, epochs=1), progress=False)
    narrow, wide = (predict(record, name).variance[0] for name in ("20", "200"))
    assert narrow / wide == pytest.approx((784 + 200) / (784 + 20))


def test_unknown_condition(toy: Config) -> None:
    record = train(replace(toy, epochs=1, train_limit=10), progress=False)
    with pytest.raises(ValueError, match="no condition is named 'tanh'"):
        predict(record, "tanh")
