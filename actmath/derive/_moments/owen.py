"""Owen's T: how likely two correlated Gaussians lie on one side of a line, both."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Float, Function, S, atan, erfc, exp, pi, sqrt

from ...number import mp

# Binary digits of h beyond which the exponent of T alone would fill the memory.
_LARGE = 2**15


class OwenT(Function):  # type: ignore[misc]  # SymPy has no annotations
    """T(h, a) = 1/(2π)·∫₀ᵃ e^{−h²(1 + x²)/2}/(1 + x²) dx, 0 ≤ a ≤ 1 (introduced by Owen 1956).

    The probability that X > h and 0 < Y < aX for independent standard Gaussians.

    >>> from actmath.notation import mu
    >>> OwenT(0, 1), OwenT(mu, S.One / 2).diff(mu)
    (1/8, -sqrt(2)*(1 - erfc(sqrt(2)*mu/4))*exp(-mu**2/2)/(4*sqrt(pi)))
    """

    nargs = 2
    is_extended_real = True
    is_finite = True

    @classmethod
    def eval(cls, h: Expr, a: Expr) -> Expr | None:
        """Where it is elementary: ∫₀ᵃ 1/(1 + x²) dx is the arc tangent."""
        if a.is_zero:
            return S.Zero
        return atan(a) / (2 * pi) if h.is_zero else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂T/∂h = −e^{−h²/2}·erf(ah/√2)/(2√(2π)), ∂T/∂a = e^{−h²(1 + a²)/2}/(2π(1 + a²))."""
        h, a = self.args
        if argindex == 1:
            return -exp(-(h**2) / 2) * (1 - erfc(a * h / sqrt(2))) / (2 * sqrt(2 * pi))
        return exp(-(h**2) * (1 + a**2) / 2) / (2 * pi * (1 + a**2))

    def _eval_evalf(self, prec: int) -> Expr | None:
        values = [argument._eval_evalf(prec + 20) for argument in self.args]
        # A symbol has none.
        if not all(value is not None and value.is_Number for value in values):
            return None
        with mp.workprec(prec + 20):
            found = owen_t(*(mp.mpf(value) for value in values))
        return Float._new(found._mpf_, prec)

    @staticmethod
    def _imp_(h: Any, a: Any) -> Any:
        # What ``lambdify`` calls.
        return owen_t(h, a)


def owen_t(h: Any, a: Any) -> Any:
    """T(h, a) at the working precision of ``number.mp``, 0 ≤ a ≤ 1.

    >>> mp.nstr(owen_t(mp.one, mp.one / 2), 15)
    '0.0430646911207853'
    """
    h, a = abs(mp.convert(h)), mp.convert(a)
    if mp.isnan(h) or mp.isnan(a):
        return mp.nan
    if mp.isinf(h) or (h and mp.mag(h) > _LARGE):
        return mp.zero
    # Of the asymptotic series the least term is e^{−h²/2}, which is then below the last digit.
    return _series(h, a) if h**2 <= 4 * mp.prec else _asymptotic(h, a)


def _series(h: Any, a: Any) -> Any:
    """(arctan a − Σ (−1)ʲ aʲʲ⁺¹/(2j + 1)·P(Poisson(h²/2) > j))/(2π)."""
    # T is e^{−h²/2} of the arc tangent, which the terms cancel.
    enough = mp.prec + int(0.75 * h**2) + 20
    # Thousands of subtractions round ``left``, which never comes below 2^{−enough} by itself.
    with mp.workprec(enough + 40):
        # An error of h²/2 is one of e^{−h²/2}, times h²/2: it has all digits too.
        half = h**2 / 2
        # 1 − e^{−h²/2}·Σ_{i ≤ j} (h²/2)ⁱ/i! as j grows, and a^{2j+1}.
        weight = mp.exp(-half)
        left, power, total, j = 1 - weight, a, mp.zero, 0
        while left * power > mp.ldexp(1, -enough):
            total += (-power if j % 2 else power) * left / (2 * j + 1)
            j += 1
            weight *= half / j
            left -= weight
            power *= a**2
        found = (mp.atan(a) - total) / (2 * mp.pi)
    return +found


def _asymptotic(h: Any, a: Any) -> Any:
    """e^{−h²/2}·Σ (−1)ᵏ Jₖ/(2π) with Jₖ = ∫₀ᵃ x²ᵏ e^{−h²x²/2} dx, by parts from J₀."""
    # Jₖ = ((2k − 1)·Jₖ₋₁ − a²ᵏ⁻¹e^{−h²a²/2})/h² cancels where ha is small: prec digits at most.
    with mp.workprec(3 * mp.prec):
        inside = h * a / mp.sqrt(2)
        share = mp.one if inside**2 > mp.prec else mp.erf(inside)
        part, edge, total, k = mp.sqrt(mp.pi / 2) * share / h, a * _bell(h * a), mp.zero, 0
        while abs(part) > abs(total) * mp.ldexp(1, -mp.prec // 3):
            total += -part if k % 2 else part
            k += 1
            part = ((2 * k - 1) * part - edge) / h**2
            edge *= a**2
        found = _bell(h) * total / (2 * mp.pi)
    return +found


def _bell(h: Any) -> Any:
    """e^{−h²/2} by parts: of a large integer mpmath multiplies e by itself so many times."""
    # e^{−u} = 2ⁿ·e^{−u − n·log 2}.
    with mp.workprec(mp.prec + 2 * max(0, int(mp.mag(h)))):
        exponent = -(h**2) / 2
        n = mp.floor(exponent / mp.ln2)
        rest = exponent - n * mp.ln2
    return mp.ldexp(mp.exp(rest), int(n))
