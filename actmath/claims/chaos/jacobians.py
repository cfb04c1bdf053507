"""Singular values of the Jacobian of many layers: which networks can have them all near 1."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.optimize import brentq
from sympy import Expr, S, simplify

from ... import catalog
from ...activation import Activation
from ...derive._moments.gaussian_moments import gaussian_moments
from ...lower._for_numpy import to_numpy
from ...notation import auxiliary, mu
from ...numeric._depth.mean_field import edge_of_chaos
from ...numeric._gaussian.evaluate import gaussian
from ...sources import Source
from .._claim import Finding, Kind, Verdict, holds_if, matches_print
from .._evidence.measured import out_of_reach
from .._evidence.rows import FROM_MEMORY, SECOND_HAND
from ._row import chaos_row, slope_powers

_PENNINGTON = "pennington2017"
_DEPTH = auxiliary("depth", positive=True)
# Depth and length at which a number is given.
_DEEP, _SHORT = 100, 1e-5
_PLACES = 25


def spread_by_layer(ratio: Expr, orthogonal: bool) -> Expr:
    """What a layer on the edge adds to the variance of squared singular values, whose mean is 1.

    With τ the mean of eigenvalues, A = JJᵀ, τ(A) = 1, and D² of moments μ₁, μ₂ free of WAWᵀ = B:
    τ(D²BD²B) = μ₂·τ(B)² + μ₁²·τ(B²) − μ₁²·τ(B)², times σ_w⁴ = 1/μ₁², is μ₂/μ₁² + τ(B²) − 1; B² has
    the mean of A² for orthogonal W, and τ(A)² = 1 more for Gaussian W.

    Args:
        ratio: μ₂/μ₁² = E f′⁴/(E f′²)².
    """
    return ratio - 1 + (S.Zero if orthogonal else S.One)


def relu_ratio() -> Expr:
    """E f′⁴/(E f′²)² of ReLU, whose f′ is 0 or 1."""
    slope = gaussian_moments(catalog.relu).derivative_second.subs(mu, 0)
    return simplify(slope / slope**2)


def relu_variance(orthogonal: bool, printed: Expr) -> Finding:
    """Is the variance after L layers that?"""
    found = _DEPTH * spread_by_layer(relu_ratio(), orthogonal)
    return holds_if(
        simplify(found - printed) == 0,
        f"slopes are 0 or 1 with E f′⁴/(E f′²)² = {relu_ratio()}: at σ_w²·E f′² = 1 the mean stays "
        f"1 and a layer adds {spread_by_layer(relu_ratio(), orthogonal)} to the variance",
    )


def share_that_dies(unit: Activation) -> Finding:
    """Has f′ so many zeros that a share of singular values is 0, whatever the weights?"""
    slope = to_numpy(unit, 1)
    # The share of negative net inputs is 1/2 at every length, of which each has slope 0.
    flat = bool((slope(-np.geomspace(1e-6, 1e6, _PLACES)) == 0).all())
    return holds_if(
        flat,
        f"f′ is {'' if flat else 'not '}0 at {_PLACES} places below 0; where it is, half of the "
        "rows of each DW, and so at least half of J's singular values, are 0, with orthogonal "
        "weights too",
    )


def comes_to_isometry(unit: Activation, orthogonal: bool, claimed: bool) -> Finding:
    """Does the variance of L layers go to 0 with the length on the edge, or not, as claimed?"""
    lengths = _SHORT * np.array([1.0, 100.0])
    added = []
    for q in lengths.tolist():
        first, second = slope_powers(unit, q)
        ratio = second / first**2 - 1
        added.append(ratio + (0 if orthogonal else 1))
    real = bool(np.isfinite(edge_of_chaos(unit, lengths).sigma_b).all())
    vanishing = bool(added[0] < 0.02 * added[1])
    return holds_if(
        (vanishing and real) is claimed,
        f"{unit.title} on its edge: a layer adds {added[1]:.3g} at q = {lengths[1]:.0e} and "
        f"{added[0]:.3g} at {lengths[0]:.0e}, {_DEEP} layers {_DEEP * added[0]:.3g}",
    )


def length_of(unit: Activation, weight: float) -> float:
    """The length on the edge at which 1/E f′² = σ_w², of a unit whose slopes get flatter."""
    return float(
        brentq(lambda q: 1 / gaussian(unit, 0.0, q).derivative_second - weight, 0, 1e4, xtol=1e-15)
    )


def on_the_curve(unit: Activation, weight: str, bias: str) -> Finding:
    """Is σ_b² of the edge at that σ_w² the printed one?"""
    q = length_of(unit, float(weight))
    found = float(edge_of_chaos(unit, q).sigma_b) ** 2
    evidence = f"{unit.title} has χ₁ = 1 at σ_w² = {weight} for q = {q:.9g}, and σ_b² = {found:.9g}"
    if matches_print(bias, found):
        return Finding(Verdict.HOLDS, evidence)
    near = abs(float(bias) / found - 1) < 0.02
    return Finding(
        Verdict.CORRECTED if near else Verdict.REFUTED, evidence, f"{found:.3g}" if near else None
    )


CLAIMS = (
    chaos_row(
        "11.a",
        "ReLU networks are incapable of dynamical isometry.",
        r"\sigma(J) \not\approx 1",
        Source(_PENNINGTON, "abstract"),
        partial(share_that_dies, catalog.relu),
        "singular values of the Jacobian from input to output all near 1; weights and biases "
        f"of mean 0, so that half of the net inputs are negative; {SECOND_HAND}",
    ),
    *(
        chaos_row(
            f"11.{part}",
            f"Networks of tanh {able} dynamical isometry with {name} weights.",
            rf"\operatorname{{Var}} \sigma^2(J) {sign} 0",
            Source(_PENNINGTON, "abstract"),
            partial(comes_to_isometry, catalog.tanh, orthogonal, claimed),
            "variance of squared singular values of L wide layers on the edge, for q → 0 at fixed "
            f"L; the source speaks of sigmoidal units; {SECOND_HAND}",
            Kind.COMPUTED,
        )
        for part, able, name, orthogonal, claimed, sign in (
            ("b", "come as near as wanted to", "orthogonal", True, True, r"\to"),
            ("c", "cannot attain", "Gaussian", False, False, r"\not\to"),
        )
    ),
    chaos_row(
        "12",
        "(σ_w², σ_b²) = (1.05, 2.01e-5) is critical for tanh.",
        r"(1.05, 2.01 \cdot 10^{-5})",
        Source(_PENNINGTON, "experiments"),
        partial(on_the_curve, catalog.tanh, "1.05", "0.0000201"),
        f"all printed digits of σ_b²; the training is not repeated; {FROM_MEMORY}",
        Kind.COMPUTED,
    ),
    out_of_reach(
        id="C-EOC-12.a",
        statement="Deep networks with dynamical isometry learn orders of magnitude faster than "
        "those without.",
        tex=r"t(\text{orthogonal}) \ll t(\text{Gaussian})",
        source=Source(_PENNINGTON, "abstract"),
        assumptions=f"tanh, 200 layers of 400 units on CIFAR-10; the sizes {FROM_MEMORY}",
        needs="it would take a recipe with orthogonal weights, CIFAR-10 and networks of 200 "
        "layers, with a scan of rates for each: hours on a GPU a seed",
    ),
    *(
        chaos_row(
            f"13.{part}",
            f"On the edge of ReLU the squared singular values of L layers with {name} weights have "
            f"mean 1 and variance {text}.",
            rf"\operatorname{{Var}} \sigma^2(J) = {text}",
            Source(_PENNINGTON, "moments of the Jacobian"),
            partial(relu_variance, orthogonal, factor * _DEPTH),
            f"wide layers; slopes and weights free of each other; {FROM_MEMORY}",
        )
        for part, name, orthogonal, text, factor in (
            ("a", "orthogonal", True, "L", 1),
            ("b", "Gaussian", False, "2L", 2),
        )
    ),
)
