"""The words in which theorems are declared: domains as printed, bounds, families of statements."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ... import catalog
from ...sources import Source
from .._balls.box import Box, exact_text
from .._balls.formula import Coordinates, Formula
from .._balls.layer import NATIVE, PRODUCT_OF_MEANS, TILES, TILES_AND_WEIGHTS, Layer
from .._cover.statement import Bound, Part, Statement

#: A statement's name, and what makes it when it is asked for: some take seconds to find boxes. For
#: what a paper prints also the id of its row in the ledger, such as "C-SNN-4.a".
Declaration = tuple[str, Callable[[], Statement]] | tuple[str, Callable[[], Statement], str]

# Moments on tiles of (y, x); norms with the weights beside them, or sharper with nu and tau apart.
SELU_TILES = Layer(catalog.selu, TILES)
SELU_WITH_WEIGHTS = Layer(catalog.selu, TILES_AND_WEIGHTS)
SELU_SHARP = Layer(catalog.selu, PRODUCT_OF_MEANS)
SELU_NATIVE = Layer(catalog.selu, NATIVE)
#: For formulas of a unit itself: its argument.
LINE = Coordinates.of(x="x")

# The printed domains: Theorem 1, Lemma 12, Lemma 9 with its nu up to 15, Theorem 2.
_SMALL = {"mu": ("-0.1", "0.1"), "omega": ("-0.1", "0.1")}
THEOREM_1 = Box.of(**_SMALL, nu=("0.8", "1.5"), tau=("0.95", "1.1"))
LEMMA_12 = Box.of(**_SMALL, nu=("0.8", "1.5"), tau=("0.8", "1.25"))
LEMMA_9 = Box.of(**_SMALL, nu=("0.8", "15"), tau=("0.8", "1.25"))
THEOREM_2 = Box.of(mu=("-1", "1"), omega=("-0.1", "0.1"), nu=("3", "16"), tau=("0.8", "1.25"))


def small(nu: tuple[str, str], tau: tuple[str, str]) -> Box:
    """A domain with |mu|, |omega| ≤ 0.1, as in Theorem 3."""
    return Box.of(**_SMALL, nu=nu, tau=tau)


def klambauer(locator: str) -> Source:
    """A place in the SELU paper."""
    return Source("klambauer2017", locator)


def within(formula: Formula, bound: str) -> tuple[Bound, Bound]:
    """|formula| < bound."""
    return Bound(formula, ">", f"-{bound}"), Bound(formula, "<", bound)


def between(formula: Formula, low: str, high: str) -> tuple[Bound, Bound]:
    """low < formula < high."""
    return Bound(formula, ">", low), Bound(formula, "<", high)


def rounds_to(formula: Formula, digits: str) -> tuple[Bound, Bound]:
    """The formula's value, rounded, reads as these digits: it is within half a unit of the last."""
    places = len(digits.partition(".")[2])
    # Half a unit of the last printed place.
    half = Fraction(1, 2 * 10**places)
    value = Fraction(digits)
    return between(formula, exact_text(value - half), exact_text(value + half))


def largest(formula: Formula, low: str, high: str) -> tuple[Bound, Bound]:
    """The formula's maximum lies between: never above ``high``, somewhere above ``low``."""
    # One cover for the upper bound, one point for the lower.
    return Bound(formula, "<", high), Bound(formula, ">", low, somewhere=True)


def into(layer: Layer, box: Box) -> tuple[Bound, ...]:
    """The layer's mean and variance lie in the box's ranges of mu and nu."""
    sides = box.as_text()
    return (*between(layer.mean, *sides["mu"]), *between(layer.variance, *sides["nu"]))


def target(box: Box) -> tuple[tuple[str, tuple[str, str]], ...]:
    """A box's ranges of mu and nu, as the target of a chain."""
    return tuple((name, box.as_text()[name]) for name in ("mu", "nu"))


def single(
    name: str,
    claim: str,
    sentence: str,
    domain: Box,
    claims: tuple[Bound, ...],
    locator: str = "",
    follows: str = "",
    corrects: tuple[str, ...] = (),
    bits: int = 64,
) -> Statement:
    """A statement with one domain; ``locator`` says where the SELU paper prints it."""
    source = klambauer(locator) if locator else None
    parts = (Part(domain, claims),)
    return Statement(name, claim, sentence, parts, source, follows, corrects, bits=bits)
