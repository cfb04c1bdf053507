"""Lower formulas to Arb balls: every result encloses the exact values, rounding included.

A ball [m ± r] stands for all its points. Two things that are harmless for numbers are wrong for
balls: a comparison of a ball that straddles the point of comparison is neither true nor false, so
a ``Piecewise`` must be cut at its breakpoints and the values of all touched pieces united; and a
Python literal such as 0.1 or 1/3 is a double, so every rational is kept exact.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from flint import arb, ctx, fmpq
from mpmath.libmp import from_man_exp
from sympy import CRootOf, E, Expr, Float, Function, Integer, Pow, Rational, Symbol, pi

from .._code import Lets, coded
from .._kept import kept
from ..activation import Activation
from ..derive._subject import resolve
from ..notation import auxiliary, x
from ..number import Number, mp
from ._arithmetics import Arithmetic, Enclosed, Precision
from ._functions.in_arb import BALL_FUNCTIONS
from ._stable import StableForm, stable_form

# No printer has an own word for a name that begins so, as it has ``math.tan`` for tan.
_PREFIX = "ball_"
# Of the bits of a root that was found by bracketing so many may be wrong.
_LAST_BITS = 6
_NAMESPACE = {_PREFIX + name: function for name, function in BALL_FUNCTIONS.items()}

#: python-flint has one precision for the process: only one thread at a time sets it and computes.
BALLS = threading.RLock()


def ball(lower: Any, upper: Any) -> Any:
    """The smallest ball around an interval given by two exact numbers or two balls.

    >>> from fractions import Fraction
    >>> ball(Fraction(1, 10), Fraction(1, 5)).contains(arb(fmpq(3, 20)))
    True
    """
    return _exact_ball(lower).union(_exact_ball(upper))


def _exact_ball(value: Any) -> Any:
    if isinstance(value, arb):
        return value
    return arb(fmpq(int(value.numerator), int(value.denominator)))


def arb_number(expr: Expr) -> Any:
    """A SymPy number as a ball at the working precision ``flint.ctx.prec``.

    Raises:
        NotImplementedError: for a function that has no ball version here.

    >>> from sympy import exp, sqrt
    >>> arb_number(exp(1) - sqrt(2))
    [1.30406826608595 +/- 8.34e-16]
    """
    if isinstance(expr, Rational):
        # p/q rounded once, with the error in the ball's radius.
        return arb(fmpq(int(expr.p), int(expr.q)))
    if expr in (pi, E):
        return arb.pi() if expr is pi else arb.const_e()
    if isinstance(expr, Pow):
        return _power(expr.base, expr.exp)
    if isinstance(expr, CRootOf):
        return _root_of_polynomial(expr)
    if isinstance(expr, Float):
        # Found by bracketing: within some last bits of a root.
        middle = arb(fmpq(int(Rational(expr).p), int(Rational(expr).q)))
        return middle + arb(0, 1) * abs(middle) * arb(2) ** (_LAST_BITS - expr._prec)
    args = [arb_number(arg) for arg in expr.args]
    if expr.is_Add:
        return sum(args[1:], start=args[0])
    if expr.is_Mul:
        product = args[0]
        for factor in args[1:]:
            product = product * factor
        return product
    return _ball_function(expr)(*args)


def _ball_function(expr: Expr) -> Callable[..., Any]:
    name = expr.func.__name__
    if name not in BALL_FUNCTIONS:
        raise NotImplementedError(f"no ball version of {name} for {expr}")
    return BALL_FUNCTIONS[name]


def _root_of_polynomial(root: CRootOf) -> Any:
    # Isolated in an interval of that length, by exact arithmetic.
    length = Rational(1, 2**ctx.prec)
    return arb_number(root.eval_rational(length)) + arb(0, 1) * arb(2) ** -ctx.prec


def _power(base: Expr, exponent: Expr) -> Any:
    if exponent.is_Integer:
        return arb_number(base) ** int(exponent)
    # Half-integer powers by the root: a general power goes through exp and log.
    if (2 * exponent).is_Integer:
        return BALL_FUNCTIONS["Root"](arb_number(base)) ** int(2 * exponent)
    return BALL_FUNCTIONS["Power"](arb_number(base), arb_number(exponent))


def arb_function(
    variables: Sequence[Symbol], lets: Lets, results: Sequence[Expr]
) -> Callable[..., list[Any]]:
    """A straight-line program on balls: named intermediate values, then a list of results.

    Whatever contains no variable is evaluated once for each working precision, and kept exact
    until then; no Python float ever enters.

    Raises:
        NotImplementedError: for a function that has no ball version here.
    """
    constants: dict[Expr, Symbol] = {}
    fixed: dict[Symbol, Expr] = {}
    body = []
    for symbol, expr in lets:
        value = expr.xreplace(fixed)
        if value.free_symbols:
            body.append((symbol, _hoist(value, constants)))
        else:
            # A constant stays symbolic: each working precision evaluates it anew.
            fixed[symbol] = value
    outputs = [_hoist(result.xreplace(fixed), constants) for result in results]
    arguments = [*variables, *constants.values()]
    evaluate = coded(arguments, outputs, [_NAMESPACE], common=body)

    @lru_cache(maxsize=16)
    def values(bits: int) -> list[Any]:
        # ``bits`` is the key alone: arb_number reads the same number from ctx.prec.
        return [arb_number(constant) for constant in constants]

    # A result may be a Python int, where the formula is an Integer.
    return lambda *balls: [arb(result) for result in evaluate(*balls, *values(ctx.prec))]


def _hoist(expr: Expr, constants: dict[Expr, Symbol]) -> Expr:
    """The same formula with a symbol for every number that is not an integer, and roots named."""
    # An Integer becomes a Python int, which Arb takes without rounding.
    if isinstance(expr, Integer | Symbol):
        return expr
    if not expr.free_symbols:
        return constants.setdefault(expr, auxiliary(f"constant{len(constants)}"))
    if isinstance(expr, Pow) and (2 * expr.exp).is_Integer:
        base = _hoist(expr.base, constants)
        # u^{2n} = (u²)ⁿ is never negative.
        if (expr.exp / 2).is_Integer:
            return Pow(Function(f"{_PREFIX}Square")(base), expr.exp / 2)
        root = Function(f"{_PREFIX}Root")(base)
        return Pow(base, expr.exp) if expr.exp.is_Integer else Pow(root, 2 * expr.exp)
    if expr.is_Add or expr.is_Mul:
        # All constant terms, or factors, are one constant together.
        number, rest = expr.as_independent(*expr.free_symbols, as_Add=expr.is_Add)
        parts = [_hoist(part, constants) for part in expr.func.make_args(rest)]
        if number != expr.func.identity:
            parts.insert(0, _hoist(number, constants))
        return expr.func(*parts)
    args = [_hoist(arg, constants) for arg in expr.args]
    if isinstance(expr, Pow):
        return Function(f"{_PREFIX}Power")(*args)
    # Not by SymPy's class, in whose place a printer may write a function of floats.
    _ball_function(expr)
    return Function(_PREFIX + expr.func.__name__)(*args)


def _stated_at(at: arb, stated: list[Any]) -> arb | None:
    """At the one number where another value is given, as of sin(x)/x at 0, that value."""
    exact = (value for point, value in stated if point.is_exact() and at == point)
    return next(exact, None) if at.is_exact() else None


@kept(256, typed=True)
def to_arb(activation: Activation | str, order: int = 0) -> Callable[..., Any]:
    """f (order 0) or f′ (order 1) on a ball: encloses the values at all points of the ball.

    The argument is a ball; parameters by name are numbers, read exactly and checked, or balls.
    Pieces that the ball touches are evaluated on their part of it, and the results united. The
    working precision is ``flint.ctx.prec``.

    Raises:
        ValueError: for another order, an argument that is not finite, an unknown parameter, or a
            number outside its domain.

    >>> from actmath import catalog
    >>> wide = arb(0, 1)                             # the ball [-1, 1]
    >>> wide if wide > 0 else arb(0)                 # WRONG: relu = 0 on all of [-1, 1]
    0
    >>> to_arb(catalog.relu)(wide).contains(arb(1))
    True
    """
    activation = resolve(activation)
    form = stable_form(activation, order)
    symbols = form.symbols
    parts = [arb_function([x, *symbols], (), [piece.expr]) for piece in form.pieces]
    breaks = [arb_function(symbols, (), [piece.upper]) for piece in form.pieces[:-1]]
    points = [arb_function(symbols, (), list(pair)) for pair in _finite_points(form)]

    def lowered(argument: Any, **given: Number | arb) -> Any:
        at = _finite_ball(argument, activation.name)
        values = _parameters(activation, given)
        stated = [pair(*values) for pair in points]
        alone = _stated_at(at, stated)
        if alone is not None:
            return alone
        ends = [at.neg_inf(), *(edge(*values)[0] for edge in breaks), at.pos_inf()]
        found = [
            _over(_clip(at, left, right), part, values)
            for part, left, right in zip(parts, ends[:-1], ends[1:], strict=True)
            # Certainly outside: undecided balls count as touched.
            if not (at < left or at > right)
        ]
        return _united([*found, *(value for point, value in stated if at.overlaps(point))])

    lowered.__name__ = activation.name
    return lowered


def _finite_ball(argument: Any, name: str) -> arb:
    # Arb reads nothing as 0 and a truth value as 1.
    if argument is None or isinstance(argument, bool):
        raise TypeError(f"{name} needs a ball or a number, got {argument}")
    at = arb(argument)
    if not at.is_finite():
        raise ValueError(f"{name} needs a finite ball, got {at}")
    return at


def _finite_points(form: StableForm) -> list[tuple[Expr, Expr]]:
    """No ball is at ±∞."""
    return [pair for pair in form.at_points if not pair[0].is_infinite]


def _parameters(activation: Activation, given: dict[str, Number | arb]) -> list[Any]:
    numbers = {name: value for name, value in given.items() if not isinstance(value, arb)}
    # Numbers are read exactly and checked; balls are taken as they are.
    values = {s: arb_number(v) for s, v in activation.substitution(numbers).items()}
    for name, value in given.items():
        if isinstance(value, arb):
            values[activation.parameter(name).symbol] = value
    return list(values.values())


def _clip(at: Any, left: Any, right: Any) -> Any:
    """The part of a ball between two balls, rounded outwards; all of it where that is exact."""
    # Certainly inside: lower() and upper() would round the ball outwards for nothing.
    if at > left and at < right:
        return at
    return at.lower().max(left.lower()).union(at.upper().min(right.upper()))


def _over(at: Any, part: Callable[..., list[Any]], values: list[Any], halvings: int = 5) -> Any:
    """The values of one piece over a ball; over its halves where it divides by what may be 0."""
    found = part(at, *values)[0]
    if not found.is_nan() or at.is_exact() or not halvings:
        return found
    halves = (at.lower().union(arb(at.mid())), arb(at.mid()).union(at.upper()))
    return _united([_over(half, part, values, halvings - 1) for half in halves])


def _united(found: list[Any]) -> Any:
    result = found[0]
    for other in found[1:]:
        result = result.union(other)
    return result


def _enclosed(
    function: Callable[..., Any], points: Sequence[float], precision: Precision, **given: Number
) -> list[Enclosed]:
    with BALLS, ctx.workprec(precision.bits):
        balls = [function(arb(point), **given) for point in points]
    return [_as_enclosed(found) for found in balls]


def _as_enclosed(found: arb) -> Enclosed:
    """A ball that is not finite, as where exp overflows, encloses everything."""
    if not found.is_finite():
        return Enclosed(mp.zero, mp.inf)
    return Enclosed(_mpf(found.mid()), _mpf(found.rad()))


def _mpf(value: arb) -> Any:
    """A ball without radius as a number of mpmath, with all of its digits."""
    mantissa, exponent = value.man_exp()
    return mp.make_mpf(from_man_exp(int(mantissa), int(exponent)))


ARB = Arithmetic(
    "arb", to_arb, _enclosed, (Precision(53), Precision(200)), encloses=True, extended=False
)
