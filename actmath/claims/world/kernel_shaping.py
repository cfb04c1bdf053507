"""Deep Kernel Shaping and TAT: the numbers that their code prints, against the conditions."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.optimize import brentq

from ... import catalog
from ...activation import Activation
from ...notation import x
from ...number import evaluated, exact
from ...numeric._gaussian.evaluate import gaussian
from ...sources import Source
from .._claim import Finding, Kind, Verdict, holds_if, matches_print
from .._evidence.rows import Rows
from ._exact.scaled_units import ShiftedReluSlope

PAPER = "martens2021"
_TESTS = Source(PAPER, "code, tests/test_activation_transform.py")
_CODE = Source(PAPER, "code, dks/base/activation_transform.py")
#: The test's network: blocks in its four groups, and the weight of a shortcut.
BLOCKS, SHORTCUT = (3, 4, 23, 3), 0.6
#: Its targets: the slope of the whole network, for TAT the correlation of opposite inputs.
_NETWORK_SLOPE, _CORRELATION = 1.2, 0.75
#: Printed by unit: factor of x, shift of x, shift of the output, its factor.
DKS = {
    "softplus": (0.18761008168267976, 0.40688063442262007, -0.9213466151411376, 8.878672543665223),
    "tanh": (0.07461073057540868, 0.5566915199964182, -0.5034378768692127, 18.002635964442558),
    "gelu": (0.07043253126531114, 0.259489297927707, -0.15815378961903598, 20.21158902315857),
    "gelu_tanh": (
        *(0.07036271496383567, 0.2586837248593587),
        *(-0.15758328114374964, 20.249573305194307),
    ),
    "relu": (0.3685360046708044, 1.0, -1.000373858553784, 2.721729988761473),
}
TAT = {
    "softplus": (0.15011489794748328, 0.5374599901127068, -0.996481014465811, 10.54880187880574),
    "tanh": (0.0580205218578313, 0.5218639804099805, -0.4796430704354356, 22.36066261763117),
}
#: The code looks for its numbers until a target is met to 10⁻⁸, the test compares seven decimals.
SEARCHED = 1e-6


def shaped(unit: str, numbers: tuple[float, float, float, float]) -> Activation:
    """d·(f(a·x + b) + c) of a unit of the catalog, for the four numbers in their printed order."""
    a, b, c, d = (exact(number) for number in numbers)
    inner = catalog.get(unit).expr.subs(x, a * x + b)
    return Activation(f"shaped_{unit}", d * (inner + c))


def conditions(unit: Activation) -> dict[str, float]:
    """Q(1), Q′(1), C(0) and C′(1) of the local maps.

    Q(q) = E f(√q·Z)² and C(c) = E f(u)f(v)/Q(1): C(0) = (E f)²/Q(1) and C′(1) = E f′²/Q(1).
    """
    step = 1e-3
    at = gaussian(unit, 0.0, [1 - 2 * step, 1 - step, 1.0, 1 + step, 1 + 2 * step])
    square = float(at.second[2])
    # Of fourth order in the step.
    weights = np.array([1, -8, 0, 8, -1]) / (12 * step)
    return {
        "Q(1)": square,
        "Q′(1)": float(weights @ at.second),
        "C(0)": float(at.mean[2] ** 2) / square,
        "C′(1)": float(at.derivative_second[2]) / square,
    }


def local_slope(network: float) -> float:
    """The C′(1) of each unit with which the whole network's is as given: layers multiply it."""
    return float(brentq(lambda s: _network_slope(s) - network, 1.0, 2.0, xtol=1e-14))


def _network_slope(s: float) -> float:
    kept = SHORTCUT**2
    slope = 1.0
    for blocks in BLOCKS:
        for block in range(blocks):
            # The first block of a group has a unit on its shortcut, each branch has three.
            shortcut = s * slope if block == 0 else slope
            slope = kept * shortcut + (1 - kept) * s**3 * slope
    return max(s * slope, s**3)


def printed_solution(
    unit: str, numbers: tuple[float, float, float, float], targets: dict[str, float]
) -> Finding:
    """Does the printed unit meet the conditions?"""
    found = conditions(shaped(unit, numbers))
    misses = {name: abs(found[name] - target) for name, target in targets.items()}
    listed = ", ".join(f"{name} = {found[name]:.9f}" for name in targets)
    right = max(misses.values()) < SEARCHED
    return holds_if(right, f"{listed}; the largest miss is {max(misses.values()):.1e}")


def dks_solution(unit: str, numbers: tuple[float, float, float, float]) -> Finding:
    """Does it meet the conditions of DKS in the test's network?"""
    return printed_solution(unit, numbers, dks_targets(unit))


def dks_targets(unit: str) -> dict[str, float]:
    """What DKS asks of a unit; of ReLU one condition less."""
    targets = {"Q(1)": 1.0, "Q′(1)": 1.0, "C(0)": 0.0, "C′(1)": local_slope(_NETWORK_SLOPE)}
    return {name: value for name, value in targets.items() if (unit, name) != ("relu", "Q′(1)")}


