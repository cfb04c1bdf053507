"""``check``: faults that are planted are found, units without one keep everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from mpmath import mp
from sympy import Max, Piecewise, exp, pi, sin

import actmath
from actmath import Activation, Parameter, catalog, check
from actmath.activation import POSITIVE
from actmath.lower import ARITHMETICS, Loss, _for_numpy
from actmath.notation import auxiliary, x
from actmath.numeric._check import check as module
from actmath.numeric._check import routes
from actmath.numeric._check.check import Check, break_places, brief_check
from actmath.numeric._check.evaluation import Trial
from actmath.numeric._check.kept import Kept

t = auxiliary("t", positive=True)
HINGE = Activation("hinge", Max(0, x - t) + Max(0, -x - t), (Parameter(t, 2, POSITIVE),))


@pytest.fixture(scope="module")
def ramp() -> actmath.numeric.Check:
    return check("relu", points=6)


@pytest.mark.slow
def test_a_rectifier_loses_nothing(ramp: actmath.numeric.Check) -> None:
    assert ramp.lost == ()
    assert ramp.caption() == f"relu: {len(ramp.kept)} rows keep the digits that are promised"
    assert ramp.breaks == ("0",)
    assert ramp.of("NumPy float64").digits == pytest.approx(15.95, abs=0.01)


def test_of_many_lost_rows_three_are_named(ramp: actmath.numeric.Check) -> None:
    lost = [replace(row, digits=1.0, promised=9.0) for row in ramp.kept[:4]]
    names = [f"{row.route} ({row.quantity})" for row in lost]
    three, four = (replace(ramp, kept=(*lost[:n], *ramp.kept[n:])).caption() for n in (3, 4))
    of = f"of {len(ramp.kept)} rows lose digits"
    assert three == f"relu: 3 {of}: {', '.join(names[:3])}"
    assert four == f"relu: 4 {of}: {', '.join(names[:3])}, …"


def test_rows_begin_with_what_is_missing_most(ramp: actmath.numeric.Check) -> None:
    """Lost ones and failures, then what is short of its promise, of none, and without a number."""
    empty, failed = (replace(ramp.kept[0], digits=None, note=note) for note in ("refused", "fails"))
    told = [(14.0, None), (13.0, 12.0), (0.3, None), (11.5, 11.5), (3.0, 5.0), (1.0, 9.0)]
    rows = [replace(ramp.kept[0], digits=digits, promised=least) for digits, least in told]
    found = replace(ramp, kept=(empty, *rows, failed)).rows()
    assert [row[2] for row in found] == [
        "1.0 (lost)",
        "3.0 (lost)",
        "fails",
        "11.5",
        "13.0",
        "0.3",
        "14.0",
        "refused",
    ]


def test_it_shows_itself_and_is_plain_data(ramp: actmath.numeric.Check) -> None:
    data = json.loads(json.dumps(ramp.to_json()))
    assert data["lost"] == 0
    assert len(data["kept"]) == len(ramp.kept)
    assert "<table" in ramp._repr_html_()
    assert len(repr(ramp).splitlines()) <= 11


def test_an_unknown_route_is_named_with_the_others(ramp: actmath.numeric.Check) -> None:
    with pytest.raises(KeyError, match="NumPy float64"):
        ramp.of("NumPy float61")


def test_a_lowering_that_is_wrong_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 3 on the planted values are too large by a part of 1e-9: nine digits are left."""
    subject = Activation("swish", x / (1 + exp(-x)))
    honest = ARITHMETICS["numpy"]

    def lower(activation: Activation, order: int) -> Callable[..., Any]:
        right = honest.lower(activation, order)

        def planted(z: Any, **given: Any) -> Any:
            with np.errstate(over="ignore"):
                return right(z, **given) * np.where(z > 3, 1 + 1e-9, 1)

        return planted

    assert brief_check(subject).lost == ()
    monkeypatch.setattr(routes, "ARITHMETICS", {"numpy": replace(honest, lower=lower)})
    row, slope = brief_check(subject).kept
    assert row.lost
    assert slope.lost
    assert 9 < row.digits < 10  # type: ignore[operator]
    assert float(row.at) > 3


@pytest.mark.slow
def test_kinks_at_parameters_are_places() -> None:
    assert [float(at) for at in break_places(HINGE)] == [-2, 2]
    assert brief_check(HINGE).lost == ()
    assert brief_check(HINGE.with_parameters(t="1/3")).lost == ()


def test_a_unit_that_jumps() -> None:
    step = Activation("step", Piecewise((1, x >= 0), (0, True)))
    assert [float(at) for at in break_places(step)] == [0]
    assert brief_check(step).lost == ()


def test_breaks_that_cannot_be_found_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(formula: object) -> None:
        raise ValueError("they are many")

    monkeypatch.setattr(module, "breakpoints", refuse)
    assert break_places(HINGE) == ()


def test_what_is_refused_keeps_nothing() -> None:
    found = brief_check(Activation("waves", Max(0, sin(x))))
    if found.kept[0].digits is None:
        assert (
            found.caption() == "waves: 0 rows keep the digits that are promised; 2 without a number"
        )
        assert "refused" in found.summary


