"""Lower formulas to JavaScript, for pages that compute while somebody moves a slider.

What is written is text. To have its numbers here it runs in QuickJS, the small engine that the
book's build has too; a browser's functions differ from its by an ulp or two.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import quickjs
from sympy import Add, Expr, Function, Mul, S, cse, exp, expand, simplify
from sympy.printing.jscode import JavascriptCodePrinter

from .._kept import kept
from .._text.kinds import several_of
from ..activation import Activation
from ..derive._subject import resolve
from ..notation import auxiliary, x
from ..number import Number, mp
from ._arithmetics import FLOAT64, Arithmetic, Enclosed, Precision
from ._functions.exponential import UpperErfc
from ._functions.in_javascript import JAVASCRIPT_FUNCTIONS, javascript_library
from ._functions.series import with_split_powers
from ._stable import StableForm, numbered, stable, stable_form, with_numbers

_EXP_ERFC = Function("ExpErfc")

# A parameter of up to 1000 may multiply what stands in for ∞, and must not make it infinite.
_REACH_FOR_ALL = 2.0**-10


@dataclass(frozen=True)
class JavaScript:
    """A function as the text of a JavaScript expression.

    ``source`` names functions of this package, which ``javascript_library`` declares;
    ``parameters`` are what it takes beside the argument x, or all that it takes, in their order,
    and ``arity`` is how many numbers it takes.

    >>> from actmath import catalog
    >>> found = to_javascript(catalog.elu).at()
    >>> found.parameters
    ('alpha',)
    >>> found(-1.0, 2.0)
    -1.26424111765711...
    """

    source: str
    parameters: tuple[str, ...]
    arity: int

    def __call__(self, *arguments: float) -> Any:
        """The value, or the list of values, in QuickJS.

        Raises:
            TypeError: for more or fewer numbers, which JavaScript would not mind.
        """
        if len(arguments) != self.arity:
            raise TypeError(f"expected {self.arity} numbers, got {len(arguments)}")
        found = _engines().run(self.source)(*map(float, arguments))
        # JavaScript writes Infinity and NaN as Python reads them.
        return [float(v) for v in found.split()] if isinstance(found, str) else float(found)


@dataclass(frozen=True)
class JavaScriptUnit:
    """f or f′ of an activation in JavaScript.

    The guard finds where the formula loses digits at given parameters; what serves there holds
    for these alone, as the text that ``at(rate=2)`` gives. ``at()`` gives one that holds for all
    parameters, which it takes after x: that of ``for_all()`` where the guard would serve anything.
    """

    activation: Activation
    order: int

    def at(self, **given: Number) -> JavaScript:
        """The text at some parameters, which are then what the guard examines.

        Raises:
            ValueError: for an unknown parameter, or one outside its domain.
            NotImplementedError: for a formula with a function that JavaScript has not.
        """
        form = stable_form(self.activation, self.order)
        if given:
            form = with_numbers(form, self.activation.substitution(given).values())
        served = _guarded(form)
        if served != form and self.activation.parameters and not given:
            return self.for_all()
        return _written(served)

    def for_all(self) -> JavaScript:
        """The text that holds for all parameters, which it takes after x; the guard is not asked.

        It is the formula as the rules rewrite it. Beside a zero its digits may be those of the
        terms that cancel there, which is enough for a picture and for an integral.

        Raises:
            NotImplementedError: for a formula with a function that JavaScript has not.

        >>> to_javascript("xielu").for_all()(-0.5, 1.0, 2.0, 0.25)
        0.088061319425266...
        """
        form = stable_form(self.activation, self.order)
        return _written(replace(form, reach=min(form.reach, _REACH_FOR_ALL)))

    def __call__(self, argument: float, **given: Number) -> float:
        """The value at one float, in QuickJS; nan gives nan and ±inf the limit."""
        values = self.activation.substitution(given).values()
        names = (parameter.name for parameter in self.activation.parameters)
        at_these = self.at(**dict(zip(names, values, strict=True)))
        return float(at_these(argument, *map(float, values)))


@kept(256, typed=True)
def to_javascript(activation: Activation | str, order: int = 0) -> JavaScriptUnit:
    """f (order 0) or f′ (order 1) in JavaScript, a function of x and then of the parameters.

    Raises:
        ValueError: for another order.

    >>> from actmath import catalog
    >>> print(to_javascript(catalog.leaky_relu).at().source)
    extended((x, p0) => {
      if (x > 0) return x;
      return p0*x;
    }, 1.7976931348623157e+308)
    >>> to_javascript(catalog.gelu)(-30.0)
    -1.47201417814e-196
    """
    unit = JavaScriptUnit(resolve(activation), order)
    # Another order is refused here.
    stable_form(unit.activation, order)
    return unit


def _guarded(form: StableForm) -> StableForm:
    # NumPy finds what loses digits, for whoever has a formula of f or f′ to lower.
    from ._for_numpy import guarded

    return guarded(form)


@lru_cache(maxsize=512)
def _written(found: StableForm) -> JavaScript:
    own = _renamed(found.symbols)
    arguments = ["x", *map(str, own.values())]
    lines = [
        f"if (x === {_text(numbered(point).xreplace(own))}) return "
        f"{_text(numbered(value).xreplace(own))};"
        for point, value in found.stated
    ]
    # From the right: at a break the piece before it holds, and nan is above none.
    for piece in reversed(found.pieces):
        body = _body([with_split_powers(piece.expr).xreplace(own)])
        if piece is found.pieces[0]:
            # A constant would forget nan.
            lines += [] if piece.expr.has(x) else ["if (x !== x) return x;"]
            lines += body
        else:
            edge = _text(numbered(piece.lower).xreplace(own))
            lines.append(_block(f"if (x > {edge})", body))
    text = "\n".join("  " + line.replace("\n", "\n  ") for line in lines)
    limits = [repr(FLOAT64.largest * found.reach)]
    if any(found.without_limit):
        ends = ("-Infinity", "Infinity")
        lost = (end for end, yes in zip(ends, found.without_limit, strict=True) if yes)
        limits.append(f"[{', '.join(lost)}]")
    source = f"extended(({', '.join(arguments)}) => {{\n{text}\n}}, {', '.join(limits)})"
    return JavaScript(source, tuple(map(str, found.symbols)), len(arguments))


def _block(condition: str, body: list[str]) -> str:
    if len(body) == 1:
        return f"{condition} {body[0]}"
    inside = "\n".join(f"  {line}" for line in body)
    return f"{condition} {{\n{inside}\n}}"


def compile_javascript(symbols: Sequence[Expr], formulas: Sequence[Expr]) -> JavaScript:
    """Formulas in any symbols, such as Gaussian moments, as one function that returns an array.

    They pass through ``stable`` first, and products e^a·erfc(b) become e^{a − b²}·erfcx(b), which
    neither overflows nor dies out.

    Raises:
        NotImplementedError: for a function that JavaScript has not.
        TypeError: for what is not several formulas.

    >>> from sympy import erfc, exp
    >>> compile_javascript([x], [exp(x**2) * erfc(x)])(30.0)
    [0.0187958888614167...]
    """
    letters = tuple(several_of(symbols, Expr, "symbols"))
    values = several_of(formulas, Expr, "formulas")
    return _compiled(letters, tuple(_scaled(stable(each)) for each in values))


def compile_stable_javascript(symbols: Sequence[Expr], formulas: Sequence[Expr]) -> JavaScript:
    """The same for formulas that are stable already."""
    return _compiled(tuple(symbols), tuple(formulas))


def _compiled(symbols: tuple[Expr, ...], formulas: tuple[Expr, ...]) -> JavaScript:
    own = _renamed(symbols)
    inside = [numbered(each).xreplace(own) for each in formulas]
    lines = "\n".join(f"  {line}" for line in _body(inside, array=True))
    arguments = ", ".join(map(str, own.values()))
    return JavaScript(f"({arguments}) => {{\n{lines}\n}}", tuple(map(str, symbols)), len(symbols))


def _renamed(symbols: Sequence[Expr]) -> dict[Expr, Expr]:
    """Names that hide no function of the text, with what is known of the symbols' signs."""
    return {
        symbol: auxiliary(f"p{i}", real=symbol.is_real, positive=symbol.is_positive)
        for i, symbol in enumerate(symbols)
    }


