"""A model's steps without data: by PyTorch's symbolic trace."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from torch import fx, nn
from torch.fx.node import Argument, Node, map_arg

from .kept_state import kept_state
from .steps import INPUT, OVERWRITTEN, TENSOR, Trace, TraceStep, as_declared, is_whole

_SHARING = (
    "view reshape flatten permute transpose contiguous squeeze unsqueeze detach to float double "
    "type movedim swapaxes t getattr Flatten Unflatten unflatten expand expand_as view_as "
    "reshape_as chunk split unbind tensor_split Identity Sequential getitem narrow select "
    "requires_grad_"
)
#: What these give may be the same memory as what they read.
_VIEWS = frozenset(_SHARING.split())
#: Nodes that hold no operation.
_KINDS = {"placeholder": INPUT, "get_attr": TENSOR}


class _Tracer(fx.Tracer):
    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return is_whole(m)


def symbolic(model: nn.Module) -> Trace | None:
    """The steps that symbolic tracing finds, None where a forward method looks at its data."""
    with kept_state(model):
        try:
            # A layer alone is a step, and has nothing inside that could be traced.
            root = nn.Sequential(model) if is_whole(model) else model
            graph = _Tracer().trace(root)
        except Exception:  # What a forward method raises at a proxy is anything.
            return None
        # Inside: tensors that the pass made itself are attributes until its end.
        return _steps(root, graph, alone=root is not model)


def _steps(root: nn.Module, graph: fx.Graph, *, alone: bool) -> Trace:
    found = _Steps()
    for node in graph.nodes:
        if node.op == "output":
            continue
        operation: Any = _KINDS.get(node.op, node.target)
        name, constant = str(node.target), None
        if node.op == "call_module":
            operation, name = root.get_submodule(name), "" if alone else name
            node.kwargs = as_declared(operation, node.kwargs)
        elif node.op == "call_function":
            name = str(getattr(operation, "__name__", name))
        elif node.op == "get_attr":
            constant = _attribute(root, name)
        found.add(node, operation, name, constant)
    return Trace(tuple(found.steps), "a symbolic trace")


class _Steps:
    """The steps of a graph, which does not know that operations in place change other nodes."""

    def __init__(self) -> None:
        self.steps: list[TraceStep] = []
        self._places: dict[Node, int] = {}
        # The first node with the same memory.
        self._memory: dict[Node, Node] = {}
        self._stale: set[Node] = set()

    def add(self, node: Node, operation: Any, name: str, constant: Any) -> None:
        """A node's step, after which what it writes to is what it gives."""
        read: list[Node] = []
        map_arg((node.args, node.kwargs), read.append)
        inputs = tuple(map(self._place, read))
        step = TraceStep(name, operation, inputs, _calling(node, operation), constant)
        self.steps.append(step)
        self._places[node] = len(self.steps) - 1
        written = bool(read) and _is_in_place(node, operation)
        same = written or (bool(read) and step.function in _VIEWS)
        self._memory[node] = self._memory[read[0]] if same else node
        if written:
            alike = (n for n, memory in self._memory.items() if memory is self._memory[node])
            self._stale |= set(alike) - {node, read[0]}
            self._places[read[0]] = self._places[node]

    def _place(self, node: Node) -> int:
        if node in self._stale:
            self._stale.remove(node)
            name = f"{self.steps[self._places[node]].name}, written over"
            self.steps.append(TraceStep(name, OVERWRITTEN))
            self._places[node] = len(self.steps) - 1
        return self._places[node]


def _is_in_place(node: Node, operation: Any) -> bool:
    """Does it write its result to what it reads first?"""
    if isinstance(operation, nn.Module):
        return getattr(operation, "inplace", False) is True
    if node.op not in ("call_method", "call_function"):
        return False
    name = operation if isinstance(operation, str) else getattr(operation, "__name__", "")
    if name.endswith("_") and not name.endswith("__"):
        return True
    try:
        given = inspect.signature(operation).bind(*node.args, **node.kwargs).arguments
    except (TypeError, ValueError):
        # PyTorch's functions in C have no signature, and none of them takes a mark by position.
        given = node.kwargs
    return given.get("inplace", False) is True


def _attribute(root: nn.Module, path: str) -> Any:
    found: Any = root
    for part in path.split("."):
        found = getattr(found, part)
    return found


def _calling(node: Node, operation: Any) -> Callable[[Sequence[Any]], Any]:
    def call(values: Sequence[Any]) -> Any:
        left = iter(values)
        args: Any = _filled(node.args, left)
        kwargs: Any = _filled(node.kwargs, left)
        if node.op == "call_method":
            return getattr(args[0], operation)(*args[1:], **kwargs)
        return operation(*args, **kwargs)

    return call


def _filled(arguments: Argument, values: Any) -> Any:
    return map_arg(arguments, lambda _: next(values))
