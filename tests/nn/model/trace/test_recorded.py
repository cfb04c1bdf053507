"""Steps by a batch: the same as by symbolic trace, and each tensor as the model had it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from actmath.nn._model._trace.kept_state import kept_state
from actmath.nn._model._trace.recorded import recorded_steps
from actmath.nn._model._trace.steps import INPUT, OVERWRITTEN, TENSOR, Trace, TraceStep
from actmath.nn._model._trace.symbolic import symbolic

from ..samples import ByName, Gate, Twice, normal, small_resnet


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


class Written(nn.Module):
    """A formula of two layers and an input."""

    def __init__(self, formula: object) -> None:
        super().__init__()
        self.formula = formula
        self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)
        self.scale = nn.Parameter(torch.tensor(1.5))

    def forward(self, x: Tensor) -> object:
        return self.formula(self, x)


def _changed(m: Written, x: Tensor) -> Tensor:
    h = m.a(x)
    h[:, 1:3].mul_(2)
    return m.b(torch.tanh(h)) + h


REPLAYED = {
    "a gate": (Gate(6), normal(5, 6)),
    "a resnet": (small_resnet().eval(), normal(2, 3, 9, 9)),
    "a block": (
        nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True),
        normal(2, 3, 8),
    ),
    "several": (
        Written(lambda m, x: torch.stack(m.a(x).chunk(2, dim=1)[::-1]) * m.scale),
        normal(3, 4),
    ),
    "by name": (Written(lambda m, x: torch.add(input=m.a(x), other=m.b(x), alpha=3)), normal(3, 4)),
    "largest": (Written(lambda m, x: torch.max(m.a(x), dim=1)), normal(3, 4)),
    "in place": (
        Written(lambda m, x: functional.relu(m.a(x), inplace=True).mul_(m.scale)),
        normal(3, 4),
    ),
    "padded": (
        Written(lambda m, x: functional.pad(m.a(x), (1, 2), value=3.0)[:, :4] - 2),
        normal(3, 4),
    ),
    "changed": (Written(_changed), normal(3, 4)),
}


@pytest.mark.parametrize("name", REPLAYED)
def test_each_step_computes_what_the_model_did(name: str) -> None:
    """From what came before, on copies, since some write over what they read."""
    model, batch = REPLAYED[name]
    seen: dict[int, Tensor] = {}

    def observe(place: int, step: TraceStep, tensor: Tensor) -> None:
        seen[place] = tensor.detach().clone()

    with kept_state(model):
        recording = recorded_steps(model, batch, observe)
    values: list[object] = []
    for place, step in enumerate(recording.trace.steps):
        if step.operation in (INPUT, OVERWRITTEN):
            values.append(seen[place])
        elif step.operation == TENSOR:
            values.append(step.constant)
        else:
            read = [values[k] for k in step.inputs]
            copies = [v.clone() if isinstance(v, Tensor) else v for v in read]
            with torch.no_grad():
                values.append(step.call(copies))
            if step.shapes:
                assert step.shapes == tuple(tuple(v.shape) for v in read)
        if place in seen:
            torch.testing.assert_close(values[-1], seen[place])
    given = [recording.output] if isinstance(recording.output, Tensor) else recording.output
    found = [values[k] for k in sorted(recording.ends)]
    assert len(found) == len(given)
    for value, wanted in zip(found, given, strict=True):
        torch.testing.assert_close(value, wanted.detach())


def trace_of(formula: object) -> Trace:
    model = Written(formula)
    with kept_state(model):
        return recorded_steps(model, normal(3, 4), lambda *_: None).trace


def test_what_is_read_and_by_which_name() -> None:
    trace = trace_of(lambda m, x: (m.b(m.a(x)) * m.scale) @ torch.ones(4, 2))
    said = [(step.name, step.function, step.inputs) for step in trace.steps]
    assert said[:5] == [
        ("input", "input", ()),
        ("a", "Linear", (0,)),
        ("b", "Linear", (1,)),
        ("scale", "tensor", ()),
        ("mul", "mul", (2, 3)),
    ]
    assert [step[2] for step in said[5:]] == [(), (4, 5)]
    assert trace.steps[3].constant is not None
    assert trace.way == "one batch"
    # A parameter that is read again is the same step.
    again = trace_of(lambda m, x: m.a(x * m.scale) * m.scale)
    assert [step.name for step in again.steps].count("scale") == 1


def test_a_tensor_that_was_written_over_is_another() -> None:
    trace = trace_of(_changed)
    names = [step.name for step in trace.steps]
    over = [k for k, step in enumerate(trace.steps) if step.operation == OVERWRITTEN]
    assert [names[k] for k in over] == ["a, written over"]
    readers = [step for step in trace.steps if over[0] in step.inputs]
    assert [step.function for step in readers] == ["tanh", "add"]


def test_gradients_go_back_to_the_batch_and_to_words() -> None:
    class Words(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(5, 4).requires_grad_(False)

        def forward(self, index: Tensor, x: Tensor) -> Tensor:
            return self.words(index) * x

    model, x = Words(), normal(3, 4)
    seen: list[tuple[str, bool]] = []
    with kept_state(model):
        recording = recorded_steps(
            model,
            (torch.arange(3), x),
            lambda place, step, tensor: seen.append((step.function, tensor.requires_grad)),
        )
    assert seen == [("input", False), ("input", True), ("Embedding", True), ("mul", True)]
    assert len(recording.leaves) == 2
    found = torch.autograd.grad(recording.output.sum(), recording.leaves)
    words = model.words.weight[:3]
    torch.testing.assert_close(found[0], words)
    torch.testing.assert_close(found[1], x)
    assert not x.requires_grad


def test_a_mapping_is_given_by_names_or_as_it_is_and_a_list_one_by_one() -> None:
    class Named(nn.Module):
        def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
            return x - 1 if y is None else x - y

    x, y = normal(2, 3), normal(2, 3, seed=1)
    for batch, wanted in (({"y": y, "x": x}, x - y), ([x, y], x - y), ((x,), x - 1), (x, x - 1)):
        with kept_state(model := Named()):
            output = recorded_steps(model, batch, lambda *_: None).output
        torch.testing.assert_close(output.detach(), wanted)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_batches_from_two_bytes_a_number_on(dtype: torch.dtype) -> None:
    model = nn.Sequential(nn.Linear(3, 2, dtype=dtype))
    names, seen = steps_of(model, normal(4, 3).to(dtype))
    assert names == ["input", "Linear"]
    assert seen["0"].dtype == dtype


def test_only_the_first_tensor_of_a_batch_must_be_finite_and_no_number_may_be_missing() -> None:
    class Masked(nn.Module):
        def forward(self, index: Tensor, mask: Tensor) -> Tensor:
            return index + mask

    names, _ = steps_of(Masked(), (torch.arange(3), torch.tensor([0.0, -torch.inf, 1.0])))
    assert names == ["input", "input", "add"]
    for wrong in (torch.inf, -torch.inf, torch.nan):
        with pytest.raises(ValueError, match="the batch holds numbers that are not finite"):
            steps_of(nn.Sequential(), torch.tensor([[1.0, wrong]]))
    with pytest.raises(ValueError, match=r"no samples: its shape is \(0, 3\)"):
        steps_of(nn.Sequential(), torch.ones(0, 3))
