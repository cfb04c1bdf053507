"""Settings have defaults and types, and a wrong one is told what would be right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actmath.experiment._record.config import Config, Option
from actmath.experiment._record.options import choices, hidden_layers, with_defaults
from actmath.experiment.recipes import RECIPES

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


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("snn-depth", "8 or 16 or 32 hidden layers of 64"),
        ("prelu-slopes", "13 hidden layers of 8"),
        ("he-depth", "21 or 29 hidden layers of 24"),
        ("tabular", "2 or 8 hidden layers of 32"),
        ("noisy-recall", "1 hidden layer of 32"),
        ("weight-moments", "8 hidden layers of 64 or 256"),
    ],
)
def test_layers_are_those_of_the_networks(name: str, phrase: str) -> None:
    """A depth or width that every arm has for itself stands in no sentence."""
    assert hidden_layers(RECIPES[name].config("book")) == phrase


def test_the_layers_that_are_asked_about() -> None:
    assert hidden_layers(RECIPES["he-depth"].config("book"), 21) == "21 hidden layers of 24"


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("elu-autoencoder", "7 hidden layers of 128, 64, 32, 8, 32, 64, 128"),
        ("tabular", "2 or 8 hidden layers of 32"),
    ],
)
def test_an_option_that_is_left_out_has_its_default(name: str, phrase: str) -> None:
    config = replace(RECIPES[name].config("book"), options={})
    assert hidden_layers(config) == phrase


def test_dense_layers_of_a_convolutional_network_count_without_stages_too(toy: Config) -> None:
    config = replace(toy, task="convolutional", options={"dense": 2})
    assert hidden_layers(config) == "7 hidden layers of 12"
