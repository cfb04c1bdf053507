"""The largest and least value of a formula on a box: reached at a point, proved by a cover."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from types import MappingProxyType

from flint import ctx
from sympy import Expr, Rational, Symbol

from ... import catalog
from ...lower._for_arb import BALLS
from ...prove._balls.box import Box, exact_text
from ...prove._balls.formula import Coordinates, Formula
from ...prove._balls.layer import Layer
from ...prove._balls.unit import jet
from ...prove._cover.counterexample import Counterexample, counterexample_at
from ...prove._cover.statement import Bound, Part, Statement
from ...prove.theorems._declare import LEMMA_12
from .._claim import Finding, Verdict

# A bound that is proved here has no certificate; 64 bits are what most certificates take.
_BITS = 64
# Three times what the widest of the covers here takes; a bound that is met exactly has none.
_BUDGET = 30_000
_TILES = {"y": "mu*omega", "x": "nu*tau"}


@dataclass(frozen=True)
class Surface:
    """A formula on a domain, by default Lemma 12's.

    Attributes:
        edges: formulas on boxes between whose values all those of the formula lie: a cover of them
            takes fewer variables. Without any, the formula itself is covered.
        odd: the formula is mu or omega, both of size 0.1 at most and of both signs, times another
            one; then the edges are of 0.1 times that, and bound the size.
        square: the formula is a square times the edges, so that it is ≥ 0 where they are > 0.
    """

    formula: Formula
    edges: tuple[tuple[Formula, Box], ...] = ()
    odd: bool = False
    square: bool = False
    domain: Box = LEMMA_12

    def largest(self, least: bool = False) -> Counterexample:
        """The point of the largest value that a search finds, or of the least; with the value."""
        return _extreme(self.formula, self.domain, least)

    def stays(self, relation: str, bound: str) -> bool:
        """Is the bound proved on the whole domain, now, by a cover?"""
        if self.odd:
            size = abs(Fraction(bound))
            # A formula of both signs has no bound on the other side of 0.
            right = (Fraction(bound) > 0) == (relation == "<")
            ends = (("<", exact_text(size)), (">", exact_text(-size)))
            return right and all(self._covered(*end) for end in ends)
        if self.square and (relation, bound) != (">", "0"):
            return _proved(self.formula, self.domain, relation, bound)
        return self._covered(relation, bound)

    def _covered(self, relation: str, bound: str) -> bool:
        what = self.edges or ((self.formula, self.domain),)
        return all(_proved(one, box, relation, bound) for one, box in what)

    def at(self, point: Mapping[str, str]) -> Fraction:
        """The value at a point of the domain, to 15 certain digits."""
        place = tuple(Fraction(point[name]) for name in self.domain.names)
        return Fraction(_value(self.formula, self.domain, place).value)


def _value(formula: Formula, domain: Box, place: tuple[Fraction, ...]) -> Counterexample:
    # The bound is not looked at: it only carries the formula.
    with BALLS:
        return counterexample_at(Bound(formula, "<", "0"), domain, place, _BITS)


@lru_cache(maxsize=128)
def _extreme(formula: Formula, domain: Box, least: bool) -> Counterexample:
    from ...prove._balls.enclose import Inequality
    from ...prove._cover.search import nearest_to_failing

    with BALLS, ctx.workprec(_BITS):
        # Nearest to failing "f < 0" is where f is largest, to failing "f > 0" where it is least.
        spot = nearest_to_failing(Inequality(formula, least, Fraction(0)), domain)
    return _value(formula, domain, spot.point)


@lru_cache(maxsize=256)
def _proved(formula: Formula, domain: Box, relation: str, bound: str) -> bool:
    # The prover is loaded when a bound is first asked for, not with the ledger's rows.
    from ...prove._cover.prover import Decision
    from ...prove._session import prove

    parts = (Part(domain, (Bound(formula, relation, bound),)),)
    statement = Statement("bound", "C-SNN-18", "a printed bound holds", parts, bits=_BITS)
    return prove(statement, budget=_BUDGET).verdict is Decision.PROVED


@dataclass(frozen=True)
class PrintedExtreme:
    """A printed maximum of a surface, or a minimum: two statements, or three with its place."""

    surface: Surface
    text: str
    least: bool = False

    @property
    def _sign(self) -> int:
        return -1 if self.least else 1

    @property
    def _relation(self) -> str:
        return ">" if self.least else "<"

    @property
    def _unit(self) -> Fraction:
        """One unit of the last printed decimal; a printed 0 is meant exactly."""
        if self.text == "0":
            return Fraction(0)
        return Fraction(1, 10 ** len(self.text.partition(".")[2]))

    def _beyond(self) -> Fraction:
        """By how much the most extreme value that is found passes the printed one."""
        found = Fraction(self.surface.largest(self.least).value)
        return self._sign * (found - Fraction(self.text))

    def _evidence(self) -> str:
        extreme = "least" if self.least else "largest"
        return f"the {extreme} found is {self.surface.largest(self.least)}"

    def is_bound(self) -> Finding:
        """Does no point pass it? Where digits were rounded inwards, the next outer one serves."""
        if self._beyond() <= 0:
            proved = self.surface.stays(self._relation, self.text)
            verdict = Verdict.HOLDS if proved else Verdict.UNDECIDED
            return Finding(verdict, f"{self._evidence()}; {_how(proved)}")
        outward = exact_text(Fraction(self.text) + self._sign * self._unit)
        if self.surface.stays(self._relation, outward):
            better = f"{self._relation} {outward}: the printed digits are rounded, not outwards"
            return Finding(Verdict.CORRECTED, f"{self._evidence()}; {_how(True)}", better)
        return Finding(Verdict.REFUTED, self._evidence())

    def is_attained(self) -> Finding:
        """Does some point come to it, within half a unit of its last decimal?"""
        # Values form an interval: whoever passes the number has met it on the way.
        if self._beyond() >= -self._unit / 2:
            return Finding(Verdict.HOLDS, self._evidence())
        short = exact_text(Fraction(self.text) - self._sign * self._unit / 2)
        if self.surface.stays(self._relation, short):
            value = self.surface.largest(self.least).value
            return Finding(Verdict.CORRECTED, f"{self._evidence()}; {_how(True)}", f"{value}")
        return Finding(Verdict.UNDECIDED, self._evidence())

    def is_at(self, point: Mapping[str, str]) -> Finding:
        """Is the most extreme value that is found taken at this point, to the printed decimals?"""
        found = self.surface.at(point)
        evidence = f"there it is {float(found):.7g}; {self._evidence()}"
        best = Fraction(self.surface.largest(self.least).value)
        # Fifteen digits are certain: half a unit of the last printed one is far above that.
        if abs(found - best) <= self._unit / 2:
            return Finding(Verdict.HOLDS, evidence)
        where = ", ".join(f"{n} = {v}" for n, v in self.surface.largest(self.least).point)
        return Finding(Verdict.CORRECTED, evidence, f"at {where}")


def _how(proved: bool) -> str:
    return "proved in balls on the whole domain" if proved else "a cover was not found"


def size_below(surface: Surface, bound: str) -> Finding:
    """Is |surface| < bound on the whole domain?"""
    sides = [surface.largest(least) for least in (True, False)]
    worst = max(sides, key=lambda side: abs(Fraction(side.value)))
    evidence = f"the largest size found is that of {worst}"
    if abs(Fraction(worst.value)) >= Fraction(bound):
        return Finding(Verdict.REFUTED, evidence)
    proved = surface.stays("<", bound) and surface.stays(">", f"-{bound}")
    return Finding(Verdict.HOLDS if proved else Verdict.UNDECIDED, f"{evidence}; {_how(proved)}")


def formula(name: str, value: Callable[[Layer], Expr], **of: str) -> Formula:
    """A formula by its coordinates, each a product such as ``x="nu*tau"``."""
    layer = Layer(catalog.selu, Coordinates.of(**of))
    return layer.formula(name, value(layer))


def jets(letter: str) -> tuple[Symbol, ...]:
    """The y-derivatives 0 to 4 of E f ("M") or E f² ("Q")."""
    return tuple(jet(letter, order) for order in range(5))


def tiles(low: Fraction, high: Fraction) -> Box:
    """Lemma 12's y = mu·omega with x from low to high: nu stands for x, and tau is 1."""
    return LEMMA_12.replaced(nu=(exact_text(low), exact_text(high)), tau=("1", "1"))