def _scaled(expr: Expr) -> Expr:
    """With e^a·erfc(b) as one function of a, b and a − b², which is simplified first."""
    if not (expr.has(exp) and expr.has(UpperErfc)):
        return expr
    return Add(*map(_scaled_term, Add.make_args(expand(expr))))


def _scaled_term(term: Expr) -> Expr:
    exponentials = [each for each in Mul.make_args(term) if isinstance(each, exp)]
    tails = [each for each in Mul.make_args(term) if isinstance(each, UpperErfc)]
    if not exponentials or len(tails) != 1:
        return term
    (tail,) = tails
    power = Add(*(each.args[0] for each in exponentials))
    rest = Mul(*(each for each in Mul.make_args(term) if each not in (*exponentials, tail)))
    (b,) = tail.args
    return rest * _EXP_ERFC(power, b, simplify(expand(power - b**2)))


def _body(formulas: list[Expr], *, array: bool = False) -> list[str]:
    """Statements: common parts, each computed once, and what is returned."""
    names = (auxiliary(f"c{i}") for i in range(10**6))
    shared, results = cse(formulas, symbols=names)
    lines = [f"const {name} = {_text(part)};" for name, part in shared]
    values = ", ".join(map(_text, results))
    return [*lines, f"return [{values}];" if array else f"return {values};"]


_SETTINGS = {"user_functions": {name: name for name in JAVASCRIPT_FUNCTIONS}, "human": False}


def _text(expr: Expr) -> str:
    nothing = {S.NaN: auxiliary("NaN")}
    numbers, unknown, text = JavascriptCodePrinter(_SETTINGS).doprint(expr.xreplace(nothing))
    if unknown:
        names = ", ".join(sorted(str(each.func) for each in unknown))
        raise NotImplementedError(f"JavaScript has no function for {names}; to_numpy may have it")
    # Constants such as Catalan's, for which JavaScript has no name.
    for symbol, value in numbers:
        text = text.replace(str(symbol), value)
    return str(text)


class _Engines(threading.local):
    """QuickJS and what runs in it, for each thread: an engine belongs to the one that made it."""

    def __init__(self) -> None:
        self.context = quickjs.Context()
        self.running: dict[str, Any] = {}

    def run(self, source: str) -> Any:
        """The function that a text is, its arrays as text with a space between the numbers."""
        if source not in self.running:
            library = javascript_library([source])
            self.running[source] = self.context.eval(
                f"(() => {{ {library}\nconst f = {source};\n"
                "return (...a) => { const y = f(...a); return y.join ? y.join(' ') : y; }; })()"
            )
        return self.running[source]


@lru_cache(maxsize=1)
def _engines() -> _Engines:
    return _Engines()


def _enclosed(
    function: Callable[..., Any], points: Sequence[float], precision: Precision, **given: Number
) -> list[Enclosed]:
    assert isinstance(function, JavaScriptUnit), function
    written = function.at(**given)
    numbers = [float(value) for value in function.activation.substitution(given).values()]
    return [Enclosed(mp.mpf(written(point, *numbers)), mp.zero) for point in points]


JAVASCRIPT = Arithmetic("javascript", to_javascript, _enclosed, (FLOAT64,))
