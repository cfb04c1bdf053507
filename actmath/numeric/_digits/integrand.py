"""An activation under a Gaussian as a quadrature sees it: values and slopes, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from sympy import Expr, Symbol, diff

from ...activation import Activation
from ...derive._formula._roots.landmarks import landmarks
from ...derive._formula.pieces import Piece, activation_pieces, pieces
from ...derive._iteration.settled import NotSettledError
from ...lower._for_mpmath import compile_mpmath, to_mpf
from ...lower._functions.in_mpmath import MPMATH_FUNCTIONS
from ...lower._stable import stable
from ...notation import x
from ...number import compiled, mp

# Binary digits of a number whose sine is still taken: π to as many is needed for it.
_LARGEST_ANGLE = 2**15


def _periodic(name: str) -> Callable[[Any], Any]:
    def limited(angle: Any) -> Any:
        angle = mp.convert(angle)
        if angle and mp.isfinite(angle) and mp.mag(angle) > _LARGEST_ANGLE:
            raise NotSettledError(
                f"{name} of numbers above 2^{_LARGEST_ANGLE} oscillates too fast to be integrated"
            )
        return getattr(mp, name)(angle)

    return limited


_PERIODIC = {name: _periodic(name) for name in ("sin", "cos", "tan", "cot", "sec", "csc")}


def narrowest(bends: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Each place with the least of the widths that are told of it."""
    found: dict[Any, Any] = {}
    for place, width in bends:
        found[place] = min(width, found.get(place, width))
    return found


@dataclass(frozen=True)
class Integrand:
    """f of N(mean, deviation²) at the activation's default parameters; numbers of ``mp``."""

    activation: Activation
    mean: Any
    deviation: Any
    #: About the mean, where a node takes two evaluations.
    is_even: ClassVar[bool] = False

    @property
    def breaks(self) -> list[Any]:
        """Where the pieces meet, at the working precision, in increasing order."""
        compiled = _compiled_pieces(self.activation)
        return [mp.mpf(edge(*self._values)) for edge in compiled.edges]

    @property
    def landmarks(self) -> dict[Any, Any]:
        """Places where f bends between its breaks, and the width of the narrowest bend there."""
        formulas = [part.expr for part in pieces(self.activation.formula())]
        return narrowest((mp.mpf(at), mp.mpf(wide)) for f in formulas for at, wide in landmarks(f))

    def at(self, place: Any, piece: int) -> tuple[Any, Any]:
        """f and f′ by the formula of a piece; nan where that is not real."""
        evaluate = _compiled_pieces(self.activation).functions[piece]
        try:
            found = [mp.convert(value) for value in evaluate(place, *self._values)]
        except ZeroDivisionError:
            return mp.nan, mp.nan
        f, slope = (mp.re(v) if mp.im(v) == 0 else mp.nan for v in found)
        return f, slope

    def piece_at(self, place: Any) -> int:
        """The number of the piece that holds at a place, at a break the left one."""
        return sum(bool(place > edge) for edge in self.breaks)

    def bits_in_common(self, most: int) -> int:
        """Leading bits that f shares with its value at the mean a deviation away, up to ``most``.

        Where all are shared, as on a flat piece, f is taken for constant: 0.
        """
        for bits in (mp.prec, most):
            with mp.workprec(bits):
                places = [self.mean + side * self.deviation for side in (0, -1, 1)]
                middle, *beside = (self.at(place, self.piece_at(place))[0] for place in places)
                apart = max((abs(f - middle) for f in beside), default=mp.zero)
                # A difference of the last few bits is rounding.
                if mp.isfinite(apart) and apart > mp.ldexp(abs(middle), 16 - bits):
                    return max(0, mp.mag(middle) - mp.mag(apart)) if middle else 0
        return 0

    @property
    def _values(self) -> list[Any]:
        compiled = _compiled_pieces(self.activation)
        return [to_mpf(self.activation.defaults[symbol]) for symbol in compiled.symbols]


@dataclass(frozen=True)
class _Compiled:
    """Functions of x and the parameters, [f, f′] of each piece; the edges of the parameters."""

    symbols: tuple[Symbol, ...]
    functions: tuple[Callable[..., Any], ...]
    edges: tuple[Callable[..., Any], ...]


@lru_cache(maxsize=256)
def _compiled_pieces(activation: Activation) -> _Compiled:
    """Once for all values of the parameters, if they do not decide where the pieces lie."""
    symbols = tuple(parameter.symbol for parameter in activation.parameters)
    try:
        return _compile(activation_pieces(activation), symbols)
    except ValueError:
        return _compile(pieces(activation.formula()), ())


@lru_cache(maxsize=256)
def _compile(parts: tuple[Piece, ...], symbols: tuple[Symbol, ...]) -> _Compiled:
    functions = []
    for part in parts:
        value = stable(part.expr)
        # The quotient rule cancels in rational functions, as in ``stable_form``.
        rational = part.expr.is_rational_function(x)
        slope = diff(part.expr if rational else value, x)
        formulas = [stable(value), stable(slope)]
        functions.append(compiled([x, *symbols], formulas, MPMATH_FUNCTIONS | _PERIODIC))
    edges = tuple(_edge(symbols, part.upper) for part in parts[:-1])
    return _Compiled(symbols, tuple(functions), edges)


def _edge(symbols: tuple[Symbol, ...], edge: Expr) -> Callable[..., Any]:
    evaluate = compile_mpmath(list(symbols), [edge])
    return lambda *values: evaluate(*values)[0]
