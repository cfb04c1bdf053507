"""The committed certificates as a page shows them: checked again, and the errata they certify."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from ..._text.checksums import DIGESTS, listed_digests
from ..._text.kinds import several_of
from ..._text.tables import Answer, html_table, tagged, text_table
from ...experiment._record.record import results_folder
from ...prove._certificate.arithmetic import RejectedError
from ...prove._certificate.certificate import VerifyReport
from ...prove._certificate.reading import read_file
from ...prove._cover.counterexample import Counterexample
from ...prove._cover.statement import Statement
from ...prove._verification import verify, witness
from ...prove.theorems import PRINTED_ROWS, STATEMENTS, declared_beside
from .._claim import order_of

#: Where the certificates are, from the repository's root.
CERTIFICATES = "book/certificates"


def folder() -> Path:
    """``book/certificates`` beside the recorded runs."""
    return results_folder().parent / Path(CERTIFICATES).name


def file_of(statement: Statement) -> Path:
    """Where the certificate of a statement lies."""
    return folder() / f"{statement.name}.json"


def printed_bounds() -> tuple[Statement, ...]:
    """What the SELU paper prints, one statement for each bound, in the order of their rows."""
    return tuple(STATEMENTS[PRINTED_ROWS[row]] for row in sorted(PRINTED_ROWS, key=order_of))


def report_on(statement: Statement) -> VerifyReport:
    """What the checker says of a statement's certificate; once for each content of the file.

    The file must be the one that ``SHA256SUMS`` beside it lists, and declare this statement.

    Raises:
        FileNotFoundError: if there is no certificate.
    """
    file = file_of(statement)
    listed = listed_digests(file.parent).get(file.name, "")
    return _report(file, statement.name, listed, _digest(file))


@lru_cache(maxsize=256)
def _report(file: Path, name: str, listed: str, digest: str) -> VerifyReport:
    report = verify(file, name)
    if report.accepted and not listed == digest == report.sha256:
        reason = f"its SHA-256 {report.sha256} is not the one that {DIGESTS} lists"
        return replace(report, accepted=False, reason=reason, certificate=None)
    return report


def _digest(file: Path) -> str:
    """The digest of a file, or nothing if it is none or too long to be a certificate."""
    try:
        return hashlib.sha256(read_file(file)).hexdigest()
    except RejectedError:
        return ""


def named_by_digest(report: VerifyReport) -> str:
    """A certificate's file as evidence names it."""
    return f"certificate {report.statement}.json, SHA-256 {report.sha256 or 'unknown'}"


def certificate_files(*statements: Statement) -> tuple[tuple[str, str], ...]:
    """The certificates of statements by path in the repository and digest, as ``Finding.files``."""
    reports = [report_on(statement) for statement in statements]
    return tuple((f"{CERTIFICATES}/{r.statement}.json", r.sha256) for r in reports if r.sha256)


def corrections(statement: Statement) -> tuple[Statement, ...]:
    """The statements that replace this one and whose certificates are accepted as proofs."""
    # Made from one file alone: those of other files may take seconds to find their boxes.
    found = [s for s in declared_beside(statement.name) if statement.name in s.corrects]
    reports = [(other, report_on(other)) for other in found]
    # A correction counts only if it is itself proved.
    return tuple(s for s, report in reports if report.accepted and report.verdict == "PROVED")


@dataclass(frozen=True, repr=False)
class Checked:
    """Statements with what the checker says of their certificates; a table in a notebook."""

    rows: tuple[tuple[Statement, VerifyReport], ...]

    def __repr__(self) -> str:
        rows = ((s.name, "accepted" if r.accepted else "rejected") for s, r in self.rows)
        return text_table(rows, caption=f"{len(self.rows)} certificates, checked")

    def _repr_html_(self) -> str:
        rows = (
            (
                tagged("code", statement.name),
                report.verdict if report.accepted else f"rejected: {report.reason}",
                statement.sentence,
            )
            for statement, report in self.rows
        )
        columns = ("certificate", "checked", "says")
        return html_table(rows, columns=columns, css_class="certificates", row_titles=False)


def checked(*names: str) -> Checked:
    """Run the checker on the committed certificates of some statements.

    >>> [(s.name, report.accepted) for s, report in checked("theorem-1").rows]
    [('theorem-1', True)]
    """
    statements = [STATEMENTS[name] for name in names]
    return Checked(tuple((s, report_on(s)) for s in statements))


@dataclass(frozen=True, repr=False)
class Erratum(Answer):
    """A printed bound that is false: where it fails, certified, and what is proved instead.

    ``point`` is None where a cover shows that a value is attained nowhere.
    """

    statement: Statement
    point: Counterexample | None
    corrections: tuple[Statement, ...]


@dataclass(frozen=True, repr=False)
class Errata:
    """The errata of a paper; a table in a notebook."""

    rows: tuple[Erratum, ...]

    def __repr__(self) -> str:
        rows = ((row.statement.name, row.point or "attained nowhere") for row in self.rows)
        return text_table(rows, caption=f"{len(self.rows)} errata")

    def _repr_html_(self) -> str:
        rows = (
            (
                _locator(row.statement),
                row.statement.sentence,
                row.point or "attained nowhere: a cover",
                "\n".join(other.sentence for other in row.corrections),
            )
            for row in self.rows
        )
        columns = ("printed", "claim", "certified value", "proved instead")
        return html_table(rows, columns=columns, css_class="certificates errata", row_titles=False)


def _locator(statement: Statement) -> str:
    return statement.source.locator if statement.source else ""


def errata(statements: Iterable[Statement] | None = None) -> Errata:
    """The printed statements whose certificates refute them, checked while this is called.

    Raises:
        TypeError: for what is not several statements.
    """
    given = printed_bounds() if statements is None else statements
    rows = []
    for statement in several_of(given, Statement, "statements", "prove.STATEMENTS holds them"):
        certificate = report_on(statement).certificate
        # An erratum rests on the checker: what is rejected has no certificate here.
        if certificate is not None and certificate.verdict == "REFUTED":
            rows.append(Erratum(statement, witness(certificate), corrections(statement)))
    return Errata(tuple(rows))
