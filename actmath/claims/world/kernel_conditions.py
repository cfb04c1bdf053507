"""What Deep Kernel Shaping and TAT ask of a unit: whether it can be met, and by which rule."""

from __future__ import annotations

from functools import partial
from math import sqrt

import numpy as np
from numpy.polynomial import Polynomial
from numpy.polynomial.hermite_e import hermegauss
from scipy.optimize import brentq, root
from scipy.special import erfc
from sympy import simplify

from ... import catalog
from ...activation import Activation
from ...derive._formula.pieces import pieces
from ...lower._for_numpy import to_numpy
from ...notation import x
from ...numeric._array import Array
from .._claim import Finding, Kind, Verdict, holds_if
from .._evidence.rows import Rows
from ..chaos._row import derivative_unit
from ._exact.purposes import MeanSquare
from ._registry import WORLD
from .kernel_shaping import (
    BLOCKS,
    DKS,
    SEARCHED,
    SHORTCUT,
    TAT,
    conditions,
    dks_targets,
    shaped,
)

PAPER = "martens2021"
_DOCSTRING = "code, dks/base/activation_transform.py, get_transformed_activations"
# What is left of a condition that is met.
_MET = 1e-10
Rule = tuple[Array, Array]


def normal_rule(count: int) -> Rule:
    """Gauss–Hermite nodes and weights, both (count,): E g(Z) = weights @ g(nodes)."""
    nodes, weights = hermegauss(count)
    return nodes, weights / weights.sum()


# The units here are smooth at the scale of 1: these nodes give all digits, and so do others.
_NODES, _WEIGHTS = normal_rule(150)
_OTHERS = normal_rule(111)


def network_slope() -> Polynomial:
    """The slope of the test's network at c = 1 as a polynomial in that of each unit."""
    unit, kept, slope = Polynomial([0, 1]), SHORTCUT**2, Polynomial([1])
    for blocks in BLOCKS:
        for block in range(blocks):
            # As in ``kernel_shaping``: a group's first shortcut has a unit, each branch three.
            through = unit * slope if block == 0 else slope
            slope = kept * through + (1 - kept) * unit**3 * slope
    return unit * slope


def unit_slope(network: str) -> Finding:
    """Does that slope of the whole network determine C′(1) of each unit?"""
    whole = network_slope()
    rising = bool((np.asarray(whole.coef, dtype=float) >= 0).all())
    slope = float(brentq(lambda s: whole(s) - float(network), 0, 10, xtol=1e-14))
    depth = whole.degree()
    return holds_if(
        rising and slope >= 1,
        f"layers multiply slopes and sums add them: a polynomial of degree {depth} without a "
        f"negative coefficient, which is {network} at C′(1) = {slope:.12g} alone; in a chain of "
        f"{depth} units it is {float(network) ** (1 / depth):.12g}. With C(0) = 0 and C(1) = 1 "
        "a convex C has C′(1) ≥ 1",
    )


def suffices(name: str, network: str) -> Finding:
    """Can d·(f(a·x + b) + c) meet all four conditions, for that slope of the network?"""
    wanted = float(brentq(lambda s: network_slope()(s) - float(network), 0, 10, xtol=1e-14))
    f, slope = to_numpy(name), to_numpy(name, 1)

    def missed_by(numbers: Array, nodes: Array, weights: Array) -> Array:
        """Q′(1) − 1 and C′(1) less the wanted; c = −E f and d² = 1/Var f meet the others."""
        a, b = numbers
        outputs, slopes = f(a * nodes + b), a * slope(a * nodes + b)
        apart = outputs - weights @ outputs
        variance = weights @ apart**2
        growth = weights @ (apart * slopes * nodes) / variance
        return np.array([growth - 1, weights @ slopes**2 / variance - wanted])

    found = root(missed_by, [0.15, 0.4], (_NODES, _WEIGHTS), tol=1e-13).x
    a, b = found.tolist()
    missed = max(
        float(abs(missed_by(found, *rule)).max()) for rule in ((_NODES, _WEIGHTS), _OTHERS)
    )
    evidence = (
        f"c = −E f and d = Var(f)^(−1/2) meet Q(1) = 1 and C(0) = 0; with a = {a:.9f} and "
        f"b = {b:.9f} the other two, for C′(1) = {wanted:.9g}, are missed by {missed:.0e}"
    )
    return holds_if(missed < _MET, evidence)


