"""``actmath train``, ``sweep`` and ``results``: training runs and their records."""

from __future__ import annotations

import logging
import os
import re
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..names import suggest
from ._options import each_once
from ._output import AsJson, clear_errors, print_json, print_pairs, print_table
from ._workers import Workers

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ..experiment._engine.sweeps import Value
    from ..experiment._record.record import RunRecord

PresetName = Annotated[str, typer.Option(help="Scale: smoke, book, paper or large.")]
Seeds = Annotated[int | None, typer.Option(min=1, help="Number of repetitions.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 …")]
Force = Annotated[bool, typer.Option("--force", help="Replace a record.")]
Seconds = Annotated[
    float | None,
    typer.Option(help="Seconds after which it ends, at an epoch; the same call goes on."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(train)
    app.command()(sweep)
    app.command()(results)


@clear_errors
def train(
    name: Annotated[str | None, typer.Argument(help="An experiment that --list prints.")] = None,
    preset: PresetName = "smoke",
    seeds: Seeds = None,
    device: Device = "auto",
    out: Annotated[Path | None, typer.Option(help="File of the record.")] = None,
    force: Force = False,
    precision: Annotated[str | None, typer.Option(help="full, tf32 or bf16 products.")] = None,
    compile_: Annotated[
        bool | None, typer.Option("--compile", help="Compile the forward pass.")
    ] = None,
    budget: Seconds = None,
    list_: Annotated[bool, typer.Option("--list", help="List the experiments.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train an experiment and record it; an interrupted run goes on where it was."""
    from ..experiment._engine.run import run
    from ..experiment._record.record import RESULTS
    from ..experiment.recipes import RECIPES

    _check_asked(name, list_, out)
    if name is None:
        _list(as_json)
        return
    recipe = RECIPES[name]
    # The name by which the book and the ledger look for it.
    path = out or Path(RESULTS) / f"{recipe.name}-{preset}.json"
    record = run(
        recipe,
        preset,
        seeds=seeds,
        device=device,
        out=path,
        force=force,
        precision=precision,
        compile=compile_,
        budget=budget,
    )
    if as_json:
        print_json(record.to_json())
        return
    # The first row is the columns' titles.
    head, *rows = record.summary()
    print_table(head, rows)
    print_pairs([("question", recipe.question), *_course(record), ("record", str(path))])


def _check_asked(name: str | None, listed: bool, out: Path | None) -> None:
    if listed and name is not None:
        raise ValueError("--list lists every experiment, and takes no name")
    if name is None and out is not None:
        raise ValueError("--out wants an experiment: --list prints their names")


@clear_errors
def sweep(
    names: Annotated[list[str], typer.Argument(help="Experiments that train --list prints.")],
    over: Annotated[
        list[str] | None,
        typer.Option(
            help="A setting and its values, depth=8,16,32; a comma within a value is written "
            "\\\\,; repeat it for a grid."
        ),
    ] = None,
    preset: PresetName = "smoke",
    seeds: Seeds = None,
    device: Device = "auto",
    out: Annotated[str, typer.Option(metavar="PATH", help="Folder of the records.")] = "sweeps",
    processes: Annotated[int, typer.Option(min=1, help="Runs at the same time.")] = 1,
    dask: Annotated[str | None, typer.Option(help="Address of a Dask scheduler.")] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Train every combination of settings, a record each; the same call goes on where it was."""
    from ..experiment._engine.run import configure
    from ..experiment._engine.sweeps import sweep as perform
    from ..experiment._engine.sweeps import variations

    if not out:
        raise ValueError("--out names no folder; . is this one")
    grid = each_once("--over", map(_setting, over or ()))
    # Keys begin with the experiment's name, so that those of several do not meet.
    configs = {
        key: config
        for name in names
        for key, config in variations(configure(name, preset, seeds), grid).items()
    }
    with _executor(processes, dask) as executor:
        records = perform(configs, out, executor=executor, device=device, force=force)
    if as_json:
        print_json({key: record.to_json() for key, record in records.items()})
        return
    for key, record in records.items():
        head, *rows = record.summary()
        print_table(head, rows, key)
    print_pairs([("records", out)])


@clear_errors
def results(
    of: Annotated[
        str | None, typer.Argument(help="An experiment that train --list prints, or a folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the recorded runs: what, where, when; as JSON with the command that makes it anew."""
    found = _found(of)
    if as_json:
        overviews = (
            {**record.overview(), "redo": _redo(file, record)} for file, record in found.items()
        )
        print_json(list(overviews))
        return
    columns = ("record", "seeds", "epochs", "device", "seconds", "finished", "commit")
    rows = (
        (
            file.stem,
            str(len(record.config.seeds)),
            _epochs(record),
            record.provenance.device,
            f"{record.provenance.seconds:.0f}",
            # The date of an ISO time, such as 2026-01-31.
            record.provenance.finished[:10],
            record.provenance.checkout,
        )
        for file, record in found.items()
    )
    print_table(columns, rows)
    print_pairs([("redo one", "the command of each: actmath results --json")])


def _redo(file: Path, record: RunRecord) -> str | None:
    """The command that makes a record anew; None of one that ``train`` has no options for."""
    from ..experiment._record.record import RESULTS
    from ..experiment.recipes import RECIPES

    config = record.config
    if config.recipe not in RECIPES or config.preset not in RECIPES[config.recipe].presets:
        return None
    plain = RECIPES[config.recipe].config(config.preset)
    asked = ["actmath", "train", config.recipe, "--preset", config.preset]
    if config.seeds != plain.seeds:
        plain = plain.with_seeds(len(config.seeds))
        asked += ["--seeds", str(len(config.seeds))]
    if config.precision != plain.precision:
        plain = replace(plain, precision=config.precision)
        asked += ["--precision", config.precision]
    if config.compile and not plain.compile:
        plain = replace(plain, compile=True)
        asked += ["--compile"]
    if plain != config:
        return None
    if file.resolve() != Path(RESULTS, f"{config.recipe}-{config.preset}.json").resolve():
        asked += ["--out", str(file)]
    return shlex.join([*asked, "--force"])


def _course(record: RunRecord) -> list[tuple[str, str]]:
    stopped = record.provenance.stopped
    return [] if stopped is None else [("course", str(stopped))]


def _epochs(record: RunRecord) -> str:
    run, planned = record.epochs, record.config.epochs
    return str(run) if run == planned else f"{run} of {planned}"


def _found(of: str | None) -> dict[Path, RunRecord]:
    """The records of an experiment, or in a folder, by their files; every one of the book's."""
    from ..experiment._record.record import load_record, results_folder
    from ..experiment.recipes import RECIPES

    # An experiment's name comes before a folder of the same name.
    recipe = of if of in RECIPES else None
    place = results_folder() if of is None or recipe else Path(of)
    if not os.path.isdir(place):
        near = suggest(str(of), RECIPES)
        raise FileNotFoundError(f"{of} is neither a folder nor an experiment: {near}")
    # To glob a folder that may not be read is an empty one.
    os.scandir(place).close()
    records = {file: load_record(file) for file in sorted(place.glob("*.json"))}
    if recipe:
        records = {f: record for f, record in records.items() if record.config.recipe == recipe}
    if not records:
        raise FileNotFoundError(
            f"no records in {place}: actmath train {recipe or 'NAME'} makes one"
        )
    return records


def _list(as_json: bool) -> None:
    from ..experiment.recipes import RECIPES

    if not as_json:
        cells = ((r.name, r.question, ", ".join(r.presets)) for r in RECIPES.values())
        print_table(("name", "question", "presets"), cells)
        return
    print_json(
        [
            {
                "name": recipe.name,
                "question": recipe.question,
                "claims": list(recipe.claims),
                "presets": {key: recipe.limits.get(key, "") for key in recipe.presets},
            }
            for recipe in RECIPES.values()
        ]
    )


@contextmanager
def _executor(processes: int, dask: str | None) -> Iterator[Executor | None]:
    if dask is not None:
        from distributed import Client

        # It logs with tracebacks what is said here in a sentence.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            client = Client(dask)  # type: ignore[no-untyped-call]
        except OSError as error:
            raise ConnectionError(f"no Dask scheduler at {dask}: {error}") from error
        with client:
            yield client.get_executor()  # type: ignore[no-untyped-call]
    elif processes > 1:
        # Spawned, not forked: a fork copies PyTorch's locks, held by threads that it lacks.
        with Workers(processes, "spawn") as pool:
            yield pool
    else:
        yield None


def _setting(text: str) -> tuple[str, list[Value]]:
    name, equals, values = text.partition("=")
    if not equals or not values:
        raise ValueError(f"--over wants NAME=VALUE,VALUE,… such as depth=8,16,32, got {text!r}")
    # A comma within a value, as of a file's name or a list of depths, has a backslash before it.
    words = re.split(r"(?<!\\),", values)
    return name, [_value(word.replace("\\,", ",")) for word in words]


def _value(word: str) -> Value:
    # These words in any case; then the first kind of number that fits, else the text itself.
    words: dict[str, Value] = {"true": True, "false": False, "none": None}
    if word.lower() in words:
        return words[word.lower()]
    for kind in _NUMBERS:
        try:
            return kind(word)
        except ValueError:
            continue
    return word


_NUMBERS: Iterable[type[int] | type[float]] = (int, float)
