"""The value of a formula at a float with 25 digits and more, whatever the formula loses on the way.

Each value is computed twice, the second time with every operation moved by some last bits: where
the two do not agree the formula loses digits, and the precision rises. The numbers have a context
of their own, so that neither the process's working precision nor another thread matters, and the
work is counted, so that no formula takes for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mpmath.ctx_mp import MPContext
from sympy import Add, Expr, Float, Integer, Mul, Pow, Rational

from ...notation import x
from ...number import evaluated
from .reduced_functions import BEYOND, ReducedFunctions
from .unfolded import unfolded

# Bits of the precisions that are tried: 2304 hold 1 beside the square of the smallest float64.
_LADDER = (192, 512, 1152, 2304, 4608)
# They agree when less than 2^{−80}, that is 24 digits, lies between them.
_AGREED = 80
#: Bits outside of an evaluation.
BETWEEN = 400
# The step of a difference quotient, as a share of the argument: its error is of the same size.
_STEP = 40

_Value = Any
# What the functions of mpmath and SymPy raise where they have no real value.
_NO_VALUE = (ArithmeticError, ValueError, TypeError, NotImplementedError, MemoryError)


class WorkDoneError(ArithmeticError):
    """The work that was granted is done."""


class ManyDigits:
    """A formula in ``notation.x`` without other symbols, evaluated in a context of its own.

    Args:
        work: how many evaluations of exp with 100 digits, or as much other work, may be spent.

    >>> from sympy import exp
    >>> formula = ManyDigits((exp(x) - 1 - x) / x)
    >>> print(formula.context.nstr(formula(1e-200), 20))
    5.0e-201
    """

    def __init__(self, expr: Expr, work: float = 48_000) -> None:
        self.context = MPContext()
        self.context.prec = BETWEEN
        self.work = work
        self._functions = ReducedFunctions(self.context, self.spend)
        self._steps: list[tuple[Callable[..., _Value], tuple[int, ...]]] = []
        self._places: dict[Expr, int] = {}
        self._constants: dict[tuple[Expr, int], _Value] = {}
        self._weight = 0.0
        self._last = self._place(expr)

    def __call__(self, at: _Value) -> _Value:
        """f(at), or at 0 its limit where the formula reads 0/0; nan where there is neither."""
        point = self.context.mpf(at)
        value = self._agreed(point)
        if point or not self.context.isnan(value):
            return value
        # Nearer than every float, so that both sides must agree.
        beside = self.context.ldexp(1, -1100)
        left, right = self._agreed(-beside), self._agreed(beside)
        settled = abs(left - right) <= self.context.ldexp(abs(left) + 1, -_AGREED)
        return left if settled else self.context.nan

    def condition(self, at: _Value, value: _Value) -> float:
        """|x·f′(x)/f(x)|: how many ulps of the value one ulp of the argument is worth."""
        context = self.context
        if not value or not at or not context.isfinite(value):
            return 0.0
        point = context.mpf(at)
        beside = self._agreed(point * (1 + context.ldexp(1, -_STEP)))
        found = abs(context.ldexp(beside / value - 1, _STEP))
        # As sin at 10³⁰⁰, which goes through many periods in such a step.
        if not found < 2.0 ** (_STEP / 2):
            found = self._steep(point)
        return float(min(found, context.mpf(10) ** 308)) if context.isfinite(found) else 0.0

    def _steep(self, point: _Value) -> _Value:
        """The condition number by steps far below a period, from values of twice the bits."""
        context, found = self.context, self.context.nan
        # 2^{−64} of 1, or where that is no small part of a period 2^{−1152} of the argument.
        least = max(_LADDER[0], context.mag(point) + 64)
        for small, bits in ((least, 2 * least + 128), _LADDER[-3:-1]):
            with context.workprec(bits):
                beside = point * (1 + context.ldexp(1, -small))
                one, other = (self._at(at, bits, False) for at in (point, beside))
            with context.workprec(bits):
                found = abs(context.ldexp(other / one - 1, small)) if one else context.nan
            # The values differ by less than 2^{−16}: the curve between them is straight.
            if found < context.ldexp(1, small - 16):
                break
        return found

    def _agreed(self, point: _Value) -> _Value:
        # Below the square of the smallest float64 a value counts as 0, whatever its digits.
        faint = self.context.ldexp(1, -BEYOND)
        for bits in _LADDER:
            one, other = self._at(point, bits, False), self._at(point, bits, True)
            if self.context.isinf(one):
                # Beyond every number; or log(0), where a difference lost its value.
                if self._functions.died and one == other:
                    return one
                continue
            gap, size = abs(one - other), abs(one)
            if gap <= self.context.ldexp(size, -_AGREED) and (one or self._functions.died):
                return one
            # Two zeros may be what a difference lost, until that much is kept of 1.
            if max(abs(one), abs(other)) < faint and (one or bits > BEYOND):
                return one
            if self.context.isnan(other) and self.context.isnan(one):
                break
        return self.context.nan

    def spend(self, work: float) -> None:
        """Count work that is done outside; WorkDoneError when all is done."""
        self.work -= work
        if self.work < 0:
            raise WorkDoneError("the formula takes more work than is granted")

    def _at(self, point: _Value, bits: int, moved: bool) -> _Value:
        # A function's cost rises about as bits^{3/2}, from what the steps alone cost.
        self.spend(0.05 * len(self._steps) + self._weight * (bits / 320) ** 1.5)
        context = self.context
        context.prec, self._functions.died = bits, False
        values: list[_Value] = [point]
        try:
            for function, places in self._steps:
                value = function(*(values[place] for place in places))
                if isinstance(value, context.mpc):
                    return context.nan
                share = _share(len(values)) if moved else 0
                values.append(value + context.ldexp(share * value, -bits) if share else value)
        except (*_NO_VALUE, context.NoConvergence):
            return context.nan
        finally:
            context.prec = BETWEEN
        return values[self._last]

    def _place(self, expr: Expr) -> int:
        """Where among the values the expression's is; 0 is the argument."""
        if expr == x:
            return 0
        key = expr
        if key not in self._places:
            if expr.free_symbols:
                expr = unfolded(expr)
                places = tuple(self._place(part) for part in expr.args)
                self._steps.append((self._operation(expr), places))
                self._weight += 0.1 if isinstance(expr, Add | Mul | Pow) else 1.0
            else:
                self._steps.append((lambda: self._constant(expr), ()))
            self._places[key] = len(self._steps)
        return self._places[key]

    def _constant(self, expr: Expr) -> _Value:
        key = expr, self.context.prec
        if key not in self._constants:
            # 10 bits beyond, then one rounding by the context.
            digits = int(self.context.prec * 0.302) + 10
            if isinstance(expr, Rational):
                self._constants[key] = self.context.mpf(int(expr.p)) / int(expr.q)
            else:
                self._constants[key] = +self.context.make_mpf(evaluated(expr, digits)._mpf_)
        return self._constants[key]

    def _operation(self, expr: Expr) -> Callable[..., _Value]:
        if isinstance(expr, Add):
            return lambda *parts: sum(parts[1:], parts[0])
        if isinstance(expr, Mul):
            return self._product
        if isinstance(expr, Pow):
            return self._power(expr)
        found = self._functions.named(expr.func.__name__)
        return found if found is not None else lambda *parts: self._by_sympy(expr, parts)

    def _product(self, *parts: _Value) -> _Value:
        result = parts[0]
        for part in parts[1:]:
            result = result * part
        return result

    def _power(self, expr: Pow) -> Callable[..., _Value]:
        exponent = expr.exp
        if isinstance(exponent, Integer):
            return lambda base, _: base ** int(exponent)
        if (2 * exponent).is_Integer:
            return lambda base, _: self.context.sqrt(base) ** int(2 * exponent)
        return self._general_power

    def _general_power(self, base: _Value, exponent: _Value) -> _Value:
        if base == 0:
            return self.context.mpf(0) if exponent > 0 else self.context.nan
        return self._functions.exp(exponent * self.context.log(base))

    def _by_sympy(self, expr: Expr, parts: Sequence[_Value]) -> _Value:
        digits = int(self.context.prec * 0.302) + 5
        symbols = [Float(self.context.nstr(part, digits), digits) for part in parts]
        value = evaluated(expr.func(*symbols), digits)
        if not isinstance(value, Float | Integer):
            raise ValueError(f"{expr.func} has no number at {symbols}")
        return self.context.mpf(str(value))


def _share(place: int) -> int:
    """By how many last bits an operation is moved: up or down, as if at random.

    Regular ones would cancel, as −65 and 66 halves nearly do in a quotient of roots.
    """
    # Knuth's multiplicative hash spreads the places; 97 and 64 bits are far above rounding.
    scattered = (place * 2654435761 >> 9) % 194 - 97
    return scattered + (64 if scattered >= 0 else -64)
