"""The table: its constants normalize, its verdicts follow from eigenvalues, its reasons speak."""

from __future__ import annotations

import re
from math import log10

import numpy as np
import pytest
from sympy import Float

from actmath import Activation, Parameter, catalog
from actmath.activation import POSITIVE
from actmath.derive._moments.gaussian_moments import gaussian_moments
from actmath.lower import to_numpy
from actmath.notation import alpha, lam, x
from actmath.number import mp
from actmath.numeric import NoSelfNormalizationError
from actmath.numeric._digits import quadrature
from actmath.numeric._self_normalizing.constants import constants
from actmath.numeric._self_normalizing.constants_table import (
    Behaviour,
    ConstantsRow,
    ConstantsTable,
    _short,
    by_route,
    constants_table,
)
from actmath.numeric._self_normalizing.flow import orbit

FEW = ("relu", "elu", "selu", "celu", "prelu", "hard_tanh", "gelu", "identity")


@pytest.fixture(scope="module")
def few():
    return constants_table(FEW)


@pytest.mark.slow
def test_every_entry_normalizes_by_quadrature(few):
    """The unit in float64, its moments by quadrature at 30 digits, which shares no code."""
    for entry in few:
        if entry.solution is None:
            continue
        unit = entry.unit
        with mp.workdps(30):
            first, second, _, _ = quadrature.expectations(unit.activation, mp.zero, mp.one)
        assert abs(unit.scale * (first + unit.shift)) < 1e-7
        assert abs(unit.scale**2 * (second - first**2) - 1) < 1e-7


def test_behaviours(few):
    assert few.those("attracts") == ("elu", "selu", "hard_tanh")
    assert few.those("neutral") == ("relu", "prelu", "identity")
    assert few.those("does not attract") == ("gelu",)
    assert few.those("no fixed point") == ("celu",)


def test_behaviour_is_what_orbits_do(few):
    """Started beside the fixed point, iteration comes nearer, stands still, or goes away."""
    for entry in few:
        if entry.solution is None:
            continue
        distance = np.abs(np.log(orbit(entry.unit, (0.0, 1.2), layers=25)[:, 1]))
        if entry.behaviour is Behaviour.ATTRACTS:
            assert distance[-1] < distance[1] / 10
        elif entry.behaviour is Behaviour.NEUTRAL:
            assert distance[-1] == pytest.approx(distance[1], rel=1e-4)
        else:
            assert distance[-1] > 2 * distance[1]


def test_rectifiers_are_neutral_and_a_capped_one_is_not():
    found = constants_table(["abs", "relu", "relu6"])
    assert found.those("neutral") == ("abs", "relu")
    assert 0 < 1 - float(found["relu6"].solution.spectral_radius) < 1e-6
    assert "1 − 1e−7" in found._repr_html_()


@pytest.mark.parametrize("omega", [0, "1/2", 1])
def test_eigenvalues_belong_to_the_jacobian(omega):
    entry = constants_table(["elu"], "-1/5", omega=omega)["elu"]
    (a, b), (c, d) = (map(float, row) for row in entry.solution.jacobian)
    one, other = entry.eigenvalues
    assert one + other == pytest.approx(a + d, abs=1e-7)
    assert one * other == pytest.approx(a * d - b * c, abs=1e-7)
    assert abs(one) == pytest.approx(float(entry.solution.spectral_radius), abs=1e-7)


def test_without_a_solution_the_reason_is_kept_and_said(few):
    entry = few["celu"]
    assert entry.solution is None
    assert "no alpha between" in entry.reason
    assert "no alpha between" in few._repr_html_()
    with pytest.raises(NoSelfNormalizationError, match="no alpha between"):
        _ = entry.unit


def test_another_form_takes_the_place_of_a_failure(few):
    rescued = few.replaced(constants_table(["celu"], solve_for="shift"))
    assert rescued["celu"].behaviour is Behaviour.ATTRACTS
    assert [e.activation.name for e in rescued] == list(FEW)
    assert [e.activation.name for e in rescued.family("exponential")] == ["elu", "selu", "celu"]


def test_a_shape_besides_an_output_scale_of_its_own(few):
    """selu's own scale is replaced by the one that was solved for."""
    unit = few["selu"].unit
    assert unit.activation.defaults[lam] == 1
    assert unit.curve().y == pytest.approx(to_numpy(catalog.selu)(unit.curve().x), abs=1e-7)


def test_unknown_names():
    with pytest.raises(KeyError):
        constants_table(["celo"])
    with pytest.raises(KeyError):
        constants_table(["relu"])["elu"]


@pytest.mark.slow
def test_routes_cover_the_catalog_once():
    found = by_route()
    names = [name for group in found.values() for name in group]
    assert sorted(names) == sorted(catalog.CATALOG)
    for name in found["quadrature"]:
        with pytest.raises(NotImplementedError):
            gaussian_moments(catalog.get(name))


def test_two_solutions_with_opposite_fates():
    """A left branch of either sign: both solutions count, one attracts."""
    bent = Activation("bent", catalog.elu.expr, (Parameter(alpha, 1),), at_kinks=((0, alpha),))
    found = constants(bent, 1, 1, omega=0)
    entries = [ConstantsRow(bent, found.solved_for, one) for one in found.all_solutions]
    assert [entry.behaviour for entry in entries] == [Behaviour.ATTRACTS, Behaviour.REPELS]
    for entry in entries:
        assert entry.unit.step(0.0, 1.0) == pytest.approx((1, 1))


