"""The arithmetics that formulas are lowered to, found by their files.

A file ``_for_NAME.py`` beside this one declares one ``Arithmetic`` called ``NAME`` in capitals, and
is compared with the others by the contract tests.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from typing import Any, Protocol

from ..activation import Activation
from ..names import Entry, Registry
from ..number import Number

_PREFIX = "_for_"


@dataclass(frozen=True)
class Precision:
    """Numbers of so many binary digits, and their range: the largest, the smallest with all digits.

    >>> FLOAT32.epsilon == 2.0**-23
    True
    """

    bits: int
    largest: float = inf
    smallest: float = 0.0

    @property
    def epsilon(self) -> float:
        """The distance from 1 to the next number."""
        # The first of b binary digits of 1 stands for 1, the last for 2^{1−b}.
        return 2.0 ** (1 - self.bits)


#: IEEE 754's two common formats: a sign, the exponent's range, 53 or 24 digits.
FLOAT64 = Precision(53, (2 - 2.0**-52) * 2.0**1023, 2.0**-1022)
FLOAT32 = Precision(24, (2 - 2.0**-23) * 2.0**127, 2.0**-126)


@dataclass(frozen=True)
class Enclosed:
    """A value as a number of ``mpmath.mp``, and by how much the arithmetic says that it may err."""

    value: Any
    radius: Any


class Evaluate(Protocol):
    """A lowered function at floats, in numbers of a precision, with parameters by name."""

    def __call__(
        self,
        function: Callable[..., Any],
        points: Sequence[float],
        precision: Precision,
        **given: Number,
    ) -> list[Enclosed]:
        """The values in the order of the points."""


@dataclass(frozen=True)
class Arithmetic:
    """One kind of numbers, and how formulas are lowered to it.

    Args:
        name: that of its file.
        lower: from an activation and an order to f (order 0) or f′ (order 1), a function of such a
            number, or of an array of them, and of parameters by name.
        evaluate: the lowered function at a list of floats.
        precisions: those that it computes in; where the number of digits is free, two examples.
        encloses: the exact value is within ``radius`` of ``value``. Otherwise ``radius`` is 0, and
            the promise is a few units in the last place, as many more as the function's condition
            number |x·f′/f|.
        extended: ±inf and nan are numbers too: f takes its limits there, and nan stays.
    """

    name: str
    lower: Callable[[Activation, int], Callable[..., Any]]
    evaluate: Evaluate
    precisions: tuple[Precision, ...]
    encloses: bool = False
    extended: bool = True


def _declared() -> Iterator[Entry[Arithmetic]]:
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name.startswith(_PREFIX):
            place = f"{__package__}.{module.name}"
            name = module.name.removeprefix(_PREFIX)
            yield Entry(name, partial(_arithmetic_of, place, name), place)


def _arithmetic_of(place: str, name: str) -> Arithmetic:
    found: Arithmetic = getattr(importlib.import_module(place), name.upper())
    if found.name != name:
        raise ValueError(f"{place} declares the arithmetic {found.name!r}; call it {name!r}")
    return found


ARITHMETICS: Registry[Arithmetic] = Registry("arithmetic", _declared)
