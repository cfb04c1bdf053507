"""Smooth units, analytic on the whole line."""

from __future__ import annotations

from sympy import erfc, exp, log, sqrt, tanh

from ..activation import Activation
from ..notation import x
from ..sources import Source

softplus = Activation(
    "softplus", log(1 + exp(x)), source=Source("dugas2001", "Section 3"), title="softplus"
)

# x·Φ(x), with the normal distribution function Φ(x) = erfc(−x/√2)/2, which keeps digits far left.
gelu = Activation(
    "gelu", x * erfc(-x / sqrt(2)) / 2, source=Source("hendrycks2016", "Section 2"), title="GELU"
)

# x·sigmoid(x).
silu = Activation(
    "silu",
    x / (1 + exp(-x)),
    source=Source("elfwing2018", "Section 2, SiLU"),
    title="SiLU",
    aliases=("swish",),
)

# x·tanh(softplus(x)).
mish = Activation(
    "mish", x * tanh(log(1 + exp(x))), source=Source("misra2020", "Section 2"), title="Mish"
)
