"""The ledger: every claim that has a check, by its id, and the verdicts on them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import NoneType

from ..._text.kinds import check_kind, several_of
from ...names import Entry, Registry, UnknownNameError, declaration, modules, suggest
from .._claim import Claim, Judgement, order_of
from .kept import judged_together
from .verdicts import Verdicts


def _rows() -> Iterator[Entry[Claim]]:
    """Every claim of every paper's modules, with its place in the tuple ``CLAIMS`` of one of them.

    The folders of ``actmath.claims`` are the papers, and each module of such a folder holds claims.
    """
    for paper in modules(sys.modules[__package__.removesuffix("._ledger")]):
        for module in modules(paper):
            for index, claim in enumerate(declaration(module, "CLAIMS")):
                yield Entry.of(claim.id, claim, f"{module.__name__}.CLAIMS[{index}]")


def _entries() -> Iterable[Entry[Claim]]:
    return sorted(_rows(), key=lambda row: order_of(row.name))


CLAIMS: Registry[Claim] = Registry("claim", _entries)


def select(identifier: str | None = None) -> tuple[Claim, ...]:
    """All claims, one row, all parts of one claim (C-SNN-1), or all of a paper (C-SNN).

    Raises:
        KeyError: if nothing matches; the message lists the near ids.
        TypeError: for an id that is no text.

    >>> [claim.id for claim in select("C-PRE-2")]
    ['C-PRE-2']
    """
    check_kind(identifier, (str, NoneType), "identifier", "such as C-SNN-1")
    if identifier is None:
        return tuple(CLAIMS.values())
    wanted = identifier.upper().removesuffix(".")
    found = tuple(
        claim
        for claim in CLAIMS.values()
        # The dot or hyphen belongs to the prefix: C-SNN-1 is not to find C-SNN-10.
        if claim.id.upper() == wanted or claim.id.upper().startswith((f"{wanted}.", f"{wanted}-"))
    )
    if not found:
        raise UnknownNameError(f"no claim is called {identifier!r}: {suggest(wanted, CLAIMS)}")
    return found


def judge(claims: Iterable[Claim], remake: bool = False) -> Iterator[Judgement]:
    """Run the checks one by one; with ``remake``, first make the recorded evidence anew.

    Raises:
        TypeError: for what is not several claims.
    """
    remade: set[object] = set()
    for claim in several_of(claims, Claim, "claims", "select(identifier) gives them"):
        # Several rows may rest on one record: equal remakes are run once.
        if remake and claim.remake is not None and claim.remake not in remade:
            claim.remake()
            remade.add(claim.remake)
        yield claim.judge()


def verdicts(*identifiers: str) -> Verdicts:
    """The judgements on the claims of these ids, in the order given; on all without any.

    Every check is run when this is called. Pages of the book that ask for all rows run each check
    once for one build: whichever comes to it first.
    """
    if not identifiers:
        return Verdicts(judged_together(select()))
    return Verdicts(tuple(judge(claim for name in identifiers for claim in select(name))))
