"""Theorem 1: g maps the box around (0, 1) into itself and contracts it (C-SNN-4)."""

from __future__ import annotations

from functools import partial

from .._cover.statement import Bound, Statement
from ._declare import (
    SELU_SHARP,
    SELU_TILES,
    SELU_WITH_WEIGHTS,
    THEOREM_1,
    Declaration,
    between,
    largest,
    single,
)

_ID, _WHERE = "C-SNN-4", "Theorem 1"


def _theorem() -> Statement:
    return single(
        "theorem-1",
        _ID,
        "g maps |mu| ≤ 0.1, 0.8 ≤ nu ≤ 1.5 into itself and is a contraction there, so that it has "
        "one fixed point in the box, which attracts all of it",
        THEOREM_1,
        (
            # Into itself: mean and variance stay in the box's ranges of mu and nu.
            *between(SELU_TILES.mean, "-0.1", "0.1"),
            *between(SELU_TILES.variance, "0.8", "1.5"),
            # And a contraction: ‖J‖₂ < 1.
            Bound(SELU_WITH_WEIGHTS.norm(), "<", "1"),
        ),
        _WHERE,
        "the box is convex, so a spectral norm of the Jacobian below 1 makes g a contraction; it "
        "is complete, so Banach's theorem gives one fixed point, which all iterates approach",
    )


# The sides of the image as the paper prints them.
_PRINTED = {
    "mean-lower": ("mean", ">", "-0.03106"),
    "mean-upper": ("mean", "<", "0.06773"),
    "variance-lower": ("variance", ">", "0.80009"),
    "variance-upper": ("variance", "<", "1.48617"),
}


def _printed(side: str) -> Statement:
    moment, relation, bound = _PRINTED[side]
    return single(
        f"theorem-1-{side}",
        _ID,
        f"on Theorem 1's domain the new {moment} is {relation} {bound}",
        THEOREM_1,
        (Bound(getattr(SELU_TILES, moment), relation, bound),),
        _WHERE,
    )


def _mean_lower_corrected() -> Statement:
    return single(
        "theorem-1-mean-lower-corrected",
        _ID,
        "on Theorem 1's domain the new mean is > -0.031061, and somewhere < -0.0310605",
        THEOREM_1,
        (Bound(SELU_TILES.mean, ">", "-0.031061"), Bound(SELU_TILES.mean, "<", "-0.0310605", True)),
        corrects=("theorem-1-mean-lower",),
    )


def _image() -> Statement:
    """The printed variance bounds come from the second moment, E f² − max (E f)², and are slack."""
    return single(
        "theorem-1-image",
        _ID,
        "the image of Theorem 1's box is contained in [-0.031061, 0.067726] × [0.80371, 1.48158] "
        "and comes within 0.00001 of each of these four sides",
        THEOREM_1,
        (
            # Four sides that hold everywhere; then four points show that each is nearly reached.
            *between(SELU_TILES.mean, "-0.031061", "0.067726"),
            *between(SELU_TILES.variance, "0.80371", "1.48158"),
            Bound(SELU_TILES.mean, "<", "-0.031060", True),
            Bound(SELU_TILES.mean, ">", "0.067725", True),
            Bound(SELU_TILES.variance, "<", "0.80372", True),
            Bound(SELU_TILES.variance, ">", "1.48157", True),
        ),
    )


def _norm() -> Statement:
    return single(
        "theorem-1-norm",
        _ID,
        "on Theorem 1's domain the largest spectral norm of the Jacobian of g lies between "
        "0.89760835840 and 0.89760835841",
        THEOREM_1,
        largest(SELU_SHARP.norm(), "0.89760835840", "0.89760835841"),
    )


DECLARED: tuple[Declaration, ...] = (
    ("theorem-1", _theorem, f"{_ID}.a"),
    *(
        (f"theorem-1-{side}", partial(_printed, side), f"{_ID}.{letter}")
        for letter, side in zip("bcde", _PRINTED, strict=True)
    ),
    ("theorem-1-mean-lower-corrected", _mean_lower_corrected),
    ("theorem-1-image", _image),
    ("theorem-1-norm", _norm),
)
