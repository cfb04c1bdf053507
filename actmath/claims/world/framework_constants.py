"""Constants of frameworks in rows of the ledger: gains, initializers, hard sigmoids, samples."""

from __future__ import annotations

import math
import struct
from functools import partial

from sympy import Rational, sqrt

from ..._text.formulas import parse_formula
from ...lower._for_mpmath import to_mpf
from ...number import evaluated, mp
from ...numeric._depth.mean_field import length_map, phase
from ...sources import Source
from .._claim import Finding, Kind, Verdict, holds_if, matches_print
from .._evidence.rows import Rows
from ._exact.purposes import Gain, Truncated
from ._exact.scaled_units import SeluConstant
from ._exact.stand_ins import HardSlope, SigmoidByErf
from ._registry import WORLD


def kept_mean_square(unit: str, printed: str) -> Finding:
    """Is that the gain that keeps the mean square 1 before the unit?"""
    exact = Gain(unit).exact()
    value = parse_formula(printed)
    share = float(value) / float(exact)
    evidence = f"it multiplies the mean square by {share**2:.4f} in the first layer"
    if abs(share - 1) < 1e-12:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.CORRECTED, evidence, f"{evaluated(exact, 10)}, for the mean square 1")


def necessary(other: float) -> Finding:
    """Is the variance 1/N needed for a stable fixed point of SELU, or has another gain one too?"""
    kept = float(phase("selu", other, 0.0).length)
    if not kept > 0:
        return Finding(Verdict.HOLDS, f"with the gain {other:g} signals die")
    low, high = length_map("selu", [0.999 * kept, 1.001 * kept], other, 0.0)
    slope = float((high - low) / (0.002 * kept))
    return holds_if(
        not abs(slope) < 1,
        f"the gain {other:g} has the fixed length {kept:.4f}, where the length map has the slope "
        f"{slope:.4f}: it attracts, too; needed is 1/N for the fixed point (0, 1)",
    )


def uniform_bound(square: int) -> Finding:
    """Is kaiming_uniform with a² = 5 uniform on ±1/√n?"""
    # Bound √3·gain/√n with gain √(2/(1 + a²)), here times √n.
    bound = sqrt(3) * sqrt(Rational(2, 1 + square))
    return holds_if(bound == 1, f"√3·√(2/(1 + {square})) = {bound}: the gain is {bound / sqrt(3)}")


def sixth(printed: str) -> Finding:
    """Is that the float32 next to 1/6?"""
    nearest, read = (struct.unpack("f", struct.pack("f", v))[0] for v in (1 / 6, float(printed)))
    share = float(Rational(printed) * 6 - 1)
    same = evaluated(Rational(read) - Rational(nearest), 5) == 0
    return holds_if(same, f"the nearest float32 is {nearest!r}, {share:.1e} above 1/6")


def documented_slope(printed: str, computed: str) -> Finding:
    """Is the slope of the documentation the one that the code computes?"""
    value, code = parse_formula(printed), parse_formula(computed)
    slope = HardSlope().exact()
    evidence = (
        f"the code computes x/6 + 1/2, clipped, on every backend, so that 1 gives "
        f"{evaluated(code + Rational(1, 2), 4)} where the example prints 0.7; beside "
        f"the sigmoid's slope at 0, {evaluated(slope, 3)}, the printed one is "
        f"{float(value / slope) - 1:+.0%} off, the computed one {float(code / slope) - 1:+.0%}"
    )
    if value == code:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.CORRECTED, evidence, "x/6 + 1/2 between −3 and 3")


def after_truncation() -> Finding:
    """Is the deviation that Keras states for its normal initializers that after truncation?"""
    divisor, exact = Rational("0.87962566103423978"), Truncated().exact(25)
    with mp.workdps(30):
        share = to_mpf(exact) / to_mpf(divisor)
        right = abs(share - 1) < mp.mpf("1e-15")
        return holds_if(
            bool(right),
            f"σ over the divisor, truncated at two deviations, has the deviation "
            f"σ·{mp.nstr(share, 18)}",
        )


def least_squares(printed: str) -> Finding:
    """Does that divisor minimize the squared distance of the erf from the sigmoid on [−5, 5]?"""
    exact = SigmoidByErf().exact(18)
    if matches_print(printed, exact):
        return Finding(Verdict.HOLDS, f"the minimum is at {exact}")
    gap = float(Rational(printed) / Rational(str(exact)) - 1)
    return Finding(
        Verdict.CORRECTED,
        f"the integral is least elsewhere: the printed number is {gap:+.1e} off",
        str(exact),
    )


