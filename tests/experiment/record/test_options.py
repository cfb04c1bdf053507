"""Settings have defaults and types, and a wrong one is told what would be right."""

from __future__ import annotations

import pytest

from actmath.experiment._record.config import Option
from actmath.experiment._record.options import choices, with_defaults

DEFAULTS: dict[str, Option] = {"momentum": 0.0, "pool": "mean", "head": 0, "residual": False}


def test_what_is_given_goes_before_the_defaults() -> None:
    found = with_defaults({"pool": "last"}, DEFAULTS, "run")
    assert found == {**DEFAULTS, "pool": "last"}
    assert DEFAULTS["pool"] == "mean"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"momentom": 0.9}, "run: no option is named 'momentom': did you mean momentum"),
        ({"momentum": 1}, "run: option momentum must be of type float, got 1"),
        ({"head": True}, "run: option head must be of type int, got True"),
    ],
)
def test_wrong_settings_say_what_would_be_right(given: dict[str, Option], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        with_defaults(given, DEFAULTS, "run")


def test_words_are_chosen_from_a_list() -> None:
    assert choices("pool", "last", ("mean", "last")) == "last"
    with pytest.raises(ValueError, match="pool 'lost' is not known: did you mean last"):
        choices("pool", "lost", ("mean", "last"))
