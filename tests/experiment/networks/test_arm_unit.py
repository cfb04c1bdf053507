"""An arm's unit has the slope that the arm asks for, and no other unit takes one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from actmath.catalog import get
from actmath.experiment._networks.arm_unit import arm_activation, arm_unit
from actmath.experiment._record.config import Condition
from actmath.nn import Elementwise

ARMS = (
    Condition("relu", "relu", "unit", "he_normal", 0.05),
    Condition("slight", "leaky_relu", "unit", "he_normal", 0.05),
    Condition("leaky", "leaky_relu", "unit", "he_normal", 0.05, {"slope": 0.1}),
)


def test_slope_belongs_to_the_leaky_unit() -> None:
    x = torch.tensor([-2.0, 3.0])
    assert arm_unit(ARMS[2])(x).tolist() == pytest.approx([-0.2, 3.0])
    torch.testing.assert_close(arm_unit(ARMS[1])(x), Elementwise(get("leaky_relu"))(x))
    with pytest.raises(ValueError, match="relu: only leaky_relu takes a slope"):
        arm_unit(replace(ARMS[0], options={"slope": 0.1}))


def test_a_slope_that_is_learned_is_not_kept_fixed_without_a_word() -> None:
    learned = Condition("learned", "prelu", "unit", "he_normal", 0.05)
    assert arm_activation(learned) is get("prelu")
    with pytest.raises(ValueError, match="learned: the slope of prelu is learned"):
        arm_unit(learned)
    with pytest.raises(ValueError, match="learned: only leaky_relu takes a slope"):
        arm_activation(replace(learned, options={"slope": 0.1}))
