"""The ledger: every claim that has a check, by its id, and the verdicts on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from ..activation import UnknownNameError, suggest
from . import elu, lecture, noisy, prelu, runs, snn, snn_certified, snn_signal
from .claim import Claim, Judgement, Verdicts


def _order(identifier: str) -> tuple[str, int, str]:
    """C-SNN-2.c sorts by paper, then by number, then by part."""
    paper, _, rest = identifier.rpartition("-")
    number, _, part = rest.partition(".")
    return paper, int(number), part


_PAPERS = (snn, snn_certified, snn_signal, lecture, elu, prelu, noisy, runs)
CLAIMS = MappingProxyType(
    {
        claim.id: claim
        for paper in _PAPERS
        for claim in sorted(paper.CLAIMS, key=lambda claim: _order(claim.id))
    }
)


def select(identifier: str | None = None) -> tuple[Claim, ...]:
    """All claims, one row, all parts of one claim (C-SNN-1), or all of a paper (C-SNN).

    Raises:
        KeyError: if nothing matches; the message lists the near ids.

    >>> [claim.id for claim in select("C-PRE-2")]
    ['C-PRE-2']
    """
    if identifier is None:
        return tuple(CLAIMS.values())
    wanted = identifier.upper().removesuffix(".")
    found = tuple(
        claim
        for claim in CLAIMS.values()
        if claim.id.upper() == wanted or claim.id.upper().startswith((f"{wanted}.", f"{wanted}-"))
    )
    if not found:
        raise UnknownNameError(f"no claim is called {identifier!r}: {suggest(wanted, CLAIMS)}")
    return found


def judge(claims: Iterable[Claim], remake: bool = False) -> Iterator[Judgement]:
    """Run the checks one by one; with ``remake``, first make the recorded evidence anew."""
    remade: set[object] = set()
    for claim in claims:
        if remake and claim.remake is not None and claim.remake not in remade:
            claim.remake()
            remade.add(claim.remake)
        yield claim.judge()


def verdicts(*identifiers: str) -> Verdicts:
    """The judgements on the claims of these ids, in the order given; on all without any."""
    chosen = [claim for name in identifiers for claim in select(name)] if identifiers else select()
    return Verdicts(tuple(judge(chosen)))
