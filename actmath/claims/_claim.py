"""A claim of a paper, and the verdict that a computation reaches on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from itertools import takewhile
from typing import Any

from .._text.tables import Markup, html_table, text_table
from ..sources import Source

# A statement of more characters may not fit beside its verdict; as many words alike are left out.
_LONG, _ALIKE = 70, 4

# C, the paper in capitals, the claim's number, and a letter if it has parts.
_IDENTIFIER = re.compile(r"C-[A-Z]+-\d+(\.[a-z])?")


def order_of(identifier: str) -> tuple[str, int, str]:
    """By paper, then by number, then by part: C-SNN-10 comes after C-SNN-9.

    >>> sorted(["C-SNN-10", "C-SNN-9.b", "C-SNN-9.a"], key=order_of)
    ['C-SNN-9.a', 'C-SNN-9.b', 'C-SNN-10']
    """
    paper, _, rest = identifier.rpartition("-")
    number, _, part = rest.partition(".")
    return paper, int(number), part


class Kind(StrEnum):
    """How a claim can be decided."""

    DERIVED = "derived"
    COMPUTED = "computed"
    CERTIFIED = "certified"
    MEASURED = "measured"


class Verdict(StrEnum):
    """What became of a claim.

    ``corrected``: true after the correction that is stated. ``reproduced`` and ``not reproduced``
    are said of training runs, at the scale that the evidence names.
    """

    HOLDS = "holds"
    CORRECTED = "corrected"
    REFUTED = "refuted"
    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not reproduced"
    UNDECIDED = "undecided"
    OUT_OF_REACH = "out of reach"


@dataclass(frozen=True, repr=False)
class Finding:
    """What a check returns: the verdict, the evidence in a sentence with figures, the correction.

    Raises:
        ValueError: for an unknown verdict, or one without evidence; if a correction is missing
            where the verdict says there is one.
    """

    verdict: Verdict
    evidence: str
    correction: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "verdict", Verdict(self.verdict))
        if not self.evidence:
            raise ValueError(f"the verdict {str(self.verdict)!r} needs evidence")
        if self.verdict is Verdict.CORRECTED and not self.correction:
            raise ValueError("the verdict 'corrected' needs the correction")

    def __repr__(self) -> str:
        rows = [("found", self.evidence)]
        if self.correction:
            rows.insert(0, ("correct", self.correction))
        return text_table(rows, caption=str(self.verdict))


@dataclass(frozen=True, kw_only=True, repr=False)
class Claim:
    """One row of the ledger.

    Args:
        id: permanent; ``C-SNN-1.a`` is part a of the claim C-SNN-1.
        statement: the claim in one sentence of our own.
        tex: the claim as a formula.
        source: the place where it is made.
        assumptions: the domain on which it is claimed.
        kind: how it is decided.
        check: a function without arguments that computes the finding.
        remake: makes the recorded evidence anew, where the check reads a record.

    Raises:
        ValueError: if the id has another form, a text is missing, or the statement is no sentence.
    """

    id: str
    statement: str
    tex: str
    source: Source
    assumptions: str
    kind: Kind
    check: Callable[[], Finding]
    remake: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        if not _IDENTIFIER.fullmatch(self.id):
            raise ValueError(f"a claim's id is like C-SNN-1 or C-SNN-1.a, not {self.id!r}")
        for name in ("statement", "tex", "assumptions"):
            if not getattr(self, name).strip():
                raise ValueError(f"the claim {self.id} needs its {name}")
        object.__setattr__(self, "kind", Kind(self.kind))
        if not isinstance(self.source, Source):
            raise TypeError(f"the claim {self.id} needs a Source, got {self.source!r}")
        if not self.statement.endswith("."):
            raise ValueError(f"the statement of {self.id} is no sentence: {self.statement!r}")

    def __repr__(self) -> str:
        rows = [("claimed", self.statement), ("where", self.assumptions), ("formula", self.tex)]
        return text_table(rows, caption=f"{self.id}  {self.kind}  ({self.source})")

    def judge(self) -> Judgement:
        """Run the check."""
        return Judgement(self, self.check())


@dataclass(frozen=True, repr=False)
class Judgement:
    """A claim with its finding; shows itself as a verdict box in a notebook."""

    claim: Claim
    finding: Finding

    def __repr__(self) -> str:
        claim, finding = self.claim, self.finding
        rows = [("claimed", claim.statement), ("found", finding.evidence)]
        if finding.correction:
            rows.insert(1, ("correct", finding.correction))
        return text_table(rows, caption=f"{claim.id}  {finding.verdict}  ({claim.source})")

    def to_json(self) -> dict[str, Any]:
        """The row as plain values, as ``actmath claims --json`` prints it."""
        return {
            "id": self.claim.id,
            "source": str(self.claim.source),
            "statement": self.claim.statement,
            "tex": self.claim.tex,
            "assumptions": self.claim.assumptions,
            "kind": str(self.claim.kind),
            "verdict": str(self.finding.verdict),
            "correction": self.finding.correction,
            "evidence": self.finding.evidence,
        }

    def _repr_html_(self) -> str:
        correction = self.finding.correction
        fixed = f"<p><strong>Correct:</strong> {escape(correction)}</p>" if correction else ""
        return (
            f'<div class="verdict verdict-{str(self.finding.verdict).replace(" ", "-")}">'
            f'<p class="verdict-title"><code>{escape(self.claim.id)}</code> '
            f"{escape(str(self.claim.source))}</p>"
            f"<p>{escape(self.claim.statement)}</p>"
            f"{fixed}<p>{escape(self.finding.evidence)}</p></div>"
        )


@dataclass(frozen=True, repr=False)
class Verdicts:
    """Several judgements; in a notebook a box each, or one table."""

    judgements: tuple[Judgement, ...]

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {verdict}" for verdict, count in self.counts().items())
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
        """How many rows have each verdict, in the order of ``Verdict``."""
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


def holds_if(condition: bool, evidence: str) -> Finding:
    """``holds`` or ``refuted``, by a condition that was computed."""
    return Finding(Verdict.HOLDS if condition else Verdict.REFUTED, evidence)


def matches_print(text: str, value: Any) -> bool:
    """Is the computed value, rounded to the printed number of decimals, the printed one?

    >>> matches_print("0.7877", 0.78767), matches_print("0.088834", 0.0888347551)
    (True, False)
    """
    from ..number import mp

    # 30 digits beyond the printed ones: rounding here cannot decide.
    with mp.workdps(len(text) + 30):
        # Half a unit of the last printed decimal.
        half_unit = mp.mpf(10) ** (-len(text.partition(".")[2])) / 2
        return bool(abs(mp.mpf(text) - mp.mpf(value)) <= half_unit)
