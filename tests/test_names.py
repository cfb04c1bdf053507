"""The registry: values by name, made when asked for; nothing declared is lost without a word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import actmath.catalog
from actmath.names import (
    DuplicateNameError,
    Entry,
    Registry,
    UnknownNameError,
    module_names,
    modules,
    suggest,
)

from .rehearsal import PackageCopy


def registry(*names: str) -> Registry[str]:
    return Registry("thing", lambda: [Entry.of(n, n.upper(), f"line {k}") for k, n in enum(names)])


def enum(names: tuple[str, ...]) -> enumerate[str]:
    return enumerate(names, start=1)


def test_values_come_in_the_order_of_their_declaration() -> None:
    things = registry("b", "a")
    assert list(things) == ["b", "a"]
    assert list(things.values()) == ["B", "A"]
    assert len(things) == 2
    assert repr(things) == "<2 things: b, a>"
    assert things.get_place("a") == "line 2"


def test_a_second_declaration_of_a_name_is_an_error_that_names_both_places() -> None:
    things = registry("a", "b", "a")
    for look in (
        list,
        len,
        lambda all_things: all_things["b"],
        lambda all_things: "b" in all_things,
    ):
        with pytest.raises(DuplicateNameError, match=r"two things .* 'a': in line 1 and in line 3"):
            look(things)


def test_an_alias_is_found_and_suggested_but_not_listed() -> None:
    entries = [Entry.of("one", 1, "here", ("uno", "one")), Entry.of("two", 2, "there")]
    things = Registry("thing", lambda: entries)
    assert things["uno"] == 1
    assert "uno" in things
    assert (list(things), len(things), things.get_place("uno")) == (["one", "two"], 2, "here")
    with pytest.raises(UnknownNameError, match="did you mean uno"):
        things["unno"]


@pytest.mark.parametrize("name", ["two", "uno"])
def test_an_alias_that_means_another_too_is_refused(name: str) -> None:
    entries = [Entry.of("one", 1, "here", ("uno", "two")), Entry.of(name, 2, "there", ("uno",))]
    with pytest.raises(DuplicateNameError, match=r"in here and in there|in there and in here"):
        Registry("thing", lambda: entries)["one"]


def test_the_same_entry_twice_is_a_duplicate_too() -> None:
    entry = Entry.of("a", 1, "here")
    with pytest.raises(DuplicateNameError, match="in here and in here"):
        list(Registry("thing", lambda: [entry, entry]))


def test_an_entry_that_its_own_spelling_hides_is_refused() -> None:
    things = Registry("thing", lambda: [Entry.of("Upper-Case", 1, "here")], str.lower)
    with pytest.raises(ValueError, match="'Upper-Case' in here must be named 'upper-case'"):
        list(things)


def test_spelling_is_forgiven_at_every_look_up() -> None:
    things = Registry("thing", lambda: [Entry.of("a-b", 1, "here")], lambda n: n.lower())
    assert things["A-B"] == things.get("a-B") == 1
    assert "A-b" in things
    assert things.get_place("A-B") == "here"


def test_an_unknown_name_is_a_key_and_a_value_error_that_suggests() -> None:
    things = registry("relu", "tanh")
    for kind in (UnknownNameError, KeyError, ValueError):
        with pytest.raises(kind, match=r"^no thing is named 'tahn': did you mean tanh\?$"):
            things["tahn"]
    assert things.get("tahn") is None
    assert "tahn" not in things
    assert 5 not in things


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (["tanh", "than"], "did you mean than or tanh?"),
        (["b", "a"], "known are a, b"),
        ([], "there are none"),
    ],
)
def test_suggestions(known: list[str], words: str) -> None:
    assert suggest("thna", known) == words


def test_declarations_are_read_once_and_values_made_once() -> None:
    read: list[str] = []
    made: list[str] = []

    def make() -> str:
        made.append("made")
        return "value"

    def declared() -> list[Entry[str]]:
        read.append("read")
        return [Entry("a", make, "here"), Entry("b", make, "there")]

    things = Registry("thing", declared)
    assert read == []
    assert (list(things), "a" in things, things.get_place("b")) == (["a", "b"], True, "there")
    assert made == []
    assert things["a"] is things["a"]
    assert (read, made) == (["read"], ["made"])


def test_modules_are_the_public_ones_sorted() -> None:
    names = module_names(actmath.catalog)
    assert names == tuple(sorted(names))
    assert {"exponential", "rectified"} <= set(names)
    assert [m.__name__.rpartition(".")[2] for m in modules(actmath.catalog)] == list(names)


# --- what happens to somebody who copies a file and forgets to rename what is in it --------------

REGISTRIES = {
    "claims.prelu.unit": "actmath.claims.CLAIMS",
    "experiment.recipes.elu_mnist": "actmath.experiment.recipes.RECIPES",
    "prove.theorems.backward": "actmath.prove.STATEMENTS",
    "catalog.hard": "actmath.catalog.CATALOG",
}
APPENDED = {
    "claims.prelu.unit": "CLAIMS = (*CLAIMS, CLAIMS[0])",
    "prove.theorems.backward": "DECLARED = (*DECLARED, DECLARED[0])",
}
LOOK = """
import importlib, sys
from actmath.names import DuplicateNameError
home, _, name = sys.argv[1].rpartition(".")
registry = getattr(importlib.import_module(home), name)
try:
    print(len(registry))
except DuplicateNameError as error:
    print(error)
"""


@pytest.mark.slow
@pytest.mark.parametrize("module", REGISTRIES)
def test_a_copied_file_is_refused_and_both_places_are_named(module: str, tmp_path: Path) -> None:
    package = PackageCopy.into(tmp_path)
    package.duplicate(module, f"{module.rpartition('.')[2]}_again")
    message = package.run("-c", LOOK, REGISTRIES[module])
    assert re.search(rf"actmath\.{module}\b", message)
    assert f"actmath.{module}_again" in message


@pytest.mark.slow
@pytest.mark.parametrize("module", APPENDED)
def test_a_name_declared_twice_in_one_file_is_refused(module: str, tmp_path: Path) -> None:
    package = PackageCopy.into(tmp_path)
    package.append(module, APPENDED[module])
    message = package.run("-c", LOOK, REGISTRIES[module])
    assert message.count(f"in actmath.{module}") == 2


def test_an_error_in_making_a_value_is_not_taken_for_its_absence() -> None:
    def broken() -> int:
        raise KeyError("inside")

    registry = Registry("unit", lambda: [Entry("a", broken, "here")])
    assert registry.get("b") is None
    with pytest.raises(KeyError, match="inside"):
        registry.get("a")