def test_a_users_own_activation_enters_the_table():
    own = Activation("own", x + alpha * x**2, (Parameter(alpha, 1, POSITIVE),))
    entry = constants_table([own], "1/2", omega=0)["own"]
    assert entry.unit.step(0.0, 1.0) == pytest.approx((0.5, 1), abs=1e-6)


def test_no_activations_are_no_table() -> None:
    with pytest.raises(ValueError, match="activations must be some, got none"):
        constants_table([])


@pytest.mark.parametrize("decimals", [3, 4])
def test_a_number_in_few_decimals_is_never_1_but_at_1(decimals: int) -> None:
    """What is nearer to 1 than half a unit shows the power of ten that its distance is nearest."""
    random = np.random.default_rng(8)
    distances = random.choice([-1, 1], 200) * 10.0 ** random.uniform(-12, 1, 200)
    for value in (1 + distances).tolist():
        text = _short(Float(value), decimals)
        distance = abs(value - 1)
        near = re.fullmatch(r"1 ([+−]) 1e(−\d+)", text)
        assert bool(near) is (distance < 0.5 * 10.0**-decimals)
        if near:
            assert (near[1] == "+") is (value > 1)
            assert abs(log10(distance) - int(near[2].replace("−", "-"))) <= 0.5
        else:
            assert text == f"{value:.{decimals}f}".replace("-", "−")
    assert _short(Float(1), decimals) == "1." + decimals * "0"
    assert _short(Float(0), decimals) == "0"
    assert _short(Float("1e-9"), decimals) == "0." + decimals * "0"


def test_every_cell_of_a_row(few: ConstantsTable) -> None:
    marks = "◇●●–◇●✕◇"
    assert few.columns() == ("unit", "constant", "λ", "radius", "norm")
    assert len(few.rows()) == len(few) == len(FEW)
    for row, entry, mark in zip(few.rows(), few, marks, strict=True):
        assert row[0] == f"{mark}\N{NO-BREAK SPACE}{entry.title}"
        if entry.solution is None:
            assert row[1:] == (entry.reason,)
            continue
        one = entry.solution
        letter = "s" if one.alpha is None else "α"
        value = one.shift if one.alpha is None else one.alpha
        assert entry.constant == (letter, value)
        assert row[1:3] == (f"{letter} {_short(value)}", _short(one.lam))
        assert row[3:] == (_short(one.spectral_radius, 3), _short(one.spectral_norm, 3))
    # elu's as published, and hard tanh, which has no shape.
    assert few.rows()[1][1:3] == ("α 1.6733", "1.0507")
    assert few.rows()[5][1] == "s 0"


def test_what_a_table_is_about() -> None:
    table = constants_table(["relu", "tanh"], "1/2", 0.7, solve_for="shift")
    assert table.caption() == (
        "mean 1/2, variance 0.7: ● attracts, ◇ neutral, ✕ does not attract, – no fixed point"
    )
    assert (table["relu"].title, table["relu"].activation) == ("ReLU", catalog.relu)
    assert [entry.activation.name for entry in table.family("rectified", "sigmoidal")] == [
        "relu",
        "tanh",
    ]
    other = constants_table(["tanh"], 0, 1)
    assert table.replaced(other).caption() == table.caption()
    assert [entry is table["relu"] for entry in table.replaced(other)] == [True, False]
    assert table.replaced(other)["tanh"] is other["tanh"]


def test_a_title_ends_before_its_parentheses() -> None:
    own = Activation("own", x, title="Own (of ours) (twice)")
    assert constants_table([own])["own"].title == "Own"
    assert constants_table([own])["own"].unit.name == "Own"


def test_eigenvalues_begin_with_the_larger(few: ConstantsTable) -> None:
    for name in ("elu", "gelu", "hard_tanh"):
        one, other = few[name].eigenvalues
        assert abs(one) > abs(other)
        assert one.imag == -other.imag
    turned = constants_table(["elu"], "-1/5", "1/2", omega=1)["elu"]
    one, other = turned.eigenvalues
    wanted = float(turned.solution.spectral_radius)
    assert abs(one) == pytest.approx(wanted, rel=1e-7)
    assert abs(other) <= abs(one)


def test_every_setting_reaches_the_constants() -> None:
    given = {"omega": "1/3", "tau": "5/4", "digits": 6}
    entry = constants_table(["elu"], "1/10", "3/2", solve_for="shift", **given)["elu"]
    wanted = constants("elu", "1/10", "3/2", solve_for="shift", **given)
    assert entry.solution == wanted.best
    assert entry.solved_for is wanted.solved_for


@pytest.mark.parametrize("unknown", [None, "shape"])
def test_what_was_not_solved_says_for_what_it_was_asked(unknown: str | None) -> None:
    entry = constants_table(["celu"], solve_for=unknown)["celu"]
    assert entry.solved_for == "shape"
    assert entry.behaviour is Behaviour.NONE


@pytest.mark.parametrize("unknown", [None, "shift"])
def test_a_constant_without_a_shape_was_asked_for_a_shift(unknown: str | None) -> None:
    flat = Activation("flat", "0*x + 2")
    assert constants_table([flat], solve_for=unknown)["flat"].solved_for == "shift"
