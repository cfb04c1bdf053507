"""Lower an activation to PyTorch: differentiable, any device, any floating dtype."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from sympy import Expr, Symbol, lambdify

from ..activation import Activation
from ..derive._formula.pieces import Piece
from ..derive._subject import resolve
from ..notation import x
from ..number import Number, mp
from ._arithmetics import FLOAT32, FLOAT64, Arithmetic, Enclosed, Precision
from ._autograd.apply import evaluate
from ._functions.in_torch import TORCH_FUNCTIONS
from ._functions.series import with_split_powers
from ._stable import StableForm, default_floats, numbered, stable_form


@lru_cache(maxsize=256)
def to_torch(activation: Activation | str, order: int = 0) -> Callable[..., torch.Tensor]:
    """f (order 0) or f′ (order 1) as a function of a tensor and of parameters by name.

    Shape, dtype and device are kept. Parameters may be numbers (checked against their domain) or
    tensors that broadcast against the argument, through which gradients flow: those are the
    derived ones, as exact as the values.

    Raises:
        ValueError: for another order, an unknown parameter, or a number outside its domain.
        TypeError: for tensors that are not floating-point.

    >>> from actmath import catalog
    >>> to_torch(catalog.relu)(torch.tensor([-2.0, 3.0]))
    tensor([0., 3.])
    """
    activation = resolve(activation)
    return torch_function(stable_form(activation, order))


@lru_cache(maxsize=512)
def torch_function(form: StableForm) -> Callable[..., torch.Tensor]:
    """``to_torch`` of a form that is already there."""
    activation, direct = form.activation, value_function(form)
    # SymPy cannot be traced: what compiled code goes backward by is made here.
    slope = value_function(stable_form(activation, 1)) if form.order == 0 else None
    traced = _Traced(direct, (_Traced(slope),) if slope else ())

    def lowered(argument: torch.Tensor, **given: Number | torch.Tensor) -> torch.Tensor:
        if not argument.is_floating_point():
            raise TypeError(f"expected a floating-point tensor, got dtype {argument.dtype}")
        if torch.compiler.is_compiling() and torch.is_grad_enabled() and not given:
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

    values: Callable[..., torch.Tensor]
    partials: tuple[_Traced, ...] = ()
    pulled_back: None = None

    def __call__(self, x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        return self.values(x)


@dataclass(frozen=True, eq=False)
class _Formula:
    """A form with some parameters as tensors and the others as numbers, and its derivatives.

    Autograd through the operations by which a formula is evaluated would lose digits that the
    formula keeps: 1 − tanh(x)² is 0 from 20 on, and inf·0 is nan.
    """

    form: StableForm
    names: tuple[str, ...]
    numbers: dict[str, Any]
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
def value_function(form: StableForm) -> Callable[..., torch.Tensor]:
    """The values of a form, by what keeps the digits; a derivative is another form's matter."""
    return guarded_values(form) or pieced_function(form)


@lru_cache(maxsize=512)
def guarded_values(form: StableForm) -> Callable[..., torch.Tensor] | None:
    """The values of a form of f or f′ where it loses digits itself; None where it does not."""
    if form.order is None:
        return None
    # NumPy finds what loses digits, for whoever has a formula of f or f′ to lower.
    from ._for_numpy import guarded, is_good_in_single
    from ._guard.single import holds_in_single

    found = guarded(form)
    activation, order = form.activation, form.order
    plain, patched = pieced_function(form), pieced_function(found)

    def of_arrays(points: Any, *_: float) -> Any:
        return patched(torch.from_numpy(points)).numpy()

    # PyTorch's asinh and its like take what is below the smallest normal number for 0.
    single = is_good_in_single(found) and holds_in_single(found, of_arrays)
    if found is form and single:
        return None

    def lowered(argument: torch.Tensor, **given: Number | torch.Tensor) -> torch.Tensor:
        # What serves is made for the parameters at hand, and tensors may hold any.
        if given and found.patched:
            if any(isinstance(value, torch.Tensor) for value in given.values()):
                return plain(argument, **given)
            same = activation.with_parameters(**given)
            return value_function(stable_form(same, order))(argument)
        # Apple's processors have no float64.
        if single or argument.dtype == torch.float64 or argument.device.type == "mps":
            return patched(argument, **given)
        return patched(argument.double(), **given).to(argument.dtype)

    lowered.__name__ = activation.name
    return lowered


@lru_cache(maxsize=512)
def pieced_function(form: StableForm) -> Callable[..., torch.Tensor]:
    """A form as it is, without a look at the digits that it keeps."""
    activation, symbols = form.activation, form.symbols
    defaults = default_floats(activation)
    parts = [CompiledPiece.of(p, symbols, list(defaults.values()), form.reach) for p in form.pieces]
    breaks = [compile_torch(symbols, numbered(piece.upper)) for piece in form.pieces[:-1]]
    points = [tuple(compile_torch(symbols, side) for side in pair) for pair in form.at_points]
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


