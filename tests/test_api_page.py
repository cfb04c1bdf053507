"""The API pages of the book show every listed name once, and nothing that no module lists."""

from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path
from types import ModuleType

from sympy import Expr

from actmath import Activation

from .test_doors import PUBLIC

BOOK = Path(__file__).parents[1] / "book"
EXTENSION = BOOK / "_ext" / "public_names.py"
DOCUMENTED = re.compile(r"^\.\. auto(?:class|function):: (\S+)\.(\w+)$", re.MULTILINE)
VALUES = re.compile(r"^\.\. py:data:: (\w+)\n +:module: (\S+)$", re.MULTILINE)


def page() -> str:
    """All of them, one below the other."""
    spec = importlib.util.spec_from_file_location("public_names", EXTENSION)
    assert spec is not None
    assert spec.loader is not None
    extension = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(extension)
    texts = [path.read_text("utf-8") for path in (BOOK / "api.md", *sorted(BOOK.glob("api/*.md")))]
    return "\n".join(map(extension.filled, texts))


def test_every_listed_name_is_shown_once() -> None:
    text = page()
    shown = [*DOCUMENTED.findall(text), *((m, n) for n, m in VALUES.findall(text))]
    # What several modules list, such as a floor and the package, is one value under one name.
    found = [(name, id(getattr(importlib.import_module(module), name))) for module, name in shown]
    assert len(found) == len(set(found))
    listed = {
        (name, id(value))
        for module in PUBLIC
        if module != "actmath.cli"
        for name, value in values(importlib.import_module(module)).items()
        # Floors have sections, units the tables of the book, symbols the table of notation.
        if not isinstance(value, ModuleType | Activation | Expr)
    }
    assert set(found) == listed


def values(module: ModuleType) -> dict[str, object]:
    return {name: getattr(module, name) for name in module.__all__}


def test_every_public_module_has_a_section() -> None:
    headings = re.findall(r"^#+ (\S+)$", page(), re.MULTILINE)
    assert len(headings) == len(set(headings))
    assert {module for module in PUBLIC if module != "actmath.cli"} <= set(headings)
    assert not [name for name in headings if "._" in name]
