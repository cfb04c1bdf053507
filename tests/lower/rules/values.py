"""Is a rewritten formula the same function? At points on both sides of 0, with many digits."""

from __future__ import annotations

from mpmath import mp
from sympy import Expr, lambdify

from actmath.notation import x

from ...reference.plain_functions import PLAIN

POINTS = ("-3.5", "-0.875", "-0.0625", "0.25", "1.75", "4")


def agree(one: Expr, other: Expr, points: tuple[str, ...] = POINTS) -> bool:
    """To 35 of 60 digits at every point at which the first has a real value."""
    first, second = (lambdify(x, each, [PLAIN, "mpmath"]) for each in (one, other))
    with mp.workdps(60):
        for at in map(mp.mpf, points):
            want = mp.mpc(first(at))
            if want.imag == 0 and not abs(second(at) - want) <= mp.mpf(10) ** -35 * (1 + abs(want)):
                return False
    return True
