"""Committed certificates, and what becomes of them when somebody alters them."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from actmath import prove
from actmath.prove._certificate.check import canonical_bytes

Content = dict[str, Any]
FOLDER = Path(__file__).parents[2] / "book" / "certificates"


def content(name: str) -> Content:
    """A committed certificate as plain values."""
    loaded: Content = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return loaded


def tampered(name: str, change: Callable[[Content], object]) -> Content:
    altered = copy.deepcopy(content(name))
    change(altered)
    return altered


def judged(data: bytes, statement: str | None = "theorem-1") -> prove.VerifyReport:
    """What is said of a file with these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.json"
        file.write_bytes(data)
        return prove.verify(file, statement)


def rejection(altered: Content, name: str | None = "theorem-1") -> str:
    report = judged(canonical_bytes(altered), name)
    assert not report.accepted
    assert report.certificate is None
    return report.reason


def evidence(altered: Content, claim: int = 4) -> Any:
    return altered["evidence"][0][claim]


def set_cover(altered: Content, cover: str) -> None:
    evidence(altered)["cover"] = cover
