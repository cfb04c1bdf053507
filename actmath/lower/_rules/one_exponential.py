"""Formulas that are made of one exponential, as products of polynomials in it.

With E = exp(w), a = Expit(w) and b = Expit(−w), so that a + b = 1, E = a/b and 1 + E = 1/b, a
polynomial of degree n is P(E) = b^{−n}·Σ cₖ·aᵏ·b^{n−k}.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import gcd

from sympy import (
    Add,
    Expr,
    Mul,
    Poly,
    Pow,
    Rational,
    S,
    cosh,
    coth,
    csch,
    exp,
    fraction,
    log,
    sech,
    sinh,
    tanh,
    together,
)
from sympy.polys.polyerrors import PolynomialError

from ...notation import stand_in, x
from .._functions.exponential import Expit, Expm1, LogisticPower, StableTanh

# Beyond it the polynomials in a and b would be longer than they are worth.
_HIGHEST_DEGREE = 12
_E = stand_in(x)

# Each as a quotient in E = exp(u).
_BY_EXPONENTIALS: dict[type[Expr], Callable[[Expr], Expr]] = {
    exp: lambda E: E,
    Expm1: lambda E: E - 1,
    Expit: lambda E: E / (E + 1),
    tanh: lambda E: (E**2 - 1) / (E**2 + 1),
    StableTanh: lambda E: (E**2 - 1) / (E**2 + 1),
    coth: lambda E: (E**2 + 1) / (E**2 - 1),
    sinh: lambda E: (E**2 - 1) / (2 * E),
    cosh: lambda E: (E**2 + 1) / (2 * E),
    sech: lambda E: 2 * E / (E**2 + 1),
    csch: lambda E: 2 * E / (E**2 - 1),
}

#: Coefficients from the highest power down, the first of them 1.
_Coefficients = tuple[Expr, ...]
_LINE_THROUGH_ONE: _Coefficients = (S.One, S.NegativeOne)


@dataclass(frozen=True)
class ExponentialProduct:
    """constant·E^power·Π P(E)^{exponent}, with E = exp(argument)."""

    argument: Expr
    constant: Expr
    power: Expr
    factors: tuple[tuple[_Coefficients, Expr], ...]

    @property
    def crossings(self) -> Expr:
        """The exponent of E − 1."""
        return dict(self.factors).get(_LINE_THROUGH_ONE, S.Zero)

    @property
    def others(self) -> tuple[tuple[_Coefficients, Expr], ...]:
        """The factors that are neither E − 1 nor E + 1."""
        lines = (_LINE_THROUGH_ONE, (S.One, S.One))
        return tuple((p, n) for p, n in self.factors if p not in lines)

    @property
    def falling(self) -> Expr:
        """The exponent m of b = Expit(−w), where ``power`` is that of a = Expit(w)."""
        return -self.power - sum((n * (len(p) - 1) for p, n in self.factors), S.Zero)

    def shifted(self) -> ExponentialProduct:
        """With exp(w − log k) for E, where E + k > 0 is the only factor."""
        if len(self.factors) != 1:
            return self
        ((coefficients, exponent),) = self.factors
        if len(coefficients) != 2 or coefficients[1] == 1 or not coefficients[1].is_positive:
            return self
        k = coefficients[1]
        return replace(
            self,
            argument=self.argument - log(k),
            constant=self.constant * k ** (self.power + exponent),
            factors=(((S.One, S.One), exponent),),
        )

    def with_constant_inside(self) -> ExponentialProduct:
        """The constant as part of the only factor other than E ± 1, where that is one to ±1."""
        if len(self.others) != 1 or abs(self.others[0][1]) != 1:
            return self
        ((coefficients, exponent),) = self.others
        scaled = tuple(c * self.constant**exponent for c in coefficients)
        kept = tuple(factor for factor in self.factors if factor != self.others[0])
        return replace(self, constant=S.One, factors=(*kept, (scaled, exponent)))

    def homogeneous(self) -> Iterator[tuple[Expr, Expr]]:
        """The other factors as polynomials in a and b, with their exponents."""
        a, b = Expit(self.argument), Expit(-self.argument)
        for coefficients, exponent in self.others:
            n = len(coefficients) - 1
            yield Add(*(c * a ** (n - i) * b**i for i, c in enumerate(coefficients))), exponent


@lru_cache(maxsize=1024)
def exponential_product(expr: Expr) -> ExponentialProduct | None:
    """A formula that is made of one exponential and constants alone; None for any other.

    >>> exponential_product(exp(x) / (1 + exp(x))).factors
    (((1, 1), -1),)
    """
    arguments = list(dict.fromkeys(_arguments(expr)))
    if not arguments or None in arguments:
        return None
    scale = _common_scale(arguments)
    if scale is None:
        return None
    core, unit = scale
    collected = _Collected()
    try:
        if not collected.take(_translated(expr, core, unit), S.One):
            return None
        return collected.product(core * unit)
    except PolynomialError:
        return None


@lru_cache(maxsize=1024)
def core_of(expr: Expr) -> Expr | None:
    """What the arguments of a formula's exponentials are multiples of, if it is made of one."""
    arguments = list(dict.fromkeys(_arguments(expr)))
    if not arguments or None in arguments:
        return None
    scale = _common_scale(arguments)
    return None if scale is None else scale[0]


def _arguments(expr: Expr) -> Iterator[Expr | None]:
    """The arguments of the exponentials; None among them where there is anything else of x."""
    if not expr.has(x):
        return
    if isinstance(expr, LogisticPower) or type(expr) in _BY_EXPONENTIALS:
        yield expr.args[0]
    elif isinstance(expr, Add | Mul):
        for arg in expr.args:
            yield from _arguments(arg)
    elif isinstance(expr, Pow) and expr.exp.is_Rational:
        yield from _arguments(expr.base)
    else:
        yield None


