"""What a layer does to gradients: tau·E f′², enclosed (C-SNN-11)."""

from __future__ import annotations

from ... import catalog
from .._balls.formula import Coordinates
from .._balls.layer import Layer
from .._cover.statement import Bound, Statement
from ._declare import SELU_NATIVE, THEOREM_1, Declaration, between, rounds_to, single
from .fixed_point import POINT

# tau stands alone as well: it is a factor of tau·E f′² beside the x = nu·tau inside.
_TILES = Layer(catalog.selu, Coordinates.of(y="mu*omega", x="nu*tau", tau="tau"))
_NUS = Layer(catalog.selu, Coordinates.of(y="mu*omega", nu="nu", tau="tau"))
_ID = "C-SNN-11"

TILE_FACTOR = _TILES.formula("tau E f'^2", _TILES["tau"] * _TILES.backward.value)
_FACTOR = _NUS.formula("tau E f'^2", _NUS["tau"] * _NUS.backward.value)


# tau·E f′² at (0, 1): ten decimals, rounded.
_AT_FIXED_POINT = "1.0715749925"


def _at_fixed_point() -> Statement:
    factor = float(_AT_FIXED_POINT)
    return single(
        "backward-at-fixed-point",
        _ID,
        "at (0, 1), omega = 0, tau = 1 a layer multiplies the second moment of a gradient by "
        f"{_AT_FIXED_POINT} (rounded)",
        POINT,
        rounds_to(SELU_NATIVE.backward, _AT_FIXED_POINT),
        # Ten digits to the power 50 keep eight.
        follows=f"after 50 layers that is a factor of {factor**50:.1f} for the square, "
        f"{factor**25:.1f} for its root",
    )


def _impossible() -> Statement:
    return single(
        "backward-never-grows",
        _ID,
        "on Theorem 1's domain no layer makes gradients grow: tau E f'^2 < 1.0000001",
        THEOREM_1,
        # 1 with 1e-7 of room: where this fails, the bound 1 fails by that much.
        (Bound(_FACTOR, "<", "1.0000001"),),
        "abstract",
    )


def _never_shrinks() -> Statement:
    return single(
        "backward-never-shrinks",
        _ID,
        "on Theorem 1's domain no layer makes gradients shrink: tau E f'^2 > 0.9999999",
        THEOREM_1,
        # The same room on the other side of 1.
        (Bound(_FACTOR, ">", "0.9999999"),),
        "abstract",
    )


def _range() -> Statement:
    return single(
        "backward-range",
        _ID,
        "on Theorem 1's domain tau E f'^2 lies in [0.9526, 1.2090] and comes within 0.0001 of "
        "both ends",
        THEOREM_1,
        (
            *between(_FACTOR, "0.9526", "1.2090"),
            Bound(_FACTOR, "<", "0.9527", True),
            Bound(_FACTOR, ">", "1.2089", True),
        ),
        follows="the change per layer is bounded both ways, so over L layers the second moment of "
        "a gradient changes by a factor between 0.9526^L and 1.2090^L: slow, not impossible",
        corrects=("backward-never-grows", "backward-never-shrinks"),
    )


DECLARED: tuple[Declaration, ...] = (
    ("backward-at-fixed-point", _at_fixed_point),
    ("backward-never-grows", _impossible, f"{_ID}.a"),
    ("backward-never-shrinks", _never_shrinks, f"{_ID}.b"),
    ("backward-range", _range),
)
