"""Answers that are kept for the next who asks, by arguments that may be anything."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, Protocol, TypeVar

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")
_Answer = TypeVar("_Answer", covariant=True)


class KeptFunction(Protocol[_Given, _Answer]):
    """A function that keeps its last answers."""

    def __call__(self, *args: _Given.args, **named: _Given.kwargs) -> _Answer:
        """The answer, of before if the same was asked before."""

    def cache_clear(self) -> None:
        """Forget all answers."""


def kept(
    most: int, *, typed: bool = False
) -> Callable[[Callable[_Given, _Found]], KeptFunction[_Given, _Found]]:
    """``functools.lru_cache`` for functions that people call.

    What has no hash, such as a list, is no key: the function itself then says what is wrong with
    it, and not Python that it is unhashable.

    Args:
        most: how many answers are kept.
        typed: tell arguments of different types apart, such as 1 and True.

    >>> kept(2)(abs)(-1), kept(2)(len)([1, 2])
    (1, 2)
    """

    def keeping(function: Callable[_Given, _Found]) -> KeptFunction[_Given, _Found]:
        cached = lru_cache(most, typed)(function)

        @wraps(function)
        def asked(*args: _Given.args, **named: _Given.kwargs) -> _Found:
            try:
                return cached(*args, **named)  # type: ignore[arg-type]  # with a hash or without
            except TypeError:
                if _has_hash((args, *named.values())):
                    raise
            return function(*args, **named)

        asked.cache_clear = cached.cache_clear  # type: ignore[attr-defined]
        return asked  # type: ignore[return-value]

    return keeping


def _has_hash(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
