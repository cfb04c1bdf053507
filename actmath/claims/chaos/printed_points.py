"""Points of edges as papers and code print them, and how the code finds them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import sqrt

from ... import catalog
from ...activation import Activation
from ...notation import x
from ...number import exact
from ...numeric._depth.mean_field import phase
from ...numeric._gaussian.evaluate import gaussian
from ...sources import Source
from .._claim import Finding, Kind, Verdict, holds_if, matches_print
from ._points import bias_square, edge_at
from ._row import chaos_row

_HAYOU, _CODE = "hayou2019", "code, simulation_script.py"
#: tanh in the authors' code: σ_b, σ_w and q.
PRINTED_TANH = (
    ("0", "1", "0"),
    ("0.05", "1.1243396192538215", "0.15603045190402406"),
    ("0.2", "1.3078679101523036", "0.5196867932931273"),
    ("0.5", "1.55254475934761", "1.3259301630553542"),
    ("1", "1.8575552209539357", "3.0437620971173187"),
    ("5", "3.335472941814032", "34.63570399769325"),
)
# What is nearer than 2 % agrees but for its digits.
_NEAR = 0.02
# What the authors' code draws.
_NORMALS = 500_000


def agreement(printed: tuple[str, ...], found: tuple[float, ...], evidence: str) -> Finding:
    """Holds to every printed digit; corrected where all is nearer than 2 %; else refuted."""
    pairs = list(zip(printed, found, strict=True))
    wrong = [(text, value) for text, value in pairs if not matches_print(text, value)]
    if not wrong:
        return Finding(Verdict.HOLDS, evidence)
    if all(abs(float(text) - value) <= _NEAR * abs(value) for text, value in wrong):
        right = " and ".join(f"{value:.{_decimals(text)}f}" for text, value in pairs)
        return Finding(Verdict.CORRECTED, evidence, right)
    return Finding(Verdict.REFUTED, evidence)


def _decimals(text: str) -> int:
    # Moments hold 14 digits, of which q − E f²/E f′² may lose two.
    return min(len(text.partition(".")[2]), 10)


def on_the_edge(unit: Activation, sigma_b: str, *printed: str) -> Finding:
    """Are these the σ_w, and the q, of the unit's edge at that σ_b, to their digits?"""
    point = edge_at(unit, float(sigma_b))
    at = phase(unit, float(printed[0]), float(sigma_b))
    evidence = (
        f"{unit.title} has its edge at σ_b = {sigma_b} where σ_w = {point.sigma_w:.9g} and "
        f"q = {point.length:.9g}; with the printed σ_w, χ₁ = {float(at.chi):.6f}"
    )
    return agreement(printed, (point.sigma_w, point.length)[: len(printed)], evidence)


def iterated(unit: Activation, sigma_b: float, steps: int) -> Finding:
    """How near do so many exact steps of q ← σ_b² + E f²/E f′² come to the edge?"""
    q = 0.0
    for _ in range(steps):
        q = sigma_b**2 + q - float(bias_square(unit, q))
    wanted = edge_at(unit, sigma_b).length
    apart = abs(q / wanted - 1)
    return holds_if(
        apart < 1e-12,
        f"with exact expectations {steps} steps from 0 come to q = {q:.9g}, which is {apart:.0e} "
        f"from the fixed length {wanted:.9g}, relative; means over {_NORMALS:,} normals move that "
        f"by {sampling_error(unit, sigma_b, _NORMALS):.0e}, one standard error",
    )


def sampling_error(unit: Activation, sigma_b: float, normals: int) -> float:
    """The relative standard error of the fixed length where means over normals are the moments.

    Raises:
        ValueError: for fewer than one normal.
    """
    if normals < 1:
        raise ValueError(f"normals must be at least 1, got {normals}")
    q = edge_at(unit, sigma_b).length
    f, at = unit.formula(), gaussian(unit, 0.0, q)
    ratio = float(at.second / at.derivative_second)
    # A/B errs like the mean of (f² − (A/B)·f′²)/B, and the root of q − σ_b² = A/B by that over the
    # slope of q − A/B.
    term = Activation("error", f**2 - exact(ratio) * f.diff(x) ** 2)
    deviation = sqrt(float(gaussian(term, 0.0, q).variance) / normals)
    step = 1e-4 * q
    slope = (bias_square(unit, q + step) - bias_square(unit, q - step)) / (2 * step)
    return float(deviation / at.derivative_second / slope / q)


