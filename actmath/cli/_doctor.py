"""``actmath diagnose``: a network that a file describes, or one of the user's own, at the doctor.

The file is TOML. It describes a plain network, of which nothing is ever run:

    widths = [64, 100, 100, 10]
    unit = "tanh"
    gain = "1.59"
    bias = "0"
    arrays = "weights.npz"
    inputs = {mean = "0", variance = "1", samples = 256}
    seed = 0

``unit`` is a name or a formula; without ``gain`` each layer has the exact one. ``arrays`` is a file
of NumPy's arrays, W0, b0, W1, …, read without pickle, in place of drawn weights.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
import tomllib
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..names import suggest
from ._mathematics import subject_of
from ._network_arrays import arrays_of
from ._output import AsJson, clear_errors, print_json, print_pairs, print_table
from ._units import Units, text_of

if TYPE_CHECKING:
    from torch import Tensor, nn

_KEYS = ("widths", "unit", "gain", "bias", "arrays", "inputs", "seed")
_INPUTS = ("mean", "variance", "samples")
#: Numbers in a network that is described: 800 MB of weights.
_MOST = 10**8
#: Of single precision, in which the network computes.
_LARGEST = (2 - 2**-23) * 2.0**127


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(diagnose)


@clear_errors
def diagnose(
    subject: Annotated[
        str,
        typer.Argument(
            help="A TOML file that describes a network, of which nothing is run; or your own "
            "module:function, which is imported and called, and returns (model, batch) or "
            "(model, batch, loss).",
            metavar="FILE|MODULE:FUNCTION",
        ),
    ],
    figure: Annotated[
        Path | None, typer.Option(help="Draw the layers into this file, .svg, .png or .pdf.")
    ] = None,
    units: Units = None,
    as_json: AsJson = False,
) -> None:
    """Send a batch through a network: predicted and measured by layer, what is wrong, what to do.

    Exit code 1 says that something is wrong.
    """
    from ..nn._model._doctor.diagnose import diagnose as examine

    is_file = subject.endswith(".toml") or os.path.exists(subject)
    given = _described(Path(subject), units) if is_file else _called(subject)
    found = examine(*given)
    if figure is not None:
        from ..plot._canvas.figure import illustrate
        from ..plot._map.doctor import plot_diagnosis

        illustrate(plot_diagnosis({subject: found}), alt="signs by layer").save(figure)
    if as_json:
        print_json(found.to_json())
    else:
        print_table(found.columns(), found.rows(), "predicted → measured")
        findings = [(each.cause, f"{each.sentence} {each.remedy}") for each in found.findings]
        print_pairs(findings or [("healthy", found.caption())])
    if not found.healthy:
        raise typer.Exit(1)


def _called(subject: str) -> tuple[Any, ...]:
    """What the user's function returns."""
    path, colon, name = subject.partition(":")
    if not (colon and name.isidentifier() and all(p.isidentifier() for p in path.split("."))):
        raise ValueError(f"neither a file nor module:function: {subject!r}")
    with _of_the_user(path):
        module = _imported(path)
    if not callable(getattr(module, name, None)):
        near = suggest(name, [n for n in dir(module) if not n.startswith("_")])
        raise ValueError(f"{path} has no function {name}: {near}")
    with _of_the_user(subject):
        given = getattr(module, name)()
    if not isinstance(given, tuple) or len(given) not in (2, 3):
        raise ValueError(f"{subject} must return (model, batch) or (model, batch, loss)")
    return given


def _imported(path: str) -> ModuleType:
    # As python -m does: modules in the working folder are found.
    sys.path.insert(0, str(Path.cwd()))
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        # What the module itself imports may lack, too.
        if error.name != path and not path.startswith(f"{error.name}."):
            raise
        raise _AbsentError(f"there is no module {error.name}, here or installed") from None
    finally:
        sys.path.remove(str(Path.cwd()))


class _AbsentError(ValueError):
    """A module that is not there: nothing of the user's was run."""


@contextmanager
def _of_the_user(name: str) -> Iterator[None]:
    """What somebody's own code raises, in a sentence: with a traceback the exit code would be 1.

    That is the doctor's answer, and so is the 0 of a ``sys.exit()``.

    Raises:
        ValueError: in place of any error; it says which, and in which file and line of theirs.
    """
    try:
        yield
    except _AbsentError:
        raise
    except (Exception, SystemExit) as error:
        said = f": {error}" if str(error) else ""
        raise ValueError(f"{name} raised {type(error).__name__}{said}{_place(error)}") from error


def _place(error: BaseException) -> str:
    """The last line in the working folder on the way to an error, in parentheses, if there is."""
    here = Path.cwd()
    frames = traceback.extract_tb(error.__traceback__)
    # A virtual environment may lie in that folder.
    places = [frame for frame in frames if here in Path(frame.filename).parents]
    own = [frame for frame in places if "site-packages" not in Path(frame.filename).parts]
    return f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""


