"""What the paper does not prove: the basin of attraction, and the largest boxes (C-SNN-4)."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from ... import catalog
from .._balls.box import Box
from .._balls.layer import Layer
from .._cover.statement import Bound, Chain, Part, Statement
from ._declare import SELU_SHARP, SELU_TILES, THEOREM_1, Declaration, into, target
from ._hulls import attracting_box, chain, image, lies_in

_ID = "C-SNN-4"
# nu in two ranges, below and above Theorem 1's box: each is one chain.
_STARTS = (("0.02", "0.5"), ("0.5", "16"))


def follow(layer: Layer, runs: list[list[Box]], end: Box) -> tuple[list[Part], list[Chain]]:
    """Parts that map each box of a run into the next, and the chains they form."""
    parts: list[Part] = []
    chains: list[Chain] = []
    for boxes in runs:
        first = len(parts)
        # Boxes k and k + 1 of a run make one part: the layer maps the first into the second.
        parts += [Part(one, into(layer, other)) for one, other in pairwise(boxes)]
        chains.append(Chain(first, len(parts) - 1, target(end)))
    return parts, chains


def _basin() -> Statement:
    runs = [
        chain(catalog.selu, THEOREM_1.replaced(mu=("-1", "1"), nu=nu), THEOREM_1) for nu in _STARTS
    ]
    parts, chains = follow(SELU_TILES, runs, THEOREM_1)
    return Statement(
        "global-theorem",
        _ID,
        "for |omega| ≤ 0.1 and 0.95 ≤ tau ≤ 1.1, which may differ from layer to layer, every "
        "start with |mu| ≤ 1 and 0.02 ≤ nu ≤ 16 is inside Theorem 1's box after at most "
        f"{max(map(len, runs)) - 1} layers",
        tuple(parts),
        follows="each part maps a box of (mu, nu) into the next; Theorem 1 keeps what has arrived "
        "and, for constant omega and tau, lets it converge to the one fixed point",
        chains=tuple(chains),
    )


def _not_sooner() -> Statement:
    """A single start, followed in tiny boxes, whose variance is still below 0.8."""
    # A point, whose images are boxes only because each is rounded outwards.
    start = Box.of(mu=("1", "1"), omega=("0.1", "0.1"), nu=("0.02", "0.02"), tau=("0.95", "0.95"))
    outside = start.replaced(mu=("-1", "1"), nu=("0", "0.8"))
    boxes = [start]
    while lies_in(following := image(catalog.selu, boxes[-1]), outside):
        boxes.append(following)
    parts, chains = follow(SELU_TILES, [boxes], outside)
    return Statement(
        "global-theorem-not-sooner",
        _ID,
        "with omega = 0.1 and tau = 0.95 in all layers, the start (1, 0.02) still has a variance "
        f"below 0.8 after {len(parts)} layers",
        tuple(parts),
        chains=tuple(chains),
    )


# By name: the largest |omega|, and the range of tau.
_WIDE = {"a": ("0.1", ("0.9", "1.15")), "b": ("0.2", ("0.92", "1.12"))}


def _wide_basin(which: str) -> Statement:
    """The same for a wider range of weights, with the region that the layers themselves pick."""
    weights, tau = _WIDE[which]
    whole = Box.of(mu=("-1", "1"), omega=(f"-{weights}", weights), nu=("0.02", "16"), tau=tau)
    region = attracting_box(catalog.selu, whole)
    runs = [chain(catalog.selu, whole, region)]
    parts, chains = follow(SELU_TILES, runs, region)
    # Banach on the region: it is mapped into itself, and the Jacobian's norm is below 1.
    norm = Part(region, (*into(SELU_TILES, region), Bound(SELU_SHARP.norm(), "<", "1")))
    mean, variance = (f" ≤ {name} ≤ ".join(region.as_text()[name]) for name in ("mu", "nu"))
    return Statement(
        f"global-theorem-wide-{which}",
        _ID,
        f"for |omega| ≤ {weights} and {tau[0]} ≤ tau ≤ {tau[1]}, which may differ from layer to "
        f"layer, every start with |mu| ≤ 1 and 0.02 ≤ nu ≤ 16 is after at most {len(parts)} "
        f"layers in {mean}, {variance}, where g is a contraction",
        (*parts, norm),
        follows="each part maps a box of (mu, nu) into the next; the last maps its box into "
        "itself and contracts it",
        chains=tuple(chains),
    )


# The last radius of six decimals at which the norm stays below 1, and the next.
_SQUARE = ("0.251632", "0.251633")
_LARGEST = {
    "tau": (
        "|omega| ≤ 0.1 and 0.5 ≤ tau ≤ {}",
        {"omega": ("-0.1", "0.1"), "tau": ("0.5", "{}")},
        ("1.268295", "1.268296"),
    ),
    "omega": (
        "|omega| ≤ {} and 0.95 ≤ tau ≤ 1.1",
        {"omega": ("-{}", "{}"), "tau": ("0.95", "1.1")},
        ("0.773331", "0.773332"),
    ),
}


def _widened(sides: dict[str, tuple[str, str]], number: str) -> Box:
    filled = {n: (low.format(number), high.format(number)) for n, (low, high) in sides.items()}
    return THEOREM_1.replaced(**filled)


def _largest(which: str) -> Statement:
    words, sides, (inside, outside) = _LARGEST[which]
    norm = SELU_SHARP.norm()
    return Statement(
        f"contraction-largest-{which}",
        _ID,
        f"on |mu| ≤ 0.1, 0.8 ≤ nu ≤ 1.5 the map g is a contraction for {words.format(inside)}, "
        f"and no longer if {inside} is raised to {outside}",
        (
            Part(_widened(sides, inside), (Bound(norm, "<", "1"),)),
            Part(_widened(sides, outside), (Bound(norm, ">", "1", True),)),
        ),
    )


def _square(radius: str) -> Box:
    # Six decimals, as the radius has: 1 ± radius is written exactly.
    low, high = (f"{1 + sign * float(radius):.6f}" for sign in (-1, 1))
    return THEOREM_1.replaced(omega=(f"-{radius}", radius), tau=(low, high))


def _largest_square() -> Statement:
    inside, outside = _SQUARE
    norm = SELU_SHARP.norm()
    return Statement(
        "contraction-largest-square",
        _ID,
        f"on |mu| ≤ 0.1, 0.8 ≤ nu ≤ 1.5 the map g is a contraction for |omega|, |tau - 1| ≤ "
        f"{inside}, and no longer for {outside}",
        (
            Part(_square(inside), (Bound(norm, "<", "1"),)),
            Part(_square(outside), (Bound(norm, ">", "1", True),)),
        ),
    )


def _largest_theorem_1() -> Statement:
    """How far tau may go before g leaves Theorem 1's box."""
    # Var f leaves [0.8, 1.5] below at the least tau and above at the greatest: one part for each.
    inside = THEOREM_1.replaced(tau=("0.944440", "1.117660"))
    low, high = (
        THEOREM_1.replaced(tau=tau) for tau in (("0.944439", "1.117660"), ("0.944440", "1.117661"))
    )
    return Statement(
        "theorem-1-largest-tau",
        _ID,
        "with |omega| ≤ 0.1, Theorem 1 holds on its box of (mu, nu) for 0.944440 ≤ tau ≤ "
        "1.117660, and for no tau range wider by 0.000001 at either end",
        (
            Part(inside, (*into(SELU_TILES, THEOREM_1), Bound(SELU_SHARP.norm(), "<", "1"))),
            Part(low, (Bound(SELU_TILES.variance, "<", "0.8", True),)),
            Part(high, (Bound(SELU_TILES.variance, ">", "1.5", True),)),
        ),
        follows="inside, g maps the box into itself and contracts it; outside, it leaves the box",
    )


DECLARED: tuple[Declaration, ...] = (
    ("global-theorem", _basin),
    ("global-theorem-not-sooner", _not_sooner),
    *((f"global-theorem-wide-{which}", partial(_wide_basin, which)) for which in _WIDE),
    *((f"contraction-largest-{which}", partial(_largest, which)) for which in _LARGEST),
    ("contraction-largest-square", _largest_square),
    ("theorem-1-largest-tau", _largest_theorem_1),
)
