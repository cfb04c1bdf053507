"""A GRU's sequence in the loops in C, against the same operations, which PyTorch derives."""

from __future__ import annotations

import pytest
import torch

from actmath.nn._kernels.library import c_loop
from actmath.nn._noisy._recurrent import gru_sequence
from actmath.nn._noisy._recurrent.gru_sequence import (
    gru_backward,
    gru_forward,
    gru_in_operations,
)
from actmath.nn._noisy._recurrent.steps import Course

SIGMOID, TANH, ODD = (0.25, 0.5, 0.0, 1.0), (1.0, 0.0, -1.0, 1.0), (0.5, 0.25, -0.5, 1.0)


@pytest.mark.parametrize("in_c", [False, True])
@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("loud", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sizes", [[], [4, 4, 3, 1]])
@pytest.mark.parametrize("new", [TANH, ODD])
def test_values_and_gradients(
    in_c: bool,
    half: bool,
    loud: bool,
    reverse: bool,
    sizes: list[int],
    new: tuple,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if in_c and c_loop("gru_forward", torch.float64) is None:
        pytest.skip("there is no C compiler here")
    monkeypatch.setattr(gru_sequence, "sequence_goes_in_c", lambda *_: in_c)
    random = torch.Generator().manual_seed(1)

    def draw(*shape: int) -> torch.Tensor:
        return 2 * torch.randn(shape, generator=random, dtype=torch.float64)

    n, lead = 3, (sum(sizes),) if sizes else (4, 4)
    inputs = [draw(*lead, 3 * n), draw(3 * n, n), draw(3 * n), draw(4, n), draw(3 * n)]
    inputs = [each.requires_grad_() for each in inputs]
    noise = draw(*lead, 3 * n) if loud else draw(0)
    course = Course([*SIGMOID, *SIGMOID, *new], half, sizes, reverse)
    expected = gru_in_operations(*inputs, noise, course)
    upstream = [draw(*each.shape) for each in expected]
    slopes = torch.autograd.grad(expected, inputs, upstream, allow_unused=not loud)
    with torch.no_grad():
        outputs, last, recurrent = gru_forward(*inputs, noise, course)
        found = gru_backward(upstream, [outputs, recurrent], *inputs, noise, course)
    for one, other in zip((outputs, last), expected, strict=True):
        torch.testing.assert_close(one, other)
    for one, other in zip(found, slopes, strict=True):
        # Without noise p has no part in anything.
        torch.testing.assert_close(one, torch.zeros_like(one) if other is None else other)
