"""A formula of two variables whose least value on a square is known: 0.789177."""

from __future__ import annotations

from sympy import Symbol, exp

from actmath.prove import Bound, Box, Coordinates, Formula, Part, Statement

A, B = Symbol("a", real=True), Symbol("b", real=True)
PLANE = Coordinates.of(a="a", b="b")
BOWL = Formula("bowl", (A - B) ** 2 + A * B + exp(A), PLANE)
SQUARE = Box.of(a=("-1", "1"), b=("-1", "1"))


def statement(*bounds: Bound, domain: Box = SQUARE, bits: int = 64) -> Statement:
    """A statement about one domain."""
    return Statement("tried", "C-0", "a sentence", (Part(domain, bounds),), bits=bits)
