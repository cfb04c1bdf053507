"""Laws behind normalizations, against what the modules give."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from actmath.nn import initialize_
from actmath.nn._model.laws import gaussian_law
from actmath.nn._model.norms import function_normalized, module_normalized

from .samples import normal

SHAPE = (3000, 12)


def seen_by(norm: nn.BatchNorm1d) -> nn.BatchNorm1d:
    """In evaluation, after data of mean 1 and variance 9."""
    norm.running_mean.fill_(1.0)
    norm.running_var.fill_(9.0)
    return norm.eval()


@pytest.mark.parametrize(
    "norm",
    [
        nn.LayerNorm(12),
        nn.BatchNorm1d(12),
        nn.GroupNorm(3, 12),
        nn.RMSNorm(12),
        nn.LayerNorm(12, elementwise_affine=False),
        seen_by(nn.BatchNorm1d(12)),
    ],
)
def test_moments_behind_a_norm(norm: nn.Module) -> None:
    for parameter, seed in zip(norm.parameters(), (1, 2), strict=False):
        parameter.data = 1 + normal(12, seed=seed) / 3
    law = module_normalized(0, norm, gaussian_law(("input", 0), 0.7, 4.0))
    values = norm(0.7 + 2 * normal(*SHAPE)).detach()
    # Groups of four entries shrink what a mean beside 0 brings.
    assert float(values.mean()) == pytest.approx(law.mean, abs=0.06)
    assert float(values.var()) == pytest.approx(law.variance, rel=0.06)


@pytest.mark.parametrize(("own", "std"), [(True, 1 / 6), (False, 1 / 3)])
def test_a_norm_that_is_a_function(own: bool, std: float) -> None:
    class Norm(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight, self.bias = nn.Parameter(2 * torch.ones(9)), nn.Parameter(torch.zeros(9))
            self.line = (self.weight, self.bias) if own else ()
            self.layer = nn.Linear(9, 9)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = torch.softmax(x, 0)
            return self.layer(functional.layer_norm(x, (9,), *self.line))

    (row, *_) = initialize_(Norm()).layers
    assert (row.reads, row.std) == ("a normalization", pytest.approx(std))


class Beside(nn.Module):
    """A layer's normalization beside what it reads, or beside another layer of the same input."""

    def __init__(self, *, same: bool) -> None:
        super().__init__()
        self.one, self.other, self.last = (nn.Linear(9, 9) for _ in range(3))
        self.norm, self.same = nn.LayerNorm(9), same

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.one(x)
        return self.last(self.norm(h) + (h if self.same else self.other(x)))


@pytest.mark.parametrize(("same", "std"), [(True, math.nan), (False, 1 / math.sqrt(18))])
def test_a_norm_is_made_of_what_it_reads(same: bool, std: float) -> None:
    """Of variance 1 both: the sum of two layers has 2, that of one with itself some 4."""
    rows = {row.name: row for row in initialize_(Beside(same=same)).layers}
    assert rows["last"].std == pytest.approx(std, nan_ok=True)


def alternating(mean: float, deviation: float) -> Tensor:
    """2 samples of 12 numbers: every row, group and channel has that mean and deviation."""
    signs = torch.tensor([1.0, -1.0], dtype=torch.float64).repeat(2, 6)
    signs[1] *= -1
    return mean + deviation * signs


def with_line(norm: nn.Module) -> nn.Module:
    for parameter, seed in zip(norm.parameters(), (1, 2), strict=False):
        parameter.data = 1 + normal(12, seed=seed).double()
    return norm.double()


def running(norm: nn.BatchNorm1d) -> nn.BatchNorm1d:
    """In evaluation, after data whose channels differ."""
    norm.running_mean.copy_(normal(12, seed=3))
    norm.running_var.copy_(1 + normal(12, seed=4).square())
    return norm.eval()


@pytest.mark.parametrize(
    "norm",
    [
        with_line(nn.LayerNorm(12, eps=0)),
        with_line(nn.LayerNorm(12, eps=0, bias=False)),
        with_line(nn.GroupNorm(3, 12, eps=0)),
        with_line(nn.RMSNorm(12, eps=0)),
        nn.RMSNorm(12, eps=0, elementwise_affine=False),
        with_line(nn.BatchNorm1d(12, eps=1e-12)),
        with_line(nn.BatchNorm1d(12, eps=1e-12, track_running_stats=False)).eval(),
        running(with_line(nn.BatchNorm1d(12, eps=0.5))),
        running(nn.BatchNorm1d(12, affine=False)),
    ],
    ids=[
        *("layer", "layer without biases", "group", "root mean square", "root mean square alone"),
        *("batch", "evaluated on the batch", "evaluated", "evaluated without a line"),
    ],
)
def test_a_norm_of_numbers_whose_moments_are_exact(norm: nn.Module) -> None:
    """All of the module's values on inputs of mean 0.7 and deviation 2, in float64."""
    values = norm.double()(alternating(0.7, 2.0)).detach()
    law = module_normalized(3, norm, gaussian_law(("input", 0), 0.7, 4.0))
    assert law.mean == pytest.approx(float(values.mean()), rel=1e-9, abs=1e-12)
    assert law.variance == pytest.approx(float(values.var(correction=0)), rel=1e-9)
    assert law.source is not None
    assert (law.source.key, law.source.mean) == (("norm", 3), law.mean)
    assert law.source.variance == law.variance
    assert (law.roots, law.name) == (frozenset([("input", 0)]), type(norm).__name__)


def test_a_norm_as_a_function_has_its_own_line() -> None:
    weight, bias = (normal(12, seed=seed).double() + 0.5 for seed in (5, 6))
    law = gaussian_law(("input", 0), 0.7, 4.0)
    x = alternating(0.7, 2.0)
    for own in ((), (weight,), (weight, bias)):
        values = functional.layer_norm(x, (12,), *own, eps=0)
        found = function_normalized(3, own, law)
        assert found is not None
        assert found.mean == pytest.approx(float(values.mean()), abs=1e-12)
        assert found.variance == pytest.approx(float(values.var(correction=0)), rel=1e-9)
    assert function_normalized(3, (weight, None), law) is None
    assert function_normalized(3, (weight, bias, bias), law) is None


def test_a_root_mean_square_of_nothing_is_nothing() -> None:
    found = module_normalized(0, nn.RMSNorm(12), gaussian_law(("input", 0), 0.0, 0.0))
    assert (found.mean, found.variance) == (0, 0)
