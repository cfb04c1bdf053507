"""Files of a network's arrays: what is read, and what is refused before it is."""

from __future__ import annotations

import os
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

from actmath.cli import app

from .invoke import RUNNER, refusal


@pytest.fixture(autouse=True)
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A description that takes its weights from w.npz."""
    monkeypatch.chdir(tmp_path)
    Path("net.toml").write_text('widths = [9, 4]\nunit = "relu"\narrays = "w.npz"', "utf-8")
    return "net.toml"


def test_arrays_are_read_without_pickle(net: str) -> None:
    rng = np.random.default_rng(0)
    arrays = {"W0": rng.normal(size=(4, 9)) / 3, "b0": np.zeros(4)}
    np.savez("w.npz", **arrays)
    assert RUNNER.invoke(app, ["diagnose", net]).exit_code == 0
    np.savez("w.npz", W0=arrays["W0"].T, b0=arrays["b0"])
    assert "shape (4, 9)" in refusal("diagnose", net)
    np.savez("w.npz", W0=arrays["W0"])
    assert "no array b0" in refusal("diagnose", net)
    np.savez("w.npz", W0=np.array([[{}]], dtype=object), b0=arrays["b0"])
    assert "allow_pickle" in refusal("diagnose", net)
    np.savez_compressed("w.npz", **arrays)
    whole = Path("w.npz").read_bytes()
    altered = whole[:60] + bytes(60) + whole[120:]
    for content in (b"", b"PK\x03\x04", whole[:-30], altered, b"\x93NUMPY"):
        Path("w.npz").write_bytes(content)
        assert "w.npz is no .npz file of arrays" in refusal("diagnose", net)
    with Path("w.npz").open("wb") as file:
        np.save(file, arrays["W0"])
    assert "w.npz is no .npz file of arrays: it holds a single one" in refusal("diagnose", net)
    np.savez("w.npz", **arrays, W1=np.zeros((2, 4)))
    assert "w.npz has an array W1, but there are 1 layers" in refusal("diagnose", net)
    np.savez("w.npz", **arrays, b12=np.zeros(2))
    assert "w.npz has an array b12, but there are 1 layers" in refusal("diagnose", net)
    huge = arrays["W0"].astype(np.longdouble) * np.longdouble("1e400")
    if np.isfinite(huge).all():
        np.savez("w.npz", W0=huge, b0=arrays["b0"])
        assert "W0 holds numbers beyond single precision" in refusal("diagnose", net)
    np.savez("w.npz", W0=arrays["W0"].astype(np.float16), b0=arrays["b0"])
    assert RUNNER.invoke(app, ["diagnose", net]).exit_code == 0
    np.savez("w.npz", **arrays)
    with zipfile.ZipFile("w.npz", "a") as file, warnings.catch_warnings(action="ignore"):
        file.writestr("W0.npy", file.read("b0.npy"))
    assert "it has two arrays of one name" in refusal("diagnose", net)
    with zipfile.ZipFile("w.npz", "w") as file:
        file.writestr("W0.npy", "no array")
    assert "W0 is no array" in refusal("diagnose", net)
    Path("w.npz").unlink()
    os.mkfifo("w.npz")
    assert "w.npz: it is no file" in refusal("diagnose", net)


def test_arrays_that_unzip_to_more_than_is_allowed(
    net: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez_compressed("w.npz", W0=np.zeros((4, 9)), b0=np.zeros(4), spare=np.zeros(2**18))
    assert Path("w.npz").stat().st_size < 10_000
    monkeypatch.setenv("ACTMATH_LARGEST_DATA", "1")
    assert "w.npz: more than the 1 MiB that are allowed: set ACTMATH" in refusal("diagnose", net)
    monkeypatch.setenv("ACTMATH_LARGEST_DATA", "3")
    assert RUNNER.invoke(app, ["diagnose", net]).exit_code in (0, 1)
