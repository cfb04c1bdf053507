"""``actmath train``: training runs and their records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import AsJson, clear_errors, print_json, print_pairs, print_table


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(train)


@clear_errors
def train(
    name: Annotated[str | None, typer.Argument(help="An experiment that --list prints.")] = None,
    preset: Annotated[str, typer.Option(help="Scale: smoke, book or paper.")] = "smoke",
    seeds: Annotated[int | None, typer.Option(min=1, help="Number of repetitions.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 …")] = "auto",
    out: Annotated[Path | None, typer.Option(help="File of the record.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a record.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the experiments.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train an experiment and record it; an interrupted run goes on where it was."""
    from ..experiment import run
    from ..experiment.recipes import RECIPES, get
    from ..experiment.record import RESULTS

    if list_ or name is None:
        rows = [
            {
                "name": recipe.name,
                "question": recipe.question,
                "claims": list(recipe.claims),
                "presets": {key: recipe.limits.get(key, "") for key in recipe.presets},
            }
            for recipe in RECIPES.values()
        ]
        if as_json:
            print_json(rows)
        else:
            cells = ((r.name, r.question, ", ".join(r.presets)) for r in RECIPES.values())
            print_table(("name", "question", "presets"), cells)
        return
    recipe = get(name)
    path = out or Path(RESULTS) / f"{recipe.name}-{preset}.json"
    record = run(recipe, preset, seeds=seeds, device=device, out=path, force=force)
    if as_json:
        print_json(record.to_json())
        return
    head, *rows_ = record.summary()
    print_table(head, rows_)
    print_pairs([("question", recipe.question), ("record", str(path))])
