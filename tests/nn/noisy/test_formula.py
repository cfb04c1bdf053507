"""φ and its slopes as one function: against the formula written out, and its edge cases."""

from __future__ import annotations

import pytest
import torch

from actmath import catalog
from actmath.nn._noisy.formula import Mixture, noisy_output
from actmath.nn._noisy.hard_unit import HardUnit

X = torch.tensor([-5.0, -2.2, -1.0, -0.3, 0.0, 0.4, 1.1, 2.7, 6.0], dtype=torch.float64)
MIXES = pytest.mark.parametrize("mix", [0.6, 1.0, 1.4])
BASES = pytest.mark.parametrize("base", ["tanh", "sigmoid", "softplus"])


def written_out(
    x: torch.Tensor, p: torch.Tensor, c: torch.Tensor, epsilon: torch.Tensor, mixture: Mixture
) -> torch.Tensor:
    """αh + (1 − α)u + d·c(g(pΔ) − ½)²ε, operation by operation."""
    line = mixture.line.slope * x + mixture.line.intercept
    hard = line.clamp(mixture.line.bottom, mixture.line.top)
    deviation = c * (torch.sigmoid(p * (hard - line)) - 0.5) ** 2
    towards = torch.where(x >= 0, -1.0, 1.0) * (1.0 if mixture.mix <= 1 else -1.0)
    return mixture.mix * hard + (1 - mixture.mix) * line + towards * deviation * epsilon


@BASES
@MIXES
def test_value_and_slopes_are_those_of_the_formula_written_out(base: str, mix: float) -> None:
    mixture = Mixture(HardUnit.of(catalog.get(base)), mix)
    random = torch.Generator().manual_seed(1)
    epsilon = torch.randn(len(X), generator=random, dtype=torch.float64)
    results = []
    for function in (noisy_output, written_out):
        # Beside the thresholds, where clamp's slope is another.
        x = (X + 1e-3).requires_grad_()
        p, c = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (-1.3, 2.5))
        y = function(x, p, c, epsilon, mixture)
        results.append((y.detach(), *torch.autograd.grad(y.square().sum(), (x, p, c))))
    torch.testing.assert_close(*results, rtol=1e-12, atol=1e-13)


def test_the_slope_at_a_threshold_is_0_without_leak() -> None:
    mixture = Mixture(HardUnit.of(catalog.tanh), 1.0)
    x = torch.tensor([-1.0, 1.0], dtype=torch.float64, requires_grad=True)
    one = torch.ones((), dtype=torch.float64)
    noisy_output(x, one, one, torch.ones_like(x), mixture).sum().backward()
    assert x.grad.tolist() == [0, 0]


def test_noise_points_the_same_way_for_both_zeros() -> None:
    mixture = Mixture(HardUnit.of(catalog.tanh), 1.0)
    assert mixture.signs(torch.tensor([0.0, -0.0, -1.0, 2.0])).tolist() == [1, 1, -1, 1]
    assert [Mixture(mixture.line, mix).direction for mix in (0.5, 1.0, 1.5)] == [-1, -1, 1]


def test_nothing_of_h_is_lost_far_out() -> None:
    mixture = Mixture(HardUnit.of(catalog.tanh), 1.0)
    far, zero = torch.tensor([-1e30, 1e30]), torch.zeros(())
    assert noisy_output(far, zero, zero, torch.zeros(2), mixture).tolist() == [-1, 1]


def test_p_and_c_may_be_one_for_each_row() -> None:
    mixture = Mixture(HardUnit.of(catalog.tanh), 0.8)
    x = 3 * torch.linspace(-1, 1, 12, dtype=torch.float64).reshape(3, 4)
    p = torch.tensor([[0.5], [-1.0], [2.0]], dtype=torch.float64, requires_grad=True)
    c = torch.tensor([[1.0], [4.0], [0.0]], dtype=torch.float64, requires_grad=True)
    epsilon = torch.ones_like(x)
    noisy_output(x, p, c, epsilon, mixture).sum().backward()
    for row in range(3):
        one, level = (t[row].detach().clone().requires_grad_() for t in (p, c))
        noisy_output(x[row], one, level, epsilon[row], mixture).sum().backward()
        torch.testing.assert_close((p.grad[row], c.grad[row]), (one.grad, level.grad))


@pytest.mark.parametrize("exporting", [True, False])
def test_signs_are_the_same_while_exporting(
    exporting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.compiler, "is_exporting", lambda: exporting)
    mixture = Mixture(HardUnit.of(catalog.tanh), 1.0)
    for dtype in (torch.float32, torch.bfloat16):
        x = torch.tensor([[-5.0, -1e-30, -0.0], [0.0, 1e-30, 7.0]], dtype=dtype)
        found = mixture.signs(x)
        assert found.tolist() == [[-1, -1, 1], [1, 1, 1]]
        assert found.dtype == dtype


@pytest.mark.parametrize(("mix", "want"), [(1.0, 1.0), (0.5, 3.0), (1.5, -1.0), (0.0, 5.0)])
def test_the_noise_free_unit(mix: float, want: float) -> None:
    """αh + (1 − α)u at x = 5, where h = 1 and u = 5."""
    mixture = Mixture(HardUnit.of(catalog.tanh), mix)
    hard, delta = torch.tensor(1.0), torch.tensor(-4.0)
    assert mixture.quiet(hard, delta).item() == want
    assert mixture.direction == (1.0 if mix > 1 else -1.0)
