"""A claim of a paper, and the verdict that a computation reaches on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Any

from .._text.kinds import check_kind
from .._text.tables import text_table
from ..sources import Source

# C, the paper in capitals, the claim's number; a part is a letter, or a name for an entry of a
# printed table such as .j22-tau-max.
_IDENTIFIER = re.compile(r"C-[A-Z]+-\d+(\.[a-z]([a-z0-9-]*[a-z0-9])?)?")


def order_of(identifier: str) -> tuple[str, int, str]:
    """By paper, then by number, then by part: C-SNN-10 comes after C-SNN-9.

    >>> sorted(["C-SNN-10", "C-SNN-9.b", "C-SNN-9.a"], key=order_of)
    ['C-SNN-9.a', 'C-SNN-9.b', 'C-SNN-10']
    """
    # A part may have hyphens of its own: it is cut off first.
    claim, _, part = identifier.partition(".")
    paper, _, number = claim.rpartition("-")
    return paper, int(number), part


class Kind(StrEnum):
    """How a claim can be decided, or a question of ours answered."""

    DERIVED = "derived"
    COMPUTED = "computed"
    CERTIFIED = "certified"
    MEASURED = "measured"


class Verdict(StrEnum):
    """What became of a claim.

    ``corrected``: true after the correction that is stated. ``reproduced`` and ``not reproduced``
    are said of training runs, at the scale that the evidence names. ``answered`` is no verdict: it
    is said of questions of our own, which no source has answered. What is ``not tried here`` is
    no verdict either: the evidence says what it would take.
    """

    HOLDS = "holds"
    CORRECTED = "corrected"
    REFUTED = "refuted"
    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not reproduced"
    UNDECIDED = "undecided"
    ANSWERED = "answered"
    OUT_OF_REACH = "not tried here"


_YES_OR_NO = {
    Verdict.HOLDS: "yes",
    Verdict.REPRODUCED: "yes",
    Verdict.REFUTED: "no",
    Verdict.NOT_REPRODUCED: "no",
}

#: A part of what was found, for people: its title, and its lines.
Passage = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, repr=False)
class Finding:
    """What a check returns: the verdict, the evidence in a sentence with figures, the correction.

    Args:
        verdict: what became of the claim.
        evidence: all that was found, as one text.
        correction: what is right, where the verdict is "corrected".
        files: the certificates or records that the verdict rests on, each by its path in the
            repository and its sha256.

    Raises:
        ValueError: for an unknown verdict, or one without evidence; if a correction is missing
            where the verdict says there is one.
    """

    verdict: Verdict
    evidence: str
    correction: str | None = None
    files: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "verdict", Verdict(self.verdict))
        if not self.evidence:
            raise ValueError(f"the verdict {str(self.verdict)!r} needs evidence")
        if self.verdict is Verdict.CORRECTED and not self.correction:
            raise ValueError("the verdict 'corrected' needs the correction")

    def as_answer(self) -> Finding:
        """The same without a verdict, as a question gets it; what is open stays open."""
        if self.verdict in (Verdict.UNDECIDED, Verdict.OUT_OF_REACH):
            return self
        # What a verdict would have said of the statement is yes or no to the question.
        parts = (self.correction or _YES_OR_NO.get(self.verdict), self.evidence)
        text = "; ".join(part for part in parts if part)
        return Finding(Verdict.ANSWERED, text, files=self.files)

    def shown(self) -> tuple[Passage, ...]:
        """What people read beside the verdict, part by part; the first is what was found.

        >>> Finding(Verdict.UNDECIDED, "undecided: no record").shown()
        (('found', ('no record',)),)
        """
        # The verdict stands beside it already: it is not said twice.
        return (("found", (self.evidence.removeprefix(f"{self.verdict}: "),)),)

    def __repr__(self) -> str:
        return text_table(self.rows(), caption=str(self.verdict))

    def rows(self) -> list[tuple[str, str]]:
        """The correction, if there is one, and the parts, each with its title."""
        correct = [("correct", self.correction)] if self.correction else []
        return correct + [(title, "\n".join(lines)) for title, lines in self.shown()]


@dataclass(frozen=True, kw_only=True, repr=False)
class Claim:
    """One row of the ledger: what a source states, or a question of our own about it.

    A statement is one that the source prints, retold in a sentence of our own; only such a one can
    hold or be refuted. A sentence that ends in a question mark is our question: it gets an answer.

    Args:
        id: permanent; ``C-SNN-1.d`` is part d of the claim C-SNN-1.
        statement: the claim in one sentence of our own, or the question.
        tex: the claim as a formula.
        source: the place where it is made, or that the question is about.
        assumptions: the domain on which it is claimed.
        kind: how it is decided or answered.
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
        check_kind(self.source, Source, f"the source of {self.id}")
        if not self.statement.endswith((".", "?")):
            raise ValueError(f"the statement of {self.id} is no sentence: {self.statement!r}")

    @property
    def is_question(self) -> bool:
        """Whether no source says this, so that it has an answer and no verdict."""
        return self.statement.endswith("?")

    @property
    def title(self) -> str:
        """What the statement is called beside it."""
        return "asked" if self.is_question else "claimed"

    def __repr__(self) -> str:
        rows = [(self.title, self.statement), ("where", self.assumptions), ("formula", self.tex)]
        return text_table(rows, caption=f"{self.id}  {self.kind}  ({self.source})")

    def judge(self) -> Judgement:
        """Run the check."""
        found = self.check()
        return Judgement(self, found.as_answer() if self.is_question else found)


