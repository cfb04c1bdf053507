"""What CONTRIBUTING.md says of activations and arithmetics, done in a copy with its own lines."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .rehearsal import ROOT, PackageCopy

GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
#: The tests of a newcomer, the slow sampling of its other domains left out.
BATTERY = (
    "tests/test_contract.py",
    "tests/catalog",
    "tests/nn/test_catalog_modules.py",
    "tests/numeric/test_sheet.py",
    "tests/test_notation.py",
    "tests/numeric/test_accuracy.py",
)
SLOW = "inner or outer or vmap"


def block(language: str, after: str) -> str:
    """The first block of code in that language under a heading."""
    _, _, section = GUIDE.partition(f"## {after}\n")
    found = re.search(rf"```{language}\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    assert found, (language, after)
    return found[1]


@pytest.fixture
def copy(tmp_path: Path) -> PackageCopy:
    """The package with its tests."""
    made = PackageCopy.into(tmp_path)
    shutil.copytree(
        ROOT / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return made


def run_tests(copy: PackageCopy, chosen: str, *paths: str) -> str:
    """The summary of the tests that an expression chooses."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    # A rehearsal shows which tests a newcomer meets, not what they find at many points.
    alone = {"PYTHONPATH": str(copy.folder), "OMP_NUM_THREADS": "1", "ACTMATH_EXAMPLES": "5"}
    # All of them, whatever share this run makes.
    alone["ONE_IN"] = "1"
    done = subprocess.run(
        [*command, "-k", chosen, *paths],
        capture_output=True,
        text=True,
        cwd=copy.folder,
        env={**os.environ, **alone},
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.slow
def test_an_activation_is_one_entry_and_its_reference(copy: PackageCopy) -> None:
    copy.path("catalog.algebraic_gates").write_text(block("python", "Add an activation"), "utf-8")
    with (copy.folder / "book/references.bib").open("a", encoding="utf-8") as file:
        file.write("\n" + block("bibtex", "Add an activation"))
    summary = run_tests(copy, f"(swim or algebraic_gates or means_here) and not ({SLOW})", *BATTERY)
    assert re.search(r"^\d{2} passed, \d+ deselected", summary, re.MULTILINE), summary
    code = """
from actmath.catalog import FAMILIES, swim
from actmath.nn import MODULES, Swim
assert FAMILIES["algebraic_gates"] == (swim,)
assert MODULES["swim"] is Swim
import actmath
from actmath.numeric import constants_table, gaussian
assert actmath.show("swim").rows() and actmath.moments("swim").mean > 0
assert gaussian("swim", [0.0, 1.0], [1.0, 2.0]).variance.min() > 0
assert actmath.constants("swim", solve_for="shift").lam > 0
assert "swim" in constants_table(["swim", "elu"])._repr_html_()
print(swim.source, Swim(steepness=9), Swim.__doc__)
"""
    shown = copy.run("-c", code)
    assert shown.startswith(
        "Abdool & Dear 2023, definition of Swim Swim(swim, steepness=9) y = x*("
    )


@pytest.mark.slow
def test_without_its_reference_it_is_refused(copy: PackageCopy) -> None:
    copy.path("catalog.algebraic_gates").write_text(block("python", "Add an activation"), "utf-8")
    summary = run_tests(copy, "swim and source", "tests/test_contract.py")
    assert "1 failed" in summary
    assert "give book/references.bib an entry of this key" in summary


ARITHMETIC = '''"""Lower an activation to Python's floats, for a rehearsal."""

from mpmath import mp

from ._arithmetics import FLOAT64, Arithmetic, Enclosed
from ._for_mpmath import to_mpmath


def to_python(activation, order=0):
    """f or f' of a float."""
    exact = to_mpmath(activation, order)
    return lambda at, **given: float(exact(at, **given)) * FACTOR


def _enclosed(function, points, precision, **given):
    return [Enclosed(mp.mpf(function(point, **given)), mp.zero) for point in points]


FACTOR = 1.0
PYTHON = Arithmetic("python", to_python, _enclosed, (FLOAT64,))
'''


@pytest.mark.slow
@pytest.mark.parametrize(("factor", "verdict"), [("1.0", "passed"), ("1 + 2.0**-40", "failed")])
def test_an_arithmetic_is_one_file_that_the_contract_compares(
    copy: PackageCopy, factor: str, verdict: str
) -> None:
    assert "actmath/lower/_for_NAME.py" in GUIDE
    text = ARITHMETIC.replace("FACTOR = 1.0", f"FACTOR = {factor}")
    copy.path("lower._for_python").write_text(text, "utf-8")
    # By their whole names, since another unit may be called after one of these.
    agree = "tests/test_contract.py::test_arithmetics_agree"
    chosen = [f"{agree}[{order}-python-{f}]" for order in (0, 1) for f in ("tanh", "selu")]
    chosen.append(f"{agree}_at_other_parameters[python-selu]")
    # What fails takes its time to find the simplest point.
    chosen = chosen if verdict == "passed" else chosen[:1]
    summary = run_tests(copy, "", *chosen)
    assert re.search(rf"^{len(chosen)} {verdict} in ", summary, re.MULTILINE), summary
    assert ("give actmath/lower/_rules a rule" in summary) is (verdict == "failed")
