"""The project's files agree with one another."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
#: conda-forge's name where it is not PyPI's.
CONDA_NAMES = {"pytorch": "torch", "python-build": "build", "matplotlib-base": "matplotlib"}


def declared() -> dict[str, Requirement]:
    """Every requirement of pyproject.toml, extras included, by canonical name."""
    extras = PROJECT["optional-dependencies"].values()
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def conda() -> dict[str, Requirement]:
    """Every requirement of environment.yml, by PyPI's canonical name."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    lines = [entry for entry in entries if isinstance(entry, str)]
    for entry in entries:
        if isinstance(entry, dict):
            lines += [line for line in entry["pip"] if not line.startswith("-e ")]
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(CONDA_NAMES.get(req.name, req.name)): req for req in found}


def locked() -> dict[str, Version]:
    """The version that constraints.txt gives each package."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): Version(version) for name, version in pins}


def test_conda_environment_says_the_same() -> None:
    environment = conda()
    assert environment.pop("python").specifier == PROJECT["requires-python"]
    environment.pop("pip")
    assert {name: req.specifier for name, req in environment.items()} == {
        name: req.specifier for name, req in declared().items()
    }


def test_conda_environment_installs_the_package() -> None:
    text = (ROOT / "environment.yml").read_text("utf-8")
    assert re.search(r"^\s+- -e \.$", text, re.MULTILINE)


# With CUDA, PyTorch wants one version of it, which a locked one would exclude.
@pytest.mark.parametrize("name", sorted(declared().keys() - {"triton"}))
def test_requirement_is_bounded_and_locked(name: str) -> None:
    requirement = declared()[name]
    assert any(spec.operator in (">=", "==") for spec in requirement.specifier)
    assert requirement.specifier.contains(locked()[name], prereleases=True)


def test_what_pytorch_brings_is_bounded() -> None:
    assert declared()["triton"].specifier == SpecifierSet(">=3.6,<4")


def test_lock_suits_every_platform() -> None:
    foreign = ("nvidia", "triton", "cuda", "actmath")
    assert not [name for name in locked() if name.startswith(foreign)]
    assert not [name for name, version in locked().items() if version.local]


def test_make_installs_extras_that_exist() -> None:
    found = re.search(r"^EXTRAS +:= (\S+)$", MAKEFILE, re.MULTILINE)
    assert found
    assert set(found[1].split(",")) <= set(PROJECT["optional-dependencies"])


def test_make_help_names_every_command() -> None:
    make = shutil.which("make")
    assert make
    run = subprocess.run(
        [make, "-C", str(ROOT), "help"], capture_output=True, text=True, check=True
    )
    shown = set(re.findall(r"^  make ([a-z-]+) +\S", run.stdout, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert shown == set(phony[1].split())
    assert {"book", "test", "bench", "lint", "clean", "help"} <= shown


def test_version_is_one() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    changes = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert citation["version"] == PROJECT["version"]
    assert PROJECT["version"] in changes


def test_licence_is_one() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["license"] == PROJECT["license"] == "BSD-3-Clause"
    assert "BSD 3-Clause License" in (ROOT / "LICENSE").read_text("utf-8")


def test_book_pages_are_built_by_jupyter_book_1() -> None:
    assert not declared()["jupyter-book"].specifier.contains("2.0.0")
    assert not (ROOT / "myst.yml").exists()


def test_style_sheet_belongs_to_the_katex_that_renders() -> None:
    from sphinxcontrib.katex import katex_version

    style = (ROOT / "book/_static/katex/katex.min.css").read_text("utf-8")
    fonts = set(re.findall(r"url\((fonts/[^)]+)\)", style))
    assert f'"{katex_version}"' in style
    assert fonts
    assert all((ROOT / "book/_static/katex" / font).exists() for font in fonts)


def test_workflows_run_the_make_commands() -> None:
    flows = {
        path.name: yaml.safe_load(path.read_text("utf-8"))
        for path in (ROOT / ".github/workflows").glob("*.yml")
    }
    steps = {
        name: [step.get("run", "") for job in flow["jobs"].values() for step in job["steps"]]
        for name, flow in flows.items()
    }
    assert {"make test", "make test-portable"} <= set(steps["tests.yml"])
    assert any(step.startswith("make book BOOKFLAGS=") for step in steps["book.yml"])
    matrix = flows["tests.yml"]["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert matrix == ["3.11", "3.13"]


def test_the_container_runs_commands_that_exist() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert "FROM python:3.11" in text
    (run,) = re.findall(r"^RUN make (\w+)$", text, re.MULTILINE)
    (command,) = re.findall(r'^CMD \["make", "(\w+)"\]$', text, re.MULTILINE)
    assert (run, command) == ("env", "book")
    assert {run, command} <= set(re.findall(r"^(\w+):", MAKEFILE, re.MULTILINE))
