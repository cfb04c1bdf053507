"""What frameworks take where nothing is said: slopes of leaky ReLU, forms of GELU, bends, SELU."""

from __future__ import annotations

from functools import partial

import numpy as np
from sympy import Expr, Rational, log, simplify, solve, sqrt

from ... import catalog
from ...lower._for_numpy import to_numpy
from ...notation import auxiliary, x
from ...number import evaluated, exact, mp
from ...numeric._depth.propagate import random_lengths
from ...numeric._gaussian.evaluate import gaussian
from ...prove.theorems.fixed_point import ALPHA_01, LAMBDA_01
from ...sources import Source
from .._claim import Finding, Kind, Verdict, holds_if, matches_print
from .._evidence.rows import Rows
from .frameworks import TRUNCATED

#: Keras's function and layer, and JAX and PyTorch.
LEAKY_SLOPES = ("0.2", "0.3", "0.01")
#: Keras's docstring of selu: alpha and scale.
KERAS_SELU = ("1.67326324", "1.05070098")
_BEND = auxiliary("bend_of_the_line", positive=True)
_LAYERS = 50


def leaky_slope(printed: str) -> Finding:
    """Is that the slope of PyTorch's leaky ReLU, function and module?"""
    import torch

    below = torch.tensor(-1.0, dtype=torch.float64)
    found = [-float(f(below)) for f in (torch.nn.functional.leaky_relu, torch.nn.LeakyReLU())]
    return holds_if(
        found == [float(printed)] * 2,
        f"PyTorch {torch.__version__} maps −1 to −{found[0]:g} by its function and to "
        f"−{found[1]:g} by its module",
    )


def mixed_slopes(slopes: tuple[str, ...]) -> Finding:
    """Which gain goes with each, and what does the gain of one do to the next one?"""
    gains = {a: sqrt(2 / (1 + Rational(a) ** 2)) for a in slopes}
    listed = ", ".join(f"{evaluated(gain, 5)} for {a}" for a, gain in gains.items())
    first, second = slopes[:2]
    # A layer multiplies a mean square by gain²·(1 + a²)/2, which is 1 with the unit's own gain.
    share = float((gains[first] / gains[second]) ** (2 * _LAYERS))
    return Finding(
        Verdict.ANSWERED,
        f"the gains √(2/(1 + a²)) are {listed}; weights made for {first} multiply a mean square "
        f"by {share:.3g} in {_LAYERS} layers of {second}",
    )


def gelu_by_default(form: str) -> Finding:
    """Is that form what PyTorch computes where none is named?"""
    import torch

    at = np.linspace(-6, 6, 121)
    values = torch.nn.functional.gelu(torch.from_numpy(at)).numpy()
    off = {name: float(abs(values - to_numpy(name)(at)).max()) for name in ("gelu", "gelu_tanh")}
    listed = ", ".join(f"{gap:.0e} from {catalog.get(name).title}" for name, gap in off.items())
    return holds_if(
        min(off, key=off.__getitem__) == form,
        f"PyTorch {torch.__version__} is at most {listed}, at {len(at)} places",
    )


def between_forms(exactly: str, nearly: str) -> Finding:
    """What changes in numbers where one form stands for the other?"""
    one, other = (gaussian(name, 0.0, 1.0) for name in (exactly, nearly))
    gain = float(one.second / other.second) ** 0.5 - 1
    slope = float(other.derivative_second / one.derivative_second) - 1
    # With the gain of the exact form, and inputs that give the first layer the length 1.
    second = float(one.second)
    lengths = random_lengths(nearly, second, _LAYERS, sigma_w=second**-0.5).length
    return Finding(
        Verdict.ANSWERED,
        f"the tanh form's gain is {gain:+.2e} off, its E f′² {slope:+.2e}; with the exact form's "
        f"gain a length of 1 is {float(lengths[-1]):.6f} after {_LAYERS} layers of the tanh form",
    )


