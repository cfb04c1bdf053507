"""Units of a user's own, and ``actmath add``, which declares them in a file.

The file is TOML, one table a unit. Formulas and numbers in it are texts of the grammar of
``parse_formula``, so that nothing in it is ever run:

    [gate]
    formula = "x*sigmoid(rate*x) + max(0, x)"
    parameters = {rate = "1.702"}
    positive = ["rate"]
    kinks = [["0", "1"]]
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._text.files import append, bytes_of
from ..names import UnknownNameError, suggest
from ._options import each_once
from ._output import clear_errors, print_pairs

if TYPE_CHECKING:
    from ..activation import Activation

Units = Annotated[
    Path | None,
    typer.Option(
        "--units",
        metavar="FILE",
        help="Your own units, as `actmath add` writes them [default: actmath.toml, if it exists].",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="A parameter of the activation, as name=value; repeatable."),
]
Positive = Annotated[
    list[str] | None, typer.Option(help="A parameter that must be positive; repeatable.")
]
Kinks = Annotated[
    list[str] | None,
    typer.Option(
        "--kink", help="Point=slope, where the slope jumps [default: the left one]; repeatable."
    ),
]

#: Where units are declared and looked for unless ``--units`` says it: in the working folder.
_USUAL = Path("actmath.toml")
#: The most bytes that are read: some thousand units.
_LARGEST = 2**20
_KEYS = ("formula", "title", "parameters", "positive", "kinks")


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(add)


@dataclass(frozen=True)
class UnitFile:
    """What a file of units holds, each unit as its table."""

    path: Path
    tables: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path | None, *, new: bool = False) -> UnitFile:
        """The file at that path, or the usual one; only the latter, or a ``new`` one, may lack.

        Raises:
            ValueError: if it is too large or no TOML.
            OSError: if it cannot be read.
        """
        place = path or _USUAL
        if (path is None or new) and not os.path.exists(place):
            return cls(place, {})
        try:
            # As texts: 0.1 is read as 1/10, and not as the double next to it.
            return cls(place, tomllib.loads(text_of(place), parse_float=str))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise ValueError(f"{place} is no file of units in TOML: {error}") from None

    def unit(self, name: str) -> Activation:
        """The unit of that name in the file, else in the catalog.

        Raises:
            UnknownNameError: if neither has it; the message lists the near ones of both.
            ValueError: if both have it, or its table declares no unit.
        """
        from ..catalog import CATALOG

        if name not in self.tables:
            if name in CATALOG or not self.tables or CATALOG.get_instead(name):
                return CATALOG[name]
            near = suggest(name, (*CATALOG, *self.tables))
            raise UnknownNameError(f"no activation is named {name!r}, nor in {self.path}: {near}")
        if name in CATALOG:
            raise ValueError(f"{self.path}: the catalog has a {name} too; give yours another name")
        return _declared(name, self.tables[name], str(self.path))


def text_of(place: Path) -> str:
    """The text of a file of bounded size.

    Raises:
        ValueError: if it is a folder, a pipe or a device, too large, or no text in UTF-8.
        OSError: if there is no such file, or it cannot be read.
    """
    try:
        # Some editors put a mark before the first letter.
        return bytes_of(place, _LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{place} is no text in UTF-8") from None
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


def _declared(name: str, table: Any, place: str) -> Activation:
    """The unit that a table declares."""
    from ..activation import POSITIVE, REALS, Activation, Parameter

    where = f"{place}, [{name}]"
    if name == "x":
        raise ValueError(f"{where}: x is the argument, and as a formula itself: take another name")
    if not isinstance(table, dict) or not isinstance(table.get("formula"), str):
        raise ValueError(f'{where}: a unit is a table with formula = "…"')
    for key in table.keys() - set(_KEYS):
        raise ValueError(f"{where}: {key!r} is not known; {suggest(key, _KEYS)}")
    defaults, positive, kinks = (
        _of_type(where, table, key, empty)
        for key, empty in (("parameters", {}), ("positive", []), ("kinks", []))
    )
    for unused in [one for one in positive if one not in list(defaults)]:
        raise ValueError(f"{where}: positive names {unused!r}, which is no parameter")
    try:
        parameters = tuple(
            Parameter(letter, default, POSITIVE if letter in positive else REALS)
            for letter, default in defaults.items()
        )
        title = str(table.get("title", ""))
        return Activation(name, table["formula"], parameters, at_kinks=tuple(kinks), title=title)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{where}: {error}") from None


def _of_type(where: str, table: dict[str, Any], key: str, empty: Any) -> Any:
    value = table.get(key, empty)
    if type(value) is not type(empty):
        wanted = "a table" if empty == {} else "a list"
        raise ValueError(f"{where}: {key} must be {wanted}, got {value!r}")
    return value


@clear_errors
def add(
    subject: Annotated[
        str,
        typer.Argument(
            help="A formula in x, or a text file that holds one.", metavar="FORMULA|FILE"
        ),
    ],
    name: Annotated[str, typer.Option(help="By which later commands find it.")],
    settings: Settings = None,
    positive: Positive = None,
    kinks: Kinks = None,
    title: Annotated[str, typer.Option(help="The name as people write it.")] = "",
    units: Units = None,
) -> None:
    """Declare a unit of your own in a file, by default actmath.toml in this folder.

    `list`, `show`, `constants`, `moments` and `check` find it there, or in the file that their
    `--units` names. Parameters and their defaults are given by `--set`. The file is yours to edit.
    """
    from ..catalog import CATALOG
    from ..derive._formula.derivative import derivative

    file = UnitFile.read(units, new=True)
    if name in file.tables or name in CATALOG:
        holder = file.path if name in file.tables else "the catalog"
        raise ValueError(f"{holder} has a unit that is named {name} already")
    # What is no file is a formula; a path that cannot exist, as a long formula's, is no file.
    formula = text_of(Path(subject)) if os.path.isfile(subject) else subject
    table = {
        "formula": formula.strip(),
        "title": title,
        "parameters": named_values("--set", settings),
        "positive": positive or [],
        "kinks": [list(pair) for pair in named_values("--kink", kinks).items()],
    }
    made = _declared(name, table, "add")
    if kinks:
        # A slope that is declared where there is no kink is said now, not at the first question.
        derivative(made)
    append(file.path, _fitting(file.path, _as_toml(name, table)))
    rows = [("formula", str(made.expr)), ("see", f"actmath show {name}")]
    print_pairs(rows, f"{made.name}, declared in {file.path}")


def _fitting(place: Path, added: str) -> bytes:
    """What is added to a file of units, if the file can be read with it.

    Raises:
        ValueError: if it could not.
    """
    whole = (text_of(place) if os.path.exists(place) else "") + added
    if len(whole.encode()) > _LARGEST:
        raise ValueError(f"{place} would have more than {_LARGEST:,} bytes: take another file")
    tomllib.loads(whole)
    return added.encode()


def _as_toml(name: str, table: Mapping[str, Any]) -> str:
    """The table as lines: what is not empty."""
    # Of letters TOML takes ASCII's alone for bare keys.
    lines = [f"\n[{name if name.isascii() else _quoted(name)}]"]
    for key, value in table.items():
        if isinstance(value, dict):
            inside = ", ".join(f"{_quoted(k)} = {_quoted(v)}" for k, v in value.items())
            written = f"{{{inside}}}" if value else ""
        else:
            written = _quoted(value) if value else ""
        if written:
            lines.append(f"{key} = {written}")
    return "\n".join([*lines, ""])


def _quoted(value: str | list[Any]) -> str:
    """A text, or a list of texts, as in JSON, which is as in TOML but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def named_values(option: str, given: list[str] | None) -> dict[str, str]:
    """What a repeatable option of the form name=value gives, by name."""
    # The first "=" parts name and value.
    pairs = [setting.partition("=") for setting in given or []]
    for name, equals, value in pairs:
        if not (name and equals and value):
            raise ValueError(f"{option} takes name=value, such as alpha=1.5, got {name + equals!r}")
    return each_once(option, ((name.strip(), value.strip()) for name, _, value in pairs))
