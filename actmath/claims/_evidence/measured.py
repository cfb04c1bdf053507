"""Claims decided from the record of a training run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ...experiment._engine.run import run
from ...experiment._record.record import RunRecord, recorded, results_folder
from ...experiment._record.significance import Comparison
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict

PRESET = "book"
#: Level of the one-sided test of every measured claim; two directions are tested, at this each.
DECISION_LEVEL = 0.05
Decide = Callable[[RunRecord], Finding]


def measured(
    *,
    id: str,  # noqa: A002 - the keyword is that of Claim
    statement: str,
    tex: str,
    source: Source,
    assumptions: str,
    recipe: str,
    decide: Decide,
    preset: str = PRESET,
) -> Claim:
    """The row of a claim that a recipe's recorded run decides.

    Without a record the verdict is "undecided", and the evidence says how to make one.

    Args:
        id, statement, tex, source, assumptions: as in ``Claim``.
        recipe, preset: which record.
        decide: from the record to the finding; ``reproduced`` and its siblings help.
    """
    return Claim(
        id=id,
        statement=statement,
        tex=tex,
        source=source,
        assumptions=assumptions,
        kind=Kind.MEASURED,
        check=partial(_check, recipe, preset, decide),
        remake=_Remake(recipe, preset),
    )


def reproduced(
    claimed: Comparison, record: RunRecord, subject: str, note: str | None = None
) -> Finding:
    """The finding on "the first is better than the second".

    Reproduced: the one-sided p-value of the claimed direction is below 0.05. Not reproduced:
    the 95 % interval of the difference excludes the claimed direction or p of the opposite
    direction is below 0.05. Undecided: neither.

    Args:
        claimed: the comparison whose alternative is what the paper claims.
        record: where it comes from.
        subject: what is compared, for the sentence.
        note: what else the reader must know.
    """
    evidence = f"{subject}: {claimed.sentence()}; {scale(record)}"
    if note:
        evidence = f"{evidence}; {note}"
    if claimed.p < DECISION_LEVEL:
        return Finding(Verdict.REPRODUCED, evidence)
    # 1 − p of a paired t-test is the p-value of the opposite direction.
    if claimed.p > 1 - DECISION_LEVEL:
        return Finding(Verdict.NOT_REPRODUCED, f"{evidence}; the opposite is significant")
    return Finding(Verdict.UNDECIDED, evidence)


def scale(record: RunRecord) -> str:
    """At which scale a run was done: it belongs to every verdict that rests on it."""
    config = record.config
    return (
        f"{config.depth} layers of {config.width}, {config.data}, {record.train_size} examples, "
        f"{config.epochs} epochs, {record.provenance.device}"
    )


def out_of_reach(
    *,
    id: str,  # noqa: A002 - as in Claim
    statement: str,
    tex: str,
    source: Source,
    assumptions: str,
    needs: str,
) -> Claim:
    """The row of a claim whose scale is out of reach: ``needs`` says what it would take."""
    finding = Finding(Verdict.OUT_OF_REACH, needs)
    return Claim(
        id=id,
        statement=statement,
        tex=tex,
        source=source,
        assumptions=assumptions,
        kind=Kind.MEASURED,
        check=lambda: finding,
    )


class _Remake:
    """Trains a preset anew; equal for all rows that rest on the same record."""

    def __init__(self, recipe: str, preset: str) -> None:
        self.key = (recipe, preset)

    def __call__(self) -> None:
        recipe, preset = self.key
        # ``force``: the record that is there is the one to be replaced.
        run(recipe, preset, out=results_folder() / f"{recipe}-{preset}.json", force=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Remake) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def _check(recipe: str, preset: str, decide: Decide) -> Finding:
    try:
        record = recorded(recipe, preset)
    except FileNotFoundError as error:
        return Finding(Verdict.UNDECIDED, f"no recorded run: {error}")
    return decide(record)
