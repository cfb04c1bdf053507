"""A model's steps by one batch: what it calls, and on which tensors."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_flatten, tree_map, tree_unflatten

from .steps import INPUT, OVERWRITTEN, TENSOR, Trace, TraceStep, as_declared, is_whole, tensors_in

#: Called with a step's place, the step and the tensor that it gave.
Observer = Callable[[int, TraceStep, Tensor], None]


class Recorder(TorchFunctionMode):
    """Writes down every operation on tensors, and of modules that are one step their call."""

    def __init__(self, model: nn.Module, observe: Observer) -> None:
        super().__init__()
        self.steps: list[TraceStep] = []
        self._observe = observe
        # By identity, with the tensor's version; they are held, lest another one gets the same.
        self._places: dict[int, tuple[int, int]] = {}
        self._held: list[Tensor] = []
        self._depth = 0
        #: Tensors without a history, back to which gradients may be asked for.
        self.leaves: list[Tensor] = []
        self._names = {id(p): n for n, p in (*model.named_parameters(), *model.named_buffers())}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation, and write it down if no module that is one step is at work."""
        kwargs = kwargs or {}
        if self._depth:
            return func(*args, **kwargs)
        self._depth += 1
        try:
            operation = operator.getitem if func is Tensor.__getitem__ else func
            # Before the call: one in place would change what it read.
            read = self._reading(args, kwargs)
            result = func(*args, **kwargs)
            if any(True for _ in tensors_in(result)):
                self.add(operation, operation.__name__, read, result)
            return result
        finally:
            self._depth -= 1

    def _reading(self, args: Any, kwargs: Any) -> tuple[tuple[int, ...], Any, tuple[Any, ...]]:
        leaves, spec = tree_flatten((args, kwargs))
        tensors = [leaf for leaf in leaves if isinstance(leaf, Tensor)]
        inputs = tuple(self.place_of(tensor) for tensor in tensors)
        return inputs, (leaves, spec), tuple(tuple(t.shape) for t in tensors)

    def add(self, operation: Any, name: str, read: Any, result: Any) -> None:
        """A step, and one for each tensor where it gives several."""
        inputs, (leaves, spec), shapes = read
        # Without the tensors themselves, which a step would keep alive.
        marks = [_HERE if isinstance(leaf, Tensor) else leaf for leaf in leaves]
        step = TraceStep(name, operation, inputs, _calling(operation, marks, spec), None, shapes)
        self.steps.append(step)
        place = len(self.steps) - 1
        if isinstance(result, Tensor):
            self._know(place, result)
            return
        for index, part in enumerate(tensors_in(result)):
            again = _calling(operator.getitem, [_HERE, index], tree_flatten(((0, 0), {}))[1])
            self.steps.append(TraceStep(name, operator.getitem, (place,), again))
            self._know(len(self.steps) - 1, part)

    def _know(self, place: int, tensor: Tensor) -> None:
        self._places[id(tensor)] = place, _version(tensor)
        self._held.append(tensor)
        self._observe(place, self.steps[place], tensor)

    def place_of(self, tensor: Tensor) -> int:
        """The step that gave a tensor; what none gave, or was changed since, is one of its own."""
        place, version = self._places.get(id(tensor), (-1, 0))
        if place >= 0 and version == _version(tensor):
            return place
        if place < 0:
            name = self._names.get(id(tensor), "a tensor")
            self.steps.append(TraceStep(name, TENSOR, constant=tensor.detach()))
            self._places[id(tensor)] = len(self.steps) - 1, _version(tensor)
            self._held.append(tensor)
        else:
            name = self.steps[place].name
            self.steps.append(TraceStep(f"{name}, written over", OVERWRITTEN))
            self._know(len(self.steps) - 1, tensor)
        return len(self.steps) - 1

    def input(self, tensor: Tensor) -> None:
        """A tensor of the batch."""
        self.steps.append(TraceStep("input", INPUT))
        self._know(len(self.steps) - 1, tensor)

    def fresh(self, value: Any) -> Any:
        """A tensor of its own, through which gradients go where it holds numbers."""
        if not isinstance(value, Tensor):
            return value
        if not value.is_floating_point():
            return value.detach().clone()
        leaf = value.detach().clone().requires_grad_()
        self.leaves.append(leaf)
        # A clone of the leaf, so that the first operation may overwrite it.
        return leaf.clone()

    def _differentiable(self, words: Tensor) -> Tensor:
        """Embeddings through which gradients go, also where the table is not trained."""
        found: Tensor = words if words.requires_grad else self.fresh(words)
        return found

    def watch(self, model: nn.Module) -> None:
        """Take the modules that are one step as such; the hooks go with ``kept_state``."""
        inside: set[int] = set()
        for name, part in model.named_modules():
            if id(part) not in inside and is_whole(part):
                inside |= {id(each) for each in part.modules()}
                self._hook(name, part)

    def _hook(self, name: str, part: nn.Module) -> None:
        reads: list[Any] = []

        def before(module: nn.Module, args: Any, kwargs: Any) -> None:
            if not self._depth:
                reads.append(self._reading(args, as_declared(module, kwargs)))
            self._depth += 1

        def after(module: nn.Module, args: Any, kwargs: Any, result: Any) -> Any:
            self._depth -= 1
            if self._depth:
                return None
            self._depth += 1
            given = self._differentiable(result) if isinstance(module, nn.Embedding) else result
            self.add(module, name, reads.pop(), given)
            self._depth -= 1
            return given

        part.register_forward_pre_hook(before, with_kwargs=True)
        part.register_forward_hook(after, with_kwargs=True)


