"""Moments of units of two arguments over arrays, against many digits and finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from actmath import Activation, GatedUnit, catalog, gated_moments
from actmath.catalog import GATED
from actmath.numeric import gated_gaussian

FIELDS = ("mean", "second", "variance", "by_x_second", "by_z_second", "by_both")
#: mean, variance, mean_z, variance_z, correlation
POINTS = np.array(
    [
        (0.5, 2, -0.25, 0.5, 0.375),
        (-5, 0.015625, 1, 4, 0),
        (5, 25, 0.125, 1, -0.875),
        (-2, 0.5, 0, 1, 1),
    ]
).T


UNITS = [GATED["reglu"], GATED["swiglu"], GatedUnit("shrink", catalog.hardshrink)]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_against_many_digits(unit: GatedUnit) -> None:
    m, v, m_z, v_z, rho = POINTS
    found = gated_gaussian(unit, m, v, mean_z=m_z, variance_z=v_z, correlation=rho)
    for i, point in enumerate(POINTS.T.tolist()):
        named = dict(zip(("mean_z", "variance_z", "correlation"), point[2:], strict=True))
        want = gated_moments(unit, *point[:2], **named, digits=16)
        for field in FIELDS:
            assert getattr(found, field)[i] == pytest.approx(
                float(getattr(want, field)), rel=1e-12
            ), (field, point)


def test_a_tensor_has_gradients_by_all_five() -> None:
    """Second ones too: the curvature by the mean, which the graph of the first holds."""
    points = [torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in POINTS[:, :1]]

    def three(m, v, m_z, v_z, rho):
        found = gated_gaussian("swiglu", m, v, mean_z=m_z, variance_z=v_z, correlation=rho)
        return found.mean, found.variance, found.by_both

    assert torch.autograd.gradcheck(three, points)
    assert torch.autograd.gradgradcheck(lambda m: three(m, *points[1:])[1], points[:1])


def test_shapes_and_dtypes_are_the_inputs() -> None:
    found = gated_gaussian("glu", torch.zeros(3, 1), correlation=torch.tensor([0, 0.5]))
    assert (found.mean.shape, found.mean.dtype) == ((3, 2), torch.float32)
    assert gated_gaussian("glu").second.shape == ()
    assert gated_gaussian("glu", np.zeros(0)).mean.shape == (0,)


def test_a_constant_value_scales_the_gate() -> None:
    """At variance 0 of z the unit is μ_z·g(x)."""
    found = gated_gaussian("geglu", 0.5, 2.0, mean_z=-3.0, variance_z=0.0)
    own = gated_moments("geglu", 0.5, 2, mean_z=-3, variance_z="1e-40", digits=17)
    assert found.variance == pytest.approx(float(own.variance), rel=1e-13)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"variance": [1.0, 0.0]}, "variance must be finite and positive, got 0.0 at flat index 1"),
        ({"variance_z": -1.0}, "variance_z must be finite and not negative"),
        ({"mean_z": np.nan}, "mean_z must be finite, got nan"),
        ({"correlation": 1.5}, "correlation must lie from −1 to 1, got 1.5"),
        ({"mean": [1.0, 2.0], "mean_z": [1.0, 2.0, 3.0]}, "do not broadcast"),
    ],
)
def test_what_cannot_be_asked(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        gated_gaussian("glu", **given)
    with pytest.raises(TypeError, match="relu is no unit of two arguments"):
        gated_gaussian("relu")


def test_what_is_infinite() -> None:
    steep = gated_gaussian(GatedUnit("mine", Activation("root", "sqrt(abs(x))")))
    assert (steep.by_x_second, float(steep.second)) == (np.inf, pytest.approx((2 / np.pi) ** 0.5))
    with pytest.raises(ArithmeticError, match="swiglu at flat index 1 are beyond float64"):
        gated_gaussian("swiglu", [0.0, 1e200])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mean": [0.0, -np.inf]}, "^mean must be finite, got -inf at flat index 1"),
        ({"mean": [np.nan, np.inf]}, "^mean must be finite, got nan at flat index 0"),
        ({"variance": [1.0, 2.0, np.inf]}, "^variance must be .*, got inf at flat index 2"),
        ({"variance": -1.0}, "^variance must be finite and positive, got -1.0"),
        ({"mean_z": [[0.0], [np.inf]]}, "^mean_z must be finite, got inf at flat index 1"),
        ({"variance_z": -5e-324}, "^variance_z must be finite and not negative, got -5e-324"),
        ({"variance_z": np.nan}, "^variance_z must be finite and not negative, got nan"),
        ({"correlation": np.nextafter(1, 2)}, "^correlation must lie .*, got 1.0000000000000002"),
        ({"correlation": [1, -1.5, 2]}, "^correlation must lie .*, got -1.5 at flat index 1"),
        ({"correlation": np.nan}, "^correlation must lie from −1 to 1, got nan"),
    ],
    ids=str,
)
def test_the_first_entry_that_is_refused_is_named(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        gated_gaussian("bilinear", **given)


@pytest.mark.parametrize("correlation", [-1.0, -0.25, 0.0, 0.5, 1.0])
def test_a_product_of_two_gaussians_by_hand(correlation: float) -> None:
    """f = xz: E f = ab + c, E f² = E x²·E z² + 2c² + 4abc for means a, b and the covariance c."""
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, 6))
    v, w = rng.uniform(0.2, 4, (2, 6))
    c = correlation * np.sqrt(v * w)
    found = gated_gaussian("bilinear", a, v, mean_z=b, variance_z=w, correlation=correlation)
    first = a * b + c
    second = (a * a + v) * (b * b + w) + 2 * c * c + 4 * a * b * c
    wanted = {
        "mean": first,
        "second": second,
        "variance": a * a * w + b * b * v + 2 * a * b * c + v * w + c * c,
        "by_x_second": b * b + w,
        "by_z_second": a * a + v,
        "by_both": first,
    }
    assert found.unit == "bilinear"
    for name, right in wanted.items():
        np.testing.assert_allclose(getattr(found, name), right, rtol=1e-12, atol=1e-13)
