"""From answers and gates to a verdict: the one place where a training claim is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import holm
from .._claim import Finding, Verdict
from .found import Found
from .gates import Gate, updates
from .tuning import Records

#: The level of every two-sided test of a claim, after Holm's correction over its rows.
DECISION_LEVEL = 0.05
_OPPOSITE = "found the opposite, at this scale: "


@dataclass(frozen=True)
class Case:
    """What a row asks of a record, and what must be true for the answer to count.

    Attributes:
        found: what the tests found.
        gates: learning, treatment, length, tuning.
        caveats: what else the reader must know.
        depth: hidden layers of the networks asked about; None: the configuration's.
    """

    found: Found
    gates: tuple[Gate, ...]
    caveats: tuple[str, ...] = ()
    depth: int | None = None


@dataclass(frozen=True, repr=False)
class MeasuredFinding(Finding):
    """A finding from a record, with its gates and the digests of the files that it rests on.

    Attributes:
        gates: in the order learned, treatment, length, tuning, test.
        files: sha256 by file name.
    """

    gates: tuple[Gate, ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    def as_answer(self) -> MeasuredFinding:
        """The same as the answer to a question of ours: yes or no, at this scale."""
        if self.verdict is Verdict.UNDECIDED:
            return self
        word = "yes" if self.verdict is Verdict.REPRODUCED else "no"
        evidence = f"{word}, at this scale: {self.evidence.removeprefix(_OPPOSITE)}"
        return replace(self, verdict=Verdict.ANSWERED, evidence=evidence)


def decided(row: str, cases: Mapping[str, Case], runs: Records) -> MeasuredFinding:
    """The finding of one row of a family.

    Undecided unless every gate holds, that of the test included; then *reproduced* if the answer
    is what is claimed, else *not reproduced*: at this scale the opposite was found, at the same
    significance.

    Args:
        row: which of the cases.
        cases: all rows of the claim, by id: Holm's correction is over them.
        runs: the records.
    """
    case = cases[row]
    adjusted = dict(zip(cases, holm([t.found.p for t in cases.values()]), strict=True))
    gates = (*case.gates, _significant(case, adjusted[row], len(cases)))
    files = tuple((file.file, file.sha256) for file in runs.files)
    failed = [str(gate) for gate in gates if not gate.held]
    held = "; ".join(str(gate) for gate in gates if gate.held) or "none"
    text = case.found.text
    if failed:
        verdict = Verdict.UNDECIDED
        first = f"undecided: {'; '.join(failed)}. Found: {text}. Gates that hold: {held}"
    elif case.found.agrees:
        verdict, first = Verdict.REPRODUCED, f"{text}. Gates, all hold: {held}"
    else:
        verdict = Verdict.NOT_REPRODUCED
        first = f"{_OPPOSITE}{text}. Gates, all hold: {held}"
    return MeasuredFinding(verdict, f"{first}. {_setting(case, runs)}", None, gates, files)


def _significant(case: Case, p: float, rows: int) -> Gate:
    family = f"after Holm over the claim's {rows} rows" if rows > 1 else "the claim's only row"
    held = p < DECISION_LEVEL
    sentence = f"two-sided p = {p:.2g}, {family}, {case.found.over}"
    return Gate("test", held, sentence if held else f"not significant: {sentence}")


def _setting(case: Case, runs: Records) -> str:
    texts = [f"Scale: {scale(runs.record, case.depth)}", f"Left out: {runs.limits}"]
    texts += [f"Beside it: {'; '.join(case.caveats)}"] if case.caveats else []
    texts += [f"Rests on {' and '.join(file.sentence() for file in runs.files)}"]
    return " ".join(f"{text.rstrip('.')}." for text in texts)


def scale(record: RunRecord, depth: int | None = None) -> str:
    """At which scale a run was done: it belongs to every verdict that rests on it."""
    config = record.config
    tables = config.data.count(",") + 1
    data = config.data if tables == 1 else f"{tables} tables of {config.data.partition(':')[0]}"
    return (
        f"{depth or config.depth} layers of {config.width}, {data}, {record.train_size} "
        f"examples, {config.epochs} epochs, {updates(config, record)} updates, "
        f"{record.provenance.device}"
    )
