"""How near inputs come together or part: rates on the edge, depth scales, curvature, residuals."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import exp, log

import numpy as np
from sympy import Expr, Rational, S, cos, limit, oo, pi, series, simplify

from ... import catalog
from ...activation import Activation
from ...notation import auxiliary
from ...numeric._depth.mean_field import correlation_map, edge_of_chaos, phase
from ...numeric._gaussian.evaluate import gaussian
from ...numeric._kernel.plane import by_quadrature
from ...sources import Source
from .._claim import Finding, Kind, Verdict, holds_if
from .._evidence.measured import out_of_reach
from .._evidence.rows import FROM_MEMORY, SECOND_HAND
from ..kernels.dual import quadrant
from ._row import chaos_row, derivative_unit

_POOLE = "poole2016"
_ANGLE = auxiliary("angle", positive=True)
_TIME = auxiliary("time", real=True)
_CHI, _BEND = auxiliary("chi1", positive=True), auxiliary("chi2", positive=True)
_METRIC, _FOURTH = auxiliary("metric", positive=True), auxiliary("fourth", positive=True)
_LAYERS = auxiliary("layers", positive=True)
# σ_w² below, at and above 2.
_VARIANCES = (1, 2, 4)
# Layers after which correlations count as settled, and the deviation that is then followed.
_SETTLED, _AWAY = 400, 1e-4
# What the map's bend leaves of a deviation so small.
_ALIKE = 1e-3


def relu_rate(printed: Expr) -> Finding:
    """Is l²·(1 − c_l) that number in the limit, for ReLU on its edge?"""
    # On the edge c ↦ 2·E[uv; u, v > 0]; ε = 1 − c becomes ε − s·ε^(3/2) + …
    apart = 1 - cos(_ANGLE)
    lost = series(apart - (1 - 2 * quadrant(1, _ANGLE)), _ANGLE, 0, 5).removeO()
    steep = simplify(limit(lost / _ANGLE**3, _ANGLE, 0, "+") * 2 ** Rational(3, 2))
    # 1/√ε grows by s/2 a layer, so that ε ~ 4/(s·l)².
    rate = simplify(4 / steep**2)
    return holds_if(
        simplify(rate - printed) == 0,
        f"with ε = 1 − c a layer takes ε to ε − ({steep})·ε^(3/2), so that l²·ε_l → {rate}",
    )


def smooth_rate(unit: Activation, length: float, factor: float) -> Finding:
    """Is l·(1 − c_l) → factor·E f′²/(q·E f″²) on the edge of that length?"""
    first = float(gaussian(unit, 0.0, length).derivative_second)
    second = float(gaussian(derivative_unit(unit), 0.0, length).derivative_second)
    claimed = factor * first / (length * second)
    edge = edge_of_chaos(unit, length)
    w, b = float(edge.sigma_w), float(edge.sigma_b)

    def lost(gap: float) -> float:
        image = float(correlation_map(unit, 1 - gap, length, w, b))
        return (gap - (1 - image)) / gap**2

    # ε becomes ε − k·ε², and 1/ε grows by k a layer; by two gaps, for the error is linear in them.
    rate = 1 / (2 * lost(0.005) - lost(0.01))
    return holds_if(
        abs(rate / claimed - 1) < 1e-3,
        f"for {unit.title} at q = {length}: 1/(1 − c) grows by {1 / rate:.6f} a layer near c = 1 "
        f"by the correlation map, and by {1 / claimed:.6f} as claimed",
    )


def ordered(unit: Activation, sigma_w: float, sigma_b: float, claimed: bool) -> Finding:
    """Is the network in the ordered phase, as claimed, or chaotic, as claimed?"""
    at = phase(unit, sigma_w, sigma_b)
    return holds_if(
        bool(at.ordered) is claimed,
        f"q* = {float(at.length):.6f} and χ₁ = {float(at.chi):.6f}",
    )


def curvature(three: Expr) -> Finding:
    """κ_l² = three·χ₂/χ₁² + κ_{l−1}²/χ₁ and g_l = χ₁·g_{l−1}?"""
    # Along a curve h(t), stationary: E h(0)h(t) = q − g·t²/2 + m·t⁴/24 with g = E h′², m = E h″²,
    # and E h′h″ = 0, so that κ² = m/g². A layer maps q + u to q + χ₁·u + χ₂·u²/2: by Price's
    # theorem the slopes are σ_w²·E f′f′ and σ_w²·E f″f″.
    small = -_METRIC * _TIME**2 / 2 + _FOURTH * _TIME**4 / 24
    image = (_CHI * small + _BEND * small**2 / 2).expand()
    metric, fourth = -2 * image.coeff(_TIME, 2), 24 * image.coeff(_TIME, 4)
    printed = three * _BEND / _CHI**2 + _FOURTH / _METRIC**2 / _CHI
    gap = simplify(fourth / metric**2 - printed)
    grown = simplify(metric / _METRIC)
    return holds_if(
        gap == 0 and grown == _CHI,
        f"g is multiplied by {grown}; κ² = fourth/metric² becomes {simplify(fourth / metric**2)}, "
        f"which is {gap} more than that",
    )


def _settling(unit: Activation, sigma_w: float, sigma_b: float) -> tuple[list[float], float]:
    """Correlations layer by layer from 0.5 until they count as settled, and ξ_c's factor there."""
    q, path = float(phase(unit, sigma_w, sigma_b).length), [0.5]
    for _ in range(_SETTLED):
        path.append(_following(unit, path[-1], q, sigma_w, sigma_b))
    ends = (np.array([value]) for value in (q, q, path[-1]))
    return path, sigma_w**2 * float(by_quadrature(unit, *ends).derivative[0])


