"""What the README promises at a glance: its examples run, its findings are the code's."""

from __future__ import annotations

import doctest
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readme", ROOT / "book/_ext/readme.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_prints_what_it_shows() -> None:
    found = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert found.attempted >= 7
    assert not found.failed


def test_the_findings_are_computed(script: ModuleType) -> None:
    (match,) = script.PLACE.finditer(README.read_text("utf-8"))
    *lines, ledger = match[0].splitlines(keepends=True)[1:-1]
    assert "".join(lines) == script.findings()
    # The book's own page has the same counts: the page checks compare them.
    assert re.match(r"- Of \d+ statements of the papers \d+ hold, ", ledger)


def test_the_table_is_that_of_the_record(script: ModuleType) -> None:
    (match,) = script.PEERS.finditer(README.read_text("utf-8"))
    assert match[0] == match[1] + script.peers() + match[2]


@pytest.mark.parametrize(
    ("seconds", "text"), [(2.34, "2.3 s"), (0.0456, "46 ms"), (7.8e-5, "78 µs"), (1e-7, "0.1 µs")]
)
def test_times_have_two_digits(script: ModuleType, seconds: float, text: str) -> None:
    assert script._time(seconds) == text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_is_there_in_both_themes(script: ModuleType, theme: str) -> None:
    text = README.read_text("utf-8")
    path = ROOT / "book/_static" / f"readme-{theme}.svg"
    assert str(path.relative_to(ROOT)) in text
    drawn = path.read_text("utf-8")
    ElementTree.fromstring(drawn)
    assert script.inks(theme)["--figure-paper"] in drawn
    assert "var(" not in drawn
