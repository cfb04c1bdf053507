"""Moments as numbers: exact digits that compute, one return type, and arrays refused."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import numpy as np
import pytest
from sympy import Float, Rational

import actmath
from actmath import catalog
from actmath.number import mp
from actmath.numeric import Moments, moments

FIELDS = ("mean", "second", "variance", "derivative_mean", "derivative_second")


@pytest.mark.parametrize("digits", [1, 2, 15, 40, 300])
@pytest.mark.parametrize("name", ["relu", "selu", "hard_tanh"])
def test_every_moment_prints_exactly_the_digits_asked_for(name: str, digits: int) -> None:
    found = moments(name, "1/3", "3/2", digits=digits)
    for field in FIELDS:
        text = str(getattr(found, field))
        mantissa = text.partition("e")[0].replace(".", "").lstrip("-").lstrip("0")
        assert len(mantissa) == digits, (field, text)


def test_a_mean_computes_as_a_number() -> None:
    """ReLU's mean is 1/√(2π), so that its square is 1/(2π)."""
    mean = moments("relu", digits=30).mean
    with mp.workdps(40):
        assert abs(mp.mpf(mean**2) * 2 * mp.pi - 1) < mp.mpf(10) ** -29
        assert abs(mp.mpf(mean * 2) - mp.sqrt(2 / mp.pi)) < mp.mpf(10) ** -29
    assert 0.39 < mean < Rational(2, 5)
    assert float(mean) == pytest.approx((2 * np.pi) ** -0.5, rel=1e-15)
    assert np.array([mean, mean], dtype=float).sum() == pytest.approx((2 / np.pi) ** 0.5)


def test_moments_agree_with_quadrature_at_every_precision() -> None:
    with mp.workdps(60):
        true = mp.quad(
            lambda z: mp.tanh(z + 1) * mp.npdf(z), [-30, -8, -3, -1, 1, 3, 8, 30], maxdegree=9
        )
        for digits in (5, 20):
            mean = moments("tanh", 1, 1, digits=digits).mean
            assert abs(mp.mpf(mean) / true - 1) < mp.mpf(10) ** (1 - digits) / 2


def test_what_is_exactly_zero_is_a_zero_that_computes() -> None:
    mean = moments("tanh", digits=12).mean
    assert mean == 0
    assert (str(mean), f"{mean:.3g}", mean + 1, float(mean)) == ("0", "0", Float(1, 12), 0.0)


def test_the_input_is_kept_exactly() -> None:
    found = moments("elu", 0.1, "2/3")
    assert (found.mean_in, found.variance_in) == (Rational(1, 10), Rational(2, 3))
    assert moments("elu", Float("0.1", 30), "2/3") == found


def test_answers_are_equal_hashed_copied_and_pickled() -> None:
    found, again = (moments("selu", 0, 2, digits=30) for _ in range(2))
    assert found == again
    assert hash(found) == hash(again)
    assert found != moments("selu", 0, 2, digits=31)
    for other in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert other == found
        assert str(other.mean) == str(found.mean)


@pytest.mark.parametrize(
    "value",
    [np.zeros(3), np.array(1.0), [0.0, 1.0], (0, 1), range(2), None],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("place", ["mean", "variance"])
def test_arrays_are_sent_to_gaussian(value: Any, place: str) -> None:
    with pytest.raises(TypeError, match=r"single number.*actmath\.numeric\.gaussian"):
        moments("tanh", **{place: value})


def test_tensors_are_sent_to_gaussian() -> None:
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match=r"mean must be a single number, got a Tensor; .*gaussian"):
        moments("tanh", torch.zeros(2))


@pytest.mark.parametrize("number", [1, 1.0, "1", np.float64(1), np.int64(1), Rational(1)])
def test_single_numbers_of_any_type_are_read(number: Any) -> None:
    assert moments("relu", number).mean == moments("relu", 1).mean


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"variance": 0}, "variance must be positive"),
        ({"digits": 0}, "digits must be an integer from 1 to 10000"),
        ({"digits": 10_001}, "digits must be an integer from 1 to 10000"),
        ({"digits": True}, "digits must be an integer from 1 to 10000"),
        ({"alpha": -1}, "must lie in"),
    ],
)
def test_misuse(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        moments("elu", **given)


def test_json_keeps_digits_as_strings() -> None:
    found = moments("selu", "1/2", 2, digits=30)
    data = json.loads(json.dumps(found.to_json()))
    assert data == {
        "activation": "selu",
        "mean_in": "1/2",
        "variance_in": "2",
        "digits": 30,
        **{field: str(getattr(found, field)) for field in FIELDS},
        "route": str(found.route),
    }


def test_it_shows_itself_shortly() -> None:
    found = actmath.moments("relu", digits=20)
    assert repr(found).splitlines() == [
        "relu(z), z ~ N(0, 1); closed form",
        "  E f    0.39894228040143267794",
        "  E f²   0.50000000000000000000",
        "  Var f  0.34084505690810466423",
        "  E f′   0.50000000000000000000",
        "  E f′²  0.50000000000000000000",
    ]
    html = found._repr_html_()
    assert html.startswith("<table><caption>relu(z), z ~ N(0, 1); closed form</caption>")
    assert "<tr><th>E f</th><td>0.39894228040143267794</td></tr>" in html


def test_one_return_type() -> None:
    assert isinstance(moments(catalog.elu, alpha=2), Moments)
