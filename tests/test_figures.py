"""*Take this with you*: the lines below a figure draw it, by themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"


@cache
def extension() -> ModuleType:
    """The Sphinx extension, imported as Sphinx imports it."""
    sys.path.insert(0, str(BOOK / "_ext"))
    try:
        import figures  # type: ignore[import-not-found]
    finally:
        sys.path.pop(0)
    return figures  # type: ignore[no-any-return]


def drawn_last(page: str) -> tuple[list[str], int]:
    """The cells of a page, and the place of the last one that ends in an illustration."""
    codes = list(extension().code_cells((BOOK / f"{page}.md").read_text("utf-8")).values())
    last_lines = [code[code.rfind("\nillustrate(") + 1 :] for code in codes]
    places = [k for k, line in enumerate(last_lines) if line.startswith("illustrate(")]
    return codes, places[-1]


def test_the_lines_are_those_that_the_figure_needs() -> None:
    codes = [
        "from actmath.plot import illustrate, plot_lines\nunused = 1",
        "!ls",
        "# a comment\ncurves = [1,\n          2]",
        'illustrate(plot_lines(curves),\n           alt="two")',
    ]
    assert extension().program(codes, 3, "page-1") == (
        "from actmath.plot import illustrate, plot_lines\n"
        "curves = [1,\n          2]\n"
        'illustrate(plot_lines(curves),\n           alt="two").save("page-1.svg")\n'
    )
    assert extension().program(codes, 2, "page-1") == ""
    assert extension().program(codes, 1, "page-1") == ""


def test_the_environment_of_the_build_stays_as_it_was() -> None:
    """What a page's Python sets for itself would change the cells that the book executes."""
    before = dict(os.environ)
    extension().loaded_session()
    assert dict(os.environ) == before


@pytest.mark.slow
@pytest.mark.parametrize("page", ["selu_constants", "elu", "moment_map", "noise", "proofs"])
def test_the_lines_draw_the_figure(page: str, tmp_path: Path) -> None:
    codes, place = drawn_last(page)
    lines = extension().program(codes, place, "figure")
    assert lines.count("\n") < 60
    # What a cell reads stands beside the pages.
    for name in ("certificates", "results"):
        (tmp_path / name).symlink_to(BOOK / name)
    done = subprocess.run(
        [sys.executable, "-c", lines],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    picture = (tmp_path / "figure.svg").read_text("utf-8")
    assert picture.count("<path") > 5
