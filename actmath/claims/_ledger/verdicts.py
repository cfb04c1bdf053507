"""Several judgements: their counts, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from ..._text.tables import text_table
from .._claim import Judgement, Verdict
from .cards import Cards, Links, no_links

# A statement of more characters may not fit beside its verdict; as many words alike are left out.
_LONG, _ALIKE = 70, 4
#: What is said of rows that have no verdict.
WITHOUT_VERDICT = (Verdict.ANSWERED, Verdict.OUT_OF_REACH)


@dataclass(frozen=True, repr=False)
class Verdicts:
    """Several judgements; in a notebook a line each, which unfolds."""

    judgements: tuple[Judgement, ...]

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {v}" for v, n in (self.counts() | self.uncounted()).items())
        statements = _without_repetition(judgement.claim.statement for judgement in self.judgements)
        return text_table(
            [
                (judgement.claim.id, judgement.finding.verdict, statement)
                for judgement, statement in zip(self.judgements, statements, strict=True)
            ],
            caption=f"{len(self.judgements)} rows: {counts}",
            more="iterate over it, or .cards() in a notebook",
        )

    def __iter__(self) -> Iterator[Judgement]:
        return iter(self.judgements)

    def counts(self) -> dict[Verdict, int]:
        """How many statements have each verdict, in the order of ``Verdict``.

        Questions and what was not tried here are no verdicts: see ``uncounted``.
        """
        return {v: n for v, n in self._tally().items() if v not in WITHOUT_VERDICT}

    def uncounted(self) -> dict[Verdict, int]:
        """How many rows are questions that are answered, and how many were not tried here."""
        return {v: n for v, n in self._tally().items() if v in WITHOUT_VERDICT}

    def _tally(self) -> dict[Verdict, int]:
        reached = [judgement.finding.verdict for judgement in self.judgements]
        return {verdict: reached.count(verdict) for verdict in Verdict if verdict in reached}

    def cards(self, links: Links = no_links, repository: str = "") -> Cards:
        """The same judgements as cards that unfold, each with links that a page gives its claim.

        Args:
            links, repository: as in ``Cards``.
        """
        return Cards(self.judgements, links, repository)

    def _repr_html_(self) -> str:
        headlines = _without_repetition(judgement.claim.statement for judgement in self.judgements)
        pairs = zip(self.judgements, headlines, strict=True)
        boxes = (one.box("" if line == one.claim.statement else line) for one, line in pairs)
        return f'<div class="verdicts">{"".join(boxes)}</div>'


def _without_repetition(statements: Iterable[str]) -> Iterator[str]:
    """Long ones that begin alike: the whole of the first, then the words in which others differ.

    >>> alike = "On the domain of the theorem the variance of the outputs is always below"
    >>> list(_without_repetition([f"{alike} 3/2.", f"{alike} 5/4."]))[1]
    '… 5/4.'
    """
    whole: list[str] = []
    for statement in statements:
        words = statement.split(" ")
        pairs = zip(whole, words, strict=False)
        # The number of first words that agree; strict=False, for one sentence may end sooner.
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if len(statement) > _LONG and alike >= _ALIKE:
            yield " ".join(["…", *words[alike:]])
        else:
            whole = words
            yield statement
