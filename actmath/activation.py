"""An activation function as one frozen declaration; everything else is derived from it."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sympy import (
    Expr,
    Function,
    I,
    Interval,
    Piecewise,
    Pow,
    Rational,
    Set,
    Symbol,
    SympifyError,
    nan,
    oo,
    sin,
    sinc,
    sympify,
    true,
    zoo,
)
from sympy import latex as sympy_latex

from ._digits import rational_text
from ._text.declared import letter_of
from ._text.kinds import check_kind, check_name, several_of
from ._text.tables import shortened
from .names import suggest
from .notation import latex_names, x
from .number import Number, evaluated, exact, few_digits, mp
from .sources import Source

__all__ = ["NONNEGATIVE", "POSITIVE", "REALS", "Activation", "Parameter"]


def __dir__() -> list[str]:
    return sorted(__all__)


REALS: Set = Interval(-oo, oo)
POSITIVE: Set = Interval.open(0, oo)
NONNEGATIVE: Set = Interval(0, oo)

# The argument, and the letters in which answers are stated.
_RESERVED = frozenset({"x", "mu", "nu", "omega", "tau"})
# Where a formula is tried that SymPy cannot see to be real: both signs, inside and outside [−1, 1].
_PROBES = tuple(Rational(n, 3) for n in (-3, 3, -1, 1, -7, 7, -22, 22, -100, 100))
# Of x in a formula. Beyond it all values overflow, and moments have thousands of digits.
_LARGEST_POWER = 5000


@dataclass(frozen=True)
class Parameter:
    """A parameter of an activation: its symbol, its default, where it may lie, what it means.

    The symbol is one of ``notation``, or a name: that of the letter there which means a real number
    in this domain, else of the activation's own. The default is an exact SymPy number (a rational
    or a closed form); a float is read as the decimal that prints it.

    Raises:
        ValueError: if the default lies outside the domain or is no finite real number, or a name is
            no identifier.

    >>> Parameter("alpha", 1, POSITIVE).symbol, Parameter("width", 4, POSITIVE).symbol.is_positive
    (alpha, True)
    """

    symbol: Symbol
    default: Expr
    domain: Set = REALS
    meaning: str = ""

    def __post_init__(self) -> None:
        check_kind(self.domain, Set, f"the domain of {self.symbol}")
        if isinstance(self.symbol, str):
            positive = self.domain.is_subset(POSITIVE) is True
            object.__setattr__(self, "symbol", letter_of(self.symbol, positive))
        check_kind(self.symbol, Symbol, "a parameter's symbol")
        object.__setattr__(self, "default", exact(self.default, f"the default of {self.name}"))
        self.check(self.default)

    @property
    def name(self) -> str:
        """The symbol's name, as it is written in calls."""
        return str(self.symbol.name)

    def check(self, value: Expr) -> Expr:
        """Return the value if it lies in the domain, else raise ValueError naming the domain."""
        with mp.symbolic:
            inside = self.domain.contains(value) is true
        if not inside:
            got = rational_text(value)
            raise ValueError(f"parameter {self.name} must lie in {self.domain}, got {got}")
        return value


