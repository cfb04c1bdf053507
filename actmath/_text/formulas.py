"""Reading a formula that somebody wrote, by a small grammar; nothing is ever evaluated as Python.

SymPy's own ``sympify`` hands text to Python's evaluator and so runs whatever it says. Here the text
becomes a syntax tree, and the tree may hold numbers, known names, arithmetic, comparisons inside
``Piecewise`` or ``where``, and calls of the functions listed in ``FUNCTIONS``; anything else is
refused with a sentence.
"""

from __future__ import annotations

import ast
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import sympy
from sympy import And, Expr, Or, Piecewise, Pow, Symbol, exp, log, nan, oo, zoo

from ..names import suggest
from ..notation import x
from ..number import evaluated, exact

#: Longest text, deepest nesting: ten times what the longest formula in the literature needs.
_LONGEST, _DEEPEST = 2000, 64
#: SymPy works out powers of numbers and factorials in full, and 9**9**9 would fill the memory: the
#: most binary digits of a power, and the largest number that a function or an exponent may be.
_MOST_BITS, _LARGEST = 4096, 10**6
#: The most operations that a constant may hold: each function looks at its whole argument anew.
_MOST_STEPS = 20
#: The part of a text that an error repeats.
_SHOWN = 60


class FormulaError(ValueError):
    """A text that is no formula of this grammar; the message says what to write instead."""


def _log(u: Expr, base: Expr | None = None) -> Expr:
    below = sympy.S.One if base is None else log(base)
    return nan if below.has(zoo) else log(u) / below


def _where(condition: Any, one: Expr, other: Expr) -> Expr:
    return Piecewise((one, condition), (other, True))


_ONE_ARGUMENT = (
    *("exp", "sqrt", "cbrt", "erf", "erfc", "sign"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh"),
    "atanh",
)

#: What may be called, by the name in a formula: NumPy's and PyTorch's words beside SymPy's, each
#: with the fewest and the most arguments.
FUNCTIONS: Mapping[str, tuple[Callable[..., Any], int, int]] = MappingProxyType(
    {
        **{name: (getattr(sympy, name), 1, 1) for name in _ONE_ARGUMENT},
        **{f"arc{name}": (getattr(sympy, f"a{name}"), 1, 1) for name in ("sin", "cos", "tan")},
        **dict.fromkeys(("Abs", "abs"), (sympy.Abs, 1, 1)),
        **dict.fromkeys(("Max", "max", "maximum"), (sympy.Max, 1, 9)),
        **dict.fromkeys(("Min", "min", "minimum"), (sympy.Min, 1, 9)),
        **{name: (lambda u: 1 / (1 + exp(-u)), 1, 1) for name in ("sigmoid", "expit")},
        "log": (_log, 1, 2),
        "ln": (log, 1, 1),
        "expm1": (lambda u: exp(u) - 1, 1, 1),
        "log1p": (lambda u: log(1 + u), 1, 1),
        "softplus": (lambda u: log(1 + exp(u)), 1, 1),
        "relu": (lambda u: sympy.Max(0, u), 1, 1),
        "where": (_where, 3, 3),
        "Piecewise": (Piecewise, 1, 50),
    }
)
#: The functions that every arithmetic evaluates; roots are powers, sigmoid and softplus formulas.
KNOWN_FUNCTIONS: tuple[type[Expr], ...] = (
    *(getattr(sympy, name) for name in _ONE_ARGUMENT if name not in ("sqrt", "cbrt")),
    *(sympy.log, sympy.Abs, sympy.Max, sympy.Min, Piecewise),
)
CONSTANTS: Mapping[str, Expr] = MappingProxyType({"pi": sympy.pi, "E": sympy.E, "e": sympy.E})

#: Comparisons by their signs, and by the names under which SymPy prints two of them.
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Lt: sympy.Lt,
        ast.LtE: sympy.Le,
        ast.Gt: sympy.Gt,
        ast.GtE: sympy.Ge,
        ast.Eq: sympy.Eq,
        ast.NotEq: sympy.Ne,
    }
)
_NAMED: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType({"Eq": sympy.Eq, "Ne": sympy.Ne})


