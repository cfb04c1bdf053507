"""Derivation, many-digit numbers, balls and proofs work where neither NumPy nor SciPy is."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest

from .drawn import all_or_some

ROOT = Path(__file__).parents[1]
BLOCKED = '''
import sys

class Blocker:
    """Finds NumPy and SciPy and refuses them, as if they were not installed."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("numpy", "scipy"):
            raise ImportError(f"{name} is blocked")
        return None

sys.meta_path.insert(0, Blocker())
'''
HEAVY = """
found = [m for m in ("numpy", "scipy", "torch", "matplotlib") if m in sys.modules]
assert not found, found
"""


def run(code: str) -> str:
    """What the code prints in a process of its own, without NumPy and SciPy."""
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED + code + HEAVY],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_blocker_blocks() -> None:
    assert run(
        "for name in ('numpy', 'scipy'):\n"
        "    try:\n"
        "        __import__(name)\n"
        "    except ImportError as error:\n"
        "        print(error)"
    ).splitlines() == ["numpy is blocked", "scipy is blocked"]


@pytest.mark.slow
def test_every_sheet_of_the_catalog() -> None:
    code = f"""
import actmath
for name in {all_or_some(3)}:
    sheet = actmath.show(name)
    assert sheet.to_json()["moments"]["second"] > 0
    assert sheet._repr_html_() and repr(sheet)
print(name)
"""
    assert run(code)


@pytest.mark.slow
def test_constants_of_linear_shapes_of_others_and_of_shifts() -> None:
    code = """
import actmath
print(actmath.constants("elu", digits=20).alpha * 2)
print(actmath.constants("celu", "1/2", 1, omega=0, digits=10).alpha)
print(actmath.constants("tanh", variance="1/2", digits=12).lam)
"""
    assert run(code).split() == ["3.3465264847087545696", "0.1830344276", "1.35165669849"]


@pytest.mark.slow
def test_constants_of_a_shape_that_is_scanned_by_quadrature() -> None:
    code = """
import actmath
from sympy import tanh
from actmath.activation import POSITIVE
from actmath.notation import alpha, x
bent = actmath.Activation("bent", tanh(alpha * x) + x, (actmath.Parameter(alpha, 1, POSITIVE),))
found = actmath.constants(bent, "1/2", 2, omega=1, digits=2)
print(found.route, found.alpha)
"""
    route, alpha = run(code).rsplit(" ", 1)
    assert route == "quadrature"
    assert 1e-3 < float(alpha) < 1e3


def test_moments_by_both_routes() -> None:
    code = """
import actmath
print(actmath.moments("selu", digits=20).variance, actmath.moments("tanh", 1, digits=12).mean)
"""
    variance, mean = run(code).split()
    assert float(variance) == pytest.approx(1, abs=1e-12)
    nodes = [k / 100 for k in range(-1000, 1001)]
    true = math.fsum(math.tanh(z + 1) * math.exp(-z * z / 2) for z in nodes)
    assert float(mean) == pytest.approx(true / 100 / math.sqrt(2 * math.pi), abs=1e-12)


@pytest.mark.slow
def test_arithmetics_of_many_digits_and_of_balls() -> None:
    code = f"""
from flint import arb
from mpmath import mp
from actmath import catalog
from actmath.lower import to_arb, to_mpmath
for activation in map(catalog.get, {all_or_some(3)}):
    for order in (0, 1):
        to_mpmath(activation, order)(mp.mpf("0.3"))
        assert to_arb(activation, order)(arb("0.3")).is_finite()
"""
    run(code)


def test_a_proof_and_its_check(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from actmath.prove import prove, verify
result = prove("theorem-1-mean-upper")
path = result.certificate.save(Path({str(tmp_path)!r}))
print(result.verdict.value, verify(path).accepted)
"""
    assert run(code) == "PROVED True"


def test_arrays_are_what_numpy_is_needed_for() -> None:
    code = """
from actmath.numeric import gains
try:
    gains("relu")
except ImportError as error:
    print(error)
"""
    assert run(code) == "numpy is blocked"
