"""The written-out pass through a sequence against the same operations, which PyTorch derives."""

from __future__ import annotations

import pytest
import torch

from actmath.nn._kernels.library import c_loop
from actmath.nn._noisy._recurrent.in_c import lstm_backward_in_c, lstm_forward_in_c
from actmath.nn._noisy._recurrent.lstm_sequence import (
    _line,
    lstm_backward,
    lstm_forward,
    lstm_in_operations,
)
from actmath.nn._noisy._recurrent.steps import Course

SIGMOID, TANH, ODD = (0.25, 0.5, 0.0, 1.0), (1.0, 0.0, -1.0, 1.0), (0.5, 0.25, -0.5, 1.0)


@pytest.mark.parametrize("in_c", [False, True])
@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("loud", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sizes", [[], [4, 4, 3, 1]])
@pytest.mark.parametrize("state", [TANH, ODD])
def test_values_and_gradients(
    in_c: bool, half: bool, loud: bool, reverse: bool, sizes: list[int], state: tuple
) -> None:
    if in_c and c_loop("lstm_forward", torch.float64) is None:
        pytest.skip("there is no C compiler here")
    forward, backward = (
        (lstm_forward_in_c, lstm_backward_in_c) if in_c else (lstm_forward, lstm_backward)
    )
    random = torch.Generator().manual_seed(1)

    def draw(*shape: int) -> torch.Tensor:
        return 2 * torch.randn(shape, generator=random, dtype=torch.float64)

    n, lead = 3, (sum(sizes),) if sizes else (4, 4)
    inputs = [draw(*lead, 4 * n), draw(4 * n, n), draw(4, n), draw(4, n), draw(5 * n)]
    inputs = [each.requires_grad_() for each in inputs]
    noise = (draw(*lead, 4 * n), draw(*lead, n)) if loud else (draw(0), draw(0))
    course = Course([*SIGMOID, *SIGMOID, *TANH, *SIGMOID, *state], half, sizes, reverse)
    expected = lstm_in_operations(*inputs, *noise, course)
    upstream = [draw(*each.shape) for each in expected]
    slopes = torch.autograd.grad(expected, inputs, upstream, allow_unused=not loud)
    with torch.no_grad():
        outputs, last_h, last_c, *kept = forward(*inputs, *noise, course)
        found = backward(upstream, [outputs, *kept], *inputs[1:], *noise, course)
    for one, other in zip((outputs, last_h, last_c), expected, strict=True):
        torch.testing.assert_close(one, other)
    for one, other in zip(found, slopes, strict=True):
        # Without noise p has no part in anything.
        torch.testing.assert_close(one, torch.zeros_like(one) if other is None else other)


@pytest.mark.parametrize("line", [(1.0, 0.0), (2.0, 0.0), (1.0, 0.5)])
def test_the_line_of_the_state(line: tuple[float, float]) -> None:
    cells = torch.tensor([-1.5, 0.0, 3.0])
    expected = torch.tensor([line[0] * cell + line[1] for cell in cells.tolist()])
    torch.testing.assert_close(_line(cells, [*SIGMOID, *line, -1.0, 1.0]), expected)