def parse_formula(text: str, symbols: Iterable[Symbol] = ()) -> Expr:
    """The formula that a text spells, in ``notation.x`` and the symbols given.

    Args:
        text: such as ``x*sigmoid(1.702*x)``, ``max(0, x)**2`` or
            ``Piecewise((x, x > 0), (alpha*(exp(x) - 1), True))``; ``^`` is a power, decimals are
            read exactly, ``Eq(x, 0)`` and ``x == 0`` are conditions.
        symbols: what may occur beside x, found by name.

    Raises:
        FormulaError: a ValueError that names the part that is not understood.

    >>> parse_formula("x*sigmoid(1.702*x)")
    x/(1 + exp(-851*x/500))
    >>> parse_formula("__import__('os').getcwd()")
    Traceback (most recent call last):
    ...
    actmath._text.formulas.FormulaError: "__import__('os').getcwd()" is no formula: ...
    """
    if not isinstance(text, str):
        raise TypeError(f"a formula is read from a str, got {text!r}")
    # As Python itself reads names: 𝛼 is α.
    known = {unicodedata.normalize("NFKC", str(symbol)): symbol for symbol in (*symbols, x)}
    if len(text) > _LONGEST:
        raise FormulaError(f"a formula may have {_LONGEST} characters, this has {len(text)}")
    source = text.strip().replace("^", "**")
    if not source:
        raise FormulaError("a formula is wanted, such as x*tanh(x), and the text is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(
            f"{_cut(text)} cannot be read: write a product with *, a power with ** or ^, and close "
            "every parenthesis"
        ) from None
    return _Reader(text, source, known).expression(tree.body, 0)


