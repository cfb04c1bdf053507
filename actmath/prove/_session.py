"""What a user calls: prove a statement or all of them, verify a certificate."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

from flint import arb, ctx, fmpq

from ..names import suggest
from ._certificate import check
from ._certificate.certificate import Certificate, VerifyReport, verify_content
from ._cover.cover import Progress
from ._cover.prover import BUDGET, Counterexample, Result, decide, shown
from ._cover.statement import Statement
from .theorems import STATEMENTS


def prove(
    statement: str | Statement,
    *,
    processes: int = 1,
    budget: int = BUDGET,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Result:
    """Decide a statement, given itself or by name.

    Args:
        statement: a name in ``STATEMENTS``, or a ``Statement`` of one's own.
        processes: how many processes grow the covers.
        budget: the most boxes for one inequality; when it is spent the verdict is UNDECIDED.
        executor: any ``concurrent.futures.Executor`` to use instead of local processes, such as a
            Dask client's ``get_executor()``.
        progress: called with (boxes examined, boxes waiting) now and then.

    Raises:
        KeyError: if no statement has that name; the message lists the near ones.
        ValueError: if the budget or the number of processes is less than 1.
    """
    if min(budget, processes) < 1:
        raise ValueError(f"budget and processes must be positive, got {budget} and {processes}")
    asked = _find(statement) if isinstance(statement, str) else statement
    with _workers(processes, executor) as workers:
        return decide(asked, budget, workers, processes, progress)


def prove_all(
    names: Iterable[str] | None = None,
    *,
    processes: int = 1,
    budget: int = BUDGET,
    executor: Executor | None = None,
) -> Iterator[Result]:
    """Decide many statements, by default all; each by one process, in the order asked for."""
    wanted = list(STATEMENTS if names is None else names)
    with _workers(processes, executor) as workers:
        if workers is None:
            yield from (prove(name, budget=budget) for name in wanted)
        else:
            jobs = [workers.submit(prove, name, budget=budget) for name in wanted]
            yield from (job.result() for job in jobs)


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
    return verify_content(content, _expected(declared, known))


def witness(certificate: Certificate) -> Counterexample | None:
    """The point of a REFUTED certificate with the formula's value there, both from the file.

    None if the verdict is another one, or rests on a cover.
    """
    evidence = certificate.evidence
    if certificate.verdict != "REFUTED" or "point" not in evidence["proof"]:
        return None
    part = _find(certificate.name).parts[evidence["part"]]
    place = tuple(Fraction(value) for value in evidence["proof"]["point"].values())
    return shown(part.bounds[evidence["claim"]], part.domain, place, certificate.precision)


def _find(name: str) -> Statement:
    if name not in STATEMENTS:
        raise KeyError(f"no statement is named {name!r}: {suggest(name, STATEMENTS)}")
    return STATEMENTS[name]


@contextmanager
def _workers(processes: int, executor: Executor | None) -> Iterator[Executor | None]:
    if executor is not None or processes == 1:
        yield executor
    else:
        with ProcessPoolExecutor(processes) as pool:
            yield pool


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
    values = (fmpq(1, 10) + fmpq((37 * seed + 61 * k + 13) % 101, 101) for k in range(size))
    return [(value, value) for value in values]
