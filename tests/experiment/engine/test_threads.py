"""Small work gets one thread; afterwards all is as before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from actmath.experiment._engine.threads import FEW, fitting_threads


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize(("elements", "threads"), [(FEW - 1, 1), (FEW, 2)])
def test_threads_fit_the_work(elements: int, threads: int) -> None:
    with fitting_threads(elements):
        assert torch.get_num_threads() == threads
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_threads_are_given_back_after_an_error() -> None:
    with pytest.raises(RuntimeError, match="stop"), fitting_threads(1):
        raise RuntimeError("stop")
    assert torch.get_num_threads() == 2
