"""LeCun et al. 1998 on their sigmoid 1.7159·tanh(2x/3), and StarReLU's two constants."""

from __future__ import annotations

import numpy as np
from sympy import Expr, Pow, Rational, S, atanh, count_ops, limit, oo, simplify, sqrt, tanh

from ... import catalog
from ...derive._formula.pieces import pieces
from ...derive._moments.gaussian_moments import gaussian_moments
from ...lower._for_numpy import to_numpy
from ...notation import auxiliary, mu, nu, x
from ...number import evaluated
from ...numeric._depth.propagate import random_lengths
from ...numeric._gaussian.evaluate import gaussian
from .._claim import Finding, Kind, Verdict, holds_if, matches_print
from .._evidence.rows import Rows

PAPER = "lecun1998"
STAR = "yu2022"
_UNIT = "lecun_tanh"
_HALF, _ROOT, _CUBE = (auxiliary(name, positive=True) for name in ("half", "root", "cube"))
#: GELU's tanh form, each of its constants a symbol: they are no operations.
GELU_BY_TANH = _HALF * x * (1 + tanh(_ROOT * (x + _CUBE * x**3)))


def at_one(printed: str) -> Finding:
    """Is f(1) = 1 with that height, to its digits?"""
    exact = evaluated(1 / tanh(Rational(2, 3)), 20)
    value = float(printed) * np.tanh(2 / 3)
    return holds_if(matches_print(printed, exact), f"f(1) = {value:.8f}; 1/tanh(2/3) = {exact}")


def bend(factor: Expr) -> Finding:
    """Is |f″| greatest at x = 1, for tanh(factor·x)?"""
    # tanh″ = −2·tanh·(1 − tanh²) is greatest in size where tanh² = 1/3.
    place = atanh(1 / sqrt(3)) / factor
    gap = simplify((tanh(x) * (1 - tanh(x) ** 2)).diff(x).subs(x, atanh(1 / sqrt(3))))
    near = evaluated(place, 6)
    if gap == 0 and place == 1:
        return Finding(Verdict.HOLDS, "it is")
    return Finding(
        Verdict.CORRECTED,
        f"it is greatest at ±artanh(1/√3)/({factor}) = ±{near}; there f″ is larger by "
        f"{_bend_share(float(place), float(factor)) - 1:.2%}",
        f"at ±{near}; at ±1 for the factor artanh(1/√3) = {evaluated(atanh(1 / sqrt(3)), 10)}",
    )


def _bend_share(place: float, factor: float) -> float:
    values = [np.tanh(factor * t) * (1 - np.tanh(factor * t) ** 2) for t in (place, 1.0)]
    return float(values[0] / values[1])


def variance_one(tolerance: float) -> Finding:
    """Is the variance of outputs close to 1, for inputs of variance 1?"""
    variance = float(gaussian(_UNIT, 0.0, 1.0).variance)
    return Finding(
        Verdict.HOLDS if abs(variance - 1) < tolerance else Verdict.CORRECTED,
        f"for Gaussian inputs it is {variance:.4f}, a deviation of {variance**0.5:.4f}; for inputs "
        f"±1 it is {1.7159**2 * np.tanh(2 / 3) ** 2:.6f}",
        f"{variance:.3f} for Gaussian inputs of variance 1",
    )


def effective_gain() -> Finding:
    """How close to 1 is the gain, by which the slope is meant, or the ratio of deviations?"""
    at = gaussian(_UNIT, 0.0, 1.0)
    slope = 1.7159 * 2 / 3
    return Finding(
        Verdict.ANSWERED,
        f"the slope at 0 is {slope:.4f}, its mean over N(0, 1) {float(at.derivative_mean):.4f}, "
        f"the deviation of outputs {float(at.variance) ** 0.5:.4f} of that of inputs",
    )


def every_layer(tolerance: float) -> Finding:
    """Has every layer's output a deviation of about 1, with weights of variance 1/m?"""
    lengths = random_lengths(_UNIT, 1.0, 50).length ** 0.5
    shown = ", ".join(f"{lengths[layer]:.3f}" for layer in (1, 2, 5, 10, 49))
    return Finding(
        Verdict.HOLDS if abs(lengths - 1).max() < tolerance else Verdict.CORRECTED,
        f"after 1, 2, 5, 10 and 49 layers it is {shown}",
        f"it falls, to {lengths[-1]:.3f} after 49 layers",
    )


