"""Bounded units beyond the four sigmoids, and their logarithms."""

from __future__ import annotations

from sympy import Interval, Rational, exp, log, tanh

from ..activation import Activation, Parameter
from ..notation import a, x
from ..sources import Source

lecun_tanh = Activation(
    "lecun_tanh",
    Rational("1.7159") * tanh(2 * x / 3),
    source=Source("lecun1998", "Section 4.4"),
    title="LeCun's tanh",
    aliases=("lecuntanh",),
)

erf = Activation(
    "erf",
    "erf(x)",
    source=Source("williams1996", "sigmoidal units"),
    title="erf",
)

penalized_tanh = Activation(
    "penalized_tanh",
    "Piecewise((tanh(x), x > 0), (a*tanh(x), True))",
    (Parameter(a, "1/4", Interval.open(0, 1), "factor for negative arguments"),),
    Source("xu2016", "penalized tanh"),
    at_kinks=((0, a),),
    title="penalized tanh",
)

log_sigmoid = Activation(
    "log_sigmoid",
    -log(1 + exp(-x)),
    source=Source("pytorch", "torch.nn.LogSigmoid"),
    title="LogSigmoid",
    aliases=("logsigmoid",),
)

cloglog = Activation(
    "cloglog",
    "1 - exp(-exp(x))",
    source=Source("gomes2011", "complementary log-log"),
    title="complementary log-log",
)

gaussian_rbf = Activation(
    "gaussian_rbf",
    "exp(-x**2)",
    source=Source("broomhead1988", "Gaussian radial basis"),
    title="Gaussian RBF",
    aliases=("gaussian", "rbf"),
)

wavelet = Activation(
    "wavelet",
    "x*exp(-x**2/2)",
    source=Source("zhang1992", "the wavelet of one input"),
    title="wavelet",
)

dsilu = Activation(
    "dsilu",
    # The slope of SiLU.
    "sigmoid(x) + x*sigmoid(x)*sigmoid(-x)",
    source=Source("elfwing2018", "Section 2, dSiLU"),
    title="dSiLU",
)
