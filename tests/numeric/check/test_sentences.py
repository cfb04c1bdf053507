"""The package's own sentences are told from crashes, whatever those say."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from sympy import S, sqrt

from actmath import Activation, moments
from actmath.derive._formula._roots.bracketing import bracketed_root
from actmath.number import exact
from actmath.numeric._check.sentences import is_sentence

from .raised import raised_by


@pytest.mark.parametrize(
    "call",
    [
        lambda: exact("one"),
        lambda: Activation("f", "frobnicate(x)"),
        lambda: Activation("f", "x and"),
        lambda: moments("relu", 0, -1),
    ],
)
def test_sentences(call: Callable[[], object]) -> None:
    assert is_sentence(raised_by(call))


@pytest.mark.parametrize(
    "call",
    [
        # Of Python, NumPy and SymPy, with as many words.
        lambda: max([]),
        lambda: math.sqrt(-1),
        lambda: np.zeros(2) + np.zeros(3),
        lambda: int("one"),
        lambda: S(1) < sqrt(-1),
        # In a function that a file of the package calls, of somebody else.
        lambda: bracketed_root(lambda t: math.sqrt(t - 10), 0, 1),
        # Another kind, however it is said.
        lambda: exact(None),
        lambda: exact(True),
    ],
)
def test_crashes_and_misuse_are_none(call: Callable[[], object]) -> None:
    assert not is_sentence(raised_by(call))


def test_an_error_that_was_never_raised_is_none() -> None:
    assert not is_sentence(ValueError("write it in another way"))
