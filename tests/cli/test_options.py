"""Options that are repeated: each name once."""

from __future__ import annotations

import pytest

from actmath.cli._options import each_once

from .invoke import refusal


def test_values_by_their_names_in_the_order_given() -> None:
    assert list(each_once("--set", [("b", 1), ("a", 1)]).items()) == [("b", 1), ("a", 1)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "leaky_relu", "--set", "a=1", "--set", "a=2"), "--set gives a twice: 1 and 2"),
        (("moments", "elu", "--set", "alpha=1", "--set", " alpha =1"), "--set gives alpha twice"),
        (("sweep", "fifty-layers", "--over", "depth=8", "--over", "depth=16"), "depth twice"),
    ],
)
def test_a_name_that_comes_twice_is_misuse(arguments: tuple[str, ...], message: str) -> None:
    assert message in refusal(*arguments)
