"""Gated units: x times a function that opens from 0 to 1, beyond GELU, SiLU and Mish."""

from __future__ import annotations

from sympy import Interval, oo

from ..activation import POSITIVE, Activation, Parameter
from ..notation import a
from ..sources import Source

gelu_tanh = Activation(
    "gelu_tanh",
    "x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))",
    source=Source("hendrycks2016", "Section 2, approximation by tanh"),
    title="GELU by tanh",
    aliases=("gelu_new", "gelu_approximate"),
)

quick_gelu = Activation(
    "quick_gelu",
    "x*sigmoid(1.702*x)",
    source=Source("hendrycks2016", "Section 2, approximation by a sigmoid"),
    title="quick GELU",
    aliases=("quickgelu",),
)

swish_beta = Activation(
    "swish_beta",
    "x*sigmoid(beta*x)",
    (Parameter("beta", 1, POSITIVE, "steepness of the gate"),),
    Source("ramachandran2017", "Section 4"),
    title="Swish with β",
)

e_swish = Activation(
    "e_swish",
    "beta*x*sigmoid(x)",
    (Parameter("beta", "5/4", POSITIVE, "scale"),),
    Source("alcaide2018", "definition of E-swish"),
    title="E-swish",
    aliases=("eswish",),
)

acon = Activation(
    "acon",
    # The larger of x and a·x, smoothed, for a below 1; the paper's steepness is beta/(1 − a).
    "(1 - a)*x*sigmoid(beta*x) + a*x",
    (
        Parameter(a, "1/4", Interval.open(-oo, 1), "slope of the lower line"),
        Parameter("beta", "3/4", POSITIVE, "steepness of the switch"),
    ),
    Source("ma2021", "ACON-B"),
    title="ACON-B",
    aliases=("acon_b",),
)

smu = Activation(
    "smu",
    # The same, by |u| ≈ u·erf(u) for large u; the paper's factor 1 − a in erf is in the sharpness.
    # 1 + erf is written as erfc, which keeps its digits where a is 0.
    "(1 - a)*x*erfc(-sharpness*x)/2 + a*x",
    (
        Parameter(a, "1/4", Interval.open(-oo, 1), "slope of the lower line"),
        Parameter("sharpness", 1, POSITIVE, "of the bend; the larger, the nearer to a corner"),
    ),
    Source("biswas2021", "SMU"),
    title="SMU",
)

tanhexp = Activation(
    "tanhexp",
    "x*tanh(exp(x))",
    source=Source("liu2020", "definition of TanhExp"),
    title="TanhExp",
    aliases=("tanh_exp", "telu"),
)

serf = Activation(
    "serf",
    "x*erf(log(1 + exp(x)))",
    source=Source("nag2021", "definition of Serf"),
    title="Serf",
)

phish = Activation(
    "phish",
    "x*tanh(x*(1 + erf(x/sqrt(2)))/2)",
    source=Source("naveen2021", "definition of Phish"),
    title="Phish",
)

logish = Activation(
    "logish",
    "x*log(1 + sigmoid(x))",
    source=Source("zhu2021", "definition of Logish"),
    title="Logish",
)

smish = Activation(
    "smish",
    "x*tanh(log(1 + sigmoid(x)))",
    source=Source("wang2022", "definition of Smish"),
    title="Smish",
)

beta_mish = Activation(
    "beta_mish",
    # tanh of ln (1 + eˣ)^β.
    "x*tanh(beta*log(1 + exp(x)))",
    (Parameter("beta", "3/2", POSITIVE, "how fast the gate opens"),),
    Source("misra2019", "echoAI.Activation.Torch.beta_mish"),
    title="β-Mish",
    aliases=("betamish",),
)

atlu = Activation(
    "atlu",
    # The gate is the distribution function of a Cauchy variable.
    "x*(1/2 + atan(x)/pi)",
    source=Source("huang2024gates", "abstract: arctan as a gate; here scaled to between 0 and 1"),
    title="ATLU",
    aliases=("arctan_linear_unit",),
)

lisht = Activation(
    "lisht",
    "x*tanh(x)",
    source=Source("roy2019", "definition of LiSHT"),
    title="LiSHT",
)
