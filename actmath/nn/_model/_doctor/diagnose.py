"""The doctor: one batch through a model, and what it shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from ..._initialization import Mode
from ..._layer_weights import SummingLayer
from .._trace.kept_state import kept_state
from .._trace.recorded import Recording, recorded_steps
from .._trace.steps import INPUT, Trace, TraceStep, check_model, is_number, tensors_in
from ..laws import Law
from ..norms import NORMS
from ..plan import Plan
from ..propagation import SHAPES
from .diagnosis import Diagnosis, LayerSigns
from .expected import ExpectedSigns
from .findings import SIGMAS, Examined, findings
from .measured import MeasuredTensor, Measurer, idle_shares
from .width import Width

#: Functions that take the scale of what they read out of it.
_NORMALIZING = frozenset(("layer_norm", "group_norm", "rms_norm"))


def diagnose(
    model: nn.Module, batch: Any, loss: Callable[[Any], Tensor] | None = None
) -> Diagnosis:
    """Send one batch through a model and compare every layer with theory.

    Mean, variance and the gradient's mean square of each layer's net inputs stand beside what the
    moment map predicts from the layer's weights and the measured input. A layer departs where its
    mean square leaves 1, the value that exact gains keep, by more than four deviations: given its
    inputs it has relative variance 2/(n·r) with n units and r effective samples, r = (tr K)²/tr K²
    of the samples' scalar products K, and units hand on what came before. The finding
    names the cause (scale of the input, gain, bias, unit) and what to change. Mode, parameters,
    gradients, buffers, hooks and random numbers are afterwards what they were.

    Args:
        model: any module, in the mode in which it is to be looked at.
        batch: what it takes: a tensor, a tuple of arguments, a dictionary.
        loss: from the model's output to a number; by default the scalar product of all outputs
            with fixed random numbers N(0, 1), so that the output's gradient has mean square 1.

    Raises:
        TypeError: for what is no module, complex numbers, a loss that is no number.
        ValueError: if the model does not take the batch, or a weight is on the meta device.

    >>> _ = torch.manual_seed(0)
    >>> sick = nn.Sequential(nn.Linear(300, 300), nn.ReLU(), nn.Linear(300, 300))
    >>> print(diagnose(sick, torch.randn(200, 300)).first.remedy)
    Draw them anew: nn.initialize_(model).
    """
    model = _with_numbers(model)
    with kept_state(model):
        measurer = Measurer()
        with torch.inference_mode(False):
            recording = recorded_steps(model, batch, measurer)
            value = _differentiate(model, recording, loss)
        trace = recording.trace
        expected = ExpectedSigns(trace, measurer.of, recording.ends)
        plan = Plan(trace, Mode.FAN_IN, 1.0)
        rows = list(_examine(trace, measurer.of, expected, plan))
        # Inside too: a weight that is computed may change when it is looked at.
        found = findings([row for row in rows if isinstance(row, Examined)])
    untold = tuple(dict.fromkeys(_title(trace.steps[place]) for place in _anew(expected)))
    signs = [row if isinstance(row, LayerSigns) else row.signs for row in rows]
    return Diagnosis(tuple(signs), found, value, untold)


def _with_numbers(model: nn.Module) -> nn.Module:
    model = check_model(model)
    if any(p.is_meta for p in model.parameters()):
        raise ValueError("the model is on the meta device and has no numbers: materialize it first")
    return model


def _differentiate(
    model: nn.Module, recording: Recording, loss: Callable[[Any], Tensor] | None
) -> float:
    """The loss; on the way the tensors' hooks note their gradients, and no ``grad`` is touched."""
    with torch.enable_grad():
        value = _direction(recording.output) if loss is None else _lost(loss, recording.output)
        if not isinstance(value, Tensor) or value.numel() != 1 or value.is_complex():
            raise TypeError("a loss must give a tensor with one real number")
        own = [p for p in model.parameters() if p.requires_grad]
        leaves = [*own, *recording.leaves]
        if value.requires_grad and leaves:
            torch.autograd.grad(value.sum(), leaves, allow_unused=True)
    return float(value.detach())


