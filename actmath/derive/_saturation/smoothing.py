"""E L(w + sξ) in closed form: what a loss looks like through Gaussian noise on its argument.

The rule covers sums of terms xᵏ·e^{ax² + bx + c}, and with them cos and sin (b imaginary). With
D = 1 − 2as² > 0, completing the square under the Gaussian gives

    E zᵏ e^{az² + bz} = D^{−1/2} exp((ax² + bx + b²s²/2)/D) · E N((x + bs²)/D, s²/D)ᵏ

for z = x + sξ.
"""

from __future__ import annotations

from functools import reduce

from sympy import Add, Expr, Mul, Poly, S, Symbol, cos, exp, expand, sin, sqrt

from ...notation import s
from .._subject import exact_or_symbolic


def smooth(loss: Expr, *symbols: Symbol, deviation: Expr = s) -> Expr:
    """E L(w + sξ) over independent standard normal ξ, one for every symbol.

    Args:
        loss: a sum of products of polynomials, e^{quadratic}, cos and sin of linear arguments.
        symbols: the coordinates of w, which are smoothed one after the other.
        deviation: s, of the noise.

    Raises:
        NotImplementedError: for any other term.

    >>> from sympy import cos
    >>> from actmath.notation import x
    >>> smooth(x**4 + cos(3 * x), x)
    3*s**4 + 6*s**2*x**2 + x**4 + exp(-9*s**2/2)*cos(3*x)
    """
    spread = exact_or_symbolic(deviation, "deviation")
    return reduce(lambda expr, symbol: _along(expr, symbol, spread), symbols, loss)


def _along(loss: Expr, symbol: Symbol, s: Expr) -> Expr:
    return Add(*(_term(term, symbol, s) for term in Add.make_args(expand(loss))))


def _term(term: Expr, symbol: Symbol, s: Expr) -> Expr:
    constant, varying = term.as_independent(symbol, as_Add=False)
    waves = [f for f in Mul.make_args(varying) if isinstance(f, cos | sin)]
    # One wave is the real or imaginary part of one exponential; a product of two is not.
    if len(waves) > 1:
        raise NotImplementedError(f"{term}: a product of waves; write it as a sum (fu, TR8)")
    rest = Mul(*(f for f in Mul.make_args(varying) if f not in waves))
    if not waves:
        return constant * _gaussian(rest, symbol, s, S.Zero, S.Zero)
    wave = waves[0]
    phase, frequency = _linear(wave.args[0], symbol)
    # cos = Re e^{i·}, sin = Im e^{i·}: an imaginary rate in the same rule.
    whole = _gaussian(rest, symbol, s, S.ImaginaryUnit * frequency, S.ImaginaryUnit * phase)
    real, imaginary = whole.expand(complex=True).as_real_imag()
    return constant * (real if isinstance(wave, cos) else imaginary)


def _gaussian(term: Expr, symbol: Symbol, s: Expr, rate: Expr, phase: Expr) -> Expr:
    """E of xᵏ e^{ax² + bx + c} times e^{rate·x + phase}."""
    powers = [f for f in Mul.make_args(term) if isinstance(f, exp)]
    exponent = _quadratic(sum((f.args[0] for f in powers), start=S.Zero), symbol)
    c = exponent[0] + phase
    b = exponent[1] + rate
    a = exponent[2]
    polynomial = Mul(*(f for f in Mul.make_args(term) if f not in powers))
    if not polynomial.is_polynomial(symbol):
        raise NotImplementedError(f"no closed form for {term}: no polynomial times e^(quadratic)")
    # D of the module's formula; the square is completed under the Gaussian.
    shrink = 1 - 2 * a * s**2
    front = exp((a * symbol**2 + b * symbol + b**2 * s**2 / 2) / shrink + c) / sqrt(shrink)
    return front * _moment(polynomial, symbol, (symbol + b * s**2) / shrink, s**2 / shrink)


def _moment(polynomial: Expr, symbol: Symbol, mean: Expr, variance: Expr) -> Expr:
    """E q(N(mean, variance)) by m_k = mean·m_{k−1} + (k − 1)·variance·m_{k−2}."""
    coefficients = Poly(polynomial, symbol).all_coeffs()[::-1]
    moments = [S.One, mean]
    for k in range(2, len(coefficients)):
        moments.append(mean * moments[k - 1] + (k - 1) * variance * moments[k - 2])
    return Add(*(q * m for q, m in zip(coefficients, moments, strict=False))).expand()


def _linear(argument: Expr, symbol: Symbol) -> tuple[Expr, Expr]:
    phase, frequency, square = _quadratic(argument, symbol)
    if square != 0:
        raise NotImplementedError(f"no closed form for a wave of {argument}: not linear")
    return phase, frequency


def _quadratic(argument: Expr, symbol: Symbol) -> tuple[Expr, Expr, Expr]:
    if not argument.is_polynomial(symbol) or Poly(argument, symbol).degree() > 2:
        raise NotImplementedError(f"no closed form for an exponent {argument}: not quadratic")
    found = Poly(argument, symbol)
    one, two, three = (found.coeff_monomial(symbol**k) for k in range(3))
    return one, two, three
