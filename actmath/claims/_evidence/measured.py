"""Claims decided from the record of a training run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from ...experiment._engine.run import run
from ...experiment._record.binding import UnfitRecordError, list_records
from ...experiment._record.record import results_folder
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict
from .decision import Case, decided
from .tuning import Records

PRESET = "book"


class ClaimRows:
    """The rows of one claim that one record decides together.

    Args:
        recipe, preset: which record.
        cases: from the records to the case of each row, by its id.
    """

    def __init__(
        self, recipe: str, cases: Callable[[Records], Mapping[str, Case]], preset: str = PRESET
    ) -> None:
        self.recipe, self.preset, self.cases = recipe, preset, cases

    def finding(self, row: str, folder: Path | None = None) -> Finding:
        """A row's finding; undecided, with the reason, where the record is not what it must be.

        Args:
            row: the claim's id.
            folder: where the records are; otherwise ``book/results``.
        """
        runs = Records(self.recipe, self.preset, folder)
        try:
            return decided(row, self.cases(runs), runs)
        # An array that is missing, or numbers of which no test can be made: the record's fault.
        except (OSError, UnfitRecordError, LookupError, ArithmeticError, ValueError) as error:
            needs = "to decide it, it would take a record that today's recipe makes"
            said = f"undecided: {_sentence(error).removesuffix('.')}; {needs}"
            return Finding(Verdict.UNDECIDED, said)


def measured(
    *,
    id: str,  # noqa: A002 - the keyword is that of Claim
    statement: str,
    tex: str,
    source: Source,
    assumptions: str,
    rows: ClaimRows,
) -> Claim:
    """The row of a claim that a recipe's recorded run decides.

    Without a record the verdict is "undecided", and the evidence says how to make one.

    Args:
        id, statement, tex, source, assumptions: as in ``Claim``.
        rows: the record and the cases, one of which is this row's.
    """
    return Claim(
        id=id,
        statement=statement,
        tex=tex,
        source=source,
        assumptions=assumptions,
        kind=Kind.MEASURED,
        check=partial(rows.finding, id),
        remake=_Remake(rows.recipe, rows.preset),
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
        folder, name = results_folder(), f"{recipe}-{preset}.json"
        # ``force``: the record that is there is the one to be replaced.
        run(recipe, preset, out=folder / name, force=True)
        list_records(folder, [name])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Remake) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def _sentence(error: Exception) -> str:
    # Python shows a KeyError's message in quotes.
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
