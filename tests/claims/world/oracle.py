"""Units a second time, typed by hand for mpmath, and expectations by its quadrature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actmath.number import mp

TWINS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda t: t,
    "sigmoid": lambda t: 1 / (1 + mp.exp(-t)),
    "tanh": lambda t: mp.tanh(t),
    "relu": lambda t: max(t, 0),
    "relu6": lambda t: min(max(t, 0), 6),
    "leaky_relu": lambda t: max(t, t / 100),
    "elu": lambda t: t if t > 0 else mp.expm1(t),
    "celu": lambda t: t if t > 0 else mp.expm1(t),
    "selu": lambda t: (
        mp.mpf("1.0507009873554804934193349852946")
        * (t if t > 0 else mp.mpf("1.6732632423543772848170429916717") * mp.expm1(t))
    ),
    "gelu": lambda t: t * mp.ncdf(t),
    "gelu_tanh": lambda t: (
        t / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (t + mp.mpf("0.044715") * t**3)))
    ),
    "silu": lambda t: t / (1 + mp.exp(-t)),
    "softplus": lambda t: mp.log1p(mp.exp(t)),
    "log_sigmoid": lambda t: -mp.log1p(mp.exp(-t)),
    "softsign": lambda t: t / (1 + abs(t)),
}
SLOPES: dict[str, Callable[[Any], Any]] = {
    "gelu": lambda t: mp.ncdf(t) + t * mp.npdf(t),
    "silu": lambda t: (1 + mp.exp(-t) * (1 + t)) / (1 + mp.exp(-t)) ** 2,
}


def expect(f: Callable[[Any], Any]) -> Any:
    """E f(Z), split at 0 and at 6, where units bend."""
    return mp.quad(lambda t: f(t) * mp.npdf(t), [-12, -6, -3, -1, 0, 1, 3, 6, 12])
