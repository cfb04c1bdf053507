"""Steps by a batch: the same as by symbolic trace, and each tensor as the model had it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from actmath.nn._model._trace.kept_state import kept_state
from actmath.nn._model._trace.recorded import recorded_steps
from actmath.nn._model._trace.steps import TraceStep
from actmath.nn._model._trace.symbolic import symbolic

from ..samples import ByName, Gate, Twice, normal


def steps_of(model: nn.Module, batch: object) -> tuple[list[str], dict[str, Tensor]]:
    seen: dict[str, Tensor] = {}

    def observe(place: int, step: TraceStep, tensor: Tensor) -> None:
        seen.setdefault(step.name, tensor.detach().clone())

    with kept_state(model):
        trace = recorded_steps(model, batch, observe).trace
    return [step.function for step in trace.steps], seen


def test_the_same_steps_as_by_symbols() -> None:
    model = Gate(6)
    by_symbols = symbolic(model)
    assert by_symbols is not None
    names, _ = steps_of(model, normal(5, 6))
    assert names == [step.function for step in by_symbols.steps]


def test_values_are_those_before_the_next_operation_in_place() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(inplace=True), nn.Linear(4, 2))
    x = normal(9, 4)
    _, seen = steps_of(model, x)
    torch.testing.assert_close(seen["0"], model[0](x).detach())
    assert bool((seen["0"] < 0).any())


def test_dictionaries_tuples_and_modules_called_twice() -> None:
    names, _ = steps_of(ByName(), {"tokens": torch.arange(6)})
    assert names == ["input", "Embedding", "Linear", "tanh"]
    names, _ = steps_of(Twice(), normal(3, 40))
    assert names.count("Linear") == 3
    names, _ = steps_of(nn.Bilinear(2, 3, 4), (normal(5, 2), normal(5, 3)))
    assert names == ["input", "input", "Bilinear"]


@pytest.mark.parametrize(
    ("batch", "kind", "said"),
    [
        (None, TypeError, "tensor or holds some"),
        (torch.ones(2, 40, dtype=torch.complex64), TypeError, "complex"),
        (torch.ones(2, 7), ValueError, "does not take this batch"),
        (torch.ones(2, 40, dtype=torch.int64), ValueError, "does not take this batch"),
        (torch.ones(2, 40, device="meta"), ValueError, "meta device"),
        (torch.ones(2, 40).to(torch.float8_e4m3fn), TypeError, "float8"),
    ],
)
def test_batches_that_are_none(batch: object, kind: type[Exception], said: str) -> None:
    model = Twice()
    with pytest.raises(kind, match=said):
        steps_of(model, batch)
    assert not model.again._forward_hooks


def test_a_mask_may_be_infinite_and_the_input_may_not() -> None:
    class Masked(nn.Module):
        def forward(self, x: Tensor, mask: Tensor) -> Tensor:
            return x + mask

    x, mask = normal(2, 3), torch.tensor([0.0, -torch.inf, 0.0])
    names, _ = steps_of(Masked(), (x, mask))
    assert names == ["input", "input", "add"]
    for batch in ((mask, x), (x, mask * 0)):
        with pytest.raises(ValueError, match="not finite"):
            steps_of(Masked(), batch)


@pytest.mark.parametrize("error", [AssertionError("no"), ZeroDivisionError(), StopIteration()])
def test_a_model_that_raises_anything_does_not_take_the_batch(error: Exception) -> None:
    class Raises(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            raise error

    said = str(error) or type(error).__name__
    with pytest.raises(ValueError, match=f"does not take this batch: {said}") as caught:
        steps_of(Raises(), normal(2, 3))
    assert caught.value.__cause__ is error