def leaky_map(slopes: tuple[float, ...]) -> Finding:
    """Is the printed correlation map of leaky ReLU the exact one, and its factor?"""
    from ...numeric._kernel.dual_kernel import dual_kernel

    c = np.linspace(-1, 1, 41)
    worst = 0.0
    for a in slopes:
        bow = np.sqrt(1 - c**2) + (np.pi - np.arccos(c)) * c
        printed = ((1 - a) ** 2 * bow / np.pi + 2 * a * c) / (1 + a**2)
        kernel = dual_kernel("leaky_relu", 1.0, 1.0, c, a=a).value
        # The factor √(2/(1 + a²)) makes Q(1) = 1.
        worst = max(worst, float(np.abs(printed - 2 / (1 + a**2) * kernel).max()))
    return holds_if(worst < 1e-14, f"the dual kernel agrees to {worst:.0e} at 41 correlations")


def largest_slope(printed: str) -> Finding:
    """Is that the largest C′(1) of relu(s·x + 1) less its mean?"""
    limit = ShiftedReluSlope().exact(25)
    s = np.geomspace(0.1, 1e4, 200)
    at = gaussian("relu", 1.0, s**2)
    slopes = s**2 * at.derivative_second / at.variance
    rises = bool((np.diff(slopes) > -1e-12).all())
    evidence = (
        f"C′(1) {'rises' if rises else 'does not rise'} with s, {float(slopes[-1]):.6f} at s = 10⁴"
        f", towards ReLU's own π/(π − 1) = {evaluated(limit, 19)}, which no s reaches"
    )
    if matches_print(printed, limit):
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.CORRECTED, evidence, f"{evaluated(limit, 19)}, a supremum and no maximum"
    )


def tat_leaky(slope: str, factor: str) -> Finding:
    """Have the printed slope and factor of TAT's leaky ReLU Q(1) = 1 and C_network(0) = 0.75?"""
    a = float(slope)
    square = float(factor) ** 2 * float(gaussian("leaky_relu", 0.0, 1.0, a=a).second)
    correlation = _network_correlation(a)
    right = abs(square - 1) < SEARCHED and abs(correlation - _CORRELATION) < SEARCHED
    return holds_if(right, f"Q(1) = {square:.12f}, and 0 becomes {correlation:.9f}")


def _network_correlation(a: float) -> float:
    """What becomes of the correlation 0 in the whole network of leaky ReLU."""
    from ...numeric._kernel.dual_kernel import dual_kernel

    def through(c: float) -> float:
        kernel = dual_kernel("leaky_relu", 1.0, 1.0, min(c, 1.0), a=a)
        return float(kernel.value) * 2 / (1 + a**2)

    kept, c = SHORTCUT**2, 0.0
    branch = through(through(through(c)))
    for blocks in BLOCKS:
        for block in range(blocks):
            shortcut = through(c) if block == 0 else c
            c = kept * shortcut + (1 - kept) * through(through(through(c)))
    return max(through(c), branch)


_row = Rows("C-DKS", PAPER, Kind.COMPUTED, "inputs N(0, 1)")


def _listed(numbers: tuple[float, ...]) -> str:
    return ", ".join(map(str, numbers))


CLAIMS = (
    _row(
        "2",
        "Leaky ReLU's correlation map is [(1 − a)²(√(1 − c²) + (π − arccos c)c)/π + 2ac]/(1 + a²), "
        "and √(2/(1 + a²)) gives it Q(1) = 1.",
        r"C(c)",
        _CODE,
        lambda: leaky_map((0.0, 0.01, 0.3, 0.8761257073473065)),
    ),
    _row(
        "3",
        "The largest C′(1) of relu(s·x + 1), shifted to C(0) = 0, is 1.466942206924260361.",
        r"\max_{s>0} C'(1) = 1.466942206924260361",
        _CODE,
        lambda: largest_slope("1.466942206924260361"),
    ),
    *(
        _row(
            f"4.{unit.replace('_', '-')}",
            f"{unit} with the numbers {_listed(numbers)} meets the conditions of DKS.",
            r"Q(1) = Q'(1) = 1,\ C(0) = 0,\ C'(1) = c",
            _TESTS,
            partial(dks_solution, unit, numbers),
        )
        for unit, numbers in DKS.items()
    ),
    *(
        _row(
            f"5.{unit}",
            f"{unit} with the numbers {_listed(numbers)} has TAT's Q(1) = Q′(1) = C′(1) = 1.",
            r"Q(1) = Q'(1) = C'(1) = 1",
            _TESTS,
            partial(printed_solution, unit, numbers, {"Q(1)": 1.0, "Q′(1)": 1.0, "C′(1)": 1.0}),
        )
        for unit, numbers in TAT.items()
    ),
    _row(
        "5.leaky-relu",
        "Leaky ReLU of slope 0.6291800290346146 times 1.196996549778802 has Q(1) = 1, and in the "
        "test's network unrelated inputs get the correlation 0.75.",
        r"Q(1) = 1,\ C_f(0) = 0.75",
        _TESTS,
        lambda: tat_leaky("0.6291800290346146", "1.196996549778802"),
    ),
)
