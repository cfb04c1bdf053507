"""A name that a package does not offer is answered by the near ones; the rest comes lazily."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import actmath
from actmath import derive, experiment, nn


@pytest.mark.parametrize(
    ("module", "wrong", "near"),
    [
        (actmath, "constant", "did you mean constants"),
        (derive, "fixedpoints", "did you mean fixed_points"),
        (experiment, "record", "did you mean recorded"),
        (nn, "HardSigmoid", "did you mean .*Sigmoid"),
        (nn, "ArcTan", "did you mean Arctan"),
    ],
)
def test_a_wrong_name_suggests_the_near_ones(module: object, wrong: str, near: str) -> None:
    with pytest.raises(AttributeError, match=f"has no attribute '{wrong}': {near}"):
        getattr(module, wrong)


def test_private_names_are_not_suggested_to() -> None:
    name = "_repr_html_"
    with pytest.raises(AttributeError) as refusal:
        getattr(derive, name)
    assert "did you mean" not in str(refusal.value)


def test_nothing_behind_a_door_is_loaded_before_it_is_asked_for() -> None:
    code = (
        "import sys, actmath.derive\n"
        "inside = lambda: [m for m in sys.modules if m.startswith('actmath.derive.')]\n"
        "assert not inside() and 'actmath.names' not in sys.modules\n"
        "actmath.derive.saturation\n"
        "assert inside()\n"
    )
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)
