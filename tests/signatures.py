"""What callers may write: ``python -m tests.signatures`` records it in ``tests/signatures.txt``.

A line for each public function, constructor and method that somebody wrote: its arguments and their
defaults. Modules that are made from the catalog have those of its entries.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".txt")
FLOORS = (
    "derive",
    "numeric",
    "prove",
    "lower",
    "nn",
    "nn.functional",
    "experiment",
    "claims",
    "plot",
)


def lines() -> list[str]:
    """As they are now, in the order of their names."""
    found = set[str]()
    for path in ("actmath", *(f"actmath.{floor}" for floor in FLOORS)):
        module = import_module(path)
        for name in module.__all__:
            found.update(_lines(f"{path}.{name}", getattr(module, name)))
    return sorted(found)


def _lines(path: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value):
        if _is_ours(value.__init__):
            yield _line(path, value)
        for name, method in vars(value).items():
            if not name.startswith("_"):
                # Of a method of a class the function itself.
                function = getattr(method, "__func__", method)
                yield from (_line(f"{path}.{name}", each) for each in [function] if _is_ours(each))
    elif callable(value) and _is_ours(value):
        yield _line(path, value)


def _is_ours(function: Any) -> bool:
    """Its own module says so: a wrapper has that of what it wraps."""
    if not callable(function):
        return False
    module = str(getattr(inspect.unwrap(function), "__module__", ""))
    return module.partition(".")[0] == "actmath" and module != "actmath.nn._catalog_modules"


def _line(path: str, function: Callable[..., Any]) -> str:
    signature = inspect.signature(function)
    bare = [_bare(each) for each in signature.parameters.values()]
    return f"{path}{signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)}"


def _bare(argument: inspect.Parameter) -> inspect.Parameter:
    """Without its type; a function or class as its default by its name, which has no address."""
    default = argument.default
    if default is not argument.empty and (inspect.isroutine(default) or inspect.isclass(default)):
        default = _Named(default.__qualname__)
    return argument.replace(annotation=argument.empty, default=default)


class _Named:
    """What is written as its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


if __name__ == "__main__":
    FILE.write_text("\n".join(lines()) + "\n", "utf-8")
