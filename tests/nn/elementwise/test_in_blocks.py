"""Large tensors block by block: the same numbers, whatever the layout, and little in between."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from actmath import nn
from actmath.nn._elementwise.in_blocks import in_blocks, is_large, rows_of_a_block

LARGE = 2**19 + 3
UNITS = [nn.Sigmoid, nn.Tanh, nn.Softsign, nn.Tanhshrink, nn.GELU, lambda: nn.GELU("tanh")]


@pytest.fixture(autouse=True)
def _one_thread() -> object:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def slope(unit: torch.nn.Module, x: Tensor) -> Tensor:
    at = x.detach().requires_grad_()
    return torch.autograd.grad(unit(at * 1).sum(), at)[0]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("make", UNITS)
def test_the_same_as_in_parts(make: type, dtype: torch.dtype) -> None:
    unit, x = make(), 8 * torch.randn(LARGE, generator=torch.Generator().manual_seed(0))
    x = x.to(dtype)
    assert is_large(x)
    pieces = x.split(50_000)
    tolerance = {"rtol": 4 * torch.finfo(dtype).eps, "atol": 0.0}
    for call in (unit, lambda part: slope(unit, part)):
        want = torch.cat([call(piece) for piece in pieces])
        torch.testing.assert_close(call(x), want, **tolerance)


@pytest.mark.parametrize("make", [*UNITS, nn.GLU])
def test_strides_are_kept_and_zeros_are_no_matter(make: type) -> None:
    x = torch.randn(4, 8, 128, 160)
    for each in (x.to(memory_format=torch.channels_last), x.transpose(0, 3), x[:, :, :, ::2]):
        y, same = make()(each), make()(each.contiguous())
        torch.testing.assert_close(y, same)
        torch.testing.assert_close(slope(make(), each), slope(make(), each.contiguous()))
    assert make()(x[:0]).shape[0] == 0


def test_several_results_of_several_tensors() -> None:
    one, other = torch.arange(LARGE).float(), torch.ones(LARGE)
    calls: list[int] = []

    def both(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        calls.append(len(a))
        return a + b, a - b

    more, less = in_blocks(both, 2, one, other)
    assert torch.equal(more, one + 1)
    assert torch.equal(less, one - 1)
    assert len(calls) > 4
    assert max(calls) * 2 < LARGE
    assert rows_of_a_block(torch.empty(1000, 1000)) == 65
