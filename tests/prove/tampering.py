"""Committed certificates, and what becomes of them when somebody alters them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from actmath.prove._certificate import check
from actmath.prove._certificate.certificate import verify_content

Content = dict[str, Any]
FOLDER = Path(__file__).parents[2] / "book" / "certificates"


def content(name: str) -> Content:
    """A committed certificate as plain values."""
    loaded: Content = json.loads((FOLDER / f"{name}.json").read_text())
    return loaded


def resealed(altered: Content) -> Content:
    """With a digest that fits what it now says."""
    return {**altered, "sha256": check.seal(altered)}


def tampered(name: str, change: Callable[[Content], object]) -> Content:
    altered = copy.deepcopy(content(name))
    change(altered)
    return resealed(altered)


def rejection(altered: Content, name: str | None = "theorem-1") -> str:
    declared = content(name)["declaration"] if name else None
    report = verify_content(altered, declared)
    assert not report.accepted
    return report.reason


def evidence(altered: Content, claim: int = 4) -> Any:
    return altered["evidence"][0][claim]


def set_cover(altered: Content, cover: str) -> None:
    evidence(altered)["cover"] = cover
