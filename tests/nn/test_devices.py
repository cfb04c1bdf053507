"""Modules on every device that is present, in single precision beside double precision."""

from __future__ import annotations

import math

import pytest
import torch

from actmath import nn
from actmath.nn import MODULES

#: From −6 to 6, without the places where some have kinks.
POINTS = torch.linspace(-6, 6, 242, dtype=torch.float64) + 1e-3
NOISY = (nn.NAN, nn.NAH, nn.NANI, nn.NANIL, nn.NANIS)
DRAWS = 40_000


@pytest.mark.parametrize("name", MODULES)
def test_values_and_slopes(name: str, device: str) -> None:
    """Eight digits would be float32's own; functions that cancel keep some less."""
    found, expected = [], []
    for dtype, place, out in ((torch.float32, device, found), (torch.float64, "cpu", expected)):
        module = MODULES[name]().to(device=place, dtype=dtype).eval()
        # The same numbers in both precisions.
        x = POINTS.float().to(device=place, dtype=dtype).requires_grad_()
        y = module(x)
        (slope,) = torch.autograd.grad(y.sum(), x)
        out += [y.detach().cpu().double(), slope.cpu().double()]
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("kind", NOISY)
@pytest.mark.parametrize("at", [-1.5, 0.25, 2.0])
def test_noise_has_the_mean_that_evaluation_gives(
    kind: type[nn.NANI], at: float, device: str
) -> None:
    torch.manual_seed(20170608)
    unit = kind(level=0.5).to(device)
    if hasattr(unit, "p"):
        torch.nn.init.constant_(unit.p, 0.8)
    x = torch.full((DRAWS,), at, device=device)
    with torch.no_grad():
        draws = unit.train()(x).double()
        expected = float(unit.eval()(x[:1]))
    # Five standard errors of the mean, and float32's rounding.
    allowed = 5 * float(draws.std()) / math.sqrt(DRAWS) + 1e-6
    assert float(draws.mean()) == pytest.approx(expected, abs=allowed)


def test_alpha_dropout_keeps_mean_and_variance(device: str) -> None:
    torch.manual_seed(20170608)
    x = torch.randn(DRAWS, device=device)
    y = nn.AlphaDropout(0.1).to(device).train()(x).double()
    # Standard errors: √(1/n) of the mean, and √(κ/n) of the variance with κ some 3 here.
    assert float(y.mean()) == pytest.approx(0, abs=5 / math.sqrt(DRAWS))
    assert float(y.var()) == pytest.approx(1, abs=5 * math.sqrt(3 / DRAWS))