def positive_mean() -> Finding:
    """Are the outputs of the logistic function always positive?"""
    sigmoid = catalog.sigmoid.expr
    ends = [limit(sigmoid, x, end) for end in (-oo, oo)]
    rises = simplify(sigmoid.diff(x)).is_positive
    mean = float(gaussian("sigmoid", 0.0, 1.0).mean)
    return holds_if(
        ends[0] == 0 and bool(rises is not False) and sigmoid.is_positive,
        f"it rises from {ends[0]} to {ends[1]}; its mean over N(0, 1) is {mean:.3f}",
    )


def _square_moments() -> tuple[Expr, Expr]:
    """Mean and variance of relu(Z)²."""
    found = gaussian_moments(catalog.squared_relu)
    at = {mu: 0, nu: 1}
    return simplify(found.mean.subs(at)), simplify((found.second - found.mean**2).subs(at))


def relu_squared(mean: Expr, variance: Expr) -> Finding:
    """Are those the mean and the variance of relu(Z)²?"""
    right = _square_moments()
    return holds_if(right == (mean, variance), f"E = {right[0]}, Var = {right[1]}")


def four_digits(scale: str, offset: str) -> Finding:
    """Are those 1/√1.25 and −0.5/√1.25, and what do 4 digits of them cost in depth?"""
    exact = 1 / sqrt(Rational(5, 4))
    right = matches_print(scale, evaluated(exact, 20)) and matches_print(
        offset, evaluated(-exact / 2, 20)
    )
    # relu² squares lengths: a relative error doubles from layer to layer.
    lengths = random_lengths("star_relu", 1.0, 20, scale=scale, offset=offset).length
    gone = int(np.argmax(abs(lengths - 1) > 0.5))
    return holds_if(
        right,
        f"1/√1.25 = {evaluated(exact, 12)}; relu² doubles a relative error a layer: with four "
        f"digits the length is {float(lengths[gone]):.2f} after {gone} layers",
    )


def starts_from(scale: str, offset: str) -> Finding:
    """With which mean and variance does StarReLU start?"""
    s, b = Rational(scale), Rational(offset)
    mean, variance = _square_moments()
    lengths = random_lengths("star_relu", 1.0, 5, scale=scale, offset=offset).length
    # Four digits: the third length is 3.375, a tie among three that the last bit would decide.
    shown = ", ".join(f"{length:.4g}" for length in lengths)
    return Finding(
        Verdict.ANSWERED,
        f"the mean is {simplify(s * mean + b)} and the variance {simplify(s**2 * variance)}; a "
        f"stack of it with weights of variance 1/n has the lengths {shown} in layers 1 to "
        f"{len(lengths)}",
    )


def counted(formula: Expr) -> int:
    """Sums, products and functions of a formula; xⁿ is n − 1 products."""
    further = [int(power.exp) - 2 for power in formula.atoms(Pow)]
    return int(count_ops(formula)) + sum(further)


def operations(printed: int) -> Finding:
    """Does a value of StarReLU take so many?"""
    formula = catalog.star_relu.expr
    found = counted(formula)
    return holds_if(found == printed, f"{found} in {formula}: a maximum, a square, a line")


def fewer(small: str, large: str, percent: str) -> Finding:
    """Is that the share that is spared?"""
    share = evaluated(100 * (1 - Rational(small) / Rational(large)), 20)
    return holds_if(matches_print(percent, share), f"1 − {small}/{large} = {share.round(2)} %")


def for_the_tanh(printed: int) -> Finding:
    """What do so many operations of GELU leave for the tanh of its tanh form?"""
    others = counted(GELU_BY_TANH) - counted(tanh(x))
    return Finding(
        Verdict.ANSWERED,
        f"{others} sums and products in the tanh form, which leave {printed - others} for the "
        "tanh; the exact form takes an error function in place of it",
    )


def near_gelu() -> Finding:
    """How far is StarReLU from GELU?"""
    at = np.array([-3.0, 0.0, 1.0, 3.0, 10.0])
    gaps = to_numpy("star_relu")(at) - to_numpy("gelu")(at)
    shown = ", ".join(f"{gap:+.2f} at {place:g}" for place, gap in zip(at, gaps, strict=True))
    # On the right StarReLU over x is unbounded, GELU over x goes to 1.
    branch = pieces(catalog.star_relu.expr.subs(catalog.star_relu.defaults))[-1].expr
    return holds_if(
        bool(limit(branch / x, x, oo).is_finite),
        f"they differ by {shown}; StarReLU over x grows without bound",
    )