def bent_line_is(printed: Expr) -> Finding:
    """Is that squareplus with the catalog's default bend?"""
    unit = catalog.squareplus
    (bend,) = unit.defaults.values()
    gap = simplify(unit.expr.subs(unit.defaults) - printed)
    return holds_if(gap == 0, f"Barron's Eq. 1 with its b = {bend} less that is {gap}")


def why_that_bend() -> Finding:
    """With which bend has squareplus softplus's value, and with which its curvature, at 0?"""
    line = (x + sqrt(x**2 + _BEND)) / 2
    soft = catalog.softplus.expr
    value = solve(line.subs(x, 0) - log(2), _BEND)[0]
    curvature = solve((line.diff(x, 2) - soft.diff(x, 2)).subs(x, 0), _BEND)[0]
    gap = float(evaluated((line.subs(_BEND, curvature) - soft).subs(x, 0), 6))
    return Finding(
        Verdict.ANSWERED,
        f"softplus's curvature 1/4 at 0 with b = {curvature}, there {gap:.4f} above it; its value "
        f"log 2 with b = {value} = {evaluated(value, 5)}",
    )


def to_its_digits(printed: str, digits: str) -> Finding:
    """Is the printed constant SELU's, rounded to its decimals?"""
    decimals = len(printed.partition(".")[2])
    with mp.workdps(40):
        right = mp.nstr(mp.mpf(digits), decimals + 1, strip_zeros=False)
    if matches_print(printed, digits):
        return Finding(Verdict.HOLDS, f"it begins {digits[:20]}")
    cut_off = digits.startswith(printed)
    evidence = f"it begins {digits[:20]}{': the digits were cut off, not rounded' * cut_off}"
    return Finding(Verdict.CORRECTED, evidence, right)


def kept_by_selu(alpha: str, scale: str) -> Finding:
    """Do inputs N(0, 1) come out with mean 0 and variance 1, in the limit of many inputs?"""
    at = gaussian("selu", 0.0, 1.0, alpha=exact(alpha), lam=exact(scale))
    mean, variance = float(at.mean), float(at.variance) - 1
    # Constants of eight decimals leave an error of their last one, times slopes of order 1.
    return holds_if(
        max(abs(mean), abs(variance)) < 1e-7, f"mean {mean:+.1e}, variance 1 {variance:+.1e}"
    )


def many_inputs(deviation: str) -> Finding:
    """How far off are n inputs, and what does it change that the normal is truncated at ±2?"""
    step = 1e-3
    at = gaussian("selu", 0.0, [1 - step, 1.0, 1 + step])
    bend = [float(m[0] - 2 * m[1] + m[2]) / step**2 for m in (at.mean, at.second)]
    with mp.workdps(20):
        # ∫ x⁴φ over (−2, 2), by parts: 3·(mass − 4φ(2)) − 16φ(2), over the mass.
        mass = 2 * mp.ncdf(2) - 1
        fourth = (3 * (mass - 4 * mp.npdf(2)) - 16 * mp.npdf(2)) / mass
        kurtosis = float(fourth / mp.mpf(deviation) ** 4)
    # Σw² has variance (kurtosis − 1)/n over units; a curve's mean moves by half that times f″.
    normal, cut = ([b * (k - 1) / 2 for b in bend] for k in (3.0, kurtosis))
    return Finding(
        Verdict.ANSWERED,
        f"each unit's Σw² is 1 up to a variance of (κ − 1)/n, κ = 3 for normal weights and "
        f"{kurtosis:.4f} for those truncated and divided by {deviation}; by that the mean over "
        f"units is {normal[0]:+.3f}/n and the mean square 1 {normal[1]:+.3f}/n off, truncated "
        f"{cut[0]:+.3f}/n and {cut[1]:+.3f}/n: below 1 % from some "
        f"{np.ceil(100 * max(map(abs, normal))):.0f} inputs on, with truncation from some "
        f"{np.ceil(100 * max(map(abs, cut))):.0f}",
    )


