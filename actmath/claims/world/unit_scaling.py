"""What unit scaling prints of scales: its models of GELU and SiLU, and its exact factors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from sympy import Expr, Rational, S, simplify, sqrt

from ..._arrays import real_array
from ...notation import n, p
from ...number import mp
from ...numeric._array import Array
from ...numeric._gaussian.evaluate import gaussian
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if, matches_print
from .._evidence.rows import Rows

PAPER = "blake2023"
_LIBRARY = Source(PAPER, "library, unit_scaling/functional.py")
#: √(2/(1 − 1/π)) and √2: what ReLU wants forwards and backwards.
_FORWARD, _BACKWARD = (2 / (1 - 1 / np.pi)) ** 0.5, 2**0.5
#: By unit and way: the rate r in a = 1/(1 + r/m²), and the limit for large m.
MODELS = {
    ("gelu", "forward"): (0.25, _FORWARD),
    ("gelu", "backward"): (0.25, _BACKWARD),
    ("silu", "forward"): (0.25, _FORWARD),
    ("silu", "backward"): (1.0, _BACKWARD),
}
#: The user guide's scales, PyTorch's own weights: linear(d, 4d), GELU, linear(4d, d).
GUIDE = {"forward": ("0.578", "0.322", "0.198"), "backward": ("0.289", "0.177", "0.204")}
_WIDTH = 1024
#: Rows that were averaged there: how far off a scale of so many numbers may be, three deviations.
_ROWS = 256


def model_errors(unit: str, way: str, mult: Any) -> Array:
    """The library's model of a scale over the exact one, minus 1, at each multiplier m.

    The unit is f(m·x)/m; the scale makes its variance 1, or backwards the mean square of its slope.

    Args:
        unit: gelu or silu. way: forward or backward.
        mult: the multipliers, positive.

    Raises:
        ValueError: for another unit or way, or a multiplier that is not positive and finite.

    >>> float(model_errors("gelu", "forward", 1.0).round(4))
    0.0387
    """
    if (unit, way) not in MODELS:
        raise ValueError(f"unit scaling has models of gelu and silu, both ways; got {unit}, {way}")
    m = real_array(mult, "mult")
    if not (np.isfinite(m) & (m > 0)).all():
        raise ValueError(f"a multiplier is positive and finite, got {mult}")
    rate, far = MODELS[unit, way]
    share = 1 / (1 + rate / m**2)
    at = gaussian(unit, 0.0, m**2)
    # Var f(mZ)/m², and the slope of f(mx)/m is f′(mx).
    square = at.variance / m**2 if way == "forward" else at.derivative_second
    return np.asarray(2 ** (1 - share) * far**share * np.sqrt(square) - 1)


def model(unit: str, way: str) -> Finding:
    """How far is the model from the exact scale, at most?"""
    mult = np.geomspace(1 / 64, 64, 769)
    errors = model_errors(unit, way, mult)
    low, high = errors.argmin(), errors.argmax()
    one = float(model_errors(unit, way, 1.0))
    return Finding(
        Verdict.ANSWERED,
        f"it is {one:+.2%} off at m = 1, between {errors[low]:+.2%} (m = {mult[low]:.2f}) and "
        f"{errors[high]:+.2%} (m = {mult[high]:.2f}) for m from 1/64 to 64; fifty such factors "
        f"together are {(1 + one) ** 50:.3g}",
    )


def limits() -> Finding:
    """Are the three limits those of f(mx)/m?"""
    relu, line = gaussian("relu", 0.0, 1.0), gaussian("identity", 0.0, 1.0)
    # m → ∞ is ReLU, m → 0 is x/2.
    found = [
        abs(float(relu.variance) ** -0.5 - _FORWARD),
        abs(float(relu.derivative_second) ** -0.5 - _BACKWARD),
        abs((float(line.variance) / 4) ** -0.5 - 2),
    ]
    near = [abs(float(gaussian(unit, 0.0, 1e-12).variance) / 1e-12 - 0.25) for unit in _UNITS]
    return holds_if(
        max(found) < 1e-14 and max(near) < 1e-5,
        f"ReLU gives {float(relu.variance) ** -0.5:.12f} and √2, x/2 gives 2; at m = 10⁻⁶ GELU and "
        f"SiLU have the variance m²/4 to {max(near):.0e}",
    )


_UNITS = ("gelu", "silu")


def found_by_trial(printed: str, way: str) -> Finding:
    """Is the scale of GELU that was found by trial the exact one, to its digits?"""
    at = gaussian("gelu", 0.0, 1.0)
    exact = float(at.variance if way == "forward" else at.derivative_second) ** 0.5
    right = matches_print(printed, exact)
    return holds_if(right, f"the exact scale is 1/{exact:.9f}")


def softmax_scale(printed: str, way: str) -> Finding:
    """Is n over that number the scale of softmax over many unit normals?"""
    with mp.workdps(20):
        # p ≈ e^z/(n√e): Var (n·p) = e − 1, and ∂p/∂z ≈ p backwards: E (n·p)² = e.
        exact = mp.sqrt(mp.e - 1) if way == "forward" else mp.sqrt(mp.e)
    return holds_if(matches_print(printed, exact), f"for n → ∞ it is n/{mp.nstr(exact, 10)}")


def _same(printed: Expr, exact: Expr, evidence: str) -> Finding:
    return holds_if(simplify(printed - exact) == 0, f"{evidence}: {exact}")


def dropout(printed: Expr) -> Finding:
    """What makes dropout's output, x/(1 − p) or 0, of mean square 1?"""
    kept = 1 - p
    return _same(printed, sqrt(1 / (kept * (1 / kept) ** 2)), "1/√E y²")