def _lost(loss: Callable[[Any], Tensor], output: Any) -> Tensor:
    try:
        return loss(output)
    except Exception as error:  # What a loss of one's own raises is anything.
        said = str(error) or type(error).__name__
        raise ValueError(f"the loss does not take what the model gives: {said}") from error


def _direction(output: Any) -> Tensor:
    """The scalar product of all numbers that a model gives with fixed random ones."""
    found = [tensor for tensor in tensors_in(output) if is_number(tensor)]
    if not found:
        raise TypeError(
            "the model gives no real numbers: say by loss=… what is to be differentiated"
        )
    random = torch.Generator().manual_seed(0)
    drawn = (torch.randn(t.shape, generator=random).to(t) for t in found)
    return torch.stack([(t * d).sum() for t, d in zip(found, drawn, strict=True)]).sum()


def _examine(
    trace: Trace, measured: dict[int, MeasuredTensor], expected: ExpectedSigns, plan: Plan
) -> Iterator[LayerSigns | Examined]:
    """Every layer, and what else a unit reads, in order."""
    wanted = {w.places[0]: w for w in plan.layers}
    readers, anew = trace.readers(), _anew(expected)
    width = Width(expected.propagation, measured)
    for place, step in enumerate(trace.steps):
        found = measured.get(place)
        unit = _unit_behind(place, expected)
        layer = isinstance(step.operation, SummingLayer)
        if found is None or not (layer or (unit and found.values is not None)):
            continue
        judged = place in wanted
        free = bool(readers[place]) and all(_normalizes(trace.steps[k]) for k in readers[place])
        known = judged and not free and 0 < wanted[place].square < math.inf
        tolerance = SIGMAS * math.sqrt(width.of[place]) if known else math.nan
        signs = _signs(place, step, found, expected, unit, tolerance)
        if not judged:
            yield signs
            continue
        sources = [_behind_shapes(trace, k) for k in step.inputs]
        read = measured.get(sources[0]) if len(sources) == 1 else None
        reads_input = trace.steps[sources[0]].operation == INPUT
        stretch = sum(k < place for k in anew)
        yield Examined(wanted[place], signs, found, read, reads_input, free, stretch)


def _normalizes(step: TraceStep) -> bool:
    return isinstance(step.operation, NORMS) or step.function in _NORMALIZING


def _behind_shapes(trace: Trace, place: int) -> int:
    """The step whose numbers another one only puts into another shape."""
    while trace.steps[place].function in SHAPES and trace.steps[place].inputs:
        place = trace.steps[place].inputs[0]
    return place


def _unit_behind(place: int, expected: ExpectedSigns) -> Law | None:
    """The last function of a step's values alone, as a·σ(a), and not its inner σ."""
    laws = expected.propagation.laws
    units = [x for x in laws if x is not None and x.function is not None]
    behind = [x for x in units if x.source is not None and x.source.key[-1] == place]
    return behind[-1] if behind else None


def _signs(
    place: int,
    step: TraceStep,
    found: MeasuredTensor,
    expected: ExpectedSigns,
    unit: Law | None,
    tolerance: float,
) -> LayerSigns:
    law = expected.propagation.laws[place]
    dead = saturated = math.nan
    if unit is not None and unit.function is not None and found.values is not None:
        dead, saturated = idle_shares(found.values, unit.function)
    return LayerSigns(
        *(_title(step), step.function, unit.name if unit else ""),
        *((law.mean if law else math.nan), found.mean),
        *((law.variance if law else math.nan), found.variance),
        *(expected.gradients.get(place, math.nan), found.gradient),
        *(dead, saturated, tolerance),
    )


def _title(step: TraceStep) -> str:
    return step.name or step.function


def _anew(expected: ExpectedSigns) -> list[int]:
    """The steps where no rule tells, and the measured values start anew."""
    steps, laws = expected.propagation.trace.steps, expected.propagation.laws
    return [
        place
        for place, (step, law) in enumerate(zip(steps, laws, strict=True))
        if step.operation != INPUT and not isinstance(step.operation, nn.Embedding)
        if law is not None and law.source is not None and law.source.key == ("measured", place)
    ]
