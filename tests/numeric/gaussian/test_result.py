"""The four arrays, the route, and that neither needs NumPy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from actmath.numeric._gaussian.result import FourMoments, MomentRoute


def test_columns_are_in_the_order_of_the_fields():
    assert FourMoments(1, 2, 3, 4).columns == (1, 2, 3, 4)


def test_routes_print_as_they_are_called():
    assert str(MomentRoute.CLOSED_FORM) == "closed form"
    assert f"{MomentRoute.QUADRATURE}" == "quadrature"


@pytest.mark.parametrize(
    "module", ["numeric._gaussian.result", "numeric._array", "derive._subject", "lower._stable"]
)
def test_no_numpy_is_needed(module):
    code = f"""
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("numpy", "scipy"):
            raise ImportError(name)

sys.meta_path.insert(0, Blocker())
import actmath.{module}
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