def added(printed: Expr) -> Finding:
    """What makes the sum of two independent unit normals of variance 1?"""
    return _same(printed, 1 / sqrt(S.One + S.One), "1/√(1 + 1)")


def squared_error(printed: Expr) -> Finding:
    """What makes the gradient 2(x − y), of two unit normals, of variance 1?"""
    return _same(printed, 1 / sqrt(2**2 * (S.One + S.One)), "1/√(2²·(1 + 1))")


def cross_entropy(printed: Expr) -> Finding:
    """What makes softmax less the one-hot target, over n equal classes, of mean square 1?"""
    # One entry 1/n − 1 and n − 1 entries 1/n.
    square = ((1 / n - 1) ** 2 + (n - 1) / n**2) / n
    # Both are positive: equal where their squares are.
    right = simplify(printed**2 * square) == 1
    return holds_if(right, f"the mean square is {simplify(square)}")


def guide_scales(printed: Mapping[str, tuple[str, ...]]) -> Finding:
    """Are the user guide's scales those of wide layers with PyTorch's own weights?"""
    computed = _guide()
    wrong = [
        f"{way} {text}, exact {value:.4f}"
        for way, texts in printed.items()
        for text, value in zip(texts, computed[way], strict=True)
        if not near_print(text, value)
    ]
    listed = "; ".join(
        f"{way} {', '.join(f'{value:.4f}' for value in values)}" for way, values in computed.items()
    )
    return holds_if(not wrong, "; ".join([listed, *wrong]))


def near_print(text: str, value: float) -> bool:
    """Within half a unit of the last digit, and three deviations of a sample of that size."""
    half_unit = 0.5 * 10 ** -len(text.partition(".")[2])
    # A scale of N numbers has the relative deviation 1/√(2N); weights and rows are both drawn.
    spread = 3 * value / (2 * _ROWS * _WIDTH) ** 0.5 + 3 * value / (2 * _WIDTH) ** 0.5 / 4
    return bool(abs(float(text) - value) <= half_unit + spread)


