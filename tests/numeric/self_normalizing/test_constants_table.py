"""The table: its constants normalize, its verdicts follow from eigenvalues, its reasons speak."""

from __future__ import annotations

import numpy as np
import pytest

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
