"""Certificates checked again: against what their statement declares, and what a point shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from flint import arb, ctx, fmpq

from ..lower._for_arb import BALLS
from ._certificate import check
from ._certificate.certificate import Certificate, VerifyReport, verify_content
from ._cover.counterexample import Counterexample, counterexample_at
from ._cover.statement import Statement
from .theorems import STATEMENTS


def verify(
    certificate: str | Path | Certificate, statement: Statement | None = None
) -> VerifyReport:
    """Re-verify a certificate, or the file it is in, against what its statement declares.

    The checker shares no code with the prover. It is told what the statement declares (by
    default the one in ``STATEMENTS`` with the certificate's name), so that a certificate about
    another domain or another bound is rejected; a formula may be written otherwise if it has the
    same values.

    Raises:
        OSError: if there is no such file.
    """
    if isinstance(certificate, Certificate):
        # Through JSON and back, so that the checker sees what a file would hold: lists for tuples.
        content = json.loads(json.dumps(certificate.as_dict()))
    else:
        try:
            content = json.loads(Path(certificate).read_text())
        except json.JSONDecodeError as error:
            return VerifyReport(False, "?", "?", f"it is no JSON: {error}", 0, 0.0)
    declared = content.get("declaration") if isinstance(content, dict) else None
    if not isinstance(declared, dict):
        return VerifyReport(False, "?", "?", "it declares nothing", 0, 0.0)
    name = str(declared.get("name"))
    known = statement or STATEMENTS.get(name)
    if known is None:
        return VerifyReport(False, name, "?", "no statement of that name is known", 0, 0.0)
    with BALLS:
        return verify_content(content, _expected(declared, known))


def witness(certificate: Certificate) -> Counterexample | None:
    """The point of a REFUTED certificate with the formula's value there, both from the file.

    None if the verdict is another one, or rests on a cover.
    """
    evidence = certificate.evidence
    if certificate.verdict != "REFUTED" or "point" not in evidence["proof"]:
        return None
    part = STATEMENTS[certificate.name].parts[evidence["part"]]
    place = tuple(Fraction(value) for value in evidence["proof"]["point"].values())
    bound, bits = part.bounds[evidence["claim"]], certificate.precision
    with BALLS:
        return counterexample_at(bound, part.domain, place, bits)


def _expected(declared: dict[str, Any], statement: Statement) -> dict[str, Any]:
    """The declaration that a certificate of a statement must repeat.

    Words may change, and SymPy may write a formula otherwise from version to version. So the
    sentences are taken as they are, and a formula if it agrees with today's at many digits.
    """
    today: dict[str, Any] = json.loads(json.dumps(statement.declaration()))
    for words in ("sentence", "follows"):
        today[words] = declared.get(words)
    for formula, text in today["formulas"].items():
        other = declared.get("formulas", {}).get(formula)
        if other is not None and other != text and _same_values(other, text):
            today["formulas"][formula] = other
    return today


def _same_values(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two texts of a formula agree to 60 digits at eight points."""
    if one.get("coordinates") != other.get("coordinates"):
        return False
    # 60 digits are 200 bits; 512 leave the rest to cancellation in closed forms.
    with ctx.workprec(512):
        try:
            first, second = check.CheckedFormula(**one), check.CheckedFormula(**other)
            points = [_point(k, len(first.names)) for k in range(8)]
            gaps = [first(point)[0] - second(point)[0] for point in points]
        except (ArithmeticError, LookupError, NameError, TypeError, ValueError):
            return False
        return all(bool(abs(gap) < arb(10) ** -60) for gap in gaps)


def _point(seed: int, size: int) -> list[tuple[Any, Any]]:
    """Coordinates between 0.1 and 1.1, different ones for every seed."""
    # 37, 61 and 13 are prime to 101: eight points differ in every coordinate.
    values = (fmpq(1, 10) + fmpq((37 * seed + 61 * k + 13) % 101, 101) for k in range(size))
    return [(value, value) for value in values]
