"""Data sets by name: examples as stored, a fixed split, checksums, and how inputs are scaled.

``DATASETS`` holds the sets that have a name of their own; ``SOURCES`` reads others, with names
such as ``keel:iris``, ``csv:FILE``, ``idx:FOLDER`` and ``cifar:FOLDER``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from ..._text.kinds import check_kind, check_name
from ...names import Entry, Registry
from .._record.config import CONFIG_HINT, Config
from ._cifar import CIFAR_SHA256, load_cifar10, load_cifar_folder
from ._dataset import (
    SPLIT_SEED,
    Bytes,
    DamagedDataError,
    DataSet,
    DataTooLargeError,
    Doubles,
    Features,
    MissingDataError,
    NamedLoader,
    stratified,
)
from ._files import verify_sha256
from ._keel import KEEL_SHA256
from ._mnist import (
    FASHION_SHA256,
    MNIST_5K_SHA256,
    MNIST_FILES,
    MNIST_FOLDER,
    MNIST_SHA256,
    load_fashion_mnist,
    load_idx_folder,
    load_mnist,
    load_mnist_5k,
)
from ._scaling import (
    SCALINGS,
    Scaling,
    standardized,
    standardized_together,
    unit_interval,
    unscaled,
)
from ._sequences import SEQUENCES
from ._tables import TableData, load_digits, load_table, parse_table
from ._texts import TEXTS

__all__ = [
    "CIFAR_SHA256",
    "DATASETS",
    "FASHION_SHA256",
    "KEEL_SHA256",
    "MNIST_5K_SHA256",
    "MNIST_FILES",
    "MNIST_FOLDER",
    "MNIST_SHA256",
    "SCALINGS",
    "SOURCES",
    "SPLIT_SEED",
    "Bytes",
    "DamagedDataError",
    "DataSet",
    "DataTooLargeError",
    "Doubles",
    "Features",
    "MissingDataError",
    "Scaling",
    "TableData",
    "is_data_name",
    "load",
    "load_cifar10",
    "load_digits",
    "load_fashion_mnist",
    "load_mnist",
    "load_mnist_5k",
    "load_table",
    "parse_table",
    "prepare",
    "standardized",
    "standardized_together",
    "stratified",
    "unit_interval",
    "unscaled",
    "verify_sha256",
]

_IMAGES: tuple[NamedLoader, ...] = (
    ("mnist-5k", load_mnist_5k),
    ("mnist", load_mnist),
    ("fashion-mnist", load_fashion_mnist),
    ("cifar-10", load_cifar10),
    ("digits", load_digits),
)
_DECLARED = (("_IMAGES", _IMAGES), ("_sequences.SEQUENCES", SEQUENCES), ("_texts.TEXTS", TEXTS))


def _entries() -> Iterator[Entry[Callable[[], DataSet]]]:
    for place, loaders in _DECLARED:
        for index, (name, loader) in enumerate(loaders):
            yield Entry.of(name, loader, f"{__name__}.{place}[{index}]")


#: What loads each data set that has a name of its own.
DATASETS: Registry[Callable[[], DataSet]] = Registry("data set", _entries)
#: What loads a set by what follows a source's name and a colon.
SOURCES: Mapping[str, Callable[[str], DataSet]] = MappingProxyType(
    {
        "idx": load_idx_folder,
        "cifar": load_cifar_folder,
        "csv": lambda which: load_table(f"csv:{which}").split(),
        "keel": lambda which: load_table(f"keel:{which}").split(),
        "sklearn": lambda which: load_table(f"sklearn:{which}").split(),
        "uci": lambda which: load_table(f"uci:{which}").split(),
    }
)


def is_data_name(name: str) -> bool:
    """Whether a name is one of ``DATASETS``, or begins with one of ``SOURCES`` and a colon.

    Raises:
        TypeError: for a name that is no text.
    """
    check_name(name, "name")
    source, colon, _ = name.partition(":")
    return name in DATASETS or (bool(colon) and source in SOURCES)


def load(name: str) -> DataSet:
    """The data set of that name.

    Raises:
        ValueError: if there is none of that name.
        MissingDataError: if it is not on this machine; the message says how to get it.
        DamagedDataError: if a checksum or the format is wrong.
        TypeError: for a name that is no text.
    """
    check_name(name, "name")
    if not is_data_name(name):
        sources = ", ".join(f"{source}:…" for source in SOURCES)
        raise ValueError(
            f"no data set is named {name!r}: known are {', '.join(DATASETS)} and {sources}"
        )
    source, _, which = name.partition(":")
    return DATASETS[name]() if name in DATASETS else SOURCES[source](which)


def prepare(config: Config) -> DataSet:
    """The configuration's data set, split and limited.

    Raises:
        TypeError: for what is no configuration.
    """
    check_kind(config, Config, "config", CONFIG_HINT)
    data = load(config.data)
    # Split first: limits count what is left of each part.
    data = data.validation() if config.evaluate_on == "validation" else data
    return data.limited(config.train_limit, config.test_limit)


def __dir__() -> list[str]:
    return sorted(__all__)
