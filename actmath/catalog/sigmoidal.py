"""Sigmoidal units: smooth, monotone, saturating on both sides."""

from __future__ import annotations

from sympy import Abs, atan, exp
from sympy import tanh as sympy_tanh

from ..activation import Activation
from ..notation import x
from ..sources import Source

sigmoid = Activation(
    "sigmoid",
    1 / (1 + exp(-x)),
    source=Source("gulcehre2016", "Section 2"),
    title="sigmoid",
    aliases=("logistic", "expit"),
)

tanh = Activation("tanh", sympy_tanh(x), source=Source("gulcehre2016", "Section 2"), title="tanh")

# Once differentiable at 0: |x| enters with f″(0±) = ∓2, which is no kink.
softsign = Activation(
    "softsign",
    x / (1 + Abs(x)),
    source=Source("glorot2010", "Section 3.1"),
    title="softsign",
    aliases=("elliott", "elliot"),
)

arctan = Activation(
    "arctan",
    atan(x),
    source=Source("jarrett2009", "Section 2.1, other sigmoids"),
    title="arctan",
    aliases=("atan",),
)
