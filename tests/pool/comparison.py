"""What is wrong, what is a sentence, and the one comparison that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite
from typing import Any

from mpmath import mp

from actmath.numeric._check.sentences import is_sentence


class Said(Exception):  # noqa: N818 it is no error
    """The package said what cannot be had."""


class Wrong(Exception):  # noqa: N818 it is the package's
    """The package gave a number that is not right."""


@contextmanager
def sentences() -> Iterator[None]:
    """Turn a refusal in words into ``Said``; leave everything else a crash."""
    try:
        yield
    except Exception as error:
        if is_sentence(error):
            raise Said(str(error)) from None
        raise


def require(right: bool, what: Callable[[], str]) -> None:
    """Raise ``Wrong`` unless it is right."""
    if not right:
        raise Wrong(what())


def compare(what: str, got: Any, want: Any, tolerance: float, unit: Any = None) -> None:
    """|got − want| ≤ tolerance·unit, the unit being |want| where none is given."""
    with mp.workdps(40):
        found = mp.mpf(str(got)) if not isinstance(got, float | int) else mp.mpf(got)
        size = abs(want) if unit is None else unit
        require(
            bool(mp.isfinite(found) and abs(found - want) <= tolerance * size),
            lambda: f"{what} is {mp.nstr(found, 17)}, right is {mp.nstr(want, 17)}",
        )


def require_sentence_if_infinite(what: str, got: Any) -> None:
    """A moment that is infinite must not come out as a finite number."""
    require(not isfinite(float(got)), lambda: f"{what} is {got}, right is infinity")