@dataclass(frozen=True)
class CompiledPiece:
    """One compiled piece.

    ``low`` and ``high``: where the formula reads inf·0 at an infinite end of its interval, the
    argument stops at this multiple of the dtype's largest number: 1, if there is a value there.
    ``rises``: the signs of the limits at these ends where they are infinite, else 0.
    """

    evaluate: Callable[..., Any]
    constant: bool
    low: float = -math.inf
    high: float = math.inf
    rises: tuple[int, int] = (0, 0)

    @classmethod
    def of(
        cls, piece: Piece, symbols: list[Expr], defaults: list[float], reach: float
    ) -> CompiledPiece:
        """Compile a piece, and try it where its interval is unbounded."""
        evaluate = compile_torch([x, *symbols], piece.expr)
        if not piece.expr.has(x):
            return cls(evaluate, constant=True)
        ends, rises = [-math.inf, math.inf], [0, 0]
        # An end that is no breakpoint: where the formula loses its value there, stop before it.
        for side, end in enumerate((piece.lower, piece.upper)):
            if not end.is_finite and _is_lost(evaluate, ends[side], defaults):
                far = math.copysign(torch.finfo(torch.float64).max, ends[side])
                share = reach if _is_lost(evaluate, far, defaults) else 1.0
                far *= share
                value = float(evaluate(torch.tensor(far, dtype=torch.float64), *defaults))
                # More than the root of the largest number has grown; a limit has not.
                if abs(value) > abs(far) ** 0.5:
                    rises[side] = int(math.copysign(1, value))
                # As a share of the largest number: the dtype is known only at the call.
                ends[side] = math.copysign(share, far)
        return cls(evaluate, False, ends[0], ends[1], (rises[0], rises[1]))

    def __call__(
        self, argument: torch.Tensor, left: Any, right: Any, values: list[Any]
    ) -> torch.Tensor:
        """The piece's value at the argument held inside its interval; a constant at any shape."""
        if self.constant:
            # Of the argument's shape, or that of parameters that broadcast against it.
            level: torch.Tensor = torch.zeros_like(argument) + self.evaluate(argument, *values)
            return level
        inside = self.held(argument, left, right)
        result: torch.Tensor = self.evaluate(inside, *values)
        for rise, sign in zip(self.rises, (-1, 1), strict=True):
            # Beyond the stop an infinite limit goes on with slope ±1.
            if rise:
                result = result + rise * (sign * (argument - inside)).clamp(min=0)
        return result

    def held(self, argument: torch.Tensor, left: Any, right: Any) -> torch.Tensor:
        """The argument inside the interval, and where the formula can be evaluated."""
        biggest = torch.finfo(argument.dtype).max
        low = self.low * biggest if left == -math.inf else left
        high = self.high * biggest if right == math.inf else right
        # A piece that begins beyond every number of the dtype.
        low, high = (biggest if low == math.inf else low), (-biggest if high == -math.inf else high)
        inside = argument
        if isinstance(low, torch.Tensor) or low != -math.inf:
            inside = inside.clamp(min=low)
        if isinstance(high, torch.Tensor) or high != math.inf:
            inside = inside.clamp(max=high)
        return inside


def _within(end: Any, argument: torch.Tensor) -> Any:
    """A break, or ±inf where it is beyond the largest number of the argument's dtype."""
    if isinstance(end, torch.Tensor) or abs(end) <= torch.finfo(argument.dtype).max:
        return end
    return math.copysign(math.inf, end)


def _is_lost(at: Callable[..., Any], end: float, defaults: list[float]) -> bool:
    """Is the value there nan?"""
    return bool(at(torch.tensor(end, dtype=torch.float64), *defaults).isnan())


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


def compile_torch(symbols: list[Expr], expr: Expr) -> Callable[..., Any]:
    """The expression as a function of tensors, or of numbers, in the order of the symbols."""
    return lambdify(symbols, with_split_powers(expr), [TORCH_FUNCTIONS], cse=True)  # type: ignore[no-any-return]


def _enclosed(
    function: Callable[..., Any], points: Sequence[float], precision: Precision, **given: Number
) -> list[Enclosed]:
    kind = torch.float64 if precision == FLOAT64 else torch.float32
    values = function(torch.tensor(points, dtype=kind), **given)
    return [Enclosed(mp.mpf(value), mp.zero) for value in values.tolist()]


TORCH = Arithmetic("torch", to_torch, _enclosed, (FLOAT64, FLOAT32))
