"""What a training run is asked to do: frozen, comparable, identified by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from operator import index
from typing import Any, SupportsIndex

from ..._text.tables import text_table
from .._files.schema import check_fields

# Networks are held in memory side by side.
_MOST_SEEDS = 100_000
DTYPES = ("float32", "float64")
EVALUATIONS = ("test", "validation")
PRECISIONS = ("full", "tf32", "bf16")

#: How a configuration and a record are had, for errors.
CONFIG_HINT = "experiment.recipes.RECIPES[name].config(preset) makes one"
RECORD_HINT = "experiment.load_record(path) reads one"

Option = str | int | float | bool


@dataclass(frozen=True)
class Condition:
    """One arm of an experiment: which unit, fed with what, started from which weights.

    Args:
        name: identifier within the experiment.
        activation: name in ``actmath.catalog``.
        scaling: name in ``data.SCALINGS``.
        weights: name in ``weights.WEIGHT_LAWS``.
        learning_rate: step of the optimizer, for this arm.
        options: the arm's further settings; the task says which there are.

    Raises:
        ValueError: if a field is of another type, or the learning rate not positive and finite.
    """

    name: str
    activation: str
    scaling: str
    weights: str
    learning_rate: float
    options: Mapping[str, Option] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        check_fields(self)
        if not 0 < self.learning_rate < float("inf"):
            raise ValueError(
                f"{self.name}: learning_rate must be positive and finite, got {self.learning_rate}"
            )


@dataclass(frozen=True, repr=False)
class Config:
    """Everything that determines a run's numbers, apart from the device and library versions.

    Args:
        recipe, preset: which experiment, at which scale.
        conditions: the arms; each is trained once for every seed.
        seeds: one integer ≥ 0 a repetition, shared by the arms, so that repetitions pair up.
        data: name in ``data.DATASETS``, or such as ``csv:FILE`` (``data.SOURCES``).
        evaluate_on: ``test``, or ``validation`` for a part held out of the training images.
        width, depth: units of a hidden layer, number of hidden layers.
        epochs, batch: passes over the training images, images in an update.
        dtype: arithmetic of the weights and activations.
        train_limit, test_limit: use only so many images (None: all).
        task: what is trained, a name in ``tasks.TASKS``.
        options: the task's further settings.
        precision: ``full``, or ``tf32`` or ``bf16`` for faster, coarser products.
        compile: have PyTorch compile the forward pass.

    Raises:
        ValueError: naming the field, its value and what would be right.
    """

    recipe: str
    preset: str
    conditions: tuple[Condition, ...]
    seeds: tuple[int, ...]
    data: str
    width: int
    depth: int
    epochs: int
    batch: int
    evaluate_on: str = "test"
    dtype: str = "float32"
    train_limit: int | None = None
    test_limit: int | None = None
    task: str = "mlp"
    options: Mapping[str, Option] = field(default_factory=dict, hash=False)
    precision: str = "full"
    compile: bool = False

    def __post_init__(self) -> None:
        check_fields(self)
        for name in ("width", "depth", "epochs", "batch"):
            _require(getattr(self, name) >= 1, name, getattr(self, name), "at least 1")
        for name in ("train_limit", "test_limit"):
            limit = getattr(self, name)
            _require(limit is None or limit >= 1, name, limit, "at least 1, or None for all")
        for name, choices in _CHOICES:
            choice = getattr(self, name)
            _require(choice in choices, name, choice, f"one of {', '.join(choices)}")
        names = [condition.name for condition in self.conditions]
        _require(bool(names) and _distinct(names), "conditions", names, "distinct, at least one")
        right = bool(self.seeds) and _distinct(self.seeds) and min(self.seeds) >= 0
        _require(right, "seeds", self.seeds, "distinct integers ≥ 0, at least one")

    def __repr__(self) -> str:
        data = _without_idle(asdict(self))
        conditions, recipe, preset = (data.pop(key) for key in ("conditions", "recipe", "preset"))
        names = ", ".join(condition["name"] for condition in conditions)
        rows = [
            (f"{len(conditions)} conditions", names),
            *((k, v) for k, v in data.items() if v is not None),
        ]
        return text_table(rows, caption=f"{recipe}, preset {preset}", more="see .to_json()")

    @property
    def members(self) -> tuple[tuple[Condition, int], ...]:
        """Every (condition, seed), conditions outermost: the order of all per-member results."""
        return tuple((condition, seed) for condition in self.conditions for seed in self.seeds)

    def condition(self, name: str) -> Condition:
        """The arm of that name; ValueError lists those there are."""
        for condition in self.conditions:
            if condition.name == name:
                return condition
        known = ", ".join(condition.name for condition in self.conditions)
        raise ValueError(f"no condition is named {name!r}: known are {known}")

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON text, in hexadecimal."""
        return digest(self.to_json())

    def with_seeds(self, seeds: int | Iterable[int] | None) -> Config:
        """The same run with other seeds: a number n means 0 … n − 1, None changes nothing.

        Raises:
            ValueError: if there are none, or more than anybody trains.
            TypeError: if they are no whole numbers.
        """
        if seeds is None:
            return self
        given: object = seeds
        # A text would be taken for its letters.
        if isinstance(given, Iterable) and not isinstance(given, str):
            return replace(self, seeds=tuple(map(index, given)))
        # NumPy's integers, too; but True is no number of repetitions.
        if isinstance(given, bool) or not isinstance(given, SupportsIndex):
            raise TypeError(f"seeds must be a number of repetitions, or several, got {given!r}")
        count = index(given)
        _require(0 < count <= _MOST_SEEDS, "seeds", count, f"1 to {_MOST_SEEDS} repetitions")
        return replace(self, seeds=tuple(range(count)))

    def to_json(self) -> dict[str, Any]:
        """Plain data, from which ``from_json`` makes the same configuration.

        A setting that a configuration can do without is left out at its default, so that a new
        one does not change the hash of the configurations that were there before it.
        """
        data = _without_idle(asdict(self))
        data["conditions"] = [_without_idle(condition) for condition in data["conditions"]]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Config:
        """The inverse of ``to_json``.

        Raises:
            ValueError: if a field is missing or unknown, or a value is not allowed.
        """
        unknown = set(data) - {item.name for item in fields(cls)}
        if unknown:
            raise ValueError(f"a configuration has no field {', '.join(sorted(unknown))}")
        values = dict(data)
        try:
            values["conditions"] = tuple(Condition(**c) for c in data["conditions"])
            values["seeds"] = tuple(data["seeds"])
            return cls(**values)
        except (KeyError, TypeError) as error:
            raise ValueError(f"a configuration that cannot be read: {error}") from error


