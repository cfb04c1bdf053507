"""Mean and variance through a model's steps, in the limit of wide layers with random weights.

In that limit every net input of a layer is a Gaussian of its own, independent of what the layer
reads: sums of independent tensors add variances, products of independent ones multiply mean
squares, and a unit's moments are integrals over its net input. A sum is taken for a Gaussian where
a unit follows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from .._layer_weights import PartlySumming, SummingLayer
from ._trace.parts import Portion, have_in_common, part_of
from ._trace.steps import INPUT, TENSOR, Trace, TraceStep, weight_identity
from .declared import declared_as, method_declared_as
from .laws import Function, Gaussian, Law, alone, declared_law, function_law, gaussian_law
from .norms import NORMS, function_normalized, module_normalized

#: What a layer makes of the laws that it reads; None where that cannot be told.
LayerRule = Callable[[int, TraceStep, Sequence[Law]], Law | None]
#: The law at an input, or where the rules here end.
StartRule = Callable[[int, TraceStep], Law | None]

_SHAPES = (
    "view reshape flatten permute transpose contiguous squeeze unsqueeze clone detach to float "
    "double type expand repeat movedim swapaxes t mT Flatten Unflatten unflatten expand_as view_as "
    "reshape_as requires_grad_ chunk split unbind tensor_split Identity PixelShuffle Sequential"
)
SHAPES = frozenset(_SHAPES.split())
_PARTS = frozenset(("getitem", "narrow", "select", "index_select"))
SUMS = frozenset(("add", "iadd", "sub", "isub", "rsub", "subtract"))
PRODUCTS = frozenset(("mul", "imul", "multiply"))
_JOINS = frozenset(("cat", "concat", "stack"))
#: What is normalized whatever it is.
_UNKNOWN = Law(0.0, 1.0, frozenset())
_DROPOUTS = nn.modules.dropout._DropoutNd
_DROPPING = ("dropout", "dropout1d", "dropout2d", "dropout3d")


class TraceLaws:
    """The law of every step's result.

    Args:
        trace: the steps.
        layer: what a weighted layer gives.
        start: the law at inputs, and at steps that no rule here knows; None: it cannot be told.

    Attributes:
        laws: one a step, None where it cannot be told.
        because: in place of a law the name of the first step that could not be told.
    """

    def __init__(self, trace: Trace, layer: LayerRule, start: StartRule) -> None:
        self.trace, self._layer, self._start = trace, layer, start
        self.laws: list[Law | None] = []
        self.because: list[str] = []
        # Where each weight is called first: what it gives twice is not independent.
        self._called: dict[int, int] = {}

    def run(self) -> None:
        """Find the laws, step by step; the rules may look at those that were found."""
        for place, step in enumerate(self.trace.steps):
            law = self._law(place, step)
            law = self._start(place, step) if law is None else law
            if isinstance(step.operation, SummingLayer):
                first = self._called.setdefault(weight_identity(step.operation), place)
                if law is not None and law.roots == {("layer", place)}:
                    law = replace(law, roots=frozenset([("layer", first)]))
            self.laws.append(law)
            before = (self.because[k] for k in step.inputs if self.laws[k] is None)
            self.because.append("" if law is not None else next(before, _title(step)))

    def _law(self, place: int, step: TraceStep) -> Law | None:
        if step.operation == INPUT:
            return None
        if step.operation == TENSOR:
            return _of_tensor(step)
        found = [self.laws[k] for k in step.inputs]
        if step.function in SHAPES | _PARTS and found:
            first = found[0]
            if first is None or step.function in SHAPES:
                return first
            return _part(first, self._part(place, step))
        if isinstance(step.operation, nn.Embedding):
            table = _of_entries(("words", step.name), step.operation.weight, "embedding")
            return self._start(place, step) or table
        if isinstance(step.operation, nn.LayerNorm | nn.GroupNorm):
            # Whatever comes in.
            return module_normalized(place, step.operation, found[0] or _UNKNOWN)
        if step.function in ("layer_norm", "group_norm"):
            own = [self.trace.steps[k].constant for k in step.inputs[1:]]
            return function_normalized(place, own, found[0] or _UNKNOWN)
        laws = [law for law in found if law is not None]
        if not laws or len(laws) < len(found):
            return None
        if isinstance(step.operation, SummingLayer):
            return self._layer(place, step, laws)
        if isinstance(step.operation, PartlySumming):
            return None
        return self._of_several(place, step, laws)

    def _part(self, place: int, step: TraceStep) -> Portion:
        source = self.trace.steps[step.inputs[0]]
        origin_ = source
        while origin_.function in SHAPES | _PARTS and origin_.inputs:
            origin_ = self.trace.steps[origin_.inputs[0]]
        # Of a piece of several the tensor that was cut.
        shapes = step.shapes or source.shapes
        rank = len(shapes[0]) if shapes else 0
        # Units lie along the last axis, of a convolution along the second one.
        units = {1, 1 - rank} if hasattr(origin_.operation, "kernel_size") else {-1, rank - 1}
        return part_of(step, place, source, frozenset(units if rank else {-1, 1}))

    def _of_several(self, place: int, step: TraceStep, laws: list[Law]) -> Law | None:
        operation, first = step.operation, laws[0]
        if isinstance(operation, _DROPOUTS) or step.function.endswith(_DROPPING):
            return _dropped(step, first)
        if isinstance(operation, NORMS):
            return module_normalized(place, operation, first)
        if step.function in ("GLU", "glu"):
            return _gated(first)
        if step.function in _JOINS:
            return _joined(place, step, laws)
        constants = [self.trace.steps[k].constant for k in step.inputs]
        return _composed(step, laws, constants) or _independent(place, step, laws)


def _title(step: TraceStep) -> str:
    """A step in words: a module by its path and kind."""
    kind = step.function
    return f"{step.name} ({kind})" if step.name not in ("", kind, step.operation) else kind


def _of_tensor(step: TraceStep) -> Law | None:
    constant = step.constant
    if not isinstance(constant, Tensor) or not constant.is_floating_point() or not constant.numel():
        return None
    return _of_entries(("tensor", step.name), constant, step.name)


def _of_entries(key: Hashable, tensor: Tensor, name: str) -> Law | None:
    if tensor.is_meta:
        return None
    values = tensor.detach().double()
    mean, variance = float(values.mean()), float(values.var(correction=0))
    if not math.isfinite(mean + variance):
        return None
    return Law(mean, variance, frozenset([key]), name=name)


def _part(law: Law, part: Portion) -> Law:
    """A part of a tensor: other entries of the same law, independent of those that are apart."""
    roots = frozenset((root, part) for root in law.roots)
    source = law.source
    if source is not None:
        source = Gaussian((source.key, part), source.mean, source.variance)
    return Law(law.mean, law.variance, roots, source, law.function, law.name, law.slope_second)


def _dropped(step: TraceStep, law: Law) -> Law:
    """E y² = E x²/(1 − p) where a share of p is put to 0 and the rest divided by 1 − p."""
    if "lpha" in step.function:
        # Alpha dropout keeps mean and variance; in evaluation, the tensor.
        training = getattr(step.operation, "training", True)
        return Law(law.mean, law.variance, law.roots, name=law.name) if training else law
    # Of those that drop channels so many of one number each.
    positions = {"1d": 1, "2d": 2, "3d": 3}.get(step.function[-2:], 0)
    factor = float(step.call([torch.ones(1, 4096, *[1] * positions)]).max())
    if factor == 1:
        return law
    if factor == 0:
        return Law(0.0, 0.0, law.roots, name=law.name)
    return Law(law.mean, law.square * factor - law.mean * law.mean, law.roots, name=law.name)


def _gated(law: Law) -> Law | None:
    """a·σ(b) of two independent halves of one tensor."""
    if law.source is None:
        return None
    gate = _through(law, torch.sigmoid, torch.sigmoid)
    return None if gate is None else _product(law, gate)


def _joined(place: int, step: TraceStep, laws: list[Law]) -> Law | None:
    sizes = [math.prod(shape) for shape in step.shapes] or [1] * len(laws)
    alike = len({(law.mean, law.variance) for law in laws}) == 1
    if not (alike or step.shapes) or len(sizes) != len(laws):
        return None
    whole = sum(sizes)
    mean = sum(n * law.mean for n, law in zip(sizes, laws, strict=True)) / whole
    square = sum(n * law.square for n, law in zip(sizes, laws, strict=True)) / whole
    roots = frozenset().union(*(law.roots for law in laws))
    normal = alike and all(law.source is not None and law.function is None for law in laws)
    source = Gaussian(("cat", place), mean, square - mean * mean) if normal else None
    return Law(mean, square - mean * mean, roots, source, name="joined")


def _composed(step: TraceStep, laws: list[Law], constants: list[Tensor | None]) -> Law | None:
    """An operation on functions of one Gaussian, and on single numbers, is a function of it."""
    single = [c is not None and c.numel() == 1 for c in constants]
    sources = {law.source for law, one in zip(laws, single, strict=True) if not one and law.source}
    known = sum(law.source is not None or one for law, one in zip(laws, single, strict=True))
    if len(sources) != 1 or known < len(laws):
        return None
    (source,) = sources
    function = _function(step, laws, constants)
    roots = next(law.roots for law in laws if law.source is not None)
    name = step.function if not isinstance(step.operation, nn.Module) else ""
    names = [law.name for law in laws if law.function is not None]
    name = " ".join([*names, name or step.function])
    try:
        if len(laws) == 1 and laws[0].function is None:
            unit = _declaration(step)
            if unit is not None:
                return declared_law(source, unit, function, roots)
        return function_law(source, function, name, roots)
    except (ValueError, ArithmeticError):
        return None


def _function(step: TraceStep, laws: list[Law], constants: list[Tensor | None]) -> Function:
    copied = alone(step.operation)
    inner = [law.function for law in laws]

    def function(z: Tensor) -> Tensor:
        values = [
            # Clones: an operation in place would change what the one before still needs.
            c.detach().to(z).reshape(()) if c is not None else (z if f is None else f(z)).clone()
            for f, c in zip(inner, constants, strict=True)
        ]
        found: Tensor = copied(*values) if copied is not step.operation else step.call(values)
        return found

    return function


def _declaration(step: TraceStep) -> Any:
    """A declaration where the call gives its values: further arguments may make another unit."""
    if isinstance(step.operation, nn.Module):
        return declared_as(step.operation)
    unit = (
        method_declared_as(step.operation)
        if isinstance(step.operation, str)
        else declared_as(step.operation)
    )
    if unit is None:
        return None
    from .._elementwise.elementwise import Elementwise

    points = torch.linspace(-4, 4, 33, dtype=torch.float64)
    same = torch.allclose(step.call([points.clone()]), Elementwise(unit)(points), 1e-9, 1e-12)
    return unit if same else None


def _through(law: Law, function: Any, operation: Any) -> Law | None:
    step = TraceStep(function.__name__, operation, (0,), lambda values: function(*values))
    return _composed(step, [law], [None])


def _independent(place: int, step: TraceStep, laws: list[Law]) -> Law | None:
    """A sum or a product of two tensors that share nothing."""
    if len(laws) != 2 or have_in_common(laws[0].roots, laws[1].roots):
        return None
    one, other = laws
    if step.function in PRODUCTS:
        return _product(one, other)
    if step.function not in SUMS:
        return None
    # Whatever is added how many times: x − y, x + 2y.
    zero, unit = (torch.tensor(v, dtype=torch.float64) for v in (0.0, 1.0))
    rest = float(step.call([zero, zero]))
    left, right = float(step.call([unit, zero])) - rest, float(step.call([zero, unit])) - rest
    mean = left * one.mean + right * other.mean + rest
    variance = left * left * one.variance + right * right * other.variance
    found = gaussian_law(("sum", place), mean, variance, "a sum")
    return Law(mean, variance, one.roots | other.roots, found.source, name="a sum")


def _product(one: Law, other: Law) -> Law:
    """E xy = E x·E y and E (xy)² = E x²·E y²."""
    mean = one.mean * other.mean
    square = one.square * other.square
    name = "·".join(law.name or "z" for law in (one, other))
    return Law(mean, square - mean * mean, one.roots | other.roots, name=name)


def origin(key: Hashable) -> Hashable:
    """The net input of which a part is one."""
    while isinstance(key, tuple) and isinstance(key[0], tuple):
        key = key[0]
    return key
