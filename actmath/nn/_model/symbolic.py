"""A model's steps without data: by PyTorch's symbolic trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch import fx, nn
from torch.fx.node import Argument, Node, map_arg

from .kept_state import kept_state
from .steps import INPUT, TENSOR, Trace, TraceStep, is_whole

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
    return _steps(root, graph, alone=root is not model)


def _steps(root: nn.Module, graph: fx.Graph, *, alone: bool) -> Trace:
    places: dict[Node, int] = {}
    steps: list[TraceStep] = []
    for node in graph.nodes:
        if node.op == "output":
            continue
        read: list[Node] = []
        map_arg((node.args, node.kwargs), read.append)
        operation: Any = _KINDS.get(node.op, node.target)
        name, constant = str(node.target), None
        if node.op == "call_module":
            operation, name = root.get_submodule(name), "" if alone else name
        elif node.op == "call_function":
            name = str(getattr(operation, "__name__", name))
        elif node.op == "get_attr":
            constant = _attribute(root, name)
        places[node] = len(steps)
        inputs = tuple(places[each] for each in read)
        steps.append(TraceStep(name, operation, inputs, _calling(node, operation), constant))
    return Trace(tuple(steps), "a symbolic trace")


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
