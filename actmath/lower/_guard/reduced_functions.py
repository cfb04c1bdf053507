"""The functions of an mpmath context, which return at once for the largest arguments too.

None of them is rounded more than once by the precision that the context has.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

#: Beyond 2^{±2100}, the square of what float64 reaches, an exponential counts as 0 or ∞.
BEYOND = 2100
# Bits of the whole part of an argument of exp from which on it is reduced first.
_WIDE = 40
# The cost of erf, whose series takes no reduction, beside that of exp: below 1 and beyond.
_CHEAP, _DEAR = 6.0, 20.0
# SymPy's names of functions that mpmath calls otherwise.
_NAMES = {"Abs": "fabs", "LambertW": "lambertw"}

_Value = Any


class ReducedFunctions:
    """The functions by SymPy's names.

    Args:
        context: of the numbers.
        spend: is told what costs more than an exponential.

    ``died``: has an exponential been taken for 0 or ∞ since this was set to False?

    >>> from mpmath.ctx_mp import MPContext
    >>> functions = ReducedFunctions(MPContext(), lambda work: None)
    >>> float(functions.exp(functions.context.mpf("-1e700"))), functions.died
    (0.0, True)
    """

    def __init__(self, context: Any, spend: Callable[[float], None]) -> None:
        self.context, self._spend = context, spend
        self.died = False

    def named(self, name: str) -> Callable[..., _Value] | None:
        """The function of that name; None for one that mpmath lacks."""
        if name in ("sin", "cos", "tan"):
            return partial(self._periodic, name)
        own: Callable[..., _Value] | None = getattr(self, f"_{name.lstrip('_')}", None)
        if name == "exp" or own is not None:
            return own or self.exp
        found: Callable[..., _Value] | None = getattr(self.context, _NAMES.get(name, name), None)
        return found

    def exp(self, u: _Value) -> _Value:
        """eᵘ, 0 or ∞ where it is beyond 2^{±2100} by far."""
        context, size = self.context, self.context.mag(u)
        if size > BEYOND:
            self.died = True
            return context.inf if u > 0 else context.zero
        if size < _WIDE:
            return context.exp(u)
        # eᵘ = 2ⁿ·e^{u − n·ln 2}; mpmath's own takes the u-th power of e where u is whole.
        bits = context.prec
        context.prec = bits + size + 10
        count = int(context.nint(u / context.ln2))
        rest = u - count * context.ln2
        context.prec = bits
        return context.ldexp(context.exp(rest), count)

    def _tanh(self, u: _Value) -> _Value:
        if self.context.mag(u) > BEYOND:
            return self.context.sign(u)
        return self.context.tanh(u)

    def _cosh(self, u: _Value) -> _Value:
        return (self.exp(u) + self.exp(-u)) / 2

    def _sinh(self, u: _Value) -> _Value:
        return (
            self.context.sinh(u)
            if self.context.mag(u) < 2
            else self.exp(u) / 2 - (self.exp(-u) / 2)
        )

    def _periodic(self, name: str, u: _Value) -> _Value:
        # More digits of π than that are not worth their price.
        if self.context.mag(u) > BEYOND:
            raise ValueError(f"{name} of {self.context.mag(u)} bits")
        return getattr(self.context, name)(u)

    def _erf(self, u: _Value) -> _Value:
        if self._is_rounded_away(u):
            return self.context.sign(u)
        return self._by_series(self.context.erf, u)

    def _is_rounded_away(self, u: _Value) -> bool:
        # 1 − |erf u| < e^{−u²}, which is below the last bit from there on.
        return bool(u * u > self.context.prec + 2)

    def _erfc(self, u: _Value) -> _Value:
        if u < 0 and self._is_rounded_away(u):
            return self.context.mpf(2)
        if not self._is_far(u):
            return self._by_series(self.context.erfc, u)
        # erfc u = e^{−u²}/(u√π)·(1 − 1/(2u²) + …), where 1/u² is below the last bit.
        leading = self.exp(-(u**2)) / (abs(u) * self.context.sqrt(self.context.pi))
        return leading if u > 0 else 2 - leading

    _KeptErfc = _erfc

    def _by_series(self, function: Callable[..., _Value], u: _Value) -> _Value:
        # Near 0 few terms do.
        if self.context.mag(u) > -8:
            cost = _DEAR if self.context.mag(u) > 0 else _CHEAP
            self._spend(cost * (self.context.prec / 320) ** 1.5)
        return function(u)

    def _is_far(self, u: _Value) -> bool:
        return bool(self.context.mag(u) > self.context.prec)