def _common_scale(arguments: list[Expr]) -> tuple[Expr, Expr] | None:
    """A formula and the largest number of which all arguments, less constants, are multiples."""
    parts = [_coefficient(u) for u in arguments]
    cores = {core for _, core in parts}
    if len(cores) > 1:
        parts = [_coefficient(u.expand()) for u in arguments]
        cores = {core for _, core in parts}
    if len(cores) > 1:
        return None
    numbers = [abs(number) for number, _ in parts]
    denominator = 1
    for number in numbers:
        denominator = denominator * number.q // gcd(denominator, number.q)
    unit = Rational(gcd(*(int(number * denominator) for number in numbers)), denominator)
    return cores.pop(), unit


def _coefficient(u: Expr) -> tuple[Expr, Expr]:
    """The rational factor of what varies in u, and the rest without its sign."""
    varying = u.as_independent(x, as_Add=True)[1]
    number, core = varying.as_content_primitive()
    if not number.is_Rational:
        number, core = varying.as_coeff_Mul(rational=True)
    return (-number, -core) if core.could_extract_minus_sign() else (number, core)


def _translated(expr: Expr, core: Expr, unit: Expr) -> Expr:
    """With E for exp(unit·core)."""
    if not expr.has(x):
        return expr
    if isinstance(expr, Add | Mul):
        return expr.func(*(_translated(arg, core, unit) for arg in expr.args))
    if isinstance(expr, Pow):
        return _translated(expr.base, core, unit) ** expr.exp
    u = expr.args[0]
    number, own = _coefficient(u)
    if own != core:
        number, _ = _coefficient(u.expand())
        u = u.expand()
    power = _E ** (number / unit) * exp(u.as_independent(x, as_Add=True)[0])
    if isinstance(expr, LogisticPower):
        p, q = expr.args[1:]
        return (power / (1 + power)) ** p * (1 / (1 + power)) ** q
    return _BY_EXPONENTIALS[type(expr)](power)


class _Collected:
    """Factors of a product in E, as they come."""

    def __init__(self) -> None:
        self.constant: Expr = S.One
        self.power: Expr = S.Zero
        self.polynomials: dict[_Coefficients, Expr] = {}

    def take(self, expr: Expr, exponent: Expr) -> bool:
        """Multiply by expr^exponent; False where that is no product of polynomials in E."""
        if not expr.has(_E):
            self.constant *= expr**exponent
            return bool(exponent.is_Integer or expr.is_positive)
        if expr == _E:
            self.power += exponent
            return True
        if isinstance(expr, Pow) and expr.exp.is_Rational:
            # (E²)^{1/2} = E, since every factor is positive: others are refused below.
            return self.take(expr.base, expr.exp * exponent)
        if isinstance(expr, Mul):
            return all(self.take(factor, exponent) for factor in expr.args)
        if any(not p.exp.is_Integer for p in expr.atoms(Pow) if p.has(_E)):
            return False
        above, below = fraction(together(expr))
        return self._polynomial(above, exponent) and self._polynomial(below, -exponent)

    def _polynomial(self, expr: Expr, exponent: Expr) -> bool:
        for factor in Mul.make_args(expr):
            base, n = factor.as_base_exp() if factor.has(_E) else (factor, S.One)
            if not n.is_Integer or not self._one(Poly(base, _E), n * exponent):
                return False
        return True

    def _one(self, polynomial: Poly, exponent: Expr) -> bool:
        coefficients = polynomial.all_coeffs()
        while coefficients and coefficients[-1] == 0:
            self.power += exponent
            coefficients.pop()
        if not coefficients or len(coefficients) > _HIGHEST_DEGREE + 1:
            return False
        lead = coefficients[0]
        self.constant *= lead**exponent
        if len(coefficients) > 1:
            monic = tuple(c / lead for c in coefficients)
            self._add(monic, exponent)
        return bool(exponent.is_Integer or lead.is_positive)

    def _add(self, monic: _Coefficients, exponent: Expr) -> None:
        self.polynomials[monic] = self.polynomials.get(monic, S.Zero) + exponent

    def product(self, argument: Expr) -> ExponentialProduct | None:
        """What was collected, as powers of polynomials in the highest power of E that does."""
        found = {p: n for p, n in self.polynomials.items() if n != 0}
        steps = [len(p) - 1 - i for p in found for i, c in enumerate(p) if c != 0]
        step = gcd(*steps) if steps else 1
        self.polynomials = {}
        for coefficients, exponent in found.items():
            for part, n in _irreducible(coefficients[::step]):
                self._add(part, n * exponent)
        factors = tuple((p, n) for p, n in self.polynomials.items() if n != 0)
        if any(not n.is_Integer and not _is_positive(p) for p, n in factors):
            return None
        return ExponentialProduct(argument * step, self.constant, self.power / step, factors)


def _is_positive(coefficients: _Coefficients) -> bool:
    return all(c.is_nonnegative for c in coefficients)


def _irreducible(coefficients: _Coefficients) -> Iterator[tuple[_Coefficients, Expr]]:
    """Monic factors with their multiplicities; where they are not all rational, E − 1 alone."""
    polynomial = Poly(coefficients, _E)
    if all(c.is_Rational for c in coefficients):
        for factor, n in polynomial.factor_list()[1]:
            yield tuple(factor.monic().all_coeffs()), S(n)
        return
    while polynomial.degree() > 0 and polynomial.eval(1).equals(0):
        yield _LINE_THROUGH_ONE, S.One
        polynomial = polynomial.quo(Poly(_E - 1, _E))
    if polynomial.degree() > 0:
        yield tuple(polynomial.all_coeffs()), S.One
