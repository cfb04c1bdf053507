"""The logistic function where PyTorch's own is 0 and its product with the argument is not."""

from __future__ import annotations

import pytest
import torch
from mpmath import mp

from actmath import Activation, catalog
from actmath import nn as an
from actmath.lower import to_torch
from actmath.lower._functions.logistic_tail import expit, expit_

# By the dtype, a little above and below where e^{−u} overflows, and where the product ends.
TAILS = {
    torch.float64: [-700.0, -709.5, -709.79, -710.0, -713.0, -714.9],
    torch.float32: [-80.0, -88.5, -88.75, -90.0, -91.0, -91.8],
}


def silu(at):
    return at / (1 + mp.exp(-at))


@pytest.mark.parametrize("kind", TAILS)
@pytest.mark.parametrize("unit", [to_torch("silu"), an.Elementwise(catalog.silu)])
def test_values_and_slopes_keep_the_promise(unit, kind: torch.dtype) -> None:
    points = torch.tensor(TAILS[kind], dtype=kind, requires_grad=True)
    values = unit(points)
    values.sum().backward()
    with torch.no_grad():
        assert unit(points).tolist() == pytest.approx(values.tolist(), rel=1e-5, abs=0)
    for at, value, slope in zip(
        points.tolist(), values.tolist(), points.grad.tolist(), strict=True
    ):
        with mp.workdps(60):
            wanted = silu(mp.mpf(at)), mp.diff(silu, mp.mpf(at))
            # 4 ulp·(1 + condition number), and |x·f′/f| is |x| to a part in 700.
            share = 4 * torch.finfo(kind).eps * (1 - at) * mp.mpf(1.002)
            for got, want in zip((value, slope), wanted, strict=True):
                assert abs(got - want) <= share * abs(want)


def test_the_same_in_its_own_memory_and_beside_nan() -> None:
    points = torch.tensor([1.0, -90.0, torch.nan, -torch.inf, -5.0])
    assert expit(points).isnan().tolist() == [False, False, True, False, False]
    torch.testing.assert_close(expit(points), points.double().sigmoid().float(), equal_nan=True)
    assert expit(points)[1] > 0
    own = points.clone()
    assert expit_(own) is own
    torch.testing.assert_close(own, expit(points), equal_nan=True, rtol=0, atol=0)
    assert expit(torch.empty(0)).shape == (0,)


def test_inside_transforms_the_tail_is_zero_and_all_else_the_same() -> None:
    points = torch.tensor([[-3.0, 2.0], [-710.0, 0.0]], dtype=torch.float64)
    found = torch.func.vmap(expit)(points)
    torch.testing.assert_close(found, points.sigmoid())


def test_what_is_made_of_it_has_the_tail_too() -> None:
    logish = to_torch(Activation("logish", "x*log(1 + sigmoid(x))"))
    at = torch.tensor([-710.0], dtype=torch.float64)
    want = -710 * mp.exp(-710)
    assert logish(at).item() == pytest.approx(float(want), rel=1e-12, abs=0)


@pytest.mark.parametrize("kind", TAILS)
def test_every_number_beside_the_overflow_of_its_exponential(kind: torch.dtype) -> None:
    end = torch.tensor(torch.finfo(kind).max, dtype=torch.float64).log().neg().to(kind)
    step = torch.nextafter(end, torch.zeros_like(end)) - end
    at = end + torch.arange(-20, 21) * step
    product = (at * expit(at)).tolist()
    with mp.workdps(40):
        wanted = [float(silu(mp.mpf(u))) for u in at.tolist()]
    # Half an ulp of 710 is worth so much in the exponential.
    assert product == pytest.approx(wanted, rel=800 * torch.finfo(kind).eps, abs=0)
