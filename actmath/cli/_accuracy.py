"""``actmath check``: how many digits each route keeps of a catalog unit or of a formula."""

from __future__ import annotations

from typing import Annotated

import typer

from ._mathematics import Subject, chosen
from ._output import AsJson, clear_errors, print_json, print_table
from ._units import Settings, Units


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(check)


@clear_errors
def check(
    subject: Subject,
    seed: Annotated[int, typer.Option(help="Of the random points.")] = 0,
    points: Annotated[
        int, typer.Option(help="How many random points, beside the fixed ones.")
    ] = 32,
    settings: Settings = None,
    units: Units = None,
    as_json: AsJson = False,
) -> None:
    """Find how many digits each arithmetic, moment and gradient keeps, and where fewest."""
    from ..numeric._check.check import check as check_digits

    found = check_digits(chosen(subject, settings, units), seed=seed, points=points)
    if as_json:
        print_json(found.to_json())
    else:
        print_table(found.columns(), found.rows(), found.caption())
