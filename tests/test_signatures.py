"""An argument or a default of a public function changes on purpose, and not by the way."""

from __future__ import annotations

import pytest

from .signatures import FILE, lines


def test_public_signatures_are_as_recorded() -> None:
    """One that was changed on purpose is recorded by ``python -m tests.signatures``."""
    recorded = FILE.read_text("utf-8").splitlines()
    assert lines() == recorded


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("actmath.numeric.descend(", "runs=1000"),
        ("actmath.nn.weight_std(", "length=1"),
        ("actmath.nn.SwiGLU(", "dim=-1"),
        ("actmath.Activation.with_parameters(", "**given"),
    ],
)
def test_functions_classes_and_methods_show_their_defaults(name: str, part: str) -> None:
    (line,) = (line for line in lines() if line.startswith(name))
    assert part in line
