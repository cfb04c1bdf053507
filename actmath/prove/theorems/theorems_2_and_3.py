"""Theorems 2 and 3: high variance shrinks, low variance grows (C-SNN-7, C-SNN-8)."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from ... import catalog
from .._balls.formula import Coordinates
from .._balls.layer import Layer
from .._cover.statement import Bound, Chain, Part, Statement
from ._declare import (
    SELU_TILES,
    THEOREM_2,
    Declaration,
    into,
    klambauer,
    single,
    small,
    target,
)
from ._hulls import chain

# nu stands alone as well: variance and nu are compared.
_LAYER = Layer(catalog.selu, Coordinates.of(y="mu*omega", nu="nu", tau="tau"))
_GROWTH = _LAYER.formula("variance - nu", _LAYER.variance.value - _LAYER["nu"])
_RATIO = _LAYER.formula("variance / nu", _LAYER.variance.value / _LAYER["nu"])


def _theorem_2() -> Statement:
    return single(
        "theorem-2",
        "C-SNN-7",
        "for |mu| ≤ 1 and 3 ≤ nu ≤ 16 the new variance is smaller than nu",
        THEOREM_2,
        (Bound(_GROWTH, "<", "0"),),
        "Theorem 2",
        "so there is no fixed point with |mu| ≤ 1 and 3 ≤ nu ≤ 16",
    )


def _ratio() -> Statement:
    return single(
        "theorem-2-ratio",
        "C-SNN-7",
        "on Theorem 2's domain the largest ratio of new to old variance lies between 0.96008 and "
        "0.96009",
        THEOREM_2,
        (Bound(_RATIO, "<", "0.96009"), Bound(_RATIO, ">", "0.96008", True)),
    )


def _mean_stays() -> Statement:
    """What it takes to apply Theorem 2 layer after layer."""
    return single(
        "theorem-2-many-layers",
        "C-SNN-7",
        "Theorem 2 applies to every following layer while nu ≥ 3: the new mean stays within "
        "[-1, 1]",
        THEOREM_2,
        (Bound(SELU_TILES.mean, "<", "1"),),
    )


def _many_layers() -> Statement:
    """The images of Theorem 2's box, until no variance of 3 is left in them."""
    # Only nu < 3 is asked for: the mean may lie anywhere in [−2, 2].
    end = THEOREM_2.replaced(mu=("-2", "2"), nu=("0", "3"))
    boxes = chain(catalog.selu, THEOREM_2, end)
    parts = tuple(Part(one, into(SELU_TILES, other)) for one, other in pairwise(boxes))
    return Statement(
        "theorem-2-many-layers-corrected",
        "C-SNN-7",
        f"whatever omega and tau each layer has, a start with |mu| ≤ 1 and 3 ≤ nu ≤ 16 has a "
        f"variance below 3 after {len(parts)} layers",
        parts,
        follows="each part maps a box of (mu, nu) into the next, and the last has nu < 3; the "
        "mean leaves [-1, 1] on the way and comes back",
        source=klambauer("Theorem 2, consequence"),
        chains=(Chain(0, len(parts) - 1, target(end)),),
    )


# nu and tau as the main text and the appendix state them: their lower limits of nu differ.
_DOMAINS = {
    "theorem-3-a": ("main text", ("0.02", "0.16"), ("0.8", "1.25")),
    "theorem-3-b": ("main text", ("0.02", "0.24"), ("0.9", "1.25")),
    "theorem-3-a-appendix": ("appendix", ("0.05", "0.16"), ("0.8", "1.25")),
    "theorem-3-b-appendix": ("appendix", ("0.05", "0.24"), ("0.9", "1.25")),
}


def _theorem_3(name: str) -> Statement:
    where, nu, tau = _DOMAINS[name]
    return single(
        name,
        "C-SNN-8",
        f"for |mu|, |omega| ≤ 0.1, {nu[0]} ≤ nu ≤ {nu[1]}, {tau[0]} ≤ tau ≤ {tau[1]} the new "
        "variance is larger than nu",
        small(nu, tau),
        (Bound(_GROWTH, ">", "0"),),
        f"Theorem 3, {where}",
        f"so there is no fixed point with {nu[0]} ≤ nu ≤ {nu[1]}",
    )


def _no_lower_limit() -> Statement:
    return single(
        "theorem-3-without-lower-limit",
        "C-SNN-8",
        "Theorem 3 needs its lower limit: the same inequality for 0.000001 ≤ nu ≤ 0.16",
        # 0.000001 stands for no limit: at nu = 0 the closed forms divide by s = √x = 0.
        small(("0.000001", "0.16"), ("0.8", "1.25")),
        (Bound(_GROWTH, ">", "0"),),
    )


DECLARED: tuple[Declaration, ...] = (
    ("theorem-2", _theorem_2, "C-SNN-7.a"),
    ("theorem-2-ratio", _ratio),
    ("theorem-2-many-layers", _mean_stays),
    ("theorem-2-many-layers-corrected", _many_layers, "C-SNN-7.b"),
    *(
        (name, partial(_theorem_3, name), f"C-SNN-8.{letter}")
        for letter, name in zip("abcd", _DOMAINS, strict=True)
    ),
    ("theorem-3-without-lower-limit", _no_lower_limit),
)
