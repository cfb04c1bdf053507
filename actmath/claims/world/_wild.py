"""A constant as a program or a paper prints it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sympy import Expr

from ..._text.formulas import parse_formula
from ...sources import Source
from ._exact.purposes import Purpose


class Seen(StrEnum):
    """How the printed digits came here."""

    READ = "read"
    COMPUTED = "made by running it"
    REPORTED = "reported by others"
    MEMORY = "from memory"


@dataclass(frozen=True, kw_only=True)
class Wild:
    """A constant in the wild: where it stands, as printed, and what it is there for.

    Args:
        name: by which it is found, such as ``torch-gain-tanh``.
        what: what it is, in a few words.
        printed: its digits as they stand there.
        purpose: from which the exact number follows.
        source: the work and the place in it.
        edition: the version or commit that was read, or in which it was computed.
        seen: how it came here.
        packages: other packages with the same digits beside the source's own.
        value: the number as a formula, where ``printed`` is no single number.
        ask: asks the installed package; it may raise ImportError.

    Raises:
        ValueError: where ``printed``, or ``value``, is no number.
    """

    name: str
    what: str
    printed: str
    purpose: Purpose
    source: Source
    edition: str
    seen: Seen = Seen.READ
    packages: tuple[str, ...] = ()
    value: str = ""
    ask: Callable[[], float] | None = None

    def __post_init__(self) -> None:
        if self.number.free_symbols or not self.number.is_finite:
            raise ValueError(f"{self.name} is to be a number, not {self.number}")

    @property
    def number(self) -> Expr:
        """The printed number, exactly."""
        return parse_formula(self.value or self.printed)

    @property
    def place(self) -> str:
        """The source, what else has the same digits, and the edition."""
        others = f", also {', '.join(self.packages)}" if self.packages else ""
        return f"{self.source} ({self.edition}){others}"
