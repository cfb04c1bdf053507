"""The clipped line on tensors, and its blur against quadrature by mpmath."""

from __future__ import annotations

import math

import pytest
import torch
from mpmath import mp

from actmath import Activation, catalog
from actmath.derive import harden
from actmath.nn._noisy.hard_unit import FAR, HardUnit

POINTS = torch.tensor([-9.0, -2.0, -1.3, -1.0, -0.2, 0.0, 0.7, 1.0, 2.0, 3.5], dtype=torch.float64)
BASES = pytest.mark.parametrize("base", ["tanh", "sigmoid", "softplus"])


def test_numbers_of_hard_soft_and_one_sided_units() -> None:
    assert HardUnit.of(catalog.hard_tanh) == HardUnit.of(catalog.tanh)
    assert HardUnit.of(catalog.hard_sigmoid) == HardUnit.of(harden(catalog.sigmoid))
    one_sided = HardUnit.of(catalog.softplus)
    assert (one_sided.bottom, one_sided.top, one_sided.right) == (0.0, math.inf, math.inf)
    capped = HardUnit.of(Activation("capped", "-log(1 + exp(-x))"))
    assert (capped.bottom, capped.top, capped.left) == (-math.inf, 0.0, -math.inf)


@BASES
def test_line_clip_and_hard_unit(base: str) -> None:
    unit = HardUnit.of(catalog.get(base))
    line = unit.slope * POINTS + unit.intercept
    torch.testing.assert_close(unit.line(POINTS), line)
    clipped = [min(max(u, unit.bottom), unit.top) for u in line.tolist()]
    torch.testing.assert_close(unit.hard(POINTS), torch.tensor(clipped, dtype=torch.float64))
    outside = [x <= unit.left or x >= unit.right for x in POINTS.tolist()]
    assert unit.saturated(POINTS).tolist() == outside


def test_a_steep_line_through_0() -> None:
    """Of tanh 3x, whose tangent at 0 is 3x: clipped to −1 and 1 from ±1/3 on."""
    unit = HardUnit.of(Activation("steep", "tanh(3*x)"))
    at = torch.tensor([-2.0, -0.25, 0.0, 0.125, 1.0], dtype=torch.float64)
    assert unit.line(at).tolist() == [-6.0, -0.75, 0.0, 0.375, 3.0]
    assert unit.hard(at).tolist() == [-1.0, -0.75, 0.0, 0.375, 1.0]


@BASES
@pytest.mark.parametrize("deviation", [1e-3, 0.4, 7.0])
def test_blur_is_the_mean_under_normal_noise(base: str, deviation: float) -> None:
    unit = HardUnit.of(catalog.get(base))
    blurred = unit.blurred(POINTS, torch.tensor(deviation, dtype=torch.float64))
    for x, found in zip(POINTS.tolist(), blurred.tolist(), strict=True):
        ends = [end for end in (unit.left, unit.right) if math.isfinite(end)]
        inside = sorted(z for z in ((end - x) / deviation for end in ends) if abs(z) < 12)

        def weighted(z: mp.mpf, x: float = x) -> mp.mpf:
            u = unit.slope * (x + deviation * z) + unit.intercept
            return mp.npdf(z) * min(max(u, unit.bottom), unit.top)

        mean = mp.quad(weighted, [-12, *inside, 12])
        assert found == pytest.approx(float(mean), rel=1e-13, abs=1e-14)


def test_blur_without_noise_is_the_unit_with_finite_slopes() -> None:
    unit = HardUnit.of(catalog.tanh)
    x = POINTS.clone().requires_grad_()
    s = torch.zeros((), dtype=torch.float64, requires_grad=True)
    y = unit.blurred(x, s)
    torch.testing.assert_close(y, unit.hard(POINTS))
    y.sum().backward()
    assert x.grad.isfinite().all()
    assert s.grad.isfinite()


def test_the_density_is_0_from_where_the_distance_is_held() -> None:
    assert math.exp(-(FAR**2) / 2) == 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_blur_without_noise_has_finite_second_derivatives(dtype: torch.dtype) -> None:
    """Which form 1/s⁴, in either precision."""
    unit = HardUnit.of(catalog.tanh)
    x = POINTS.to(dtype).requires_grad_()
    s = torch.zeros((), dtype=dtype, requires_grad=True)
    first = torch.autograd.grad(unit.blurred(x, s).sum(), (x, s), create_graph=True)
    for each in first:
        for second in torch.autograd.grad(each.sum(), (x, s), retain_graph=True):
            assert second.isfinite().all()


def test_what_is_hardened_by_name_and_what_is_not() -> None:
    assert HardUnit.of("sigmoid") == HardUnit(0.25, 0.5, 0.0, 1.0, -2.0, 2.0)
    assert HardUnit.of("softplus").left == pytest.approx(-2 * math.log(2), rel=1e-15)
    for bad in (3, None, torch.tanh, [catalog.tanh]):
        with pytest.raises(TypeError, match=r"^an activation, its name or a Hardened is needed"):
            HardUnit.of(bad)


def test_a_line_that_is_none_of_the_argument_s_own() -> None:
    """Slope 1 off the origin, another slope through it, and both: each is evaluated."""
    at = torch.tensor([-2.0, 0.0, 3.0], dtype=torch.float64)
    for slope, intercept in ((1.0, 0.0), (1.0, 0.5), (2.0, 0.0), (2.0, -1.0)):
        unit = HardUnit(slope, intercept, -1.0, 1.0, -5.0, 5.0)
        assert unit.line(at).tolist() == [slope * x + intercept for x in at.tolist()]