def edges(name: str, weight: str, value: Callable[[Expr], Expr]) -> tuple[tuple[Formula, Box], ...]:
    """A positive weight, nu or tau, times a function of (y, x): at the weight's ends for each x.

    With w·v = x the weight w goes from the larger of w_min and x/v_max to the smaller of w_max and
    x/v_min; what is monotone in w lies between its values there, with one sign or the other.
    """
    low, high = LEMMA_12.side(weight)
    least, most = LEMMA_12.side("tau" if weight == "nu" else "nu")
    start, end = low * least, high * most
    parts = (
        (low, False, start, low * most),
        (1 / most, True, low * most, end),
        (1 / least, True, start, high * least),
        (high, False, high * least, end),
    )
    found = []
    for number, (factor, with_x, first, last) in enumerate(parts):
        size = Rational(factor.numerator, factor.denominator)
        one = formula(
            f"{name}, edge {number}",
            # Bound at once: the loop goes on before the formula is asked for.
            partial(_at_edge, value, size, with_x),
            **_TILES,
        )
        found.append((one, tiles(first, last)))
    return tuple(found)


def _at_edge(value: Callable[[Expr], Expr], factor: Expr, with_x: bool, c: Layer) -> Expr:
    return value(factor * c.x if with_x else factor)


def _derivatives(row: str) -> dict[str, Surface]:
    """∂J_i1/∂v and ∂J_i2/∂v, for J_i1 = omega·m′ and J_i2 = tau·m″/2 of one moment m(y, x).

    ∂m/∂x = m″/2, so that all are y-derivatives of m times weights.
    """
    letter = "M" if row == "1" else "Q"
    _, one, two, three, four = jets(letter)
    apart = {"y": "mu*omega", "nu": "nu", "tau": "tau"}
    weighted = apart | {"omega": "omega"}
    # 0.1 is the largest |mu| and |omega|.
    by_tau = edges(f"tau {letter}3/20", "tau", lambda w: w * three / 20)
    by_nu = edges(f"nu {letter}3/20", "nu", lambda w: w * three / 20)
    squared = edges(f"tau^2 {letter}4/4", "tau", lambda w: w**2 * four / 4)
    second = ((formula(f"{letter}2", lambda c: two, **_TILES), LEMMA_12),)
    found = {
        "1-mu": Surface(
            formula("dJ1/dmu", lambda c: c["omega"] ** 2 * two, **_TILES, omega="omega"),
            second,
            square=True,
        ),
        "1-omega": Surface(formula("dJ1/domega", lambda c: one + c.y * two, **_TILES)),
        "1-nu": Surface(
            formula("dJ1/dnu", lambda c: c["omega"] * c["tau"] * three / 2, **weighted),
            by_tau,
            odd=True,
        ),
        "1-tau": Surface(
            formula("dJ1/dtau", lambda c: c["omega"] * c["nu"] * three / 2, **weighted),
            by_nu,
            odd=True,
        ),
        "2-omega": Surface(
            formula("dJ2/domega", lambda c: c["mu"] * c["tau"] * three / 2, **apart, mu="mu"),
            by_tau,
            odd=True,
        ),
        "2-nu": Surface(formula("dJ2/dnu", lambda c: c["tau"] ** 2 * four / 4, **apart), squared),
        "2-tau": Surface(formula("dJ2/dtau", lambda c: two / 2 + c.x * four / 4, **_TILES)),
    }
    # ∂J_i2/∂mu and ∂J_i1/∂nu are the same second derivative.
    return found | {"2-mu": found["1-nu"]}


#: The sixteen derivatives of Lemma 5 and of Eqs. 335, 336, as "j12-nu" for ∂J12/∂nu.
DERIVATIVES = MappingProxyType(
    {f"j{row}{key}": value for row in "12" for key, value in _derivatives(row).items()}
)
