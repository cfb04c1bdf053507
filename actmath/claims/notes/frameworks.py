"""What frameworks print of units and initializers in their documentation, and their constants."""

from __future__ import annotations

import struct
from functools import partial

from sympy import Expr, Rational, Symbol, exp, simplify

from ... import catalog
from ...derive._formula.derivative import derivative
from ...derive._formula.pieces import pieces
from ...notation import alpha, x
from ...number import mp
from ...prove.theorems.fixed_point import ALPHA_01, LAMBDA_01
from ...sources import Source
from .._claim import Finding, Kind, Verdict, holds_if, matches_print
from .._evidence.rows import Rows

#: keras.activations.elu for x < 0, as it is printed; and hard SiLU between −3 and 3.
KERAS_ELU = alpha * exp(x) - 1
KERAS_HARD_SILU = x * (x + 3) / 6
#: ONNX's defaults for Selu.
ONNX_ALPHA, ONNX_GAMMA = "1.67326319217681884765625", "1.05070102214813232421875"
#: JAX's and Keras's divisors for truncated normal weights; JAX's for complex ones.
TRUNCATED, COMPLEX_TRUNCATED = "0.87962566103423978", "0.95311164380491208"


def left_branch(printed: Expr) -> Finding:
    """Is that ELU for x < 0, for every alpha?"""
    gap = simplify(printed - pieces(catalog.elu.expr)[0].expr)
    if gap == 0:
        return Finding(Verdict.HOLDS, "identically")
    return Finding(
        Verdict.CORRECTED,
        f"printed minus ELU is {gap} at every x < 0, which is 0 for alpha = 1 only",
        "alpha * (exp(x) - 1)",
    )


def slope_is(side: int, printed: Symbol) -> Finding:
    """Is the slope of ELU's left (0) or right (1) section that symbol?"""
    slope = derivative(catalog.elu).pieces[side].expr
    evidence = f"the slope there is {slope}"
    if simplify(slope - printed) == 0:
        return Finding(Verdict.HOLDS, evidence)
    value = slope.subs(x, 0)
    end = f", {value} next to 0" if slope.has(x) else ""
    return Finding(
        Verdict.CORRECTED, f"{evidence}{end}", f"the limit at −∞ is −{printed}, not this slope"
    )


def linear(between: Expr) -> Finding:
    """Is the middle piece a line?"""
    second = simplify(between.diff(x, 2))
    if second == 0:
        return Finding(Verdict.HOLDS, "its second derivative is 0")
    return Finding(Verdict.CORRECTED, f"its second derivative is {second}", "piecewise quadratic")


def single_precision(printed: str, exact: str) -> Finding:
    """Is that the float32 nearest to the exact digits?"""
    (nearest,) = struct.unpack("f", struct.pack("f", float(exact)))
    # A float's decimal expansion ends: both are compared as they stand.
    same = Rational(printed) == Rational(nearest)
    return holds_if(same, f"the nearest float32 is {nearest!r}")


def truncated_deviation(printed: str) -> Finding:
    """Is that the deviation of N(0, 1) truncated at ±2?"""
    with mp.workdps(30):
        # Var = 1 − 2·2φ(2)/(2Φ(2) − 1).
        value = mp.sqrt(1 - 4 * mp.npdf(2) / (2 * mp.ncdf(2) - 1))
    # A program reads the text as a float64.
    same = float(printed) == float(value)
    return holds_if(same, f"computed {mp.nstr(value, 20)}; {'' if same else 'not '}one float64")


def complex_deviation(printed: str) -> Finding:
    """Is that the deviation of a complex normal, E|z|² = 1, truncated to |z| ≤ 2?"""
    with mp.workdps(30):
        # |z|² is exponential: its mean below 4 is (1 − 5e⁻⁴)/(1 − e⁻⁴).
        mass, first = 1 - mp.exp(-4), 1 - 5 * mp.exp(-4)
        value, undivided = mp.sqrt(first / mass), mp.sqrt(first)
    evidence = f"√((1 − 5e⁻⁴)/(1 − e⁻⁴)) = {mp.nstr(value, 18)}"
    if matches_print(printed, value):
        return Finding(Verdict.HOLDS, evidence)
    # The printed digits of that other number are right to twelve places.
    if abs(undivided - mp.mpf(printed)) < mp.mpf("1e-12"):
        evidence += f"; √(1 − 5e⁻⁴) = {mp.nstr(undivided, 18)}: the mass 1 − e⁻⁴ is left out"
    return Finding(Verdict.CORRECTED, evidence, mp.nstr(value, 17))


_row = Rows("C-FW", assumptions="alpha > 0")

CLAIMS = (
    _row(
        "5.a",
        "For x < 0 ELU is alpha * exp(x) - 1.",
        r"\alpha e^x - 1",
        Source("keras", "keras.activations.elu"),
        lambda: left_branch(KERAS_ELU),
    ),
    _row(
        "5.b",
        "ELU's alpha is the slope of its positive section.",
        r"f'(x) = \alpha,\ x > 0",
        Source("keras", "keras.activations.elu"),
        lambda: slope_is(1, alpha),
    ),
    _row(
        "5.c",
        "ELU's alpha is the slope of its negative section.",
        r"f'(x) = \alpha,\ x < 0",
        Source("keras", "keras.layers.ELU"),
        lambda: slope_is(0, alpha),
    ),
    _row(
        "7",
        "Hard SiLU is a piecewise linear approximation.",
        r"x(x + 3)/6,\ -3 \le x \le 3",
        Source("keras", "keras.activations.hard_silu"),
        lambda: linear(KERAS_HARD_SILU),
        "between −3 and 3",
    ),
    *(
        _row(
            f"9.{part}",
            f"{printed} is the float32 approximation of {exact}.",
            rf"{printed}",
            Source("onnx", "Selu, defaults"),
            partial(single_precision, printed, exact),
            "IEEE 754, rounded to nearest",
            Kind.COMPUTED,
        )
        for part, printed, exact in (("a", ONNX_ALPHA, ALPHA_01), ("b", ONNX_GAMMA, LAMBDA_01))
    ),
    _row(
        "11",
        f"{TRUNCATED} is the standard deviation of a standard normal truncated to (−2, 2).",
        rf"\sigma = {TRUNCATED}",
        Source("jax", "truncated_normal"),
        lambda: truncated_deviation(TRUNCATED),
        "N(0, 1) on (−2, 2); Keras has the same constant",
        Kind.COMPUTED,
    ),
    _row(
        "12",
        f"{COMPLEX_TRUNCATED} is the standard deviation of a complex standard normal truncated to "
        "modulus 2.",
        rf"\sqrt{{\mathbb{{E}}|z|^2}} = {COMPLEX_TRUNCATED}",
        Source("jax", "variance_scaling, complex weights"),
        lambda: complex_deviation(COMPLEX_TRUNCATED),
        "E|z|² = 1 before truncation; |z|² is drawn as an exponential variable below 4",
        Kind.COMPUTED,
    ),
)