def canonical(data: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, shortest round-trip floats."""
    # JSON has no nan: Python would write a text that other readers refuse.
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)


def read_canonical(content: bytes) -> Any:
    """The value of a JSON text that says one thing: no name twice, every named text legible.

    Raises:
        ValueError: if it is no such text.
    """
    return json.loads(content, object_pairs_hook=_object)


# The longest text of the book's records, a list of tables, has 151 characters.
_LEGIBLE = 10_000


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    texts = [*found, *(value for value in found.values() if isinstance(value, str))]
    # Names and texts get into tables and verdicts: there a control character would act.
    wrong = [text for text in texts if len(text) > _LEGIBLE or not text.isprintable()]
    if wrong:
        wanted = f"at most {_LEGIBLE} printable characters wanted"
        raise ValueError(f"{wanted}, got {len(wrong[0])}: {wrong[0][:20]!a}")
    return found


def digest(data: object) -> str:
    """SHA-256 of ``canonical(data)``, in hexadecimal."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


_CHOICES = (("dtype", DTYPES), ("evaluate_on", EVALUATIONS), ("precision", PRECISIONS))
# At these values a setting stays out of the hash: see ``Config.to_json``.
_IDLE: Mapping[str, object] = {"task": "mlp", "options": {}, "precision": "full", "compile": False}


def _without_idle(data: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if k not in _IDLE or v != _IDLE[k]}


def _distinct(values: list[str] | tuple[int, ...]) -> bool:
    return len(set(values)) == len(values)


def _require(right: bool, name: str, value: object, wanted: str) -> None:
    if not right:
        raise ValueError(f"{name} must be {wanted}, got {value!r}")
