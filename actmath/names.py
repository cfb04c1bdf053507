"""Finding things by name: one registry for activations, claims, recipes, tasks and statements."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from types import ModuleType
from typing import Any, Generic, TypeVar

__all__ = [
    "DuplicateNameError",
    "Entry",
    "Registry",
    "UnknownNameError",
    "declaration",
    "module_names",
    "modules",
    "suggest",
]

_V = TypeVar("_V")


def __dir__() -> list[str]:
    return sorted(__all__)


class UnknownNameError(KeyError, ValueError):
    """A name that a registry does not hold."""

    def __str__(self) -> str:
        return str(self.args[0])


class DuplicateNameError(ValueError):
    """Two declarations of one name."""


def suggest(unknown: str, known: Iterable[str]) -> str:
    """The half sentence that ends an error about an unknown name: the near ones, or all.

    >>> suggest("tahn", ["relu", "tanh"])
    'did you mean tanh?'
    """
    names = sorted(known)
    near = get_close_matches(unknown, names, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"known are {', '.join(names)}" if names else "there are none"


@dataclass(frozen=True)
class Entry(Generic[_V]):
    """A declaration: its name, what makes the value when it is first asked for, where it stands.

    By its ``aliases`` it is found too; what lists names does not list them.
    """

    name: str
    make: Callable[[], _V]
    place: str
    aliases: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, value: _V, place: str, aliases: tuple[str, ...] = ()) -> Entry[_V]:
        """The entry of a value that is already made."""
        return cls(name, lambda: value, place, aliases)


class Registry(Mapping[str, _V]):
    """Values by name, in the order of their declaration, each made when it is first asked for.

    Args:
        kind: what a value is, in the singular, for the errors.
        declared: gives the entries; it is called once, when the registry is first used, so that
            importing a registry imports nothing that is registered.
        spelled: turns what a caller wrote into a name, where several spellings are allowed.
        instead: what to say of names that people know and that cannot be entries.

    Raises:
        DuplicateNameError: at the first use, if two entries have one name, or one the other's for
            an alias; both places are named.
        ValueError: at the first use, if ``spelled`` turns an entry's name into another one.

    >>> Registry("unit", lambda: [Entry("a", int, "here"), Entry("a", float, "there")])["a"]
    Traceback (most recent call last):
    ...
    actmath.names.DuplicateNameError: two units are named 'a': in here and in there
    """

    def __init__(
        self,
        kind: str,
        declared: Callable[[], Iterable[Entry[_V]]],
        spelled: Callable[[str], str] = str,
        instead: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self._kinds = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
        self._declared = declared
        self.spelled = spelled
        self.instead = instead or {}
        self._made: dict[str, _V] = {}

    @cached_property
    def _entries(self) -> dict[str, Entry[_V]]:
        entries: dict[str, Entry[_V]] = {}
        for entry in self._declared():
            first = entries.get(entry.name)
            if first is not None:
                raise DuplicateNameError(
                    f"two {self._kinds} are named {entry.name!r}: in {first.place} and in "
                    f"{entry.place}"
                )
            if self.spelled(entry.name) != entry.name:
                # Every look-up goes through ``spelled``: this one could never be found.
                raise ValueError(
                    f"the {self.kind} {entry.name!r} in {entry.place} must be named "
                    f"{self.spelled(entry.name)!r}"
                )
            entries[entry.name] = entry
        return entries

    @cached_property
    def _known(self) -> dict[str, Entry[_V]]:
        """The entries by all their names."""
        known = dict(self._entries)
        for entry in self._entries.values():
            for alias in map(self.spelled, entry.aliases):
                first = known.setdefault(alias, entry)
                # An alias that says the name again is of no use, but no error.
                if first is not entry:
                    raise DuplicateNameError(
                        f"two {self._kinds} are called {alias!r}: in {first.place} and in "
                        f"{entry.place}"
                    )
        return known

    def get_place(self, name: str) -> str:
        """Where a name is declared, as a module and what follows it there."""
        return self._entry(name).place

    def get_instead(self, name: str) -> str:
        """What there is in place of a name that cannot be an entry, "" for other names."""
        return self.instead.get(self.spelled(name), "")

    def _entry(self, name: str) -> Entry[_V]:
        if not isinstance(name, str):
            raise TypeError(f"the name of a {self.kind} must be a text, got {name!r:.60}")
        entry = self._known.get(self.spelled(name))
        if entry is None:
            near = self.get_instead(name) or suggest(self.spelled(name), self._known)
            raise UnknownNameError(f"no {self.kind} is named {name!r}: {near}")
        return entry

    def __getitem__(self, name: str) -> _V:
        """The value of that name.

        Raises:
            UnknownNameError: if there is none (a KeyError and a ValueError); the message lists the
                near ones.
            TypeError: for a name that is no text.
        """
        entry = self._entry(name)
        if entry.name not in self._made:
            self._made[entry.name] = entry.make()
        return self._made[entry.name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of that name, or the default; an error in making it is not hidden."""
        return self[name] if name in self else default  # noqa: SIM401 - it would call itself

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.spelled(name) in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<{len(self)} {self._kinds}: {', '.join(self)}>"


def declaration(module: ModuleType, name: str) -> Any:
    """What a module that is found by itself declares under the name that its kind has.

    Raises:
        ValueError: naming the module, if it declares nothing so named.
    """
    if not hasattr(module, name):
        raise ValueError(
            f"{module.__name__} declares no {name}: every module of its folder is found by "
            "itself and must; an underscore before its name keeps it out"
        )
    return getattr(module, name)


def module_names(package: ModuleType) -> tuple[str, ...]:
    """The public modules of a package, sorted; none of them is imported."""
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """The public modules of a package, imported one by one."""
    for name in module_names(package):
        yield importlib.import_module(f"{package.__name__}.{name}")