def network_curvature(
    name: str, numbers: tuple[float, float, float, float], printed: str
) -> Finding:
    """Has the whole network that C″(1)? Where all slopes are 1, curvatures add up."""
    a, b, c, d = numbers
    inside, unit = a * _NODES + b, catalog.get(name)
    outputs = d * (to_numpy(unit)(inside) + c)
    bends = d * a**2 * to_numpy(derivative_unit(unit), 1)(inside)
    # C″(1) = E f″²/Q(1).
    each = float(_WEIGHTS @ bends**2) / float(_WEIGHTS @ outputs**2)
    kept, times = SHORTCUT**2, 1.0
    for blocks in BLOCKS:
        # Each block's branch has three units; the first one's shortcut has one.
        times += kept + (1 - kept) * 3 * blocks
    whole = times * each
    right = abs(whole - float(printed)) < 1e-7
    return holds_if(right, f"C″(1) = {each:.9g} of each unit, {times:g} times that is {whole:.9f}")


def one_number_less(unit: Activation) -> Finding:
    """Is one of the four numbers of d·(f(a·x + b) + c) without effect, as for f(k·u) = k·f(u)?"""
    # The derivative along (a, b, c, d) → (ka, kb, kc, d/k) is d·(u·f′(u) − f(u)), by Euler.
    left = [simplify(x * piece.expr.diff(x) - piece.expr) for piece in pieces(unit.formula())]
    same = all(gap == 0 for gap in left)
    shown = " and ".join(map(str, left))
    return holds_if(
        same,
        f"to multiply a, b and c by k and divide d by it changes the unit at the rate u·f′ − f = "
        f"{shown} on its pieces",
    )


def without_the_fourth(name: str, numbers: tuple[float, float, float, float]) -> Finding:
    """Meet the printed numbers the other conditions, and not Q′(1) = 1?"""
    targets, found = dks_targets(name), conditions(shaped(name, numbers))
    missed = max(abs(found[what] - value) for what, value in targets.items())
    growth = found["Q′(1)"]
    return holds_if(
        missed < SEARCHED < abs(growth - 1),
        f"{', '.join(targets)} are met to {missed:.0e}, and Q′(1) = {growth:.6f}",
    )


def by_the_rule(*units: str) -> Finding:
    """How far from exact are the mean squares of units that the code's rule gave?"""
    exact = {unit: float(MeanSquare(unit).exact()) for unit in units}
    off = {unit: float(WORLD[f"dks-rule-{unit}"].number) / exact[unit] - 1 for unit in units}
    listed = ", ".join(f"{unit} {share:+.1e}" for unit, share in off.items())
    return Finding(
        Verdict.ANSWERED,
        f"relative errors {listed}; beyond ±10 lies {float(erfc(10 / sqrt(2))):.0e} of the mass: "
        "they are of the nodes and weights, not of the ends",
    )


_row = Rows("C-DKS", PAPER, Kind.COMPUTED, "inputs N(0, 1)")

CLAIMS = (
    _row(
        "1.a",
        "C′(1) of each unit can be chosen so that the whole network's slope is 1.5.",
        r"C_f'(1) = \zeta = 1.5",
        _DOCSTRING,
        lambda: unit_slope("1.5"),
        "the test's network: blocks 3, 4, 23, 3 of three units, shortcuts of weight 0.6",
    ),
    *(
        _row(
            f"1.{name}",
            f"{catalog.get(name).title} can be scaled and shifted to meet all four conditions of "
            "DKS.",
            r"Q(1) = Q'(1) = 1,\ C(0) = 0,\ C_f'(1) = 1.5",
            _DOCSTRING,
            partial(suffices, name, "1.5"),
            f"inputs N(0, 1), the test's network; all conditions met to {_MET:.0e}",
        )
        for name in ("softplus", "tanh", "gelu", "silu", "mish")
    ),
    *(
        _row(
            f"5.{name}-curvature",
            f"{catalog.get(name).title} with TAT's printed numbers gives the test's network the "
            "curvature 0.2.",
            r"C_f''(1) = \tau = 0.2",
            "code, tests/test_activation_transform.py",
            partial(network_curvature, name, numbers, "0.2"),
        )
        for name, numbers in TAT.items()
    ),
    _row(
        "6.a",
        "Plain ReLU has one degree of freedom fewer than other units.",
        r"d\,(f(ax + b) + c) = \tfrac dk(f(kax + kb) + kc)",
        "README and code",
        lambda: one_number_less(catalog.relu),
        "two scales and two shifts, a > 0",
        Kind.DERIVED,
    ),
    _row(
        "6.b",
        "With ReLU Q′(1) = 1 is dropped.",
        r"Q'(1) \ne 1",
        "README and code",
        lambda: without_the_fourth("relu", DKS["relu"]),
    ),
    _row(
        "7",
        "How far from exact is E f(Z)² by the Gauss–Legendre rule of order 100,000 on [−10, 10]?",
        r"\mathbb{E} f(Z)^2 \approx \sum_i w_i f(z_i)^2 \varphi(z_i)",
        "code, dks/base/activation_transform.py",
        lambda: by_the_rule("relu", "softplus", "gelu"),
        "the rule's own values, as dks 0.1.2 computed them",
    ),
)