def _described(path: Path, units: Path | None) -> tuple[nn.Module, Tensor]:
    """The network of a file, and its inputs."""
    import torch

    table = _table(path)
    widths, unit = _widths(path, table), subject_of(_text(path, table, "unit"), units)
    random = torch.Generator().manual_seed(_whole(path, table, "seed", 0, 0))
    inputs = table.get("inputs", {})
    if not isinstance(inputs, dict):
        raise ValueError(f"{path}: inputs must be a table, got {inputs!r}")
    _check_keys(path, inputs, _INPUTS)
    mean, variance = (_number(path, inputs, key, at) for key, at in (("mean", 0), ("variance", 1)))
    if variance < 0:
        raise ValueError(f"{path}: the variance of the inputs must not be negative, got {variance}")
    samples = _whole(path, inputs, "samples", 256, 1)
    if samples * max(widths) > _MOST:
        raise ValueError(f"{path}: a layer would have more than {_MOST} outputs for all samples")
    batch = mean + variance**0.5 * torch.randn(samples, widths[0], generator=random)
    return _network(path, table, widths, unit, random), batch


def _table(path: Path) -> dict[str, Any]:
    try:
        # Decimals as texts: 0.1 is read as 1/10.
        table = tomllib.loads(text_of(path), parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ValueError(f"{path} is no description of a network in TOML: {error}") from None
    _check_keys(path, table, _KEYS)
    return table


def _check_keys(path: Path, table: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in table.keys() - set(known):
        raise ValueError(f"{path}: {key!r} is not known; {suggest(key, known)}")


def _widths(path: Path, table: dict[str, Any]) -> list[int]:
    widths = table.get("widths")
    fine = isinstance(widths, list) and all(type(n) is int and n > 0 for n in widths)
    if not isinstance(widths, list) or not fine or len(widths) < 2:
        raise ValueError(f"{path}: widths must be a list of two or more numbers from 1 on")
    if sum(n * m for n, m in pairwise(widths)) > _MOST:
        raise ValueError(f"{path}: the network has more than {_MOST} weights")
    return widths


def _text(path: Path, table: dict[str, Any], key: str) -> str:
    if not isinstance(table.get(key), str):
        raise ValueError(f'{path}: {key} must be a text, such as {key} = "tanh"')
    return str(table[key])


def _whole(path: Path, table: dict[str, Any], key: str, usual: int, least: int) -> int:
    value = table.get(key, usual)
    if type(value) is not int or not least <= value < 2**31:
        raise ValueError(f"{path}: {key} must be a whole number from {least} on, got {value!r}")
    return value


def _number(path: Path, table: dict[str, Any], key: str, usual: float) -> float:
    from ..number import exact

    value = table.get(key, usual)
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError(f"{path}: {key} must be a number, got {value!r}")
    number = float(exact(value, key))
    if abs(number) > _LARGEST:
        raise ValueError(f"{path}: {key} must be a number of single precision, got {value!r}")
    return number


def _network(path: Path, table: dict[str, Any], widths: list[int], unit: Any, random: Any) -> Any:
    import torch
    from torch import nn

    from ..nn._elementwise.elementwise import Elementwise
    from ..nn._model.initialize import initialize_

    layers = [nn.Linear(n, m) for n, m in pairwise(widths)]
    parts = [part for layer in layers for part in (layer, Elementwise(unit))]
    model = nn.Sequential(*parts[:-1])
    initialize_(model, generator=random)
    bias = _number(path, table, "bias", 0)
    with torch.no_grad():
        for layer in layers:
            layer.bias.fill_(bias)
            if "gain" in table:
                std = _number(path, table, "gain", 1) / layer.in_features**0.5
                layer.weight.normal_(0, abs(std), generator=random)
        if "arrays" in table:
            _load(path.parent / _text(path, table, "arrays"), layers)
    return model


def _load(path: Path, layers: list[Any]) -> None:
    """Weights and biases from arrays, which must fit."""
    import numpy as np
    import torch

    held = arrays_of(path)
    for name in held:
        if re.fullmatch(r"[Wb]\d{1,9}", name) and int(name[1:]) >= len(layers):
            raise ValueError(f"{path} has an array {name}, but there are {len(layers)} layers")
    for number, layer in enumerate(layers):
        for name, tensor in ((f"W{number}", layer.weight), (f"b{number}", layer.bias)):
            if name not in held:
                raise ValueError(f"{path} has no array {name}: {suggest(name, held)}")
            array = held[name]
            if array.shape != tuple(tensor.shape) or array.dtype.kind not in "fiu":
                raise ValueError(
                    f"{path}: {name} must hold real numbers of shape {tuple(tensor.shape)}, "
                    f"(outputs, inputs), got {array.dtype} {array.shape}"
                )
            # Half precision has no such bound; what is not finite there is the doctor's to find.
            with np.errstate(over="ignore"):
                numbers = array.astype(np.float64)
            if (np.isfinite(array) & (np.abs(numbers) > _LARGEST)).any():
                raise ValueError(f"{path}: {name} holds numbers beyond single precision")
            tensor.copy_(torch.from_numpy(numbers.astype(np.float32)))
