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


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of four elements, so that nine are many."""
    monkeypatch.setattr("actmath.nn._elementwise.in_blocks._BLOCK", 4)


@pytest.mark.usefixtures("small_blocks")
def test_more_than_two_blocks_are_large() -> None:
    assert [is_large(torch.zeros(count)) for count in (8, 9)] == [False, True]
    assert not is_large(torch.zeros(9, device="meta"))


@pytest.mark.usefixtures("small_blocks")
def test_a_block_has_as_many_rows_as_it_holds_and_at_least_one() -> None:
    shapes = ((8, 2), (8, 1), (7, 3), (3, 5), (0, 3), (3, 0))
    # Of two, one, three and five elements a row; the last two have none.
    assert [rows_of_a_block(torch.zeros(shape)) for shape in shapes] == [2, 4, 1, 1, 1, 12]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_blocks_are_in_order_and_the_last_may_be_short(dtype: torch.dtype) -> None:
    first, second = torch.arange(11).to(dtype), 2 * torch.arange(11).to(dtype)
    lengths: list[int] = []

    def function(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        lengths.append(len(a))
        return a.float() + 3 * b.float(), a.float() - b.float()

    found = in_blocks(function, 2, first.reshape(11), second)
    assert lengths == [4, 4, 3]
    assert [each.tolist() for each in found] == [
        [7 * n for n in range(11)],
        [-n for n in range(11)],
    ]
    assert [each.dtype for each in found] == [dtype] * 2


def at_once(*tensors: Tensor) -> tuple[bool, Tensor]:
    """Is the function called a single time, and what comes of it?"""
    calls = []

    def function(a: Tensor, b: Tensor) -> tuple[Tensor]:
        calls.append(a)
        return ((a.float() * b.float()),)

    (found,) = in_blocks(function, 1, *tensors)
    return len(calls) == 1, found


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(
    ("other", "whole"),
    [
        (torch.arange(12.0).reshape(3, 4), False),
        (torch.arange(12.0).reshape(4, 3).T, True),
        (torch.arange(4.0), True),
        (torch._neg_view(torch.arange(12.0)).reshape(3, 4), True),
        (torch.arange(12.0).reshape(3, 4).requires_grad_(), True),
    ],
    ids=["plain", "transposed", "another shape", "minus what is in memory", "differentiated"],
)
@pytest.mark.parametrize("first", [False, True], ids=["second", "first"])
def test_what_is_no_piece_of_numbers_is_taken_whole(
    other: Tensor, whole: bool, first: bool
) -> None:
    """Blocks are views of what lies in memory, and no derivative goes back through them."""
    plain = 1 + torch.arange(12.0).reshape(3, 4)
    if first and other.shape != plain.shape:
        other = other.expand(3, 4)
    given = (other, plain) if first else (plain, other)
    once, found = at_once(*given)
    assert once is whole
    assert torch.equal(found, given[0] * given[1])
    assert found.requires_grad is other.requires_grad


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_all_results_have_the_first_tensors_dtype(dtype: torch.dtype) -> None:
    def function(a: Tensor) -> tuple[Tensor, Tensor]:
        return a.float() + 1, a.float() - 1

    found = in_blocks(function, 2, torch.ones(3, dtype=dtype))
    assert [each.dtype for each in found] == [dtype] * 2
    assert [each.tolist() for each in found] == [[2.0] * 3, [0.0] * 3]
