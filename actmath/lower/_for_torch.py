"""Lower an activation to PyTorch: differentiable, any device, any floating dtype."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, ClassVar

import torch
from sympy import Expr, Symbol, oo

from .._kept import kept
from ..activation import Activation
from ..derive._formula.pieces import Piece
from ..derive._subject import resolve
from ..notation import x
from ..number import Number, mp
from ._arithmetics import FLOAT32, FLOAT64, Arithmetic, Enclosed, Precision
from ._autograd.apply import Apply, evaluate
from ._autograd.operator import declare, unit_name
from ._autograd.plainly import plainly
from ._functions.piece_in_torch import CompiledPiece, compile_torch
from ._stable import StableForm, default_floats, numbered, stable_form, with_numbers


@kept(256, typed=True)
@plainly
def to_torch(activation: Activation | str, order: int = 0) -> Callable[..., torch.Tensor]:
    """f (order 0) or f′ (order 1) as a function of a tensor and of parameters by name.

    Shape, dtype and device are kept. Parameters may be numbers (checked against their domain) or
    tensors that broadcast against the argument, through which gradients flow: those are the
    derived ones, by formulas that are rewritten by the same rules. Where the rules do not do, what
    ``losses`` promises is there for numbers, for f and for f′: with tensors for parameters, in
    derivatives by these and in second derivatives digits may be lost. When it is compiled, under
    ``torch.func``, and on other devices than the processor 1/(1 + e^{−u}) is 0 where e^{−u}
    overflows, below −709.78 in float64 and −88.72 in float32, and with it a product as in silu
    that is above the smallest normal number still.

    Raises:
        ValueError: for another order, an unknown parameter, or a number outside its domain.
        TypeError: for tensors that are not floating-point.

    >>> from actmath import catalog
    >>> to_torch(catalog.relu)(torch.tensor([-2.0, 3.0]))
    tensor([0., 3.])
    """
    activation = resolve(activation)
    return torch_function(stable_form(activation, order))


def check_tensor_like(argument: object) -> None:
    """Raise TypeError unless it is a tensor, or has a way with functions as a graph's node has."""
    if not (isinstance(argument, torch.Tensor) or hasattr(argument, "__torch_function__")):
        raise _no_tensor(argument)


def _no_tensor(argument: object) -> TypeError:
    given = type(argument).__name__
    return TypeError(f"expected a tensor, got a {given}: torch.as_tensor may make one of it")


def check_tensor(argument: object) -> None:
    """Raise TypeError, saying what was given, unless it is a tensor of floating-point numbers."""
    if not isinstance(argument, torch.Tensor):
        raise _no_tensor(argument)
    if not argument.is_floating_point():
        raise TypeError(f"expected a floating-point tensor, got dtype {argument.dtype}")


@lru_cache(maxsize=512)
@plainly
def torch_function(form: StableForm) -> Callable[..., torch.Tensor]:
    """``to_torch`` of a form that is already there."""
    activation, direct = form.activation, value_function(form)
    # SymPy cannot be traced: what compiled code goes backward by is made here.
    slope = value_function(stable_form(activation, 1)) if form.order == 0 else None
    traced = _Traced(direct)
    if slope:
        name, again = unit_name(activation, "lowered"), partial(to_torch, activation)
        traced = _Traced(direct, (_Traced(slope),), name, again)
        declare(name, traced)

    def lowered(argument: torch.Tensor, **given: Number | torch.Tensor) -> torch.Tensor:
        check_tensor(argument)
        if torch.compiler.is_compiling() and not given:
            return evaluate(traced, argument)
        # With parameters it differentiates the formula as it is evaluated.
        if not torch.is_grad_enabled() or torch.compiler.is_compiling():
            return direct(argument, **given)
        tensors = {n: value for n, value in given.items() if isinstance(value, torch.Tensor)}
        numbers = {n: value for n, value in given.items() if n not in tensors}
        found = _Formula(form, tuple(tensors), numbers)
        return evaluate(found, argument, *tensors.values())

    lowered.__name__ = activation.name
    return lowered