def _guide() -> dict[str, tuple[float, ...]]:
    """Standard deviations through linear(d, 4d), GELU, linear(4d, d): weights U(±1/√fan-in)."""
    d = _WIDTH
    # Weights and biases have variance 1/(3·fan-in); inputs and output gradients variance 1.
    first = 1 / 3 + 1 / (3 * d)
    at = gaussian("gelu", 0.0, first)
    second = float(at.second) / 3 + 1 / (12 * d)
    # d gradients of variance 1 through weights of variance 1/(12d), then the slope, then 4d more.
    behind = d / (12 * d)
    before = behind * float(at.derivative_second)
    forward = (first**0.5, float(at.variance) ** 0.5, second**0.5)
    return {"forward": forward, "backward": (behind**0.5, before**0.5, (before * 4 / 3) ** 0.5)}


_row = Rows("C-UNI", PAPER, Kind.COMPUTED, "inputs N(0, 1), output gradients of mean square 1")


def _models() -> tuple[Claim, ...]:
    places = (("1", "gelu"), ("2", "silu"))
    return tuple(
        _row(
            f"{number}.{part}",
            f"How far is the model of {unit}'s {way} scale from the exact one?",
            r"2^{1-a} u^a,\ a = 1/(1 + r/m^2)",
            _LIBRARY,
            partial(model, unit, way),
        )
        for number, unit in places
        for part, way in (("a", "forward"), ("b", "backward"))
    )


_DERIVED = (
    ("a", "Dropout's scale is √(1 − p).", r"\sqrt{1-p}", lambda: dropout(sqrt(1 - p))),
    (
        "b",
        "The sum of two unit tensors has the scale 2^(−1/2).",
        r"2^{-1/2}",
        lambda: added(S(2) ** Rational(-1, 2)),
    ),
    (
        "c",
        "The gradient of the squared error has the scale 8^(−1/2).",
        r"8^{-1/2}",
        lambda: squared_error(S(8) ** Rational(-1, 2)),
    ),
    (
        "d",
        "The gradient of the cross entropy over v classes has the scale v/√(v − 1).",
        r"v/\sqrt{v-1}",
        lambda: cross_entropy(n / sqrt(n - 1)),
    ),
)

CLAIMS = (
    *_models(),
    *(
        _row(
            f"5.{part}",
            f"GELU's {way} scale is 1/{printed}.",
            rf"1/{printed}",
            _LIBRARY,
            partial(found_by_trial, printed, way),
        )
        for part, printed, way in (("a", "0.588", "forward"), ("b", "0.675", "backward"))
    ),
    *(
        _row(
            f"5.{part}",
            f"Softmax's {way} scale over n entries is n/{printed}, for large n.",
            rf"n/{printed}",
            _LIBRARY,
            partial(softmax_scale, printed, way),
        )
        for part, printed, way in (("c", "1.31", "forward"), ("d", "1.65", "backward"))
    ),
    *(
        _row(
            f"6.{part}",
            statement,
            tex,
            _LIBRARY,
            check,
            "of equal classes in d",
            Kind.DERIVED,
        )
        for part, statement, tex, check in _DERIVED
    ),
    _row(
        "7",
        "For large multipliers the scales are those of ReLU, √(2/(1 − 1/π)) and √2, for small 2.",
        r"m \to \infty:\ \sqrt{2/(1-1/\pi)},\ \sqrt2;\quad m \to 0:\ 2",
        _LIBRARY,
        limits,
    ),
    _row(
        "8",
        "With PyTorch's own weights the example has the scales 0.578, 0.322, 0.198 forwards and "
        "0.289, 0.177, 0.204 backwards.",
        r"d \to 4d \to \mathrm{gelu} \to d",
        Source(PAPER, "library, docs/user_guide.rst"),
        lambda: guide_scales(GUIDE),
        "d = 1024, 256 rows, in the limit of wide layers, to a sample's three deviations",
    ),
)
