"""What is claimed: inequalities about formulas on boxes, with where they were published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from ..._text.tables import text_table
from ...sources import Source
from .._balls.box import Box
from .._balls.formula import Formula

# So many parts leave room for the sentence in a console.
_SHOWN = 3


@dataclass(frozen=True, repr=False)
class Bound:
    """formula > bound or formula < bound: everywhere on the part's domain, or somewhere in it.

    The number is kept as it is printed and read as an exact decimal or fraction.

    Raises:
        ValueError: if the relation is neither ``>`` nor ``<``.
    """

    formula: Formula
    relation: str
    number: str
    somewhere: bool = False

    def __post_init__(self) -> None:
        if self.relation not in ("<", ">"):
            raise ValueError(f"relation must be '<' or '>', got {self.relation!r}")
        # Raises where the text is no exact number.
        Fraction(self.number)

    @property
    def above(self) -> bool:
        """Whether the formula is to exceed the bound."""
        return self.relation == ">"

    def as_text(self) -> dict[str, Any]:
        """Plain values for a certificate."""
        return {
            "formula": self.formula.name,
            "relation": self.relation,
            "bound": self.number,
            "somewhere": self.somewhere,
        }

    def __repr__(self) -> str:
        return f"<{self}>"

    def __str__(self) -> str:
        where = "somewhere" if self.somewhere else "everywhere"
        return f"{self.formula.name} {self.relation} {self.number} {where}"


@dataclass(frozen=True, repr=False)
class Part:
    """Bounds that share a domain, which is a box in the variables the source names."""

    domain: Box
    bounds: tuple[Bound, ...]

    def __str__(self) -> str:
        return f"{'; '.join(map(str, self.bounds))}: {self.domain}"

    def __repr__(self) -> str:
        return f"<{self}>"

    def as_text(self) -> dict[str, Any]:
        """Plain values for a certificate."""
        return {
            "domain": {name: list(side) for name, side in self.domain.as_text().items()},
            "claims": [bound.as_text() for bound in self.bounds],
        }


@dataclass(frozen=True)
class Chain:
    """Parts ``first`` to ``last``, each of which maps its (mu, nu) box into the next one's.

    The last one's image lies in ``target``: bounds for mu and nu.
    """

    first: int
    last: int
    target: tuple[tuple[str, tuple[str, str]], ...]

    def as_text(self) -> dict[str, Any]:
        """Plain values for a certificate."""
        target = {name: list(side) for name, side in self.target}
        return {"first": self.first, "last": self.last, "target": target}


@dataclass(frozen=True, repr=False)
class Statement:
    """A sentence that holds if all bounds of all its parts hold.

    Args:
        name: identifier of the statement and of its certificate's file.
        claim: id in the ledger of claims, such as ``C-SNN-4``.
        sentence: what is stated, as a reader says it.
        parts: the bounds that are certified.
        source: where it is printed; None for what no paper states.
        follows: how the sentence follows from the inequalities, where that takes an argument.
        corrects: names of the printed statements that this one replaces, where they are false.
        chains: parts that follow a set of inputs through several layers.
        bits: working precision.
    """

    name: str
    claim: str
    sentence: str
    parts: tuple[Part, ...]
    source: Source | None = None
    follows: str = ""
    corrects: tuple[str, ...] = ()
    chains: tuple[Chain, ...] = ()
    bits: int = 64

    def __repr__(self) -> str:
        rows = [("states", self.sentence)]
        for index, part in enumerate(self.parts[:_SHOWN]):
            rows.append((f"parts[{index}]", str(part)))
        if len(self.parts) > _SHOWN:
            rows.append((f"{len(self.parts) - _SHOWN} more", "see .parts"))
        place = f"; {self.source}" if self.source else ""
        return text_table(rows, caption=f"Statement {self.name} ({self.claim}{place})")

    @cached_property
    def formulas(self) -> Mapping[str, Formula]:
        """Every formula of the bounds, by name; two different ones of one name are an error."""
        found: dict[str, Formula] = {}
        for part in self.parts:
            for bound in part.bounds:
                # Certificates refer to formulas by name, so that a name has to mean one formula.
                known = found.setdefault(bound.formula.name, bound.formula)
                if known != bound.formula:
                    raise ValueError(f"{self.name}: two formulas are called {known.name}")
        return found

    def declaration(self) -> dict[str, Any]:
        """The statement as plain values: what a certificate repeats and a checker compares."""
        return {
            "name": self.name,
            "claim": self.claim,
            "sentence": self.sentence,
            "follows": self.follows,
            "formulas": {name: f.as_text() for name, f in self.formulas.items()},
            "parts": [part.as_text() for part in self.parts],
            "chains": [chain.as_text() for chain in self.chains],
        }
