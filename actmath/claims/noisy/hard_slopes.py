"""C-NOI-2, continued: which hard sigmoid is nearest, and Definition 2.3 (Gulcehre et al. 2016)."""

from __future__ import annotations

from functools import partial

from ... import catalog
from ...derive._saturation.hard_slopes import Norm
from ...derive._saturation.saturation import hard_saturation
from ...numeric._geometry.hard_slopes import SmoothFunction, best_slope, compare_slopes
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if

PAPER = "gulcehre2016"

_NORMS = {
    Norm.SUP: ("largest gap", r"\sup_x |g - h|"),
    Norm.L2: ("root of the integrated squared gap", r"\|g - h\|_2"),
    Norm.GAUSS: ("root mean square gap under N(0, 1)", r"\|g - h\|_{N(0,1)}"),
    Norm.SLOPE_SUP: ("largest gap of the derivatives", r"\sup_x |g' - h'|"),
    Norm.SLOPE_L2: ("root of the integrated squared gap of the derivatives", r"\|g' - h'\|_2"),
    Norm.SLOPE_GAUSS: (
        "root mean square gap of the derivatives under N(0, 1)",
        r"\|g' - h'\|_{N(0,1)}",
    ),
}


def _nearest(norm: Norm, target: SmoothFunction) -> Finding:
    """Which slope is the nearest of those in use, and which the nearest of all?"""
    from ...prove._hard_slopes import certify_best_slope

    table = compare_slopes(target=target, norms=[norm])
    # tanh(x) = 2σ(2x) − 1: slopes are 4 times the sigmoid's, and x ~ N(0, 1) is 2x ~ N(0, 4).
    stretch, weight = (4, 4) if target is SmoothFunction.TANH else (1, 1)
    # 13 digits are found first, and certified in balls below.
    best = best_slope(norm, target, digits=13)
    slope = best_slope(norm, SmoothFunction.SIGMOID, weight, digits=13).slope
    certified = certify_best_slope(norm, str(slope), weight)
    tangent = table.slopes[0]
    shown = ", ".join(
        f"{slope}: {row[0]:.4f}" for slope, row in zip(table.slopes, table.distances, strict=True)
    )
    evidence = (
        f"distances {shown}; least at {str(best.slope)[:10]} ({best.distance:.4f}), certified "
        f"to 13 digits as the only stationary slope over {certified.intervals} intervals of "
        f"1/(2·slope) in {certified.searched}"
    )
    evidence += f", at slope/{stretch} for the sigmoid" if stretch > 1 else ""
    nearest = table.nearest(norm)
    which = "the tangent's own" if nearest == tangent else f"not the tangent's {tangent}"
    return Finding(Verdict.ANSWERED, f"{nearest} of those in use, {which}; {evidence}")


def _definition() -> Finding:
    units = (catalog.hard_sigmoid, catalog.hard_tanh)
    found = [hard_saturation(unit) for unit in units]
    thresholds = "; ".join(
        f"{u.name} {f.left}, {f.right}" for u, f in zip(units, found, strict=True)
    )
    if all(f.printed for f in found):
        return Finding(Verdict.HOLDS, thresholds)
    return (
        holds_if(False, thresholds)
        if not all(f.meant for f in found)
        else Finding(
            Verdict.CORRECTED,
            f"with one constant only steps and constants qualify; the thresholds are {thresholds}",
            "h′ = 0 for x > c₁ on the right and for x < c₂ on the left, with c₂ ≤ c₁",
        )
    )


def _rows() -> tuple[Claim, ...]:
    rows = []
    for part, (norm, (words, tex)) in zip("bcdefg", _NORMS.items(), strict=True):
        rows.append(
            _row(
                part=part,
                norm=norm,
                target=SmoothFunction.SIGMOID,
                tangent="1/4",
                others="1/5, 1/6 and 1/2",
                words=words,
                tex=tex,
            )
        )
    for part, (norm, (words, tex)) in zip("hijklm", _NORMS.items(), strict=True):
        rows.append(
            _row(
                part=part,
                norm=norm,
                target=SmoothFunction.TANH,
                tangent="1",
                others="4/5, 2/3 and 2",
                words=words,
                tex=tex,
            )
        )
    return tuple(rows)


def _row(
    *,
    part: str,
    norm: Norm,
    target: SmoothFunction,
    tangent: str,
    others: str,
    words: str,
    tex: str,
) -> Claim:
    name = "tanh" if target is SmoothFunction.TANH else "the sigmoid"
    return Claim(
        id=f"C-NOI-2.{part}",
        statement=f"Which slope is nearest to {name}, the tangent's {tangent} or {others}, by the "
        f"{words}?",
        tex=tex.replace("g", r"\tanh", 1) if target is SmoothFunction.TANH else tex,
        source=Source(PAPER, "Section 2"),
        assumptions="clipped lines through the centre",
        kind=Kind.CERTIFIED,
        check=partial(_nearest, norm, target),
    )


CLAIMS = (
    *_rows(),
    Claim(
        id="C-NOI-2.n",
        statement="Hard saturation is h′ = 0 for x > c and for x < c with one constant c, and "
        "hard-sigmoid and hard-tanh saturate hard.",
        tex=r"\exists c:\ h'(x) = 0 \text{ for } x > c \text{ and for } x < c",
        source=Source(PAPER, "Definition 2.3"),
        assumptions="the real line",
        kind=Kind.DERIVED,
        check=_definition,
    ),
)
