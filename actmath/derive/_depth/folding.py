"""What does a rectifier layer do to space: keep, squash, fold? Orthant by orthant."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

from sympy import Expr, Integer, Rational, S, binomial, diff

from ..._arrays import whole_number
from ..._text.kinds import check_kind
from ...activation import Activation
from ...notation import x
from .._formula.pieces import pieces
from .._subject import resolve

#: Binomials of which a sum still comes to an end soon.
_MOST_TERMS = 10_000


class Effect(StrEnum):
    """What a unit with two straight pieces meeting at 0 does to the negative half line."""

    KEEPS = "keeps: one-to-one, every input can be recovered"
    SQUASHES = "squashes: all of it goes to one point"
    FOLDS = "folds: it is laid over the positive half line"


@dataclass(frozen=True)
class Folding:
    """A layer y ↦ f(y), f piecewise linear with its only break at 0, on the 2ⁿ orthants of Rⁿ.

    On the orthant with k positive coordinates the layer is linear, with determinant
    right^k·left^(n−k).
    """

    left: Expr
    right: Expr

    @property
    def effect(self) -> Effect:
        """What happens to the negative half line of a coordinate."""
        # Same signs: f is monotone. Opposite signs: both half lines have one image.
        product = self.left * self.right
        if product == 0:
            return Effect.SQUASHES
        return Effect.KEEPS if product > 0 else Effect.FOLDS

    def rank(self, positive: int, size: int) -> int:
        """Dimension of the image of an orthant with that many positive coordinates."""
        _check(positive, size)
        return positive * int(self.right != 0) + (size - positive) * int(self.left != 0)

    def determinant(self, positive: int, size: int) -> Expr:
        """By which factor volumes change on such an orthant; its sign tells a mirror image."""
        _check(positive, size)
        return self.right**positive * self.left ** (size - positive)

    def share_of_rank(self, rank: int, size: int) -> Expr:
        """The share of orthants, hence of any sign-symmetric cloud, whose image has that rank."""
        # C(n, k) of the 2ⁿ orthants have k positive coordinates.
        counts = (binomial(size, k) for k in range(size + 1) if self.rank(k, size) == rank)
        return sum(counts, start=S.Zero) * Rational(1, 2) ** size

    def preimages(self, size: int) -> Expr:
        """How many inputs share an output with all coordinates positive; 0 where none is."""
        # A positive output comes from the right where right > 0 and from the left where left < 0.
        per_coordinate = int(bool(self.right > 0)) + int(bool(self.left < 0))
        return S(per_coordinate) ** size


def folding(activation: Activation | str) -> Folding:
    """The two slopes of a piecewise linear activation through 0, at its default parameters.

    Raises:
        ValueError: if it is not of that form.

    >>> from actmath import catalog
    >>> folding(catalog.abs_).preimages(3), folding(catalog.relu).rank(1, 3)
    (8, 1)
    """
    activation = resolve(activation)
    parts = pieces(activation.formula())
    slopes = [diff(part.expr, x) for part in parts]
    # Constant slopes, f(0) = 0 from either side and no other break: what ``Folding`` describes.
    linear = all(not slope.has(x) for slope in slopes)
    values = [activation.value(0), *(part.expr.subs(x, 0) for part in parts)]
    through_zero = all(value == 0 for value in values)
    if not (linear and through_zero and all(part.upper == 0 for part in parts[:-1])):
        raise ValueError(f"{activation.name} is not two straight pieces that meet at the origin")
    return Folding(slopes[0], slopes[-1])


def inverse_slopes(layer: Folding) -> Folding:
    """The layer that undoes it: the reciprocal slopes.

    Raises:
        ValueError: if the layer is not one-to-one.
        TypeError: for what is no layer.
    """
    check_kind(layer, Folding, "layer", "derive.folding(activation) gives one")
    # A right slope below 0 swaps the half lines, so that reciprocal slopes would not undo it.
    if layer.effect is not Effect.KEEPS or layer.right < 0:
        raise ValueError(f"a layer with slopes {layer.left}, {layer.right} cannot be undone")
    return Folding(1 / layer.left, 1 / layer.right)


def distinct_regions(cuts: int, dimension: int) -> Expr:
    """Into how many regions n = ``cuts`` hyperplanes in general position divide Rᵈ: Σ C(n, k ≤ d).

    A layer of that many rectifiers is linear on each of them.

    Raises:
        ValueError: if there are fewer than 0 cuts, or fewer than 1 dimension; for a sum of more
            than 10,000 terms.
        TypeError: for what is no integer.

    >>> distinct_regions(3, 2)
    7
    """
    cuts = whole_number(cuts, "cuts", 0, inf)
    dimension = whole_number(dimension, "dimension", 1, inf)
    # No more than all cuts meet.
    most = min(cuts, dimension)
    if most > _MOST_TERMS:
        raise ValueError(f"cuts or dimension must be at most {_MOST_TERMS}, got both beyond")
    total = binomials = 1
    for k in range(most):
        # C(n, k + 1) = C(n, k)·(n − k)/(k + 1)
        binomials = binomials * (cuts - k) // (k + 1)
        total += binomials
    return Integer(total)


def _check(positive: int, size: int) -> None:
    if not 0 <= positive <= size:
        raise ValueError(f"{positive} positive coordinates of {size} cannot be")
