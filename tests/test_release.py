"""What strangers install: both archives, built twice, each put into an empty environment."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: The interpreter that has build and twine, which ``make check-dist`` names.
BUILDER = os.environ.get("ACTMATH_RELEASE", sys.executable)
#: 2026-01-01: archives of one tree are the same bytes, whenever they are built.
EPOCH = "1767225600"
#: What the symbolic floors need, and nothing else.
SYMBOLIC = ("sympy", "mpmath", "lazy-loader")

_SYMBOLS = """
import sys
from actmath import catalog, constants, derive, moments
assert str(derive.derivative("tanh").expr) == "1 - tanh(x)**2"
alpha = constants("elu", mean=0, variance=1, digits=30).alpha
assert str(alpha) == "1.67326324235437728481704299167"
assert str(moments("relu", mean=0, variance=1, digits=20).mean).startswith("0.398942280401432677")
assert not {"numpy", "scipy", "torch", "matplotlib"} & set(sys.modules)
"""
_NUMBERS = """
import subprocess, sys
import numpy as np
from actmath import lower, numeric
assert np.allclose(lower.to_numpy("selu")(np.array([0.0, 1.0])), [0, 1.0507009873554805])
assert abs(numeric.gaussian("gelu", 0.0, 1.0).mean - 0.28209479177387814) < 1e-15
assert "torch" not in sys.modules
asked = [sys.executable, "-m", "actmath", "show", "selu"]
run = subprocess.run(asked, capture_output=True, text=True)
assert run.returncode == 0 and "1.0507" in run.stdout, run.stderr
"""
_MODULES = """
import torch
from actmath import nn
x = torch.linspace(-3, 3, 7, dtype=torch.float64, requires_grad=True)
nn.SELU()(x).sum().backward()
assert torch.allclose(nn.SELU()(x), torch.nn.functional.selu(x))
"""

pytestmark = pytest.mark.release


def run(*command: str | Path, cwd: Path | None = None) -> None:
    """Outside the checkout, so that the installed package is the one that is imported."""
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=clean | {"SOURCE_DATE_EPOCH": EPOCH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def build(tree: Path, out: Path) -> dict[str, Path]:
    run(BUILDER, "-m", "build", "--outdir", out, tree)
    return {path.name: path for path in out.iterdir()}


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def wheel(archives: dict[str, Path]) -> Path:
    (found,) = (path for name, path in archives.items() if name.endswith(".whl"))
    return found


@pytest.fixture(scope="session")
def sdist(archives: dict[str, Path]) -> Path:
    (found,) = (path for name, path in archives.items() if name.endswith(".tar.gz"))
    return found


def empty_environment(folder: Path) -> Path:
    """The interpreter of a new environment that has pip alone."""
    venv.create(folder, with_pip=True)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def install(python: Path, *what: str | Path) -> None:
    run(python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", *what)


def test_another_copy_of_the_tree_gives_the_same_bytes(
    archives: dict[str, Path], tmp_path: Path
) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / "tree" / name)
    again = build(tmp_path / "tree", tmp_path / "dist")
    digests = [
        {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()}
        for found in (archives, again)
    ]
    assert digests[0] == digests[1]


def test_the_metadata_is_what_an_index_accepts(archives: dict[str, Path]) -> None:
    run(BUILDER, "-m", "twine", "check", "--strict", *archives.values())


def test_the_citation_and_the_workflows_follow_their_schemas(tmp_path: Path) -> None:
    python = empty_environment(tmp_path / "env")
    # Neither is locked: nothing else uses them, and cffconvert excludes Jupyter's jsonschema.
    run(python, "-m", "pip", "install", "--quiet", "cffconvert==2.0.0")
    run(python, "-m", "cffconvert.cli.cli", "--validate", "-i", ROOT / "CITATION.cff")
    python = empty_environment(tmp_path / "other")
    run(python, "-m", "pip", "install", "--quiet", "check-jsonschema>=0.29,<1")
    flows = sorted((ROOT / ".github/workflows").glob("*.yml"))
    run(python, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *flows)


def test_the_wheel_holds_the_package_and_no_tests(wheel: Path, sdist: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "actmath/py.typed" in names
    assert not [n for n in names if n.startswith(("tests/", "book/")) or "__pycache__" in n]
    with tarfile.open(sdist) as archive:
        names = archive.getnames()
    assert any(name.endswith("tests/test_release.py") for name in names)
    assert not [name for name in names if "__pycache__" in name or "/_build/" in name]


def test_formulas_need_neither_numpy_nor_torch(wheel: Path, tmp_path: Path) -> None:
    python = empty_environment(tmp_path / "env")
    install(python, *SYMBOLIC)
    install(python, "--no-deps", wheel)
    run(python, "-c", _SYMBOLS, cwd=tmp_path)


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_numbers_and_the_command_line(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    python = empty_environment(tmp_path / "env")
    install(python, request.getfixturevalue(kind))
    run(python, "-c", _NUMBERS, cwd=tmp_path)
    # Without PyTorch, a sentence says how to get it.
    asked = [python, "-m", "actmath", "train", "fifty-layers"]
    found = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path)
    assert found.returncode
    assert "actmath[torch]" in found.stderr.replace("\n", " ")
    assert "Traceback" not in found.stderr


def test_modules_and_a_run_with_torch(wheel: Path, tmp_path: Path) -> None:
    python = empty_environment(tmp_path / "env")
    install(python, f"{wheel}[torch]")
    run(python, "-c", _MODULES, cwd=tmp_path)
    options = ("--preset", "smoke", "--out", "run.json")
    run(python, "-m", "actmath", "train", "fifty-layers", *options, cwd=tmp_path)
    assert (tmp_path / "run.json").is_file()