_SIGMOID = "f(x) = 1.7159·tanh(2x/3)"
_STAR = "Z standard normal; StarReLU(x) = s·relu(x)² + b"
_row = Rows("C-EBP", PAPER, Kind.COMPUTED, _SIGMOID)
_star = Rows("C-STA", STAR, Kind.COMPUTED, _STAR)

CLAIMS = (
    _row(
        "4.a",
        "f(±1) = ±1.",
        r"f(\pm1) = \pm1",
        "Section 4.4",
        lambda: at_one("1.7159"),
    ),
    _row(
        "4.b",
        "The second derivative is greatest at x = 1.",
        r"\arg\max |f''| = 1",
        "Section 4.4",
        lambda: bend(Rational(2, 3)),
        kind=Kind.DERIVED,
    ),
    _row(
        "4.c",
        "How close to 1 is the effective gain, which is called close to 1?",
        r"g \approx 1",
        "Section 4.4",
        effective_gain,
    ),
    _row(
        "5",
        "For inputs of variance 1 the variance of the outputs is close to 1.",
        r"\operatorname{Var} f(Z) \approx 1",
        "Section 4.4",
        lambda: variance_one(0.1),
        "inputs N(0, 1); close: within 10 percent",
    ),
    _row(
        "6",
        "With weights of variance 1/m every layer's outputs have a deviation of about 1.",
        r"\sigma_{l} \approx 1",
        "Section 4.6, Eqs. 14 to 16",
        lambda: every_layer(0.1),
        "wide layers, inputs of variance 1; about: within 10 percent",
    ),
    _row(
        "7",
        "Outputs of the logistic function are always positive, and so is their mean.",
        r"\sigma(x) > 0",
        "Section 4.4",
        positive_mean,
        "every x",
        Kind.DERIVED,
    ),
    _star(
        "1.a",
        "relu(Z)² has mean 1/2 and variance 5/4.",
        r"\mathbb{E} = \tfrac12,\ \operatorname{Var} = \tfrac54",
        "the section on StarReLU (from memory)",
        lambda: relu_squared(S.Half, Rational(5, 4)),
        kind=Kind.DERIVED,
    ),
    _star(
        "1.b",
        "s = 0.8944 and b = −0.4472 are the scale and offset that give mean 0 and variance 1.",
        r"s = 1/\sqrt{1.25},\ b = -0.5/\sqrt{1.25}",
        "the section on StarReLU (from memory)",
        lambda: four_digits("0.8944", "-0.4472"),
    ),
    _star(
        "2",
        "How far from mean 0 and variance 1 is StarReLU at its start, from scale 1 and offset 0?",
        r"s = 1,\ b = 0",
        "code, metaformer_baselines.py",
        lambda: starts_from("1", "0"),
    ),
    _star(
        "3.a",
        "StarReLU costs 4 operations a unit.",
        r"s \cdot \mathrm{relu}(x)^2 + b",
        "abstract and the section on StarReLU (the count from memory)",
        lambda: operations(4),
        "sums, products and a maximum, each one operation",
        Kind.DERIVED,
    ),
    _star(
        "3.b",
        "That is 71 % fewer than GELU's 14.",
        r"1 - 4/14 = 71\,\%",
        "abstract and the section on StarReLU (the count from memory)",
        lambda: fewer("4", "14", "71"),
        "rounded to a per cent",
    ),
    _star(
        "3.c",
        "What do GELU's 14 operations count?",
        r"\tfrac x2(1 + \tanh(\sqrt{2/\pi}\,(x + 0.044715 x^3)))",
        "abstract and the section on StarReLU (the count from memory)",
        lambda: for_the_tanh(14),
        "the tanh form; constants are no operations",
        Kind.DERIVED,
    ),
    _star(
        "4",
        "StarReLU with s = 0.8944 and b = −0.4472 approximates GELU.",
        r"s\,\mathrm{relu}(x)^2 + b \approx \mathrm{gelu}(x)",
        "other software, of this unit",
        near_gelu,
        "every x",
    ),
)
