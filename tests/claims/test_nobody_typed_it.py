"""No verdict is a constant: every check enters a computation, unless it says "not tried here"."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from actmath.claims import CLAIMS, Finding, Verdict
from actmath.claims._evidence.measured import out_of_reach
from actmath.sources import Source

ROOT = Path(__file__).parents[2]
#: Where computations are: the libraries, and the floors below the claims.
LIBRARIES = {"sympy", "mpmath", "numpy", "scipy", "flint", "torch"}
FLOORS = {"derive", "lower", "numeric", "prove", "nn", "experiment"}

#: Printed numbers against printed numbers, which needs no library: what is called with them. Tests
#: of these functions turn the verdict by other numbers.
ARITHMETIC = {
    "C-ELU-12.c": "layers",
    "C-NOI-11.d": "state_of_the_art",
    "C-NOI-12.b": "improvement",
    "C-PRE-8.c": "subtracted",
    "C-SNN-10.c": "larger_sizes",
    "C-SNN-19.i": "centred",
    "C-SNN-24.c": "less",
}


class Reached(BaseException):
    """A check has entered a computation; it need not be finished."""


def is_computation(module: str) -> bool:
    top, _, rest = module.partition(".")
    return top in LIBRARIES or (top == "actmath" and rest.partition(".")[0] in FLOORS)


def _watch(frame: FrameType, event: str, argument: object) -> None:
    if event == "call" and is_computation(frame.f_globals.get("__name__", "")):
        raise Reached


def typed(check: Callable[[], Finding]) -> Finding | None:
    """The finding of a check that computes nothing; None for one that does."""
    before = sys.getprofile()
    sys.setprofile(_watch)
    try:
        return check()
    except Reached:
        return None
    finally:
        sys.setprofile(before)


def computed_by_nothing() -> dict[str, Verdict]:
    """The verdicts of all checks that compute nothing, by the claims' ids."""
    found = {name: typed(claim.check) for name, claim in CLAIMS.items()}
    return {name: finding.verdict for name, finding in found.items() if finding is not None}


@pytest.mark.slow
def test_a_finding_without_a_computation_is_none() -> None:
    # In a process of its own: here other tests have left parts of findings in caches.
    script = f"import json; from {__name__} import *; print(json.dumps(computed_by_nothing()))"
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    constant: dict[str, str] = json.loads(shown.stdout)
    untried = {name for name, verdict in constant.items() if verdict == Verdict.OUT_OF_REACH}
    assert set(constant) - untried == set(ARITHMETIC)


@pytest.mark.parametrize("identifier", ARITHMETIC)
def test_arithmetic_is_what_is_called(identifier: str) -> None:
    check: Any = CLAIMS[identifier].check
    called = getattr(check, "func", None)
    names = [called.__name__] if called else check.__code__.co_names
    assert names[0] == ARITHMETIC[identifier]


@pytest.mark.parametrize("name", ARITHMETIC.values())
def test_arithmetic_on_printed_numbers_is_turned_by_others(name: str) -> None:
    files = [path for path in Path(__file__).parent.rglob("test_*.py") if path != Path(__file__)]
    assert any(f".{name}(" in path.read_text("utf-8") for path in files)


def test_a_constant_is_seen() -> None:
    assert typed(lambda: Finding(Verdict.HOLDS, "so it is")) is not None
    assert typed(CLAIMS["C-PRE-2"].check) is None


def test_what_was_not_tried_is_such_a_constant() -> None:
    row = out_of_reach(
        id="C-TST-1",
        statement="It is faster.",
        tex="1 < 2",
        source=Source("he2015", "Section 4"),
        assumptions="on ImageNet",
        needs="it would take a year",
    )
    found = typed(row.check)
    assert found is not None
    assert found.verdict is Verdict.OUT_OF_REACH