_row = Rows("C-FW", "keras", Kind.COMPUTED)
_gelu = Rows("C-GEL", "pytorch", Kind.COMPUTED)
_SELU = "keras.activations.selu, docstring"

CLAIMS = (
    _row(
        "6.a",
        "PyTorch's leaky ReLU has the negative slope 0.01 by default.",
        r"f(x) = 0.01 x,\ x < 0",
        Source("pytorch", "torch.nn.LeakyReLU"),
        lambda: leaky_slope(LEAKY_SLOPES[2]),
        "the version that is installed is asked",
    ),
    _row(
        "6.b",
        "What does it change that Keras's leaky_relu has the slope 0.2 by default, its layer "
        "LeakyReLU 0.3, and JAX and PyTorch 0.01?",
        r"\sqrt{2/(1 + a^2)}",
        "keras.activations.leaky_relu and keras.layers.LeakyReLU",
        lambda: mixed_slopes(LEAKY_SLOPES),
        "weights that keep the mean square",
    ),
    _row(
        "10.a",
        f"SELU's alpha is {KERAS_SELU[0]}.",
        rf"\alpha = {KERAS_SELU[0]}",
        _SELU,
        partial(to_its_digits, KERAS_SELU[0], ALPHA_01),
        "the fixed point (0, 1), all printed digits",
    ),
    _row(
        "10.b",
        f"SELU's scale is {KERAS_SELU[1]}.",
        rf"\lambda = {KERAS_SELU[1]}",
        _SELU,
        partial(to_its_digits, KERAS_SELU[1], LAMBDA_01),
        "the fixed point (0, 1), all printed digits",
    ),
    _row(
        "10.c",
        "With these constants mean and variance are preserved between two layers, for LeCun-normal "
        "weights and inputs enough.",
        r"\mathbb{E} f(Z) = 0,\ \operatorname{Var} f(Z) = 1",
        _SELU,
        partial(kept_by_selu, *KERAS_SELU),
        "the limit of many inputs; to the digits that eight decimals leave",
    ),
    _row(
        "10.d",
        "How many inputs are enough, and does it change that Keras truncates LeCun's normal?",
        r"\mathbb{E}_w\, m(\textstyle\sum w^2)",
        _SELU,
        lambda: many_inputs(TRUNCATED),
        "inputs iid N(0, 1); mean over units, to first order in 1/n",
    ),
    _row(
        "16.a",
        "squareplus is (x + √(x² + 4))/2 by default.",
        r"(x + \sqrt{x^2 + 4})/2",
        "keras.activations.squareplus; JAX has the same",
        lambda: bent_line_is((x + sqrt(x**2 + 4)) / 2),
        "every x",
        Kind.DERIVED,
    ),
    _row(
        "16.b",
        "What is the default b = 4 of squareplus good for?",
        r"(x + \sqrt{x^2 + b})/2",
        "keras.activations.squareplus; JAX has the same",
        why_that_bend,
        "beside softplus, at 0",
        Kind.DERIVED,
    ),
    _gelu(
        "8.a",
        "PyTorch's GELU is the exact form by default.",
        r"x\Phi(x)",
        "torch.nn.functional.gelu",
        lambda: gelu_by_default("gelu"),
        "the version that is installed is asked",
    ),
    _gelu(
        "8.b",
        "What changes in numbers between JAX, whose GELU is the tanh form by default, and Keras, "
        "PyTorch and ONNX, where it is the exact one?",
        r"\tfrac x2(1 + \tanh(\sqrt{2/\pi}\,(x + 0.044715 x^3)))",
        Source("jax", "jax.nn.gelu"),
        lambda: between_forms("gelu", "gelu_tanh"),
        "inputs N(0, 1), weights that keep the mean square of the exact form",
    ),
)