def sampled() -> Finding:
    """How far are e3nn's factors, from a million normals, from the exact ones?"""
    found = {
        unit: float(WORLD[f"e3nn-{unit}"].number) / float(Gain(unit).exact()) - 1
        for unit in ("silu", "tanh", "sigmoid", "relu", "gelu", "softplus")
    }
    listed = ", ".join(f"{unit} {share:+.1e}" for unit, share in found.items())
    above = {share > 0 for share in found.values()}
    sides = "all err to one side" if len(above) == 1 else "they err to both sides"
    return Finding(
        Verdict.ANSWERED,
        f"{listed}: one sample serves all, and {sides}; fifty of silu's make "
        f"{(1 + found['silu']) ** 100:.3f} of the mean square by that alone",
    )


def saturation_of_dropout(printed: str) -> Finding:
    """Is PyTorch's saturation of alpha dropout SELU's λα, to float64?"""
    exact = SeluConstant("saturation").exact()
    steps = round((float(printed) - float(exact)) / math.ulp(float(exact)))
    if steps == 0:
        return Finding(Verdict.HOLDS, f"λα = {exact}, the same float64")
    return Finding(Verdict.CORRECTED, f"it is {steps:+d} ulp from the nearest float64", str(exact))


_row = Rows("C-FW", kind=Kind.COMPUTED)

_TORCH = Source("pytorch", "torch.nn.init.calculate_gain")
_GAINS = (
    ("a", "identity", "linear", "1"),
    ("b", "sigmoid", "sigmoid", "1"),
    ("c", "tanh", "tanh", "5/3"),
    ("d", "relu", "relu", "sqrt(2)"),
    ("e", "leaky_relu", "leaky_relu", "sqrt(2/(1 + 0.01^2))"),
)

CLAIMS = (
    *(
        _row(
            f"2.{part}",
            f"The recommended gain for {name} is {printed}.",
            rf"\sigma_w = g/\sqrt n,\ g = {printed}",
            _TORCH,
            partial(kept_mean_square, unit, printed),
            "gain: what keeps mean square 1 from layer to layer",
        )
        for part, unit, name, printed in _GAINS
    ),
    _row(
        "3",
        "A weight variance of 1/N is needed for a stable fixed point of SELU.",
        r"\operatorname{Var} w = 1/N",
        _TORCH,
        lambda: necessary(0.75),
        "wide layers, no biases",
    ),
    _row(
        "4",
        "nn.Linear's kaiming_uniform_ with a = √5 is uniform on ±1/√n.",
        r"U(-1/\sqrt n, 1/\sqrt n)",
        Source("pytorch", "torch.nn.Linear.reset_parameters, comment"),
        lambda: uniform_bound(5),
        "n inputs",
        Kind.DERIVED,
    ),
    _row(
        "8",
        "HardSwish's gate has the slope 0.16666667163372, 1/6 in single precision.",
        r"0.16666667163372",
        Source("onnx", "HardSwish"),
        lambda: sixth("0.16666667163372"),
        "IEEE 754, rounded to nearest",
    ),
    _row(
        "13",
        "Keras's normal initializers have the stated deviation after truncation.",
        r"\sigma = \sqrt{s/n}",
        Source("keras", "VarianceScaling, GlorotNormal, HeNormal, LecunNormal"),
        after_truncation,
        "normals truncated at two deviations",
    ),
    _row(
        "14",
        "2.4020563531719796 minimizes the squared distance of (1 + erf(x/c))/2 from the sigmoid.",
        r"\min_c \int_{-5}^5 (\sigma - \tfrac12 - \tfrac12\mathrm{erf}(x/c))^2",
        Source("novak2020", "stax.Sigmoid_like"),
        lambda: least_squares("2.4020563531719796"),
        "on [−5, 5]",
    ),
    _row(
        "15",
        "How far from exact is the factor of normalize2mom, from a million normals?",
        r"(\tfrac1N \sum f(z_i)^2)^{-1/2}",
        Source("e3nn", "e3nn.math.normalize2mom"),
        sampled,
        "the recorded factors of e3nn 0.6.0",
    ),
    _row(
        "20",
        "Alpha dropout needs the saturation 1.7580993408473766.",
        r"\lambda\alpha = 1.7580993408473766",
        Source("pytorch", "aten/src/ATen/native/Dropout.cpp"),
        lambda: saturation_of_dropout("1.7580993408473766"),
        "SELU's constants for (0, 1); a program reads the text as a float64",
    ),
    _row(
        "19",
        "Hard sigmoid is 0.2x + 0.5 between −2.5 and 2.5.",
        r"0.2 x + 0.5",
        Source("keras", "keras.ops.hard_sigmoid, docstring"),
        lambda: documented_slope("1/5", "1/6"),
        "Keras 3.15.1",
    ),
)
