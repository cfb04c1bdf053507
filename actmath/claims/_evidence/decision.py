"""From answers and gates to a verdict: the one place where a training claim is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...experiment._record.options import hidden_layers
from ...experiment._record.record import RESULTS, RunRecord
from ...experiment._record.significance import holm
from .._claim import Finding, Passage, Verdict
from .found import Found
from .gates import Gate, cut_short, updates
from .outlook import outlook
from .tuning import Records

#: The level of every test of a claim, after Holm's correction over its rows: of the two-sided
#: ones, and of each of the two one-sided ones that show equivalence.
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
    """A finding from a record, with its gates; ``evidence`` is its parts in one text.

    Attributes:
        gates: in the order learned, treatment, length, tuning, test.
        found: what the tests found.
        setting: the scale, what was left out, what the reader must know beside it; of an undecided
            row what it would take to decide it.
    """

    gates: tuple[Gate, ...] = ()
    found: str = ""
    setting: tuple[tuple[str, str], ...] = ()

    def shown(self) -> tuple[Passage, ...]:
        """What was found, every gate and whether it holds, and the setting."""
        gates = tuple(
            f"{'✓' if gate.held else '✗'} {gate.name}{'' if gate.held else ' does not hold'}: "
            f"{gate.sentence}"
            for gate in self.gates
        )
        return (
            ("found", (self.found,)),
            ("gates", gates),
            *((title, (text,)) for title, text in self.setting),
        )

    def as_answer(self) -> MeasuredFinding:
        """The same as the answer to a question of ours: yes or no, at this scale."""
        if self.verdict is Verdict.UNDECIDED:
            return self
        word = "yes" if self.verdict is Verdict.REPRODUCED else "no"
        evidence, found = (
            f"{word}, at this scale: {text.removeprefix(_OPPOSITE)}"
            for text in (self.evidence, self.found)
        )
        return replace(self, verdict=Verdict.ANSWERED, evidence=evidence, found=found)


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
    given = (cut_short(runs.record, gate) for gate in case.gates)
    gates = (*given, _significant(case, adjusted[row], len(cases)))
    files = tuple(((RESULTS / file.file).as_posix(), file.sha256) for file in runs.files)
    failed = [gate for gate in gates if not gate.held]
    held = "; ".join(str(gate) for gate in gates if gate.held) or "none"
    found, setting = case.found.text, _setting(case, runs)
    if failed:
        verdict = Verdict.UNDECIDED
        stopped = "; ".join(map(str, failed))
        first = f"undecided: {stopped}. Found: {found}. Gates that hold: {held}"
        needs = outlook(failed, case.found, adjusted[row], DECISION_LEVEL)
        setting = (*setting, ("to decide it", needs))
    else:
        verdict = Verdict.REPRODUCED if case.found.agrees else Verdict.NOT_REPRODUCED
        found = found if case.found.agrees else f"{_OPPOSITE}{found}"
        first = f"{found}. Gates, all hold: {held}"
    rests = f"Rests on {' and '.join(file.sentence() for file in runs.files)}."
    said = (f"{title.capitalize()}: {text}." for title, text in setting)
    return MeasuredFinding(
        verdict=verdict,
        evidence=" ".join([f"{first}.", *said, rests]),
        files=files,
        gates=gates,
        found=found,
        setting=setting,
    )


def _significant(case: Case, p: float, rows: int) -> Gate:
    family = f"after Holm over the record's {rows} rows" if rows > 1 else "the record's only row"
    held = p < DECISION_LEVEL
    sentence = f"{case.found.kind} p = {_shown(p)}, {family}, {case.found.over}"
    return Gate("test", held, sentence if held else f"not significant: {sentence}")


def _shown(p: float) -> str:
    """A p-value in two digits, or as many as show on which side of the level it is."""
    texts = (f"{p:.{digits}g}" for digits in range(2, 18))
    # 17 digits are the number itself.
    return next(t for t in texts if (float(t) < DECISION_LEVEL) == (p < DECISION_LEVEL))


def _setting(case: Case, runs: Records) -> tuple[tuple[str, str], ...]:
    texts = [("scale", scale(runs.record, case.depth)), ("left out", runs.limits)]
    texts += [("beside it", "; ".join(case.caveats))] if case.caveats else []
    return tuple((title, text.rstrip(".")) for title, text in texts)


def scale(record: RunRecord, depth: int | None = None) -> str:
    """At which scale a run was done: it belongs to every verdict that rests on it."""
    config = record.config
    tables = config.data.count(",") + 1
    data = config.data if tables == 1 else f"{tables} tables of {config.data.partition(':')[0]}"
    stopped = record.provenance.stopped
    end = f" ({stopped})" if stopped else ""
    return (
        f"{hidden_layers(config, depth)}, {data}, {record.train_size} examples, "
        f"{record.epochs} epochs{end}, {updates(config, record)} updates, "
        f"{record.provenance.device}"
    )
