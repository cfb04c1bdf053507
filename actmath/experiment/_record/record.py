"""What a run found, with its provenance: a frozen value, and a JSON file that guards itself."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..._text.files import bytes_of
from ..._text.kinds import path_of
from ..._text.tables import html_table, legible, text_table
from ..._text.whole import write_whole
from ...names import UnknownNameError, suggest
from .._files.schema import check_fields
from .config import Config, canonical, digest, read_canonical
from .learning import VERDICT_COLUMNS, ConditionOutcome, final_cell, judge_learning, verdict_row
from .options import hidden_layers
from .provenance import Provenance
from .shape import ACCURACY, Table, misshapen, with_nan, without_nan
from .significance import Comparison, compare

SCHEMA = 1
#: Significant digits of a number in a record.
RECORDED_DIGITS = 6
#: The book's largest record has 0.7 MB; reading takes some 25 bytes of memory for each.
_MOST_BYTES = 2**26
#: RecursionError: lists that nest a thousand deep; ArithmeticError: an integer beyond floats.
_UNFIT = (ValueError, LookupError, TypeError, AttributeError, RecursionError, ArithmeticError)
RESULTS = Path("book") / "results"
#: Where a checkout with them is to be had.
REPOSITORY = "https://github.com/actmath/actmath"


class DamagedRecordError(ValueError):
    """A record file that is cut off, altered, or of another schema."""


@dataclass(frozen=True, repr=False)
class RunRecord:
    """The outcome of a run of an experiment.

    Members are (condition, seed), in the order of ``config.members``. A diverged network's losses
    are nan.

    Attributes:
        config: what was run.
        provenance: by what, where and when.
        data_sha256: checksum of the data set's content.
        train_size, test_size: numbers of images.
        chance: test accuracy of the best constant answer.
        curves: ``train_loss`` (mean over the epoch's updates, each before its step),
            ``test_loss``, ``test_accuracy``: tables [member][epoch].
        layers: ``mean_before``, ``variance_before``, ``mean_after``, ``variance_after``: moments
            of the activations over units and test images, before and after training, tables
            [member][layer], layer 0 being the scaled input.
        right: by member, which test examples were right at the end (``examples.packed``); empty
            where that is not kept.
    """

    config: Config
    provenance: Provenance
    data_sha256: str
    train_size: int
    test_size: int
    chance: float
    curves: Mapping[str, Table] = field(hash=False)
    layers: Mapping[str, Table] = field(hash=False)
    right: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def config_hash(self) -> str:
        """SHA-256 of the configuration."""
        return self.config.hash

    @property
    def epochs(self) -> int:
        """How many were run: those that the configuration asks for, unless it was stopped."""
        stopped = self.provenance.stopped
        return self.config.epochs if stopped is None else stopped.epochs

    @cached_property
    def outcomes(self) -> tuple[ConditionOutcome, ...]:
        """Each condition's verdict from its final test accuracies; the rule: ``judge_learning``.

        Raises:
            ValueError: if the experiment has no test accuracy.
        """
        if ACCURACY not in self.curves:
            raise ValueError(f"{self.config.recipe} records no test accuracy to judge by")
        finals = {c.name: self.final(ACCURACY, c.name) for c in self.config.conditions}
        return judge_learning(finals, self.chance, self.test_size)

    def outcome(self, condition: str) -> ConditionOutcome:
        """The verdict on one condition."""
        return self.outcomes[self._position(condition)]

    def curve(self, name: str, condition: str) -> NDArray[np.float64]:
        """A condition's curves, shape (seeds, epochs)."""
        return self._rows(_named(self.curves, name, "curve"), condition)

    def layer(self, name: str, condition: str) -> NDArray[np.float64]:
        """A condition's moments by layer, shape (seeds, depth + 1)."""
        return self._rows(_named(self.layers, name, "moment by layer"), condition)

    def final(self, name: str, condition: str) -> tuple[float, ...]:
        """The curve's values after the last epoch, one a seed."""
        return tuple(self.curve(name, condition)[:, -1].tolist())

    def compare(
        self, curve: str, first: str, second: str, alternative: str = "greater"
    ) -> Comparison:
        """Two conditions' final values of a curve, paired by seeds (``statistics.compare``)."""
        return compare(self.final(curve, first), self.final(curve, second), alternative)

    def summary(self) -> tuple[tuple[str, ...], ...]:
        """A head and a row for each condition: verdicts where there are, else the final values."""
        if ACCURACY in self.curves:
            return (VERDICT_COLUMNS, *map(verdict_row, self.outcomes))
        rows = (
            (c.name, *(final_cell(curve, self.final(curve, c.name)) for curve in self.curves))
            for c in self.config.conditions
        )
        return (("condition", *(name.replace("_", " ") for name in self.curves)), *rows)

    def _position(self, condition: str) -> int:
        names = [known.name for known in self.config.conditions]
        if condition not in names:
            raise ValueError(f"no condition is named {condition!r}: known are {', '.join(names)}")
        return names.index(condition)

    def _rows(self, table: Table, condition: str) -> NDArray[np.float64]:
        n = len(self.config.seeds)
        first = n * self._position(condition)
        # Conditions are outermost: one's seeds are neighbouring rows.
        return np.array(table[first : first + n])

    def to_json(self) -> dict[str, Any]:
        """Plain data; nan becomes None."""
        return {
            "config": self.config.to_json(),
            "config_hash": self.config_hash,
            "provenance": self.provenance.to_json(),
            "data_sha256": self.data_sha256,
            "train_size": self.train_size,
            "test_size": self.test_size,
            "chance": self.chance,
            # JSON has no nan.
            "curves": {name: without_nan(table) for name, table in self.curves.items()},
            "layers": {name: without_nan(table) for name, table in self.layers.items()},
            **({"right": list(self.right)} if self.right else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RunRecord:
        """The inverse of ``to_json``.

        Raises:
            ValueError: if the configuration does not have the hash that stands beside it.
        """
        values = dict(data)
        config = Config.from_json(values.pop("config"))
        if config.hash != values.pop("config_hash"):
            raise ValueError("the configuration does not have the hash recorded with it")
        values["curves"] = {name: with_nan(rows) for name, rows in values["curves"].items()}
        values["layers"] = {name: with_nan(rows) for name, rows in values["layers"].items()}
        provenance = Provenance.from_json(values.pop("provenance"))
        values["right"] = tuple(values.get("right", ()))
        return cls(config=config, provenance=provenance, **values)

    def overview(self) -> dict[str, Any]:
        """The run without its curves: what, where and when."""
        config = self.config
        return {
            "recipe": config.recipe,
            "preset": config.preset,
            "config_hash": self.config_hash,
            "seeds": list(config.seeds),
            "data": config.data,
            "provenance": self.provenance.to_json(),
        }

    def save(self, path: Path, *, force: bool = False) -> None:
        """Write the record, whole or not at all.

        Raises:
            FileExistsError: if the file exists and ``force`` is not given.
        """
        body = self.to_json()
        text = canonical({"schema": SCHEMA, "sha256": digest(body), "record": body})
        write_whole(path, (text + "\n").encode(), force=force)

    def _repr_html_(self) -> str:
        head, *rows = self.summary()
        return html_table(rows, columns=head, caption=self.caption(), row_titles=False)

    def __repr__(self) -> str:
        head, *rows = self.summary()
        return text_table(rows, columns=head, caption=self.caption())

    def caption(self) -> str:
        """What was run, where and when, for the caption of a table or a figure."""
        config, origin = self.config, self.provenance
        end = f" ({origin.stopped})" if origin.stopped else ""
        return (
            f"{config.recipe}, preset {config.preset}: {hidden_layers(config)}, {config.data}, "
            f"{self.epochs} epochs{end}, n = {len(config.seeds)} seeds; {origin.device}, "
            f"{origin.seconds:.0f} s, {origin.finished[:10]}"
        )


def load_record(path: str | Path) -> RunRecord:
    """Read a record.

    Raises:
        FileNotFoundError: if there is no such file. TypeError: for what is no path.
        DamagedRecordError: naming the file, if it is cut off, altered, or of another schema.
    """
    file = path_of(path, "path")
    try:
        content = bytes_of(file, _MOST_BYTES)
    except ValueError as error:
        raise DamagedRecordError(f"{legible(str(file))} is no intact record: {error}") from None
    return parse_record(content, file)


def parse_record(content: bytes, file: Path) -> RunRecord:
    """The record that a file's bytes hold; DamagedRecordError names the file."""
    try:
        data = read_canonical(content)
        schema, body, sha256 = data["schema"], data["record"], data["sha256"]
        if schema != SCHEMA:
            raise ValueError(f"schema {schema!r} instead of {SCHEMA}")
        if digest(body) != sha256:
            raise ValueError("the content does not have the checksum recorded with it")
        record = RunRecord.from_json(body)
        if fault := misshapen(record):
            raise ValueError(f"it {fault}")
        return record
    except _UNFIT as error:
        raise DamagedRecordError(f"{file} is no intact record: {legible(str(error))}") from error


def recorded(name: str, preset: str, folder: str | Path | None = None) -> RunRecord:
    """The recorded run of an experiment.

    Args:
        name: which experiment.
        preset: at which scale.
        folder: where the records are; otherwise the nearest ``book/results``, here or above.

    Raises:
        FileNotFoundError: if there is no such folder or record; the message says how to make it.
        DamagedRecordError: if the file holds another experiment's or preset's record.
    """
    place = results_folder() if folder is None else path_of(folder, "folder")
    file = place / f"{name}-{preset}.json"
    if not file.is_file():
        raise FileNotFoundError(
            f"no recorded run: actmath train {name} --preset {preset} --out {file} makes it"
        )
    found = load_record(file)
    if (found.config.recipe, found.config.preset) != (name, preset):
        held = f"{found.config.recipe}, preset {found.config.preset}"
        raise DamagedRecordError(f"{file} is the record of {held}, not of {name}, preset {preset}")
    return found


def results_folder(start: Path | None = None) -> Path:
    """``book/results`` in the directory or the nearest of its parents that has one."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / RESULTS).is_dir():
            return folder / RESULTS
    where = f"records and certificates come with a checkout, git clone {REPOSITORY}"
    raise FileNotFoundError(f"no folder {RESULTS} in {here} or above it: {where}")


def rounded(rows: Iterable[Iterable[float]]) -> Table:
    """The table as a record keeps it: six significant digits, nan for all that is not finite."""
    return tuple(tuple(_short(value) for value in row) for row in rows)


def _named(tables: Mapping[str, Table], name: str, kind: str) -> Table:
    if name not in tables:
        raise UnknownNameError(f"no {kind} is named {name!r}: {suggest(name, tables)}")
    return tables[name]


def _short(value: float) -> float:
    return float(f"{value:.{RECORDED_DIGITS}g}") if math.isfinite(value) else math.nan