def _following(unit: Activation, c: float, q: float, sigma_w: float, sigma_b: float) -> float:
    return min(float(correlation_map(unit, c, q, sigma_w, sigma_b)), 1.0)


def depth_scale(unit: Activation, sigma_w: float, sigma_b: float, times: float = 1) -> Finding:
    """Is 1/ξ_c of correlations near c* that number times −log(σ_w²·E f′(u)f′(v))?"""
    path, factor = _settling(unit, sigma_w, sigma_b)
    q, settled = float(phase(unit, sigma_w, sigma_b).length), path[-1]
    seen = (settled - _following(unit, settled - _AWAY, q, sigma_w, sigma_b)) / _AWAY
    return holds_if(
        abs(seen / factor**times - 1) < _ALIKE,
        f"c* = {settled:.6f}; a layer multiplies a deviation of {_AWAY:g} from it by {seen:.6f}; "
        f"σ_w²·E f′(u)f′(v) = {factor:.6f}, ξ_c = {-1 / log(factor):.4f}",
    )


def left_after(unit: Activation, sigma_w: float, sigma_b: float, scales: int) -> Finding:
    """Which share of a correlation's distance from c* is left after so many depth scales?"""
    path, factor = _settling(unit, sigma_w, sigma_b)
    scale = -1 / log(factor)
    layers = round(scales * scale)
    share = (path[layers] - path[-1]) / (path[0] - path[-1])
    return Finding(
        Verdict.ANSWERED,
        f"ξ_c = {scale:.2f}: from 0.5 to c* = {path[-1]:.4f} a share of {abs(share):.2%} is left "
        f"after {layers} layers, e^(−{scales}) = {exp(-scales):.2%}",
    )


def tangent_kernel(variance: Expr, layers: Expr) -> Expr:
    """K(x, x) of y_l = y_{l−1} + W_l·relu(y_{l−1}) after so many, |x|² = d, weights σ_w²/n.

    Lengths grow by a = 1 + σ_w²/2 from q₁ = σ_w², and K_l = a·K_{l−1} + (a − 1)·q_{l−1} from
    K₁ = q₁: the new weights see relu of variance q_{l−1}/2.
    """
    a = 1 + variance / 2
    return a ** (layers - 2) * (a + (layers - 1) * (a - 1)) * variance


def printed_growth(layers: Expr, variance: Expr) -> Expr:
    """α_L·2^L as printed, by cases of σ_w²."""
    if variance < 2:
        return 2**layers
    return layers * 2**layers if variance == 2 else (1 + variance / 2) ** layers


def residual_growth(growth: Callable[[Expr, Expr], Expr]) -> Finding:
    """Has K_L over that growth a limit that is neither 0 nor infinite, below, at and above √2?"""
    limits = {}
    for variance in map(S, _VARIANCES):
        kernel = tangent_kernel(variance, _LAYERS)
        limits[variance] = limit(simplify(kernel / growth(_LAYERS, variance)), _LAYERS, oo)
    good = [bool(value.is_finite and value > 0) for value in limits.values()]
    listed = ", ".join(f"{value} at σ_w² = {variance}" for variance, value in limits.items())
    evidence = (
        "lengths grow by a = 1 + σ_w²/2 a layer and the kernel by K_l = a·K_{l−1} + "
        f"(a − 1)·q_{{l−1}}; over the printed growth it tends, for |x|² = d, to {listed}"
    )
    if all(good) or not any(good):
        return holds_if(all(good), evidence)
    return Finding(
        Verdict.CORRECTED, evidence, "it grows like L·(1 + σ_w²/2)^L for every σ_w, not only √2"
    )


