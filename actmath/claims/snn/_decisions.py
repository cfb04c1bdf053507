"""Decisions on numbers and places in the SELU paper's proofs, and on what it infers from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from sympy import Expr, Rational, erfc, exp, pi, sqrt

from ...number import mp
from ...prove._balls.box import Box, exact_text
from ...prove._balls.layer import Layer
from ...prove.theorems._declare import LEMMA_12, small
from ...prove.theorems.fixed_point import ALPHA_01, LAMBDA_01
from .._claim import Finding, Verdict, holds_if, matches_print
from ._extrema import PrintedExtreme, Surface, formula, jets, size_below

_MEAN, _SECOND = jets("M"), jets("Q")
_TILES = {"y": "mu*omega", "x": "nu*tau"}
_ALPHA = Rational(ALPHA_01)


def _tile(name: str, value: Callable[[Layer], Expr]) -> Surface:
    return Surface(formula(name, value, **_TILES))


def _scaled_tail(c: Layer) -> Expr:
    """e^{y+x/2}·erfc((y + x)/√(2x)), of Lemmas 6, 7 and 47."""
    return exp(c.y + c.x / 2) * erfc((c.y + c.x) / sqrt(2 * c.x))


def _bell(c: Layer) -> Expr:
    return sqrt(2 / (pi * c.x)) * exp(-(c.y**2) / (2 * c.x))


TAIL, BELL = _tile("tail", _scaled_tail), _tile("bell", _bell)
ALPHA_TAIL = _tile("alpha tail", lambda c: _ALPHA * _scaled_tail(c))
ALPHA_BELL = _tile("alpha bell", lambda c: (_ALPHA - 1) * _bell(c))
#: Lemma 6's first factor has y = 0.01 put in.
STEP = _tile("step", lambda c: 2 - erfc(Rational(1, 100) / sqrt(2 * c.x)))
J11 = Surface(
    formula("J11", lambda c: c["omega"] * _MEAN[1], **_TILES, omega="omega"),
    ((formula("m'/10", lambda c: _MEAN[1] / 10, **_TILES), LEMMA_12),),
    odd=True,
)
J12 = Surface(formula("J12", lambda c: c["tau"] * _MEAN[2] / 2, y="mu*omega", nu="nu", tau="tau"))
J_TAU = Surface(
    formula("J_tau", lambda c: c["nu"] * _MEAN[2] / 2, y="mu*omega", nu="nu", tau="tau")
)
SECOND_DOMAIN = small(("0.05", "0.24"), ("0.9", "1.25"))
LOW_SLOPE = Surface(
    formula("dxi/dnu", lambda c: c["tau"] * _SECOND[2] / 2, y="mu*omega", nu="nu", tau="tau"),
    domain=SECOND_DOMAIN,
)
LOW_SQUARE = Surface(formula("mean^2", lambda c: _MEAN[0] ** 2, **_TILES), domain=SECOND_DOMAIN)
NEW_MEAN, NEW_SECOND = _tile("mean", lambda c: _MEAN[0]), _tile("second", lambda c: _SECOND[0])
#: g of Theorem 2's proof, the second moment minus nu.
GROWTH = Surface(
    formula("xi - nu", lambda c: _SECOND[0] - c["nu"], y="mu*omega", nu="nu", tau="tau")
)


#: Eq. 51: its four numbers, and the constant that they are summed to.
EQ_51 = MappingProxyType(
    {
        "xi": "0.0738404",
        "slope": "0.976952",
        "square": "0.005",
        "constant": "0.0199928",
        "c": "1.060255",
    }
)


def value_at(surface: Surface, point: Sequence[str], text: str) -> Finding:
    """Is the value at a point (mu, omega, nu, tau) the printed one, rounded or cut off?"""
    found = surface.at(dict(zip(LEMMA_12.names, point, strict=True)))
    evidence = f"at ({', '.join(point)}) it is {float(found):.9g}"
    if matches_print(text, exact_text(found)):
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.REFUTED, evidence, f"{float(found):.7g}")


def other_arguments(
    surface: Surface, printed: Sequence[str], meant: Sequence[str], text: str
) -> Finding:
    """Is the value at the printed arguments the printed one; or is it that of others?"""
    first = value_at(surface, printed, text)
    if first.verdict is Verdict.HOLDS:
        return first
    second = value_at(surface, meant, text)
    verdict = Verdict.CORRECTED if second.verdict is Verdict.HOLDS else Verdict.REFUTED
    evidence = f"{first.evidence}; {second.evidence}"
    return Finding(verdict, evidence, f"the arguments are ({', '.join(meant)})")


def _in_lemma_47(y: str, x: str) -> bool:
    return abs(Fraction(y)) <= Fraction("0.01") and Fraction("0.64") <= Fraction(x) <= Fraction(
        "1.875"
    )


def letters(printed: PrintedExtreme, y: str, x: str) -> Finding:
    """Is the extreme at this (y, x)? Outside of the domain the two letters may be swapped."""
    if not _in_lemma_47(y, x):
        if not _in_lemma_47(x, y):
            return Finding(Verdict.REFUTED, f"(y, x) = ({y}, {x}) is not in the lemma's domain")
        swapped = letters(printed, y=x, x=y)
        verdict = Verdict.CORRECTED if swapped.verdict is Verdict.HOLDS else Verdict.REFUTED
        evidence = (
            f"(y, x) = ({y}, {x}) is not in the lemma's domain; at ({x}, {y}) {swapped.evidence}"
        )
        return Finding(verdict, evidence, f"at x = {y} and y = {x}: the letters are swapped")
    # y = mu·omega and x = nu·tau, with omega = 1 and tau = 1.
    return printed.is_at({"mu": y, "omega": "1", "nu": x, "tau": "1"})


def by_symmetry(one: Surface, other: Surface, names: tuple[str, str]) -> Finding:
    """Does the least bound of the one hold for the other, as a symmetry would have it?"""
    largest, rival = (s.largest() for s in (one, other))
    # The next of four decimals above what the first reaches.
    bound = exact_text(Fraction(int(Fraction(largest.value) * 10**4) + 1, 10**4))
    evidence = (
        f"{names[0]} stays below {bound} on the domain, which is "
        f"{'proved' if one.stays('<', bound) else 'not proved'}; {names[1]} is {rival}"
    )
    if Fraction(rival.value) < Fraction(bound):
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.REFUTED,
        evidence,
        "nu and tau are not exchangeable, for they have different ranges; the bound 0.194035 "
        "itself holds (C-SNN-9.e)",
    )


def grid_remainder(slopes: Sequence[str], steps: Sequence[str], text: str) -> Finding:
    """Is Σ bound·increment the printed remainder?"""
    terms = [Fraction(slope) * Fraction(step) for slope, step in zip(slopes, steps, strict=True)]
    listed = " + ".join(f"{float(term):.7f}" for term in terms)
    evidence = f"{listed} = {float(sum(terms)):.8f}"
    return holds_if(matches_print(text, exact_text(sum(terms, Fraction(0)))), evidence)


def product(text: str) -> Finding:
    """¼·λ·τ·(0.983247 − 0.392294) at tau = 1.25, in exact decimals."""
    value = (
        Fraction(LAMBDA_01) * Fraction("1.25") / 4 * (Fraction("0.983247") - Fraction("0.392294"))
    )
    evidence = f"¼·λ·1.25·(0.983247 − 0.392294) = {float(value):.9f}"
    if value <= Fraction(text):
        return Finding(Verdict.HOLDS, evidence)
    unit = Fraction(1, 10**6)
    return Finding(
        Verdict.CORRECTED,
        f"{evidence}: cut off, it is too small for an upper bound; the lemma states 0.194145",
        exact_text(Fraction(text) + unit),
    )


def affine_bound(terms: Mapping[str, str], top: str) -> Finding:
    """ξ₀ + s(ν − 0.05) − m > c·ν for 0.05 ≤ ν ≤ top, in exact decimals: at both ends."""
    xi, slope, square, factor = (Fraction(terms[name]) for name in ("xi", "slope", "square", "c"))
    constant = xi - slope * Fraction("0.05") - square
    # An affine function of nu is positive on an interval if it is at both ends.
    slack = [constant + (slope - factor) * Fraction(nu) for nu in ("0.05", top)]
    evidence = (
        f"the constant is {exact_text(constant)}; the slack is {float(slack[0]):.3g} at nu = 0.05 "
        f"and {float(slack[1]):.3g} at nu = {top}"
    )
    right = constant == Fraction(terms["constant"]) and min(slack) > 0
    return holds_if(right, evidence)


def fixed_points_below(text: str) -> Finding:
    """Have all fixed points a variance below this, for |omega| ≤ 0.1 and 0.8 ≤ tau ≤ 1.25?

    A fixed point has mu = E f ≤ λ·E z⁺ ≤ λ(0.1|mu| + √(x/2π)) and mu ≥ −λα. For nu ≤ 16 that is
    |mu| ≤ 2.1, and a cover shows that nu falls. For nu ≥ 16 the two parts of f, λz⁺ and one within
    [−λα, 0], give √Var f ≤ λ√Var z⁺ + λα/2, which stays below √nu.
    """
    domain = Box.of(mu=("-2.1", "2.1"), omega=("-0.1", "0.1"), nu=(text, "16"), tau=("0.8", "1.25"))
    growth = Surface(
        formula(
            "var - nu",
            lambda c: _SECOND[0] - _MEAN[0] ** 2 - c["nu"],
            y="mu*omega",
            nu="nu",
            tau="tau",
        ),
        domain=domain,
    )
    lam, alpha = mp.mpf(LAMBDA_01), mp.mpf(ALPHA_01)
    share = lam / mp.sqrt(2 * mp.pi) / (1 - lam / 10)
    # |mu| ≤ share·√x where mu ≥ 0, at most λα where it is not; x ≤ 16·1.25 = 20, x ≥ 16·0.8 = 12.8.
    reach = max(share * mp.sqrt(20), lam * alpha)
    a = max(share, lam * alpha / mp.sqrt("12.8")) / 10
    # Var z⁺ = x·v(y/√x) with v increasing; v(a) = (1 + a²)Φ + aφ − (aΦ + φ)².
    cdf, pdf = mp.ncdf(a), mp.npdf(a)
    v = (1 + a**2) * cdf + a * pdf - (a * cdf + pdf) ** 2
    # λ√(v·x) + λα/2 < √(x/1.25) at x = 12.8, and the gap grows with x.
    gap = (mp.sqrt(1 / mp.mpf("1.25")) - lam * mp.sqrt(v)) * mp.sqrt("12.8") - lam * alpha / 2
    point = growth.largest()
    evidence = (
        f"for {text} ≤ nu ≤ 16 and |mu| ≤ {mp.nstr(reach, 5)}, where fixed points lie, the most "
        f"that nu grows by is {point}; for nu ≥ 16, √nu − √Var f ≥ {mp.nstr(gap, 3)}"
    )
    if Fraction(point.value) >= 0:
        return Finding(Verdict.REFUTED, evidence)
    proved = reach <= mp.mpf("2.1") and gap > 0 and growth.stays("<", "0")
    return Finding(Verdict.HOLDS if proved else Verdict.UNDECIDED, evidence)


def step_bound(text: str) -> Callable[[], Finding]:
    """Is |2 − erfc(0.01/√(2x))| at most this? It falls with x, so that the least x decides."""
    printed = PrintedExtreme(STEP, text)

    def check() -> Finding:
        found = printed.is_bound()
        if found.verdict is not Verdict.REFUTED:
            return found
        least = STEP.largest(least=True)
        # The next of five decimals above the largest value.
        right = Fraction(int(Fraction(STEP.largest().value) * 10**5) + 1, 10**5)
        within_right = size_below(STEP, exact_text(right))
        return Finding(
            Verdict.CORRECTED if within_right.verdict is Verdict.HOLDS else Verdict.REFUTED,
            f"{found.evidence}; the printed number bounds the least value, {least}",
            f"{exact_text(right)}; |J11| ≤ 0.104497 holds all the same (C-SNN-23.a)",
        )

    return check


def less(one: str, other: str) -> Finding:
    """Is the first printed number below the second?"""
    difference = Fraction(one) - Fraction(other)
    return holds_if(difference < 0, f"the difference is {float(difference):.9f}")
