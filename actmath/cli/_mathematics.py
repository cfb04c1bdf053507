"""``actmath list``, ``show``, ``constants`` and ``moments``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ._output import AsJson, clear_errors, print_json, print_pairs, print_table
from ._two_arguments import (
    Correlation,
    MeanZ,
    VarianceZ,
    gated_subject,
    list_gated,
    print_gated_moments,
    refuse_two_arguments,
)
from ._units import Settings, UnitFile, Units, named_values

if TYPE_CHECKING:
    from ..activation import Activation

Subject = Annotated[
    str,
    typer.Argument(
        help="A name that `actmath list` prints, or a formula in x.", metavar="NAME|FORMULA"
    ),
]
Mean = Annotated[str, typer.Option(help="Mean; a decimal or a fraction, read exactly.")]
Variance = Annotated[str, typer.Option(help="Variance, positive; read exactly.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("list")(list_)
    app.command()(show)
    app.command()(constants)
    app.command()(moments)


# Called list_, since the annotations here mean Python's own list.
@clear_errors
def list_(units: Units = None, as_json: AsJson = False) -> None:
    """List the catalog: every activation with its formula, parameters and source.

    The units of your own follow: see `actmath add`. Last come the units of two arguments, which
    `actmath moments` takes.
    """
    from ..catalog import FAMILIES

    own = UnitFile.read(units)
    families = {**FAMILIES, str(own.path): tuple(map(own.unit, own.tables))}
    rows = [
        {
            "name": activation.name,
            "aliases": list(activation.aliases),
            "family": family,
            "formula": str(activation.expr),
            "parameters": [p.name for p in activation.parameters],
            "source": str(activation.source or own.path),
        }
        for family, members in families.items()
        for activation in members
    ]
    if as_json:
        print_json(rows)
        return
    columns = ("name", "formula", "parameters", "source")
    cells = ({**row, "parameters": ", ".join(row["parameters"])} for row in rows)
    print_table(columns, ([str(cell[column]) for column in columns] for cell in cells))
    list_gated()


@clear_errors
def show(
    subject: Subject, settings: Settings = None, units: Units = None, as_json: AsJson = False
) -> None:
    """Show what is derived about one activation: derivative, saturation, fixed points, moments."""
    from ..numeric._sheet import show as sheet_of

    sheet = sheet_of(chosen(subject, settings, units))
    if as_json:
        print_json(sheet.to_json())
    else:
        print_pairs(sheet.rows(), sheet.activation.title)


@clear_errors
def constants(
    subject: Subject,
    mean: Mean = "0",
    variance: Variance = "1",
    omega: Annotated[
        str | None,
        typer.Option(help="Sum of a unit's weights [default: 0 if the mean is 0, else 1]."),
    ] = None,
    tau: Annotated[str, typer.Option(help="Sum of a unit's squared weights.")] = "1",
    digits: Annotated[int, typer.Option(help="Significant digits, 1 to 10000.")] = 16,
    solve_for: Annotated[
        str | None,
        typer.Option(help="shape: lam·f(x; alpha); shift: lam·(f(x) + shift) [default: by NAME]."),
    ] = None,
    units: Units = None,
    as_json: AsJson = False,
) -> None:
    """Find the shape (or shift) and scale that make (MEAN, VARIANCE) a fixed point of lam·NAME."""
    from .._digits import rational_text
    from ..numeric._self_normalizing.constants import constants as solve

    # As texts: "0.1" is read as 1/10, and not as the double next to it.
    unit = subject_of(subject, units)
    found = solve(unit, mean, variance, omega=omega, tau=tau, digits=digits, solve_for=solve_for)
    if as_json:
        print_json(found.to_json())
        return
    # lam·(f + shift) or lam·f(x; alpha): one of the two was solved for.
    free = ("shift", found.shift) if found.alpha is None else ("alpha", found.alpha)
    rows = [
        free,
        ("lam", found.lam),
        ("residual", found.residual),
        # Of (mean, variance) by (mean, variance): two rows of two.
        ("Jacobian", "\n".join("  ".join(map(str, row)) for row in found.jacobian)),
        ("spectral norm", found.spectral_norm),
        ("spectral radius", found.spectral_radius),
        ("attracting", "yes" if found.best.attracting else "no"),
        ("solutions", str(len(found.all_solutions))),
    ]
    wanted = map(rational_text, (found.mean, found.variance, found.omega, found.tau))
    target = "mean {}, variance {}; omega {}, tau {}".format(*wanted)
    print_pairs(rows, f"{found.formula}: {target}")


@clear_errors
def moments(
    subject: Subject,
    mean: Mean = "0",
    variance: Variance = "1",
    mean_z: MeanZ = None,
    variance_z: VarianceZ = None,
    correlation: Correlation = None,
    digits: Annotated[int, typer.Option(help="Significant digits, 1 to 10000.")] = 15,
    settings: Settings = None,
    units: Units = None,
    as_json: AsJson = False,
) -> None:
    """Gaussian moments of an activation: E f, E f², Var f, E f′, E f′², z ~ N(MEAN, VARIANCE).

    Of a unit of two arguments, glu, reglu, geglu, swiglu, bilinear or a formula such as
    "z*tanh(x)", the moments of f and of both partial derivatives, x ~ N(MEAN, VARIANCE).
    """
    from ..numeric._digits.moments import moments as compute

    of_z = {"mean_z": mean_z, "variance_z": variance_z, "correlation": correlation}
    gated = gated_subject(subject, units)
    if gated is not None:
        unit = gated.with_parameters(**named_values("--set", settings))
        print_gated_moments(unit, mean, variance, of_z, digits, as_json)
        return
    for name in (name for name, value in of_z.items() if value is not None):
        raise ValueError(
            f"--{name.replace('_', '-')} is for units of two arguments, such as swiglu; "
            f"{subject} has one"
        )
    found = compute(chosen(subject, settings, units), mean, variance, digits=digits)
    if as_json:
        print_json(found.to_json())
        return
    print_pairs((*found.rows(), ("by", found.route)), f"{found.activation}(z), z ~ {found.target}")


def chosen(subject: str, settings: list[str] | None, units: Path | None) -> Activation:
    """The activation that is meant, with its parameters as ``--set`` says."""
    from ..derive._subject import resolve

    return resolve(subject_of(subject, units), named_values("--set", settings))


def subject_of(text: str, units: Path | None) -> Activation:
    """The unit of a name, from the catalog or the user's file; anything else is a formula."""
    from ..activation import Activation

    # A name may be misspelt, but x itself is a formula.
    if text != "x" and text.replace("-", "_").isidentifier():
        refuse_two_arguments(text, units)
        return UnitFile.read(units).unit(text)
    return Activation("formula", text)