def printed_variances(length: float, second: float, slope: float) -> tuple[float, float]:
    """σ_w² and σ_b² from q, E f² and E f′², as printed."""
    return 1 / slope, length - second / slope


def wanted_length(
    unit: Activation, depth: int, printed: Callable[[float, float, float], tuple[float, float]]
) -> Finding:
    """Have these σ_w² and σ_b² the fixed length q = 1/depth, and χ₁ = 1?"""
    at = gaussian(unit, 0.0, 1 / depth)
    w, b = printed(1 / depth, float(at.second), float(at.derivative_second))
    if b < 0:
        return Finding(Verdict.REFUTED, f"at depth {depth} they ask for σ_b² = {b:.6g}")
    found = phase(unit, sqrt(w), sqrt(b))
    apart = max(abs(float(found.length) * depth - 1), abs(float(found.chi) - 1))
    return holds_if(
        apart < 1e-6,
        f"at depth {depth}: σ_w² = {w:.9g}, σ_b² = {b:.6g}; lengths from 1 settle at "
        f"{float(found.length):.9g}, with χ₁ = {float(found.chi):.9g}",
    )


CLAIMS = (
    *(
        chaos_row(
            f"3.{part}",
            f"(σ_b, σ_w) = (0.2, {printed}) is on the edge of chaos of {unit.title}.",
            rf"(0.2, {printed})",
            Source("hayou2019ntk", "on tangent kernels, Section 5.2"),
            partial(on_the_edge, unit, "0.2", printed),
            "wide dense layers; all printed digits",
            Kind.COMPUTED,
        )
        for part, unit, printed in (("b", catalog.elu, "1.227"), ("c", catalog.tanh, "1.302"))
    ),
    *(
        chaos_row(
            f"7.{part}",
            f"On the edge of {unit.title} with σ_b = {sigma_b}, σ_w = {sigma_w} and q = {length}.",
            rf"({sigma_b}, {sigma_w}, {length})",
            Source(_HAYOU, _CODE),
            partial(on_the_edge, unit, sigma_b, sigma_w, length),
            "all printed digits",
            Kind.COMPUTED,
        )
        for part, unit, (sigma_b, sigma_w, length) in (
            *(("abcdef"[at], catalog.tanh, row) for at, row in enumerate(PRINTED_TANH)),
            ("g", catalog.elu, ("0.1", "1.1775", "0.44")),
            ("h", catalog.tanh, ("0.2", "1.3029", "0.5")),
        )
    ),
    chaos_row(
        "8",
        "Do the code's 200 steps of q ← σ_b² + E f²/E f′² from 0 reach the fixed length?",
        r"q \leftarrow \sigma_b^2 + \mathbb{E} f^2/\mathbb{E} f'^2",
        Source(_HAYOU, _CODE),
        partial(iterated, catalog.tanh, 0.05, 200),
        "tanh with σ_b = 0.05, the slowest of its list; exact expectations in place of means over "
        "500,000 normals",
        Kind.COMPUTED,
    ),
    chaos_row(
        "14",
        "σ_w² = 1/E f′² and σ_b² = q − σ_w²·E f² make a wanted q = 1/depth the fixed length of "
        "tanh, on the edge.",
        r"\sigma_w^2 = 1/\mathbb{E} f'^2,\quad \sigma_b^2 = q - \sigma_w^2\,\mathbb{E} f^2",
        Source("xiao2018", "demo notebook"),
        partial(wanted_length, catalog.tanh, 100, printed_variances),
        "depth 100",
        Kind.COMPUTED,
    ),
)
