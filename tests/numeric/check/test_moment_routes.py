"""What the routes to moments keep: rows for each, a crash as a failure, a refusal as one."""

from __future__ import annotations

import pytest
from mpmath import mpf
from sympy import Integer

from actmath import Activation, catalog
from actmath.number import exact
from actmath.numeric._check import moment_routes as module
from actmath.numeric._check.moment_routes import moment_digits


def test_a_rectifier_keeps_everything() -> None:
    rows = list(moment_digits(catalog.relu, [mpf(0)]))
    assert {row.route for row in rows} == {"moments", "gaussian, arrays", "gaussian, tensors"}
    assert {row.quantity for row in rows} >= {"E f", "Var f", "∇Var f by variance"}
    assert not [row for row in rows if row.lost]


def test_a_constant_has_no_variance_to_lose() -> None:
    rows = list(moment_digits(Activation("one", Integer(1)), []))
    assert not [row for row in rows if row.lost]
    assert {row.right for row in rows if row.quantity == "Var f"} == {"0"}


def test_a_wrong_moment_is_found_where_it_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def off(activation: object, mean: float, variance: float) -> dict[str, float]:
        return {"E f": 2.0} if mean == 1.0 else {}

    def crash(activation: object, mean: float, variance: float) -> dict[str, float]:
        raise ZeroDivisionError

    def refuse(activation: object, mean: float, variance: float) -> dict[str, float]:
        return {"E f": float(exact("one"))}

    tried = (("off", off, {"E f": 12.0}), ("crash", crash, {}), ("refuse", refuse, {}))
    monkeypatch.setattr(module, "_ROUTES", tried)
    wrong, crashed, refused = moment_digits(catalog.relu, [])
    assert (wrong.lost, wrong.at, wrong.got) == (True, "N(1, 0.25)", "2.0")
    assert (crashed.lost, crashed.digits) == (True, None)
    assert (refused.lost, refused.digits) == (False, None)
    assert refused.note.startswith("refused: value must be a finite number")


def test_a_small_variance_is_judged_by_its_own_size(monkeypatch: pytest.MonkeyPatch) -> None:
    def off(activation: object, mean: float, variance: float) -> dict[str, float]:
        return {"Var f": variance * 1.01e-18}

    monkeypatch.setattr(module, "_ROUTES", (("off", off, module._PRINTED),))
    (row,) = moment_digits(Activation("small", "x/10**9"), [])
    assert row.lost
    assert row.digits == pytest.approx(2.3, abs=0.1)
