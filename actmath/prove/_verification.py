"""Certificates checked again: against what their statement declares, and what a point shows."""

from __future__ import annotations

import hashlib
import time
from fractions import Fraction
from pathlib import Path

from .._text.kinds import check_kind
from ..lower._for_arb import BALLS
from ._certificate.arithmetic import RejectedError, require
from ._certificate.certificate import Certificate, VerifyReport
from ._certificate.check import check_certificate
from ._certificate.reading import read_certificate, read_file
from ._cover.counterexample import Counterexample, counterexample_at
from ._cover.statement import Statement
from .theorems import STATEMENTS

#: What a file that has the right shape may still run into: none of it is an answer.
_ACCIDENTS = (
    *(ArithmeticError, LookupError, MemoryError, RecursionError),
    *(SyntaxError, TypeError, ValueError),
)


def verify(
    certificate: str | Path | Certificate, statement: Statement | str | None = None
) -> VerifyReport:
    """Check a certificate, or the file it is in, against the statement that it is to decide.

    The checker shares no code with the prover. What the certificate declares must be what the
    statement declares, byte by byte: its sentence, its formulas as text, its domains and bounds.

    Args:
        certificate: the certificate, or its file.
        statement: what it is to decide, itself or by its name in ``STATEMENTS``. By default the
            one that the certificate names; the report says which, and a file that is called after
            another statement is rejected.

    Raises:
        OSError: if there is no such file.
        KeyError: if no statement has the name that is asked for.
        TypeError: for anything else than a certificate, a path, a statement or a name.

    >>> from actmath.prove import prove
    >>> found = prove("theorem-1-mean-upper").certificate
    >>> verify(found, "theorem-1").reason
    'it declares theorem-1-mean-upper, not theorem-1'
    """
    start = time.perf_counter()
    asked = _asked(certificate, statement)
    name, verdict, reason, runs, digest, found = _called(asked), "?", "", 0, "", None
    try:
        data = certificate.data if isinstance(certificate, Certificate) else read_file(certificate)
        digest = hashlib.sha256(data).hexdigest()
        content = read_certificate(data)
        found = Certificate.of(content)
        verdict = found.verdict
        name = name if asked else found.name
        known = asked or _named(found, certificate)
        require(found.name == known.name, f"it declares {found.name}, not {known.name}")
        with BALLS:
            runs = check_certificate(content, known.declaration())
    except RejectedError as rejection:
        reason = str(rejection)
    except _ACCIDENTS as error:
        reason = f"it is malformed: {type(error).__name__}"
    seconds = time.perf_counter() - start
    accepted = None if reason else found
    return VerifyReport(not reason, name, verdict, reason, runs, seconds, digest, accepted)


def _asked(certificate: object, statement: Statement | str | None) -> Statement | None:
    """The statement that a certificate is asked about, where one is; both must be what they say."""
    if not isinstance(certificate, str | Path | Certificate):
        raise TypeError(f"certificate must be one, or a path, got {type(certificate).__name__}")
    if isinstance(statement, str):
        return STATEMENTS[statement]
    if statement is None or isinstance(statement, Statement):
        return statement
    raise TypeError(f"statement must be one, or a name, got {type(statement).__name__}")


def _called(statement: Statement | None) -> str:
    """A statement's name, with a warning where ``STATEMENTS`` has another one under it."""
    if statement is None:
        return "?"
    name = statement.name
    other = name in STATEMENTS and STATEMENTS[name] != statement
    return f"{name} (not the one in STATEMENTS)" if other else name


def _named(found: Certificate, place: str | Path | Certificate) -> Statement:
    """The statement that a certificate names, if its file is not called after another one."""
    require(found.name in STATEMENTS, f"no statement is called {found.name}")
    known = STATEMENTS[found.name]
    file = known.name if isinstance(place, Certificate) else Path(place).stem
    require(file == known.name or file not in STATEMENTS, f"it declares {known.name}, not {file}")
    return known


def witness(certificate: Certificate) -> Counterexample | None:
    """The point of a REFUTED certificate, which is from the file, and the formula's value there.

    The value has 15 certain digits, however few the file's precision leaves. None if the verdict
    is another one, or rests on a cover. Whether the file is right is for ``verify`` to say, before.

    Raises:
        TypeError: for what is no certificate.
    """
    check_kind(certificate, Certificate, "certificate", "prove.verify(path).certificate is one")
    evidence = certificate.evidence
    if certificate.verdict != "REFUTED" or "point" not in evidence["proof"]:
        return None
    statement = STATEMENTS[certificate.name]
    part = statement.parts[evidence["part"]]
    point = evidence["proof"]["point"]
    place = tuple(Fraction(point[name]) for name in part.domain.names)
    bits = max(certificate.precision, statement.bits)
    with BALLS:
        return counterexample_at(part.bounds[evidence["claim"]], part.domain, place, bits)