_HERE = object()


def _version(tensor: Tensor) -> int:
    """How often it, or another view of it, was changed in place; inference mode does not count."""
    return 0 if tensor.is_inference() else tensor._version


def _calling(operation: Any, marks: list[Any], spec: Any) -> Callable[[Sequence[Any]], Any]:
    def call(values: Sequence[Any]) -> Any:
        left = iter(values)
        leaves = [next(left) if mark is _HERE else mark for mark in marks]
        args, kwargs = tree_unflatten(leaves, spec)
        return operation(*args, **kwargs)

    return call


@dataclass(frozen=True, eq=False)
class Recording:
    """One pass: its steps, what the model gave, and the tensors that its gradients go back to.

    ``ends`` are the steps whose tensors the model gave.
    """

    trace: Trace
    output: Any
    leaves: list[Tensor]
    ends: frozenset[int]


def recorded_steps(model: nn.Module, batch: Any, observe: Observer) -> Recording:
    """Run one pass and write down its steps; inside ``kept_state``.

    A mapping is given by names if the forward method takes these, else as it is; a tuple or list
    as the arguments one by one.

    Raises:
        TypeError: for a batch without numbers, or with complex ones.
        ValueError: if the model does not take the batch, or it has no samples or numbers that are
            not finite.
    """
    recorder = Recorder(model, observe)
    with torch.enable_grad():
        given = tree_map(recorder.fresh, batch)
    tensors = list(tensors_in(given))
    if not tensors:
        raise TypeError(f"a batch is a tensor or holds some, got {type(batch).__name__}")
    for tensor in tensors:
        # A mask that comes later may hold infinities.
        _check_batch(tensor, finite=tensor is tensors[0])
        recorder.input(tensor)
    recorder.watch(model)
    try:
        with torch.enable_grad(), recorder:
            result = _call(model, given)
    except Exception as error:  # What a forward method raises is anything.
        said = str(error) or type(error).__name__
        raise ValueError(f"the model does not take this batch: {said}") from error
    ends = frozenset(recorder.place_of(tensor) for tensor in tensors_in(result))
    return Recording(Trace(tuple(recorder.steps), "one batch"), result, recorder.leaves, ends)


def _check_batch(tensor: Tensor, *, finite: bool) -> None:
    if tensor.is_complex():
        raise TypeError("the batch is complex: the moments here are those of real numbers")
    if tensor.is_floating_point() and tensor.dtype.itemsize < 2:
        raise TypeError(f"the batch holds {tensor.dtype}, with which nothing is computed: widen it")
    if tensor.is_meta:
        raise ValueError("the batch is on the meta device and has no numbers")
    if not tensor.numel():
        raise ValueError(f"the batch has no samples: its shape is {tuple(tensor.shape)}")
    wrong = tensor.isnan() | (tensor.isinf() if finite else False)
    if tensor.is_floating_point() and bool(wrong.any()):
        raise ValueError("the batch holds numbers that are not finite")


def _call(model: nn.Module, given: Any) -> Any:
    if isinstance(given, Mapping):
        try:
            inspect.signature(model.forward).bind(**given)
        except TypeError:
            return model(given)
        return model(**given)
    return model(*given) if isinstance(given, tuple | list) else model(given)
