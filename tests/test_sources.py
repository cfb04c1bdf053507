"""A source is a key and a place."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from actmath import Source


def test_it_prints_and_compares() -> None:
    source = Source("he2015", "Eq. 1")
    assert str(source) == "He et al. 2015, Eq. 1"
    assert str(Source("nobody2020", "Eq. 1")) == "nobody2020, Eq. 1"
    assert source == Source("he2015", "Eq. 1") != Source("he2015", "Eq. 2")
    assert len({source, Source("he2015", "Eq. 1")}) == 1


@pytest.mark.parametrize(("key", "locator"), [("", "Eq. 1"), ("he2015", ""), ("  ", "Eq. 1")])
def test_a_source_without_a_place_is_refused(key: str, locator: str) -> None:
    with pytest.raises(ValueError, match=r"Eq\. 4"):
        Source(key, locator)


def test_it_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Source("he2015", "Eq. 1").locator = "Eq. 2"  # type: ignore[misc]
