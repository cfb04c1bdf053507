"""Settings by name: defaults, what may be given, and what to say where something else is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...names import suggest
from .config import Condition, Config, Option

#: What these options of the tasks ``autoencoder`` and ``tables`` are where they are left out.
ENCODER = "128,64,32,8"
GRID_DEPTHS = "2,8"


def with_defaults(
    given: Mapping[str, Option], defaults: Mapping[str, Option], where: str
) -> dict[str, Option]:
    """The settings given over the defaults.

    Raises:
        ValueError: for a setting that does not exist, or whose value is of another type.

    >>> with_defaults({"momentum": 0.9}, {"momentum": 0.0, "optimizer": "sgd"}, "a run")
    {'momentum': 0.9, 'optimizer': 'sgd'}
    """
    for name, value in given.items():
        if name not in defaults:
            raise ValueError(f"{where}: no option is named {name!r}: {suggest(name, defaults)}")
        # Not isinstance: True is an int, and would pass for 1.
        if type(value) is not type(defaults[name]):
            wanted = type(defaults[name]).__name__
            raise ValueError(f"{where}: option {name} must be of type {wanted}, got {value!r}")
    return {**defaults, **given}


def choices(name: str, value: Option, known: Iterable[str]) -> str:
    """The value, if it is one of the known words; otherwise ValueError suggests the near ones.

    >>> choices("norm", "batch", ("none", "batch", "layer"))
    'batch'
    """
    words = tuple(known)
    if value not in words:
        raise ValueError(f"{name} {value!r} is not known: {suggest(str(value), words)}")
    return str(value)


def hidden_layers(config: Config, depth: int | None = None) -> str:
    """How many hidden layers the networks of a run have, and how wide they are, in a phrase.

    Where options of an arm or of the task stand for the configuration's depth or width, they count.

    Args:
        config: the run.
        depth: that of the networks asked about, where it is not every one's.

    >>> from actmath.experiment.recipes import RECIPES
    >>> for name in ("fifty-layers", "he-depth", "weight-moments", "elu-autoencoder"):
    ...     print(hidden_layers(RECIPES[name].config("book")))
    50 hidden layers of 100
    21 or 29 hidden layers of 24
    8 hidden layers of 64 or 256
    7 hidden layers of 128, 64, 32, 8, 32, 64, 128
    """
    depths, widths = _sizes(config)
    depths = depths if depth is None else [str(depth)]
    noun = "layer" if depths == ["1"] else "layers"
    return f"{' or '.join(depths)} hidden {noun} of {' or '.join(widths)}"


def _sizes(config: Config) -> tuple[list[str], list[str]]:
    """Every depth and every width that occurs, as texts, without repetition."""
    options, arms = config.options, config.conditions
    if config.task == "autoencoder":
        *down, code = str(options.get("encoder", ENCODER)).split(",")
        return [str(2 * len(down) + 1)], [", ".join([*down, code, *reversed(down)])]
    if config.task == "tables":
        # A grid that every arm is trained over.
        depths = str(options.get("depths", GRID_DEPTHS)).split(",")
    else:
        depths = [str(_depth(config, arm)) for arm in arms]
    widths = [str(arm.options.get("width") or config.width) for arm in arms]
    # In the order in which they first occur.
    return list(dict.fromkeys(depths)), list(dict.fromkeys(widths))


def _depth(config: Config, arm: Condition) -> int:
    stages = str(arm.options.get("stages", ""))
    depth = int(arm.options.get("depth") or config.depth)
    convolutions = sum(map(int, stages.split(","))) if stages else depth
    # Then a convolutional task's dense layers; the output is no hidden one.
    return convolutions + int(config.options.get("dense", 0))
