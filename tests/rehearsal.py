"""A copy of the package in which a test may add, copy and spoil declarations."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class PackageCopy:
    """``actmath`` with its bibliography and no recorded run, in a folder of its own."""

    folder: Path

    @classmethod
    def into(cls, folder: Path) -> PackageCopy:
        """Copy the package."""
        # Other workers are writing compiled modules at this moment.
        shutil.copytree(
            ROOT / "actmath", folder / "actmath", ignore=shutil.ignore_patterns("__pycache__")
        )
        (folder / "book" / "results").mkdir(parents=True)
        shutil.copy(ROOT / "book" / "references.bib", folder / "book")
        return cls(folder)

    def path(self, module: str) -> Path:
        """The file of a module below ``actmath``, such as ``claims.snn.signal``."""
        return self.folder.joinpath("actmath", *module.split(".")).with_suffix(".py")

    def duplicate(self, module: str, name: str) -> None:
        """Copy a module's file to another name beside it."""
        shutil.copy(self.path(module), self.path(module).with_stem(name))

    def append(self, module: str, text: str) -> None:
        """Write some lines at the end of a module's file."""
        with self.path(module).open("a", encoding="utf-8") as file:
            file.write(f"\n{text}\n")

    def run(self, *arguments: str) -> str:
        """What ``python arguments`` prints, run on this copy; an error is shown whole."""
        done = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
