"""What is wrong in print: each statement that is not so as it stands, and what stands instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from ..._text.kinds import several_of
from ..._text.tables import Markup, html_table, text_table
from .._claim import Claim, Judgement, Kind, Verdict
from .kept import judged_together
from .ledger import CLAIMS

WRONG = (Verdict.CORRECTED, Verdict.REFUTED)
#: Rows by which a result stands although what is printed on the way is wrong: by the beginning of
#: the wrong row's id, the longest that fits. A star is the rest of that id.
RESTS_ON = MappingProxyType(
    {
        "C-SNN-3.f": "C-SNN-3.i",
        "C-SNN-3.j": "C-SNN-3.d",
        "C-SNN-4.": "C-SNN-4.a",
        "C-SNN-5.": "C-SNN-5.a",
        "C-SNN-6.": "C-SNN-4.a",
        "C-SNN-8.e": "C-SNN-8.a",
        "C-SNN-8.f": "C-SNN-8.b",
        "C-SNN-9.": "C-SNN-9.e",
        "C-SNN-10.": "C-SNN-10.a",
        "C-SNN-17.": "C-SNN-19.h",
        # That all are significantly worse is the result itself.
        "C-SNN-17.g": "",
        "C-SNN-18.": "C-SNN-22.*",
        "C-SNN-19.": "C-SNN-19.h",
        "C-SNN-23.b": "C-SNN-23.a",
        "C-SNN-23.c": "C-SNN-23.g",
        "C-SNN-23.e": "C-SNN-23.d",
        "C-SNN-23.h": "C-SNN-23.d",
        "C-SNN-24.a": "C-SNN-23.g",
        "C-SNN-24.b": "C-SNN-23.f",
        "C-SNN-26.b": "C-SNN-26.d",
    }
)


def rests_on(identifier: str) -> str | None:
    """The row by which the result stands, if another one is named for it.

    >>> rests_on("C-SNN-18.j22-nu-min-at"), rests_on("C-PRE-2")
    ('C-SNN-22.j22-nu', None)
    """
    fitting = [start for start in RESTS_ON if identifier.startswith(start)]
    if not fitting:
        return None
    start = max(fitting, key=len)
    # Of "j22-nu-min-at" the derivative alone: entry and variable.
    derivative = "-".join(identifier.removeprefix(start).split("-")[:2])
    return RESTS_ON[start].replace("*", derivative) or None


@dataclass(frozen=True, repr=False)
class Misprint:
    """A printed statement that is not so, and the row by which the result stands, if there is one.

    Attributes:
        judgement: the row with its verdict, "corrected" or "refuted".
        support: the judgement on the row that the result rests on.
    """

    judgement: Judgement
    support: Judgement | None

    @property
    def survives(self) -> str:
        """Whether the result stands, and by what."""
        if self.support is None:
            fixed = self.judgement.finding.verdict is Verdict.CORRECTED
            return "as corrected" if fixed else "no"
        holds = self.support.finding.verdict is Verdict.HOLDS
        return f"{'yes' if holds else 'open'}: {self.support.claim.id}"

    @property
    def command(self) -> str:
        """What redoes the row."""
        return f"actmath claims {self.judgement.claim.id}"

    def __repr__(self) -> str:
        finding = self.judgement.finding
        rows = [
            ("printed", self.judgement.claim.statement),
            ("right", finding.correction or "nothing of the kind"),
            ("stands", self.survives),
            ("because", finding.shown()[0][1][0]),
            ("command", self.command),
        ]
        return text_table(
            rows, caption=f"{self.judgement.claim.id}  ({self.judgement.claim.source})"
        )


@dataclass(frozen=True, repr=False)
class Misprints:
    """Wrong statements in the order of the ledger; a table in a notebook."""

    rows: tuple[Misprint, ...]

    def __iter__(self) -> Iterator[Misprint]:
        return iter(self.rows)

    def __repr__(self) -> str:
        rows = ((row.judgement.claim.id, row.survives) for row in self.rows)
        return text_table(rows, caption=f"{len(self.rows)} statements that are not so")

    def _repr_html_(self) -> str:
        return html_table(
            map(_table_row, self.rows),
            columns=("place", "printed", "right", "does the result stand?", "proof and command"),
            css_class="misprints",
            row_titles=False,
        )


def _table_row(row: Misprint) -> tuple[str, ...]:
    claim, finding = row.judgement.claim, row.judgement.finding
    # What a finding says is text from a computation: it is escaped before it becomes HTML.
    return (
        Markup(f"<code>{escape(claim.id)}</code><br>{escape(str(claim.source))}"),
        claim.statement,
        finding.correction or "nothing of the kind",
        row.survives,
        Markup(f"{escape(finding.shown()[0][1][0])}<br><code>{escape(row.command)}</code>"),
    )


def misprints(claims: Iterable[Claim] | None = None) -> Misprints:
    """The statements that are wrong as printed, judged as by ``verdicts``.

    Rows that a training run decides are left out: another run is no misprint.

    Args:
        claims: which; by default all of the ledger.

    Raises:
        TypeError: for what is not several claims.
    """
    chosen = several_of(CLAIMS.values() if claims is None else claims, Claim, "claims")
    printed = [c for c in chosen if c.kind is not Kind.MEASURED and not c.is_question]
    known = {judgement.claim.id: judgement for judgement in judged_together(printed)}

    def support(identifier: str) -> Judgement | None:
        other = rests_on(identifier)
        if other is None or other == identifier:
            return None
        if other not in known:
            known[other] = CLAIMS[other].judge()
        return known[other]

    wrong = [known[c.id] for c in printed if known[c.id].finding.verdict in WRONG]
    return Misprints(tuple(Misprint(found, support(found.claim.id)) for found in wrong))
