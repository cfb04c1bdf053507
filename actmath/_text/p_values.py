"""p-values as sentences say them."""

from __future__ import annotations

#: Below it doubles have fewer digits, and then none: a test's 0 is no p-value.
_LEAST = 1e-300


def p_is(p: float) -> str:
    """Two digits of a p-value, or that it is below what doubles tell.

    >>> p_is(0.01234), p_is(0.0)
    ('= 0.012', '< 1e-300')
    """
    return f"= {p:.2g}" if p >= _LEAST else f"< {_LEAST:g}"
