"""What is made first under a strange mode is what is made in a plain process."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Event
from time import sleep

import pytest
import torch
from sympy import Max, tanh
from torch._subclasses.fake_tensor import FakeTensorMode

from actmath import Activation
from actmath.lower import to_torch
from actmath.lower._autograd.plainly import plainly
from actmath.nn import Elementwise
from actmath.notation import x

MODES: list[Callable[[], AbstractContextManager[object]]] = [
    lambda: torch.device("meta"),
    torch.inference_mode,
    torch.no_grad,
    lambda: torch.autocast("cpu", torch.bfloat16),
    FakeTensorMode,
]


@pytest.mark.parametrize("number", range(len(MODES)))
def test_a_formula_made_under_a_mode_computes_and_trains(number: int) -> None:
    # A unit that nobody made before, in each case another one.
    unit = Activation("fresh", Max(x, 0) - number * x**3)
    with MODES[number]():
        module = Elementwise(unit)
        function = to_torch(unit)
    at = torch.tensor([-2.0, 0.5], requires_grad=True)
    want = at.clamp(min=0) - number * at**3
    torch.testing.assert_close(module(at), want)
    torch.testing.assert_close(function(at), want)
    (found,) = torch.autograd.grad(module(at).sum(), at)
    torch.testing.assert_close(found, torch.autograd.grad(want.sum(), at)[0])


def test_a_formula_made_inside_of_a_transform() -> None:
    unit = Activation("inside", Max(x, 0) + tanh(x) / 3)
    at = torch.tensor([-2.0, 0.5], dtype=torch.float64)
    found = torch.func.vmap(torch.func.grad(torch.func.grad(lambda t: to_torch(unit)(t))))(at)
    y = torch.tanh(at)
    torch.testing.assert_close(found, -2 / 3 * y * (1 - y**2))


def test_the_default_precision_comes_back() -> None:
    torch.set_default_dtype(torch.float64)
    try:
        assert plainly(lambda: torch.ones(1).dtype)() == torch.float32
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_the_default_precision_comes_back_to_several_threads() -> None:
    """The second thread must not take what the first one set for what was there before."""
    entered = Event()

    def first() -> None:
        entered.set()
        # Longer than it takes to begin the second.
        sleep(0.2)

    torch.set_default_dtype(torch.float64)
    try:
        with ThreadPoolExecutor(2) as threads:
            one = threads.submit(plainly(first))
            assert entered.wait(10)
            other = threads.submit(plainly(lambda: sleep(0.4)))
            one.result()
            other.result()
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