CLAIMS = (
    chaos_row(
        "2.a",
        "On the edge of ReLU, correlations come to 1 as 1 − c_l ~ 9π²/(2l²).",
        r"1 - c_l \sim \frac{9\pi^2}{2 l^2}",
        Source("hayou2019", "edge of chaos, ReLU"),
        partial(relu_rate, 9 * pi**2 / 2),
        FROM_MEMORY,
    ),
    chaos_row(
        "2.b",
        "On the edge of a smooth unit, 1 − c_l ~ β/l with β = 2·E f′²/(q·E f″²).",
        r"\beta_q = \frac{2\,\mathbb{E} f'^2}{q\,\mathbb{E} f''^2}",
        Source("hayou2019", "edge of chaos, smooth units"),
        partial(smooth_rate, catalog.tanh, 1.0, 2.0),
        f"looked at for tanh at q = 1; {FROM_MEMORY}",
        Kind.COMPUTED,
    ),
    chaos_row(
        "6",
        "With skip connections, ReLU's tangent kernel K(x, x) of L layers grows like 2^L for σ_w "
        "below √2, L·2^L at √2, and (1 + σ_w²/2)^L above.",
        r"K^L(x, x)/(\alpha_L 2^L) \to |x|^2/d",
        Source("hayou2019ntk", "on tangent kernels, Proposition 3"),
        partial(residual_growth, printed_growth),
        "one dense branch of ReLU a layer, no biases; up to a constant factor",
    ),
    *(
        chaos_row(
            f"9.{part}",
            f"A tanh network with σ_b = 0.3 and σ_w = {sigma_w} is {name}.",
            rf"\chi_1 {sign} 1",
            Source(_POOLE, "Figs. 1 to 3"),
            partial(ordered, catalog.tanh, sigma_w, 0.3, name == "ordered"),
            f"wide layers; the three σ_w {FROM_MEMORY}",
            Kind.COMPUTED,
        )
        for part, sigma_w, name, sign in (
            ("a", 1.3, "ordered", "<"),
            ("b", 2.5, "chaotic", ">"),
            ("c", 4.0, "chaotic", ">"),
        )
    ),
    chaos_row(
        "10",
        "A layer multiplies the metric of a curve by χ₁ and takes its curvature κ² to "
        "3χ₂/χ₁² + κ²/χ₁.",
        r"\kappa_l^2 = 3\chi_2/\chi_1^2 + \kappa_{l-1}^2/\chi_1",
        Source(_POOLE, "Eq. 8"),
        partial(curvature, S(3)),
        f"curves that look alike from all their points, as circles; χ₂ = σ_w²·E f″²; {SECOND_HAND}",
    ),
    *(
        chaos_row(
            f"15.{part}",
            f"Correlations of tanh networks in the {name} phase settle with the depth scale "
            "1/ξ_c = −log(σ_w²·E f′(u)f′(v)).",
            r"1/\xi_c = -\log(\sigma_w^2\,\mathbb{E} f'(u)f'(v))",
            Source("schoenholz2017", "depth scales"),
            partial(depth_scale, catalog.tanh, sigma_w, 0.3),
            f"u and v of correlation c*, σ_b = 0.3 and σ_w = {sigma_w}; {FROM_MEMORY}",
            Kind.COMPUTED,
        )
        for part, name, sigma_w in (("a", "ordered", 1.3), ("b", "chaotic", 2.5))
    ),
    out_of_reach(
        id="C-EOC-15.c",
        statement="Networks can be trained up to a depth of about 6 ξ_c.",
        tex=r"L \lesssim 6\,\xi_c",
        source=Source("schoenholz2017", "experiments on trainable depth"),
        assumptions=f"tanh, MNIST, plain layers; {FROM_MEMORY}",
        needs="it would take a recipe that trains a grid of some thousand networks, depths up to "
        "300 layers by weight variances, each for as many steps: days on two cores",
    ),
    chaos_row(
        "15.d",
        "What is left of a correlation after the 6 ξ_c layers up to which networks are said to be "
        "trainable?",
        r"|c_l - c^*| \propto e^{-l/\xi_c}",
        Source("schoenholz2017", "experiments on trainable depth"),
        partial(left_after, catalog.tanh, 1.3, 0.3, 6),
        f"tanh, σ_b = 0.3, σ_w = 1.3, two inputs of correlation 0.5; the 6 {FROM_MEMORY}",
        Kind.COMPUTED,
    ),
)
