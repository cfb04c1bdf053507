"""Certificates as files, and the chains that they declare."""

from __future__ import annotations

import copy
import json
from pathlib import Path

from actmath import prove
from actmath.prove._certificate.certificate import broken_chain

from ..tampering import content


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    result = prove.prove("theorem-1-variance-upper")
    assert result.certificate
    path = result.certificate.save(tmp_path)
    assert path.name == "theorem-1-variance-upper.json"
    assert prove.Certificate.load(path).as_dict() == json.loads(path.read_text())
    assert prove.verify(path).accepted


def test_a_chain_with_a_missing_link_is_found() -> None:
    declared = content("global-theorem-not-sooner")["declaration"]
    assert broken_chain(declared) == ""
    other_box, other_end, fewer_claims = (copy.deepcopy(declared) for _ in range(3))
    other_box["parts"][3]["domain"]["nu"] = ["5", "6"]
    other_end["chains"][0]["target"] = {"mu": ["0", "0"], "nu": ["1", "1"]}
    fewer_claims["parts"][5]["claims"].pop()
    for altered in (other_box, other_end, fewer_claims):
        assert "next box" in broken_chain(altered)
