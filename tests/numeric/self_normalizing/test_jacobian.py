"""Norm and radius in closed form against numpy, the Jacobian against differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actmath import catalog
from actmath.number import mp
from actmath.numeric._digits import quadrature
from actmath.numeric._self_normalizing.fixed_point import ShapeAndScale
from actmath.numeric._self_normalizing.jacobian import map_at, norm_and_radius
from actmath.numeric._self_normalizing.problem import Target, pose

ENTRIES = st.floats(-10, 10).map(lambda value: round(value, 6))


@given(ENTRIES, ENTRIES, ENTRIES, ENTRIES)
def test_norm_and_radius_of_any_matrix(a: float, b: float, c: float, d: float) -> None:
    norm, radius = norm_and_radius(*map(mp.mpf, (a, b, c, d)))
    matrix = np.array([[a, b], [c, d]])
    assert float(norm) == pytest.approx(np.linalg.norm(matrix, 2), abs=1e-9)
    # A double eigenvalue is only known to the root of the rounding.
    assert float(radius) == pytest.approx(abs(np.linalg.eigvals(matrix)).max(), abs=1e-6)


def test_the_jacobian_is_the_maps_derivative() -> None:
    """g(mean, variance) for lam·(elu + shift), differenced in its own two arguments."""
    root = ShapeAndScale(mp.mpf("1.5"), mp.mpf("-0.2"), mp.mpf("1.1"))
    step = mp.mpf(10) ** -12

    def image(mean: mp.mpf, variance: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
        target = Target.of(mp.nstr(mean, 30), mp.nstr(variance, 30), "0.3", "1.2")
        return map_at(pose(catalog.elu, "shape", target), root)[:2]

    with mp.workdps(40):
        at = (mp.mpf("0.4"), mp.mpf("1.3"))
        target = Target.of("0.4", "1.3", "0.3", "1.2")
        *_, jacobian = map_at(pose(catalog.elu, "shape", target), root)
        for column, (dm, dv) in enumerate(((step, 0), (0, step))):
            high, low = image(at[0] + dm, at[1] + dv), image(at[0] - dm, at[1] - dv)
            for row in (0, 1):
                slope = (high[row] - low[row]) / (2 * step)
                assert abs(slope - jacobian[2 * row + column]) < 1e-15


@pytest.mark.parametrize(
    ("name", "unknown", "shape", "shift"),
    [("elu", "shape", "1.5", "0"), ("softplus", "shift", None, "-0.2")],
)
def test_the_image_is_mean_and_variance_of_the_scaled_unit(
    name: str, unknown: str, shape: str | None, shift: str
) -> None:
    """By integrals at the net input's mean 0.4·0.3 and variance 1.3·1.2."""
    problem = pose(catalog.get(name), unknown, Target.of("0.4", "1.3", "0.3", "1.2"))
    unit = catalog.get(name).with_parameters(**({"alpha": shape} if shape else {}))
    with mp.workdps(25):
        free = mp.mpf(shape) if shape else None
        root = ShapeAndScale(free, mp.mpf(shift), mp.mpf("-1.1"))
        mean, variance, _ = map_at(problem, root)
        first, second, _, _ = quadrature.expectations(unit, mp.mpf("0.12"), mp.mpf("1.56"))
        assert abs(mean - root.scale * (first + root.shift)) < 1e-20
        assert abs(variance - root.scale**2 * (second - first**2)) < 1e-20


@pytest.mark.parametrize(
    ("matrix", "norm", "radius"),
    [
        ((3, 0, 0, -5), 5, 5),
        ((0, 2, 0, 0), 2, 0),
        # A rotation and stretch by √2, whose eigenvalues are 1 ± i.
        ((1, -1, 1, 1), 2**0.5, 2**0.5),
        ((1, 4, 1, 1), ((19 + 325**0.5) / 2) ** 0.5, 3),
        ((-1, 4, 1, -1), ((19 + 325**0.5) / 2) ** 0.5, 3),
    ],
)
def test_sizes_by_hand(matrix: tuple[int, ...], norm: float, radius: float) -> None:
    """Of ((1, 4), (1, 1)) the sum of squares is 19 and the determinant −3: 19² − 4·9 is 325."""
    found = norm_and_radius(*map(mp.mpf, matrix))
    assert tuple(map(float, found)) == pytest.approx((norm, radius), rel=1e-14)
