"""One PyTorch operator, ``actmath::unit``, for every unit that carries its own derivative.

What is compiled, exported, traced or drawn as a graph sees one call with the unit's name in it, not
a Python class: so strict and other exports train with the derived gradients, and nothing of SymPy
is traced. Below automatic differentiation the call falls apart into PyTorch's own operations, which
compilers fuse and exporters know. Where nothing of this kind happens, units are called directly,
since an operator that is written in Python costs ten microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import cache
from hashlib import sha256
from typing import Any, Protocol
from weakref import WeakValueDictionary

import torch
from sympy import srepr
from torch import Tensor
from torch._functorch import autograd_function
from torch.autograd.forward_ad import _set_fwd_grad_enabled

from ...activation import Activation
from .in_stack import stacked


class NamedUnit(Protocol):
    """What is computed under a name: called, it gives the value, not to be differentiated."""

    @property
    def rule(self) -> type[torch.autograd.Function]:
        """What knows the derivative, applied to the unit and the tensors.

        Of several results the first is the value.
        """

    @property
    def again(self) -> Callable[[], object] | None:
        """Declares the unit once more and holds little; None for one that is never forgotten."""

    def __call__(self, x: Tensor, *parameters: Tensor) -> Tensor:
        """The value."""


#: The units that somebody holds, by the name that a graph holds: one that nobody holds is
#: forgotten, or each value of a parameter that changes would stay for good with its formulas.
_UNITS: WeakValueDictionary[str, NamedUnit] = WeakValueDictionary()
#: How to make again those that a graph holds.
_AGAIN: dict[str, Callable[[], object]] = {}
#: What makes a unit from its name, in a process that has only loaded a graph.
_MAKERS: list[Callable[[str], object]] = []


def declare(name: str, unit: NamedUnit) -> str:
    """Have the operator know a unit under a name, which is returned, as long as somebody holds it.

    Beyond that where a graph was made with it.
    """
    _UNITS[name] = unit
    return name


def unit_name(activation: Activation, *more: str) -> str:
    """The name of an activation, with a digest of all that its values follow from, and of more.

    >>> from actmath import catalog
    >>> unit_name(catalog.prelu, "a")
    'prelu_a_...'
    """
    numbers = [part for pair in activation.defaults.items() for part in pair]
    kinks = [part for pair in activation.at_kinks for part in pair]
    # Not as people read it: that is cut short, and has 15 digits of a number.
    said = " ".join([*map(srepr, (activation.expr, *numbers, *kinks)), *more])
    # Of a million units two agree in 64 bits with a probability of 3e-8.
    return "_".join([activation.name, *more, sha256(said.encode()).hexdigest()[:16]])


def make_again_by(maker: Callable[[str], object]) -> None:
    """Ask ``maker``, which may declare it, for a name that a graph holds and nobody declared."""
    _MAKERS.append(maker)


def apply(name: str, x: Tensor, *parameters: Tensor) -> Tensor:
    """The operator itself: what a graph records."""
    if not torch.compiler.is_compiling():
        # A symbolic trace writes the name down and asks for no value.
        _remember(name)
    result: Tensor = torch.ops.actmath.unit(x, list(parameters), name)
    return result


def sent_on(unit: NamedUnit, x: Tensor, *parameters: Tensor) -> Tensor:
    """The operator at the next level of ``torch.func``, which has its own derivative to take."""
    # No graph holds this name.
    name = declare(f"at {id(unit)}", unit)
    result: Tensor = torch.ops.actmath.unit(x, list(parameters), name)
    return result


def named_unit(x: Tensor, name: str) -> Tensor:
    """The operator for a unit without parameters, as ``torch.jit.script`` understands it."""
    result: Tensor = torch.ops.actmath.unit(x, [], name)
    return result


def is_recorded(*tensors: Tensor) -> bool:
    """Does somebody record this call, in a graph, a trace, or a type of tensor of his own?"""
    return (
        torch.compiler.is_compiling()
        or torch._C._is_tracing()
        or torch.overrides.has_torch_function(tensors)
    )


def is_differentiated(*tensors: Tensor) -> bool:
    """May a derivative of what is computed here be asked for?"""
    if torch._C._are_functorch_transforms_active() or torch.autograd.forward_ad._current_level >= 0:
        return True
    return torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors)


def applied(function: type[torch.autograd.Function], *given: Any) -> Any:
    """``function.apply``, past its rule of ``torch.func`` where that has nothing to do.

    That is outside of ``torch.func``, where it costs ten microseconds, and inside of the operator,
    to which ``torch.func`` has sent the call already.
    """
    if torch._C._functorch.get_single_level_autograd_function_allowed() and _is_sent():
        return _of_one_level(function).apply(*given)
    if not torch._C._are_functorch_transforms_active():
        past: Any = super(torch.autograd.Function, function)
        return past.apply(*given)
    return function.apply(*given)  # type: ignore[no-untyped-call]


def _is_sent() -> bool:
    """Has ``torch.func`` sent this call to one of its levels, below its own entrance?

    A rule ``jvp`` is called above it, and what that applies has all levels to go through.
    """
    entrance = torch._C.DispatchKey.FuncTorchDynamicLayerFrontMode
    return torch._C._dispatch_tls_is_dispatch_key_excluded(entrance)


@cache
def _of_one_level(function: type[torch.autograd.Function]) -> Any:
    """The same derivatives, of the class of PyTorch's that ``torch.func`` makes for one level.

    From PyTorch 2.14 on no call of ``Function`` itself gets past the rule.
    """
    rules = ("setup_context", "backward", "jvp")
    methods = {name: staticmethod(getattr(function, name)) for name in rules}

    value = getattr(function, "value_below", function.forward)

    def forward(*given: Any) -> Any:
        # PyTorch turns both modes off, and the levels below want them: at the outer ones a second
        # derivative would be 0 without a word.
        below = torch._C._AutoDispatchBelowAutograd()
        with torch.enable_grad(), _set_fwd_grad_enabled(True), below:
            return value(*given)

    methods["forward"] = staticmethod(forward)
    return type(function.__name__, (torch.autograd.function._SingleLevelFunction,), methods)


def _remember(name: str) -> NamedUnit | None:
    """The unit, of which is kept from now on how it is made: a graph may hold its name."""
    unit = _UNITS.get(name)
    if unit is not None and unit.again is not None:
        _AGAIN[name] = unit.again
    return unit


def _named(name: str) -> NamedUnit:
    if (unit := _remember(name)) is not None:
        return unit
    # Held, or what is made would be gone before it is looked up.
    made = [_AGAIN[name]()] if name in _AGAIN else [maker(name) for maker in _MAKERS]
    unit = _remember(name)
    del made
    if unit is None:
        raise RuntimeError(
            f"this graph holds the unit {name!r}, which is not known in this process: make its "
            f"module first"
        )
    return unit


def _values(x: Tensor, parameters: Sequence[Tensor], name: str) -> Tensor:
    y = _named(name)(x, *parameters)
    # An operator's result is never one of its arguments.
    return y.clone() if y is x else y


def _with_derivative(x: Tensor, parameters: Sequence[Tensor], name: str) -> Tensor:
    if not is_differentiated(x, *parameters):
        with torch._C._AutoDispatchBelowAutograd():
            return _values(x, parameters, name)
    unit = _named(name)
    # Inside ``torch.func`` this is called once a level, for which PyTorch wants to be told.
    nested = torch._C._are_functorch_transforms_active()
    told: Any = autograd_function
    with told.enable_single_level_autograd_function() if nested else nullcontext():
        found: Any = applied(unit.rule, unit, x, *parameters)
    value: Tensor = found[0] if isinstance(found, tuple) else found
    return value


def _in_stack(
    info: Any, in_dims: Any, x: Tensor, parameters: Sequence[Tensor], name: str
) -> tuple[Tensor, int]:
    """The rule of ``vmap``: stacked tensors go through as they are."""
    together = stacked(info.batch_size, [in_dims[0], *in_dims[1]], [x, *parameters])
    return apply(name, *together), 0


_LIBRARY: Any = torch.library.Library("actmath", "DEF")  # type: ignore[no-untyped-call]
_LIBRARY.define(
    "unit(Tensor x, Tensor[] parameters, str name) -> Tensor", tags=(torch.Tag.pt2_compliant_tag,)
)
_LIBRARY.impl("unit", _values, "CompositeImplicitAutograd")
# By name, since what is composite takes precedence over the alias of them all.
for _device in ("CPU", "CUDA", "MPS", "XPU", "HPU", "Meta", "PrivateUse1"):
    _LIBRARY.impl("unit", _with_derivative, f"Autograd{_device}")
torch.library.register_vmap("actmath::unit", _in_stack, lib=_LIBRARY)
