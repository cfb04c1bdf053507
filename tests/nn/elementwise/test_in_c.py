"""Element-wise loops in C: which tensors they take; the same numbers as PyTorch's operations."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from actmath.nn import functional
from actmath.nn._elementwise import gated, with_slope
from actmath.nn._elementwise.in_c import goes_in_c, looped
from actmath.nn._kernels.library import is_at_hand

pytestmark = pytest.mark.skipif(not is_at_hand(torch.zeros(1)), reason="no C compiler here")
NAMES = ("sigmoid", "tanh", "softsign", "tanhshrink", "gelu", "glu")
FAR = (0.0, -0.0, 1e-30, -5.0, 20.0, -100.0, 120.0, math.inf, -math.inf, math.nan)


def both_ways(name: str, x: Tensor) -> list[Tensor]:
    at = x.clone().requires_grad_()
    y = getattr(functional, name)(at)
    (slope,) = torch.autograd.grad(y, at, torch.linspace(1, 2, y.numel(), dtype=y.dtype).view_as(y))
    with torch.no_grad():
        # The value is one, with a derivative and without.
        torch.testing.assert_close(getattr(functional, name)(x), y, rtol=0, atol=0, equal_nan=True)
    return [y.detach(), slope]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("name", NAMES)
def test_the_same_numbers_as_in_operations(
    name: str, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = torch.Generator().manual_seed(0)
    drawn = 4 * torch.randn(35 * 6 - len(FAR), generator=random, dtype=torch.float64)
    x = torch.cat([drawn, torch.tensor(FAR, dtype=torch.float64)]).to(dtype).view(35, 6)
    found = both_ways(name, x)
    for place in (with_slope, gated):
        monkeypatch.setattr(place, "looped", lambda *_: False)
    for one, other in zip(found, both_ways(name, x), strict=True):
        # gelu's slope at ±∞ is 0·∞ in neither.
        torch.testing.assert_close(one, other, equal_nan=True)


@pytest.mark.parametrize("dim", [0, 1, 2, -1])
def test_halves_of_any_dimension(dim: int, monkeypatch: pytest.MonkeyPatch) -> None:
    x = torch.randn(4, 6, 2, dtype=torch.float64, requires_grad=True)
    slopes = []
    for in_c in (True, False):
        if not in_c:
            monkeypatch.setattr(gated, "looped", lambda *_: False)
        y = functional.glu(x, dim)
        slopes.append(torch.autograd.grad(y.sin().sum(), x)[0])
    torch.testing.assert_close(*slopes)


def test_what_is_not_in_one_piece_or_watched_is_left_alone() -> None:
    x = torch.zeros(4, 4)
    assert looped("gelu", (x,), (torch.empty_like(x),))
    for other in (x.T[::2], x.half(), x.to("meta"), x.clone().requires_grad_()):
        assert not looped("gelu", (other,), (torch.empty_like(other),))
    assert not looped("gelu_slope", (x, x.double()), (torch.empty_like(x),))
    assert looped("gelu", (x[:0],), (x[:0],))


@pytest.mark.parametrize("name", NAMES)
def test_a_view_of_minus_the_numbers_in_memory(name: str) -> None:
    """The imaginary part of a conjugate is one."""
    numbers = torch.linspace(-2, 2, 6, dtype=torch.float64)
    torch.testing.assert_close(both_ways_of_minus(name, numbers), both_ways(name, -numbers))
    number = torch.tensor([1 + 2j]).conj().imag
    if name != "glu":
        expected = getattr(functional, name)(torch.tensor([-2.0]))
        torch.testing.assert_close(getattr(functional, name)(number), expected)


def both_ways_of_minus(name: str, x: Tensor) -> list[Tensor]:
    """As ``both_ways`` of -x, by views."""
    at = torch._neg_view(x).requires_grad_()
    y = getattr(functional, name)(at)
    upstream = torch._neg_view(-torch.linspace(1, 2, y.numel(), dtype=y.dtype).view_as(y))
    return [y.detach(), *torch.autograd.grad(y, at, upstream)]


@pytest.mark.parametrize(("threads", "taken"), [(1, [True] * 3), (2, [True, False, False])])
def test_what_pytorch_shares_out_among_threads_is_left_to_it(
    threads: int, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    # Up to 32,768 elements PyTorch takes one thread (its GRAIN_SIZE).
    assert [goes_in_c(torch.zeros(2**15 + more)) for more in (-1, 0, 1)] == taken


def test_what_is_read_and_what_is_written() -> None:
    """The value alone, the slope alone, both; and other sizes than the number of elements."""
    x = torch.linspace(-2, 2, 6)
    want = torch.sigmoid(x), torch.sigmoid(x) * torch.sigmoid(-x)
    for wanted in ((True, True), (True, False)):
        found = tuple(torch.full_like(x, 9.0) if each else None for each in wanted)
        assert looped("sigmoid", (x,), found)
        for each, number in zip(found, want, strict=True):
            if each is not None:
                torch.testing.assert_close(each, number)
    room = torch.full_like(x, 9.0)
    assert looped("sigmoid", (x,), (room, None), 4)
    assert room[4:].tolist() == [9.0, 9.0]
    torch.testing.assert_close(room[:4], want[0][:4])


def test_what_would_be_differentiated_is_left_to_operations() -> None:
    x, room = torch.zeros(4, requires_grad=True), torch.empty(4)
    assert not looped("gelu", (x,), (room,))
    with torch.no_grad():
        assert looped("gelu", (x,), (room,))
    assert room.tolist() == [0.0] * 4
    plain, gradient = torch.zeros(4, 2), torch.ones(2, 4).T
    assert not looped("gelu_slope", (plain, gradient), (torch.empty_like(plain),))
    minus = torch._neg_view(torch.ones(4, 2))
    assert not looped("gelu_slope", (plain, minus), (torch.empty_like(plain),))
    assert looped("gelu_slope", (plain, gradient.contiguous()), (torch.empty_like(plain),))