@dataclass(frozen=True, repr=False)
class Judgement:
    """A claim with its finding; shows itself in a notebook as a verdict that unfolds.

    Raises:
        ValueError: if a statement is "answered", or a question has a verdict; TypeError for others.
    """

    claim: Claim
    finding: Finding

    def __post_init__(self) -> None:
        check_kind(self.claim, Claim, "claim")
        check_kind(self.finding, Finding, "finding")
        unsettled = self.finding.verdict in (Verdict.UNDECIDED, Verdict.OUT_OF_REACH)
        answered = self.finding.verdict is Verdict.ANSWERED
        if not unsettled and answered != self.claim.is_question:
            what = "a question" if self.claim.is_question else "a statement"
            raise ValueError(f"{self.claim.id} is {what}: it cannot be {self.finding.verdict!s}")

    def __repr__(self) -> str:
        claim, finding = self.claim, self.finding
        rows = [(claim.title, claim.statement), *finding.rows()]
        return text_table(rows, caption=f"{claim.id}  {finding.verdict}  ({claim.source})")

    def to_json(self) -> dict[str, Any]:
        """The row as plain values, as ``actmath claims --json`` prints it."""
        return {
            "id": self.claim.id,
            "source": str(self.claim.source),
            "statement": self.claim.statement,
            "tex": self.claim.tex,
            "assumptions": self.claim.assumptions,
            "kind": "question" if self.claim.is_question else str(self.claim.kind),
            "route": str(self.claim.kind),
            "verdict": str(self.finding.verdict),
            "correction": self.finding.correction,
            "evidence": self.finding.evidence,
        }

    def _repr_html_(self) -> str:
        return self.box()

    def box(self, headline: str = "") -> str:
        """One line that unfolds: the verdict and the statement; behind it what was found.

        With a ``headline`` the line says that, and the statement stands below it.
        """
        claim, finding = self.claim, self.finding
        parts = [("correct", (finding.correction,))] if finding.correction else []
        found, *others = (*finding.shown(), *_named_files(finding.files))
        whole = f"<p>{escape(claim.statement)}</p>" if headline else ""
        return (
            f'<details class="verdict verdict-{str(finding.verdict).replace(" ", "-")}">'
            f"<summary><code>{escape(claim.id)}</code> "
            f"{escape(headline or claim.statement)}</summary>{whole}"
            f"{''.join(map(_titled, parts))}<p>{html_lines(found[1])}</p>"
            f"{''.join(map(_titled, others))}"
            f'<p class="verdict-source">{"asked of " if claim.is_question else ""}'
            f"{escape(str(claim.source))}</p></details>"
        )


def html_lines(lines: Sequence[str]) -> str:
    """A part's lines as HTML: one as it is, several as a list.

    >>> html_lines(["a < b"]), html_lines(["a", "b"])
    ('a &lt; b', '<ul><li>a</li><li>b</li></ul>')
    """
    if len(lines) == 1:
        return escape(lines[0])
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _titled(part: Passage) -> str:
    title, lines = part
    # A list may not stand in a paragraph.
    tag = "p" if len(lines) == 1 else "div"
    return f"<{tag}><strong>{title.capitalize()}:</strong> {html_lines(lines)}</{tag}>"


def _named_files(files: Sequence[tuple[str, str]]) -> tuple[Passage, ...]:
    lines = tuple(f"{path}, sha256 {short_digest(sha256)}" for path, sha256 in files)
    return (("rests on", lines),) if lines else ()


def short_digest(sha256: str) -> str:
    """The first 12 of a digest's 64 digits: enough to tell the repository's files apart.

    >>> short_digest("0123456789abcdef")
    '0123456789ab…'
    """
    return f"{sha256[:12]}…"


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