@dataclass(frozen=True, repr=False)
class Activation:
    """A function h: R → R, differentiable almost everywhere (Gulcehre et al. 2016, Def. 2.1).

    Args:
        name: an identifier, unique in a catalog.
        expr: the formula in ``notation.x`` and the parameters; pieces as ``Piecewise``, ``Abs``,
            ``Max`` or ``Min``, whose breakpoints must not depend on x. A text such as
            ``"x*sigmoid(1.702*x)"`` is read by ``parse_formula``.
        parameters: every other symbol of the formula, with default and domain.
        source: where the formula was published, with its equation number.
        at_kinks: pairs (breakpoint, value of the derivative there) where the one-sided
            derivatives differ; where nothing is declared the left one is taken.
        title: the name as people write it.
        aliases: other names by which a catalog finds it.

    Raises:
        ValueError: if a symbol of the formula is not declared, a declared one does not occur, the
            formula is not real or not defined everywhere, holds a function that some arithmetic
            cannot evaluate, the name is no identifier, or a text is no formula.
        TypeError: if the formula is neither an expression nor a text.

    >>> from sympy import Max
    >>> from actmath.notation import x
    >>> Activation("ramp", Max(0, x), source=Source("he2015", "Eq. 1")).value(-3)
    0
    """

    name: str
    expr: Expr
    parameters: tuple[Parameter, ...] = ()
    source: Source | None = None
    at_kinks: tuple[tuple[Expr, Expr], ...] = ()
    title: str = ""
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_kind(self.name, str, "an activation's name")
        # A text would be taken for the tuple of its letters.
        check_kind(self.aliases, tuple, f"{self.name}: the aliases")
        # One parameter stands for a tuple of one.
        given = (self.parameters,) if isinstance(self.parameters, Parameter) else self.parameters
        found = several_of(given, Parameter, f"{self.name}: parameters")
        object.__setattr__(self, "parameters", tuple(found))
        object.__setattr__(self, "expr", self._read(self.expr))
        pairs = several_of(self.at_kinks, object, f"{self.name}: at_kinks")
        object.__setattr__(self, "at_kinks", tuple(map(self._kink, pairs)))
        object.__setattr__(self, "title", self.title or self.name)
        self._check_name()
        self._check_symbols()
        self._check_powers()
        self._check_functions()
        self._check_reality()

    def _read(self, given: object) -> Expr:
        """A formula or number as SymPy's; a text is read by the grammar of ``parse_formula``."""
        if isinstance(given, str):
            # Few formulas are texts: the grammar is loaded where one comes.
            from ._text.formulas import parse_formula

            return parse_formula(given, [parameter.symbol for parameter in self.parameters])
        try:
            found = sympify(given, strict=True)
        except SympifyError:
            found = None
        if not isinstance(found, Expr):
            raise TypeError(
                f"{self.name}: a formula is a SymPy expression, a number or a text, got {given!r}"
            )
        # sin(u)/u with 1 at 0 is the one function of SymPy that stands for pieces of others.
        return found.rewrite(sinc, sin)

    def _kink(self, pair: object) -> tuple[Expr, Expr]:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise TypeError(f"{self.name}: at_kinks holds pairs (breakpoint, value), got {pair!r}")
        point, value = map(self._read, pair)
        if point.has(x, nan, oo, -oo, zoo, I) or value.has(x, nan, oo, -oo, zoo, I):
            raise ValueError(f"{self.name}: a kink and its value are real numbers, got {pair!r}")
        return point, value

    def _check_name(self) -> None:
        if not self.name.isidentifier() or keyword.iskeyword(self.name):
            raise ValueError(f"an activation's name must be an identifier, got {self.name!r}")

    def _check_powers(self) -> None:
        for power in self.expr.atoms(Pow):
            if power.base.has(x) and power.exp.is_number and not abs(power.exp) <= _LARGEST_POWER:
                raise ValueError(
                    f"{self.name}: a power of x may be up to {_LARGEST_POWER}, got {power.exp}"
                )

    def _check_symbols(self) -> None:
        if self.expr.has(I, nan, oo, -oo, zoo):
            raise ValueError(f"{self.name}: the formula must be real and finite, got {self.expr}")
        declared = [parameter.symbol for parameter in self.parameters]
        names = [symbol.name for symbol in declared]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name}: parameters must have distinct names")
        reserved = _RESERVED & set(names)
        if reserved:
            why = "derived formulas are stated in that letter"
            raise ValueError(f"{self.name}: {_names(reserved)} cannot be a parameter: {why}")
        undeclared = self.expr.free_symbols - {x} - set(declared)
        if undeclared:
            raise ValueError(
                f"{self.name}: the formula contains {_names(undeclared)}, which is neither "
                f"notation.x nor a declared parameter"
            )
        absent = set(declared) - self.expr.free_symbols
        if absent:
            raise ValueError(f"{self.name}: parameter {_names(absent)} is not in the formula")

    def _check_functions(self) -> None:
        functions = self.expr.atoms(Function)
        if not functions:
            return
        from ._text.formulas import KNOWN_FUNCTIONS

        unknown = {type(f).__name__ for f in functions if not isinstance(f, KNOWN_FUNCTIONS)}
        if unknown:
            known = ", ".join(sorted(f.__name__ for f in KNOWN_FUNCTIONS))
            raise ValueError(
                f"{self.name}: {', '.join(sorted(unknown))} cannot be evaluated in every "
                f"arithmetic; write the formula with Piecewise and {known}"
            )
        if self.expr.has(Piecewise):
            formula = self.formula()
            for point in _PROBES:
                if formula.subs(x, point) is nan:
                    raise ValueError(
                        f"{self.name}: the formula has no value at x = {point}; end each Piecewise "
                        "with a pair (formula, True)"
                    )

    def _check_reality(self) -> None:
        if self.expr.is_extended_real:
            return
        formula = self.formula()
        for point in _PROBES:
            value = evaluated(formula.subs(x, point), 6)
            if value.is_extended_real is False:
                raise ValueError(
                    f"{self.name}: the formula must be real for every real x, but at x = {point} "
                    f"it is {value}; say with Piecewise, Abs or Max what it is to be there"
                )

    def __repr__(self) -> str:
        values = "".join(f", {p.name} = {few_digits(p.default)}" for p in self.parameters)
        return shortened(f"Activation {self.name}: {self.expr}{values}", end=len(values))

    @property
    def defaults(self) -> dict[Symbol, Expr]:
        """Every parameter's default, exact."""
        return {parameter.symbol: parameter.default for parameter in self.parameters}

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name; ValueError lists the near ones."""
        check_name(name, "name")
        known = {parameter.name: parameter for parameter in self.parameters}
        if name in known:
            return known[name]
        hint = suggest(name, known) if known else "it has none"
        raise ValueError(f"{self.name} has no parameter {name!r}: {hint}")

    def substitution(self, given: Mapping[str, Number] | None = None) -> dict[Symbol, Expr]:
        """Exact values for all parameters: those given, checked, and defaults for the rest."""
        values = self.defaults
        for name, value in (given or {}).items():
            parameter = self.parameter(name)
            values[parameter.symbol] = parameter.check(exact(value, f"parameter {name}"))
        return values

    def with_parameters(self, **given: Number) -> Activation:
        """The same activation with other defaults."""
        values = self.substitution(given)
        changed = tuple(replace(p, default=values[p.symbol]) for p in self.parameters)
        return replace(self, parameters=changed)

    def formula(self, **given: Number) -> Expr:
        """The formula with numbers for the parameters, in ``notation.x`` alone."""
        return self.expr.subs(self.substitution(given))

    def value(self, at: Number, **given: Number) -> Expr:
        """The exact value at a point."""
        return self.formula(**given).subs(x, exact(at, "x"))

    @property
    def latex(self) -> str:
        """The formula in TeX, with the symbols of ``notation``."""
        return str(sympy_latex(self.expr, symbol_names=latex_names()))

    def _repr_latex_(self) -> str:
        name = self.name.replace("_", r"\_")
        return rf"$\displaystyle \operatorname{{{name}}}(x) = {self.latex}$"


def _names(symbols: Iterable[object]) -> str:
    return ", ".join(sorted(str(symbol) for symbol in symbols))
