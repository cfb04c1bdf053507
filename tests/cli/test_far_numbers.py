"""Numbers that no float holds: the command line answers, or says in a sentence why it cannot."""

from __future__ import annotations

import pytest

from actmath.cli import app

from .invoke import RUNNER, answer, refusal

FAR = [
    ("moments", "elu", "--variance", "1e9999"),
    ("moments", "tanh", "--mean", "1e9999"),
    ("moments", "tanh", "--variance", "1e9999"),
    ("constants", "elu", "--mean", "1e9999"),
    ("constants", "elu", "--variance", "1e9999"),
]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", FAR, ids=" ".join)
def test_numbers_beyond_floats_are_answered_or_refused(arguments: tuple[str, ...]) -> None:
    shown = RUNNER.invoke(app, list(arguments))
    assert shown.exit_code in (0, 2), shown.output
    assert "integer string conversion" not in shown.stderr
    if arguments[1] == "tanh":
        assert "out of reach of the quadrature" in refusal(*arguments)


@pytest.mark.slow
def test_moments_of_a_line_far_out() -> None:
    """Far above 0 elu is the identity: E f is the mean, E f² its square."""
    found = answer("moments", "elu", "--mean", "1e9999")
    assert found["mean"] == "1.00000000000000e+9999"
    assert found["variance"] == "1.00000000000000"


def test_moments_of_a_tiny_spread() -> None:
    """elu has the slope 1 at 0, on both sides: E f² is the variance."""
    found = answer("moments", "elu", "--variance", "1e-9999")
    assert found["second"] == found["variance"] == "1.00000000000000e-9999"
