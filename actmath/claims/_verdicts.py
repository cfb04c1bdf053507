"""Several judgements: their counts, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import takewhile

from .._text.tables import Markup, html_table, text_table
from ._claim import Judgement, Verdict

# A statement of more characters may not fit beside its verdict; as many words alike are left out.
_LONG, _ALIKE = 70, 4
#: What is said of rows that have no verdict.
WITHOUT_VERDICT = (Verdict.ANSWERED, Verdict.OUT_OF_REACH)


@dataclass(frozen=True, repr=False)
class Verdicts:
    """Several judgements; in a notebook a box each, or one table."""

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
            more="iterate over it, or .table() in a notebook",
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

    def table(self) -> LedgerTable:
        """The same judgements as rows of a table."""
        return LedgerTable(self.judgements)

    def _repr_html_(self) -> str:
        return "".join(judgement._repr_html_() for judgement in self.judgements)


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


@dataclass(frozen=True, repr=False)
class LedgerTable:
    """Judgements as one table: id, verdict, claim with its correction, evidence."""

    judgements: tuple[Judgement, ...]

    def __repr__(self) -> str:
        return text_table(
            ((j.claim.id, j.finding.verdict, j.finding.evidence) for j in self.judgements),
            columns=("claim", "verdict", "evidence"),
            more="iterate over .judgements",
        )

    def _repr_html_(self) -> str:
        return html_table(
            map(_table_row, self.judgements),
            columns=("claim", "verdict", "statement", "evidence"),
            css_class="ledger",
            row_titles=False,
        )


def _table_row(judgement: Judgement) -> tuple[str, ...]:
    claim, finding = judgement.claim, judgement.finding
    verdict = str(finding.verdict)
    # What a finding says is text from a computation: it is escaped before it becomes HTML.
    fixed = f"<br><strong>Correct:</strong> {escape(finding.correction or '')}"
    return (
        Markup(f"<code>{escape(claim.id)}</code><br>{escape(str(claim.source))}"),
        Markup(f'<span class="verdict-{verdict.replace(" ", "-")}">{verdict}</span>'),
        Markup(escape(claim.statement) + (fixed if finding.correction else "")),
        finding.evidence,
    )
