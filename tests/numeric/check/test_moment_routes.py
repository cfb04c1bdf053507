"""What the routes to moments keep: rows for each, a crash as a failure, a refusal as one."""

from __future__ import annotations

import math

import pytest
from mpmath import mpf
from sympy import Integer

from actmath import Activation, catalog
from actmath.number import exact
from actmath.numeric._check import moment_routes as module
from actmath.numeric._check.formula_walk import UnknownValueError
from actmath.numeric._check.gaussian_reference import Expected
from actmath.numeric._check.moment_routes import INPUTS, moment_digits


@pytest.mark.slow
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


def test_each_route_gives_each_moment_under_its_name() -> None:
    """Of x² at N(m, v): m² + v, 4m²v + 2v², 2m and 4(m² + v), and their derivatives."""
    mean, variance = 0.75, 0.5
    right = {
        "E f": mean**2 + variance,
        "Var f": 4 * mean**2 * variance + 2 * variance**2,
        "E f′": 2 * mean,
        "E f′²": 4 * (mean**2 + variance),
    }
    sloped = {
        "E f": right["E f"],
        "Var f": right["Var f"],
        "∇E f by mean": 2 * mean,
        "∇E f by variance": 1.0,
        "∇Var f by mean": 8 * mean * variance,
        "∇Var f by variance": 4 * mean**2 + 4 * variance,
    }
    for (title, evaluate, _), wanted in zip(module._ROUTES, (right, right, sloped), strict=True):
        found = evaluate(catalog.square, mean, variance)
        assert found == pytest.approx(wanted, rel=1e-12), title
    # What does not depend on its input has no gradient, or one of 0.
    flat = module._tensors(Activation("two", Integer(2)), mean, variance)
    assert flat == {**dict.fromkeys(sloped, 0.0), "E f": 2.0}


def test_what_is_promised_is_what_the_documentation_says() -> None:
    """Half a unit of 15 digits, 12 of arrays and 10 of gradients."""
    rows = {(row.route, row.quantity): row for row in moment_digits(catalog.square, [])}
    for (route, quantity), row in rows.items():
        wanted = 14.3 if route == "moments" else 10 if "∇" in quantity else 12
        assert row.promised == pytest.approx(wanted)
        assert row.whole == pytest.approx(15.95, abs=0.01)
        assert not row.lost
        assert row.at in ("N(0, 1)", "N(1, 0.25)", "N(-0.5, 9)")
    assert len(rows) == 4 + 4 + 6


def test_a_moment_is_looked_at_on_the_first_break_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seconds that are left go to the inputs that are left, in equal parts."""
    tried, given = [], []

    def known(mean: float, variance: float, seconds: float) -> Expected:
        given.append(seconds)
        return expected()

    def noted(activation: object, mean: float, variance: float) -> dict[str, float]:
        tried.append((mean, variance))
        return {}

    monkeypatch.setattr(module, "GaussianReference", lambda formula, breaks: known)
    monkeypatch.setattr(module, "_ROUTES", (("noted", noted, {}),))
    assert list(moment_digits(catalog.square, [mpf(2), mpf(5)])) == []
    assert tried == [*INPUTS, (2.0, 0.25)]
    assert given == pytest.approx([5 / 4, 5 / 3, 5 / 2, 5], abs=0.3)


def test_the_worst_of_the_inputs_is_the_one_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """x² has the means 1, 1.25 and 9.25, and errors of 10⁻⁹, 10⁻⁵ and 10⁻⁷ are planted."""
    planted = {0.0: 1 + 1e-9, 1.0: 1.25 + 1e-5, -0.5: 9.25 + 1e-7}

    def off(activation: object, mean: float, variance: float) -> dict[str, float]:
        return {"E f": planted[mean], "E f′": math.nan if mean == 1.0 else 2 * mean}

    def known(mean: float, variance: float, seconds: float) -> Expected:
        return expected(
            mean=mean**2 + variance,
            second=mean**4 + 6 * mean**2 * variance + 3 * variance**2,
            derivative_mean=2 * mean,
        )

    monkeypatch.setattr(module, "GaussianReference", lambda formula, breaks: known)
    monkeypatch.setattr(module, "_ROUTES", (("off", off, {"E f": 12.0}),))
    value, slope = moment_digits(catalog.square, [])
    assert (value.at, value.got, value.right) == ("N(1, 0.25)", repr(1.25 + 1e-5), "1.25")
    assert value.lost
    # In units of √E f² = √(1 + 6/4 + 3/16) there.
    unit = 2.0**-52 * (1 + 6 / 4 + 3 / 16) ** 0.5
    assert value.digits == pytest.approx(value.whole - math.log10(1e-5 / unit), abs=1e-3)
    assert (slope.at, slope.digits, slope.promised, slope.lost) == ("N(1, 0.25)", 0, None, False)


def test_what_the_reference_does_not_know_is_not_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(mean: float, variance: float, seconds: float) -> Expected:
        raise UnknownValueError("its sums are long")

    monkeypatch.setattr(module, "GaussianReference", lambda formula, breaks: unknown)
    rows = list(moment_digits(catalog.square, []))
    assert [row.route for row in rows] == [
        f"moments at {at}" for at in ("N(0, 1)", "N(1, 0.25)", "N(-0.5, 9)")
    ]
    for row in rows:
        assert (row.quantity, row.digits, row.lost) == ("all", None, False)
        assert row.note == "not examined: its sums are long"


def expected(**changed: object) -> Expected:
    """Whose variance is 4 and mean square 9, known all over unless something is changed."""
    known = {
        "mean": -(5.0**0.5),
        "second": 9.0,
        "variance": 4.0,
        "derivative_mean": 0.5,
        "derivative_second": 16.0,
        "mean_gradient": (0.5, -3.0),
        "variance_gradient": (1e-30, 2.0),
        "mean_size": 1e9,
        "derivative_size": 2e6,
    }
    return Expected(**{**known, **changed})  # type: ignore[arg-type]


def test_each_moment_has_a_unit_and_a_size_of_its_own() -> None:
    """Units are √E f², Var f, √E f′², E f′²; √(Var/v) and √Var/v, and √Var times as much of Var."""
    found = module._right(expected(), 0.25)
    assert found == {
        "E f": (-(5.0**0.5), 3.0, pytest.approx(100)),
        "Var f": (4.0, 4.0, 4.0),
        "E f′": (0.5, 4.0, 0.5),
        "E f′²": (16.0, 16.0, 16.0),
        "∇E f by mean": (0.5, 4.0, 0.5),
        "∇E f by variance": (-3.0, 8.0, 3.0),
        # What is that much below its unit vanishes.
        "∇Var f by mean": (0.0, 8.0, 0.0),
        "∇Var f by variance": (2.0, 16.0, 2.0),
    }
    just = module._right(expected(variance_gradient=(9e-25, None)), 0.25)
    assert just["∇Var f by mean"] == (9e-25, 8.0, 9e-25)
    assert "∇Var f by variance" not in just


def test_what_is_not_known_is_not_compared() -> None:
    flat = module._right(expected(variance=0.0), 1.0)
    assert flat["Var f"] == (0.0, 9.0, 0.0)
    assert [*flat] == ["E f", "Var f", "E f′", "E f′²"]
    steep = module._right(expected(derivative_second=None), 1.0)
    assert {"E f′", "E f′²"} & set(steep) == set()
    wide = module._right(expected(second=None, variance=None), 1.0)
    assert [*wide] == ["E f′", "E f′²"]