@pytest.mark.slow
def test_what_the_guard_could_not_serve_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {0: (), 1: (Loss(-2.0, 0.5, 0.25, 9.0),)}
    monkeypatch.setattr(_for_numpy, "losses", lambda subject, order: known[order])
    found = check("relu", points=0)
    assert found.named == ("f′ from -2 to 0.5",)
    assert found.caption().endswith("; known to lose digits: f′ from -2 to 0.5")
    assert found.to_json()["named"] == ["f′ from -2 to 0.5"]


def test_of_what_cannot_be_lowered_the_slope_is_still_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def of_the_slope(_: Activation, order: int) -> tuple[Loss, ...]:
        if order == 0:
            raise NotImplementedError
        return (Loss(3.0, 4.0, 3.5, 9.0),)

    monkeypatch.setattr(_for_numpy, "losses", of_the_slope)
    assert tuple(module._named(catalog.relu)) == ("f′ from 3 to 4",)


def test_the_summary_is_on_the_sheet() -> None:
    rows = dict(actmath.show("relu").rows())
    assert rows["digits of float64"].startswith("f: 16.0 of 16.0")


@pytest.mark.parametrize(
    ("points", "kind"),
    [(-1, ValueError), (10_001, ValueError), (1.5, TypeError), (True, TypeError)],
)
def test_a_number_of_points_is_an_integer(points: object, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="points must be an integer"):
        check("relu", points=points)  # type: ignore[arg-type]


def test_names_and_parameters_are_resolved() -> None:
    with pytest.raises(KeyError, match="relu"):
        check("rleu")
    with pytest.raises(ValueError, match="alpha"):
        check(catalog.elu, alpha=-1)


def test_the_settings_are_kept_and_the_most_points_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With no route at all: what is asked for is on the answer, and its parameters are used."""
    monkeypatch.setattr(module, "routes", lambda subject: [])
    monkeypatch.setattr(module, "moment_digits", lambda subject, breaks: iter([]))
    found = check(HINGE, seed=7, points=10_000, t=3)
    assert (found.activation, found.seed, found.kept, found.named) == ("hinge", 7, (), ())
    assert found.breaks == ("-3", "3")
    assert found.formula == str(HINGE.with_parameters(t=3).formula())
    assert check("relu").seed == 0
    for bad in (-1, 1.5):
        with pytest.raises((ValueError, TypeError), match="seed must be an integer"):
            check("relu", seed=bad)  # type: ignore[arg-type]


def test_a_trial_is_made_of_the_points_that_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def noted(route: object, trial: Trial) -> Kept:
        seen.append(trial)
        return Kept("planted", "f", 12.25, 16.0, 12.0, "2.0", "3.0", "4.0")

    monkeypatch.setattr(module, "keep_digits", noted)
    monkeypatch.setattr(module, "moment_digits", lambda subject, breaks: iter([]))
    found = check("relu", seed=3, points=5)
    settings = {(trial.seed, trial.count, trial.stride, trial.ends) for trial in seen}
    assert settings == {(3, 5, 20, True)}
    assert len(found.kept) == len(seen) == len(list(routes.routes(catalog.relu)))
    assert [float(at) for at in seen[0].breaks] == [0]
    seen.clear()
    brief = brief_check(catalog.relu)
    assert len(brief.kept) == 2
    settings = {(trial.seed, trial.count, trial.stride, trial.ends) for trial in seen}
    assert settings == {(0, 4, 100, False)}
    assert brief.summary == "; ".join(["f: 12.2 of 16.0, fewest at x = 2.0"] * 2)


def test_breaks_have_60_digits() -> None:
    (at,) = break_places(Activation("late", Max(0, x - pi)))
    with mp.workdps(80):
        assert abs(at - mp.pi) < mp.mpf(10) ** -58


def test_every_cell_says_what_it_is_of() -> None:
    whole = Kept("r", "f", 12.25, 16.0, 12.0, "2.0", "3.0", "4.0")
    noted = replace(whole, digits=0.0, note="fails: the ball does not hold the value")
    refused = replace(whole, digits=None, note="refused: it jumps")
    some = Check("unit", "x", (), 0, (whole, noted, refused), ("f from 0 to 1",))
    lost = "3.0; fails: the ball does not hold the value"
    assert some.rows() == (
        ("r", "f", "0.0 (lost)", "16.0", "2.0", lost, "4.0"),
        ("r", "f", "12.2", "16.0", "2.0", "3.0", "4.0"),
        ("r", "f", "refused: it jumps"),
    )
    assert some.columns() == ("route", "", "digits", "of", "worst at", "there", "right")
    fewest = "fewest at x = 2.0"
    assert (
        some.summary == f"f: 12.2 of 16.0, {fewest}; f: 0.0 of 16.0, {fewest}; f: refused: it jumps"
    )
    without = "1 without a number; known to lose digits: f from 0 to 1"
    assert some.caption() == f"unit: 1 of 3 rows lose digits: r (f); {without}"
    good = replace(some, kept=(whole, refused, whole))
    assert good.caption() == f"unit: 2 rows keep the digits that are promised; {without}"
    failed = replace(some, kept=(replace(refused, note="fails: KeyError()"),), named=())
    assert failed.caption() == "unit: 1 of 1 rows lose digits: r (f)"
    assert some.of("r") is whole
    with pytest.raises(KeyError, match=r"no route 'r' has 'E f'; the routes: r"):
        some.of("r", "E f")
    assert [row["lost"] for row in some.to_json()["kept"]] == [False, True, False]
    assert some.to_json()["lost"] == 1