def _cut(text: str) -> str:
    """The text in quotes, shortened."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


class _Reader:
    """Walks one syntax tree from the top and builds the SymPy expression."""

    def __init__(self, text: str, source: str, known: Mapping[str, Symbol]) -> None:
        self.shown, self.source = _cut(text), source
        self.known = known

    def expression(self, node: ast.expr, depth: int) -> Expr:
        """The number or formula of a node."""
        if depth > _DEEPEST:
            raise FormulaError(f"{self.shown} is nested more than {_DEEPEST} deep")
        match node:
            case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                return self._number(node)
            case ast.Name(id=name):
                return self._named(name)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                value = self.expression(operand, depth + 1)
                return -value if isinstance(node.op, ast.USub) else value
            case ast.BinOp(left=left, op=operator, right=right):
                pair = (self.expression(left, depth + 1), self.expression(right, depth + 1))
                return self._combined(node, operator, *pair)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._called(name, arguments, depth + 1)
        raise self._refused(node)

    def _number(self, node: ast.expr) -> Expr:
        written = ast.get_source_segment(self.source, node) or ""
        try:
            number = exact(written.replace("_", ""), "a number")
        except ValueError as error:
            raise FormulaError(f"{self.shown}: {error}") from None
        # Python prints no integer of more than 4300 digits, and float64 ends at 1e308.
        if max(int(abs(number.p)).bit_length(), int(number.q).bit_length()) > _MOST_BITS:
            raise FormulaError(
                f"{self.shown}: the number {_cut(written)} is too large or too small"
            )
        return number

    def _named(self, name: str) -> Expr:
        if name in self.known:
            return self.known[name]
        if name in CONSTANTS:
            return CONSTANTS[name]
        near = suggest(name, (*self.known, *CONSTANTS))
        what = "a function that wants parentheses" if name in FUNCTIONS else "not known"
        raise FormulaError(f"{self.shown}: {name} is {what}; {near}")

    def _combined(self, node: ast.expr, operator: ast.operator, one: Expr, other: Expr) -> Expr:
        match operator:
            case ast.Add():
                return self._finite(one + other)
            case ast.Sub():
                return self._finite(one - other)
            case ast.Mult():
                return self._finite(one * other)
            case ast.Div():
                return self._finite(one / other)
            case ast.Pow():
                return self._finite(self._power(one, other))
        raise self._refused(node)

    def _finite(self, value: Expr) -> Expr:
        """The formula, if no step of it divides by zero: 1/(1/0) would come out as 0."""
        if value.has(nan, zoo, oo, -oo):
            raise FormulaError(f"{self.shown} divides by zero or is infinite")
        return value

    def _power(self, base: Expr, exponent: Expr) -> Expr:
        if base.is_Rational and exponent.is_Rational:
            bits = max(int(abs(base.p)).bit_length(), int(base.q).bit_length())
            if bits * abs(exponent) > _MOST_BITS:
                raise FormulaError(f"{self.shown}: the power {base}**{exponent} is too large")
        return Pow(base, self._moderate(exponent))

    def _moderate(self, value: Expr) -> Expr:
        """The formula, if it is no number beyond ``_LARGEST``, nor one that takes long to see."""
        if value.is_number and value.count_ops() > _MOST_STEPS:
            raise FormulaError(f"{self.shown}: {_cut(str(value))} is too large a constant")
        if value.is_number and not abs(evaluated(value, 5)) <= _LARGEST:
            raise FormulaError(f"{self.shown}: {_cut(str(value))} is too large a number here")
        return value

    def _called(self, name: str, arguments: list[ast.expr], depth: int) -> Expr:
        if name in _NAMED:
            raise FormulaError(f"{self.shown}: {name} is a condition, for Piecewise or where")
        if name not in FUNCTIONS:
            near = suggest(name, FUNCTIONS)
            raise FormulaError(f"{self.shown}: no function is called {name}; {near}")
        function, fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise FormulaError(f"{self.shown}: {name} takes {wanted} arguments")
        if name == "Piecewise":
            return function(*(self._branch(argument, depth) for argument in arguments))
        if name == "where":
            condition = self._condition(arguments[0], depth)
            return _where(condition, *(self.expression(a, depth) for a in arguments[1:]))
        values = [self._moderate(self.expression(a, depth)) for a in arguments]
        return self._finite(self._computed(function, *values))

    def _computed(self, function: Callable[..., Any], *values: Expr) -> Any:
        """What SymPy makes of it, its own complaints in a sentence with the formula."""
        try:
            return function(*values)
        except (TypeError, ValueError) as error:
            raise FormulaError(f"{self.shown} has no real value: {error}") from None

    def _branch(self, node: ast.expr, depth: int) -> tuple[Expr, Any]:
        if not (isinstance(node, ast.Tuple) and len(node.elts) == 2):
            raise FormulaError(f"{self.shown}: Piecewise takes pairs (formula, condition)")
        formula, condition = node.elts
        return self.expression(formula, depth), self._condition(condition, depth)

    def _condition(self, node: ast.expr, depth: int) -> Any:
        """A comparison, several joined by ``and`` or ``or``, or True."""
        match node:
            case ast.Constant(value=True):
                return sympy.true
            case ast.BoolOp(op=joint, values=values):
                parts = (self._condition(value, depth + 1) for value in values)
                return And(*parts) if isinstance(joint, ast.And) else Or(*parts)
            case ast.Call(func=ast.Name(id=name), args=[one, other], keywords=[]) if name in _NAMED:
                pair = (self.expression(one, depth + 1), self.expression(other, depth + 1))
                return self._computed(_NAMED[name], *pair)
            case ast.Compare(left=left, ops=operators, comparators=rest):
                values = [self.expression(value, depth + 1) for value in (left, *rest)]
                if all(type(operator) in _COMPARED for operator in operators):
                    pairs = zip(operators, pairwise(values), strict=True)
                    return And(*(self._computed(_COMPARED[type(o)], *p) for o, p in pairs))
        raise self._refused(node)

    def _refused(self, node: ast.AST) -> FormulaError:
        part = ast.get_source_segment(self.source, node) if isinstance(node, ast.expr) else None
        return FormulaError(
            f"{self.shown} is no formula: {_cut(part or self.source)} is not understood; write "
            "numbers, x, parameters, + - * / ** and functions such as exp, tanh, Max, Piecewise"
        )