@dataclass(frozen=True, eq=False)
class _Traced:
    """Values at the default parameters, with the derivative by x if it is there."""

    rule: ClassVar[type[torch.autograd.Function]] = Apply
    values: Callable[..., torch.Tensor]
    partials: tuple[_Traced, ...] = ()
    name: str = ""
    again: Callable[[], object] | None = None
    pulled_back: None = None

    def __call__(self, x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        return self.values(x)


@dataclass(frozen=True, eq=False)
class _Formula:
    """A form with some parameters as tensors and the others as numbers, and its derivatives.

    Autograd through the operations by which a formula is evaluated would lose digits that the
    formula keeps: 1 − tanh(x)² is 0 from 20 on, and inf·0 is nan.
    """

    rule: ClassVar[type[torch.autograd.Function]] = Apply
    again: ClassVar[None] = None
    form: StableForm
    names: tuple[str, ...]
    numbers: dict[str, Any]
    name: str = ""
    pulled_back: None = None

    def __call__(self, x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        given = dict(zip(self.names, parameters, strict=True))
        return value_function(self.form)(x, **self.numbers, **given)

    @property
    def partials(self) -> tuple[_Formula | None, ...]:
        """∂/∂x and the derivatives by the tensors, None where one vanishes."""
        return tuple(self._derived(by) for by in ("", *self.names))

    def _derived(self, name: str) -> _Formula | None:
        derived = _derived_form(self.form, name)
        if all(piece.expr == 0 for piece in derived.pieces) and not derived.at_points:
            return None
        return _Formula(derived, self.names, self.numbers)


@lru_cache(maxsize=512)
def _derived_form(form: StableForm, name: str) -> StableForm:
    """By a parameter, or by x: of f itself that with the declared values at the kinks."""
    if name:
        return form.derived(form.activation.parameter(name).symbol)
    if form == stable_form(form.activation):
        return stable_form(form.activation, 1)
    return form.derived(x)


@lru_cache(maxsize=512)
@plainly
def value_function(form: StableForm) -> Callable[..., torch.Tensor]:
    """The values of a form, by what keeps the digits; a derivative is another form's matter."""
    plain = pieced_function(form)
    at_defaults = guarded_values(form) or plain
    if form.order is None or not form.symbols:
        return at_defaults

    # Once for each set of numbers.
    @lru_cache(maxsize=256)
    def at(*values: Expr) -> Callable[..., torch.Tensor]:
        other = with_numbers(form, values)
        return at_defaults if other is form else value_function(other)

    def lowered(argument: torch.Tensor, **given: Number | torch.Tensor) -> torch.Tensor:
        if not given:
            return at_defaults(argument)
        # What serves is made for numbers, and tensors may hold any; SymPy cannot be traced.
        numbers = {n: v for n, v in given.items() if not isinstance(v, torch.Tensor)}
        if len(numbers) < len(given) or torch.compiler.is_compiling():
            return plain(argument, **given)
        return at(*form.activation.substitution(numbers).values())(argument)

    lowered.__name__ = form.activation.name
    return lowered


@lru_cache(maxsize=512)
@plainly
def guarded_values(form: StableForm) -> Callable[[torch.Tensor], torch.Tensor] | None:
    """The values at the defaults where f or f′ loses digits itself; None where it does not."""
    if form.order is None:
        return None
    # NumPy finds what loses digits, for whoever has a formula of f or f′ to lower.
    from ._for_numpy import guarded, is_good_in_single, numpy_function
    from ._guard.double import agrees_in_double
    from ._guard.serve import served
    from ._guard.single import holds_in_single

    found = guarded(form)
    # Its functions are not NumPy's: where they differ the guard tries those of PyTorch.
    if not agrees_in_double(found, numpy_function(found), _of_arrays(found)):
        found = served(form, _compile_one)
    patched, of_arrays = pieced_function(found), _of_arrays(found)
    # PyTorch's asinh and its like take what is below the smallest normal number for 0.
    single = is_good_in_single(found) and holds_in_single(found, of_arrays)
    if found == form and single:
        return None

    def lowered(argument: torch.Tensor) -> torch.Tensor:
        # Apple's processors have no float64.
        if single or argument.dtype == torch.float64 or argument.device.type == "mps":
            return patched(argument)
        return patched(argument.double()).to(argument.dtype)

    lowered.__name__ = form.activation.name
    return lowered


def _of_arrays(form: StableForm) -> Callable[..., Any]:
    """A form at the defaults, from arrays to arrays."""
    function = pieced_function(form)
    return lambda points, *_: function(torch.from_numpy(points)).numpy()


def _compile_one(expr: Expr, reach: float) -> Callable[[Any], Any]:
    """``compile_one`` of NumPy by PyTorch's functions."""
    part = CompiledPiece.of(Piece(-oo, oo, expr), [], [], reach)
    return lambda points: part(torch.from_numpy(points), -math.inf, math.inf, []).numpy()


@lru_cache(maxsize=512)
@plainly
def pieced_function(form: StableForm) -> Callable[..., torch.Tensor]:
    """A form as it is, without a look at the digits that it keeps."""
    activation, symbols = form.activation, form.symbols
    defaults = default_floats(activation)
    numbers, lost = list(defaults.values()), form.without_limit
    parts = [CompiledPiece.of(p, symbols, numbers, form.reach, lost) for p in form.pieces]
    breaks = [compile_torch(symbols, numbered(piece.upper)) for piece in form.pieces[:-1]]
    points = [tuple(compile_torch(symbols, numbered(s)) for s in pair) for pair in form.stated]
    # A constant on the left takes the place of nan, for which no comparison holds.
    hides_nan = not form.pieces[0].expr.has(x)

    def direct(argument: torch.Tensor, **given: Number | torch.Tensor) -> torch.Tensor:
        values = list((defaults | checked_parameters(activation, given)).values())
        ends = [-math.inf, *(_within(at(*values), argument) for at in breaks), math.inf]
        # where gives the branch not taken the gradient 0, and 0·inf is nan: a piece whose argument
        # is held inside has no inf there.
        result = parts[0](argument, ends[0], ends[1], values)
        for part, left, right in zip(parts[1:], ends[1:-1], ends[2:], strict=True):
            result = torch.where(argument > left, part(argument, left, right, values), result)
        for point, value in points:
            # Made of parameters alone: the gradient by x is 0 at the point.
            at_point = value(*values) * torch.ones_like(result)
            result = torch.where(argument == point(*values), at_point, result)
        return torch.where(argument.isnan(), argument, result) if hides_nan else result

    return direct


def _within(end: Any, argument: torch.Tensor) -> Any:
    """A break, or ±inf where it is beyond the largest number of the argument's dtype."""
    if isinstance(end, torch.Tensor) or abs(end) <= torch.finfo(argument.dtype).max:
        return end
    return math.copysign(math.inf, end)


def checked_parameters(
    activation: Activation, given: dict[str, Number | torch.Tensor]
) -> dict[Symbol, float | torch.Tensor]:
    """The parameters that are given, numbers among them checked against their domain."""
    values: dict[Symbol, float | torch.Tensor] = {}
    for name, value in given.items():
        symbol = activation.parameter(name).symbol
        if isinstance(value, torch.Tensor):
            values[symbol] = value
        else:
            values[symbol] = float(activation.substitution({name: value})[symbol])
    return values


def _enclosed(
    function: Callable[..., Any], points: Sequence[float], precision: Precision, **given: Number
) -> list[Enclosed]:
    kind = torch.float64 if precision == FLOAT64 else torch.float32
    values = function(torch.tensor(points, dtype=kind), **given)
    return [Enclosed(mp.mpf(value), mp.zero) for value in values.tolist()]


TORCH = Arithmetic("torch", to_torch, _enclosed, (FLOAT64, FLOAT32))
