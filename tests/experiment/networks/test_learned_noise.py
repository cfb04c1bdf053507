"""The hand-written derivatives are those that PyTorch takes of the library's own units."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from actmath.experiment._networks.learned_noise import noise_after, noise_before
from actmath.nn import NAN, NANIL
from actmath.nn._noisy.hard_unit import HardUnit

RANDOM = torch.Generator().manual_seed(0)
XI, UPSTREAM = torch.randn(2, 3, 5, 8, dtype=torch.float64, generator=RANDOM)
#: Both saturated sides, the line between, and its ends.
X = torch.linspace(-4, 4, 120, dtype=torch.float64).reshape(3, 5, 8)
STEEPNESS = (0.0, 0.4, 1.7)


def by_definition(after: bool, x: Tensor, p: Tensor, line: HardUnit) -> Tensor:
    """The formulas of Gulcehre et al. 2016, Eqs. 6 to 12, in operations that PyTorch derives."""
    u = line.slope * x + line.intercept
    # clamp has slope 1 at the thresholds themselves, which X does not hold; h has 0.
    deviation = 0.7 * (torch.sigmoid(p * (u.clamp(line.bottom, line.top) - u)) - 0.5) ** 2
    if after:
        return u.clamp(line.bottom, line.top) - torch.sign(x) * deviation * XI
    return (line.slope * (x + deviation * XI) + line.intercept).clamp(line.bottom, line.top)


@pytest.mark.parametrize("name", ["hard_tanh", "hard_sigmoid"])
@pytest.mark.parametrize("act", [noise_after, noise_before])
def test_values_and_gradients(act: Callable[..., Tensor], name: str) -> None:
    line, level = HardUnit.of(name), torch.tensor(0.7, dtype=torch.float64)
    x = X.clone().requires_grad_()
    p = torch.tensor(STEEPNESS, dtype=torch.float64)[:, None, None].requires_grad_()
    found, expected = act(x, p, level, XI, line), by_definition(act is noise_after, x, p, line)
    torch.testing.assert_close(found, expected, rtol=1e-13, atol=1e-13)
    ours, theirs = (torch.autograd.grad(y, [x, p], UPSTREAM) for y in (found, expected))
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(("act", "kind"), [(noise_after, NAN), (noise_before, NANIL)])
@pytest.mark.parametrize("p", [0.6, -0.6])
def test_they_are_the_librarys_units(
    act: Callable[..., Tensor], kind: type[NAN] | type[NANIL], p: float
) -> None:
    unit = kind("hard_tanh", level=2.0).double()
    unit.p.data.fill_(p)
    ends = torch.tensor([-1.0, 1.0, 0.0, -0.0], dtype=torch.float64)
    x = torch.cat([X.flatten(), ends]).requires_grad_()
    xi = torch.cat([XI.flatten(), torch.ones(4).double()])
    found = act(x, unit.p.abs(), unit.level, xi, unit.line)
    expected = unit.with_noise(x, xi)
    torch.testing.assert_close(found, expected)
    ours, theirs = (torch.autograd.grad(y.sum(), [x, unit.p]) for y in (found, expected))
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other)


@pytest.mark.parametrize("act", [noise_after, noise_before])
def test_a_second_derivative_is_refused(act: Callable[..., Tensor]) -> None:
    x, one = X.clone().requires_grad_(), torch.tensor(1.0, dtype=torch.float64)
    y = act(x, one, one, XI, HardUnit.of("hard_tanh"))
    (first,) = torch.autograd.grad(y.square().sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        first.square().sum().backward()
