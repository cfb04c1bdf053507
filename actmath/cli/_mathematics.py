"""``actmath list``, ``show``, ``constants`` and ``moments``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ._options import each_once
from ._output import AsJson, clear_errors, print_json, print_pairs, print_table

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
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="A parameter of the activation, as name=value; repeatable."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("list")(list_)
    app.command()(show)
    app.command()(constants)
    app.command()(moments)


# Called list_, since the annotations here mean Python's own list.
@clear_errors
def list_(as_json: AsJson = False) -> None:
    """List the catalog: every activation with its formula, parameters and source."""
    from ..catalog import FAMILIES

    rows = [
        {
            "name": activation.name,
            "aliases": list(activation.aliases),
            "family": family,
            "formula": str(activation.expr),
            "parameters": [p.name for p in activation.parameters],
            "source": str(activation.source),
        }
        for family, members in FAMILIES.items()
        for activation in members
    ]
    if as_json:
        print_json(rows)
        return
    cells = (
        (f.name, str(f.expr), ", ".join(p.name for p in f.parameters), str(f.source))
        for members in FAMILIES.values()
        for f in members
    )
    print_table(("name", "formula", "parameters", "source"), cells)


@clear_errors
def show(subject: Subject, settings: Settings = None, as_json: AsJson = False) -> None:
    """Show what is derived about one activation: derivative, saturation, fixed points, moments."""
    from ..numeric._sheet import show as sheet_of

    sheet = sheet_of(chosen(subject, settings))
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
    as_json: AsJson = False,
) -> None:
    """Find the shape (or shift) and scale that make (MEAN, VARIANCE) a fixed point of lam·NAME."""
    from .._text.rationals import rational_text
    from ..numeric._self_normalizing.constants import constants as solve

    # As texts: "0.1" is read as 1/10, and not as the double next to it.
    unit = subject_of(subject)
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
    digits: Annotated[int, typer.Option(help="Significant digits, 1 to 10000.")] = 15,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Gaussian moments of an activation: E f, E f², Var f, E f′, E f′², z ~ N(MEAN, VARIANCE)."""
    from ..numeric._digits.moments import moments as compute

    found = compute(chosen(subject, settings), mean, variance, digits=digits)
    if as_json:
        print_json(found.to_json())
        return
    print_pairs((*found.rows(), ("by", found.route)), f"{found.activation}(z), z ~ {found.target}")


def chosen(subject: str, settings: list[str] | None) -> Activation:
    """The activation that is meant, with its parameters as ``--set`` says."""
    from ..derive._subject import resolve

    return resolve(subject_of(subject), parsed_settings(settings))


def subject_of(text: str) -> Activation | str:
    """A name as it is, for it may be misspelt; anything else, and x itself, is a formula."""
    from ..activation import Activation

    named = text != "x" and text.replace("-", "_").isidentifier()
    return text if named else Activation("formula", text)


def parsed_settings(settings: list[str] | None) -> dict[str, str]:
    """What ``--set name=value`` gives, by name."""
    # The first "=" parts name and value.
    pairs = [setting.partition("=") for setting in settings or []]
    for name, equals, value in pairs:
        if not (name and equals and value):
            raise ValueError(f"--set takes name=value, such as alpha=1.5, got {name + equals!r}")
    return each_once("--set", ((name.strip(), value.strip()) for name, _, value in pairs))
