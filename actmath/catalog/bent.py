"""Units of two pieces with an exponential or a logarithm, beyond ELU and its kin."""

from __future__ import annotations

from ..activation import POSITIVE, Activation, Parameter
from ..notation import alpha
from ..sources import Source

mpelu = Activation(
    "mpelu",
    "Piecewise((x, x > 0), (alpha*(exp(rate*x) - 1), True))",
    (
        Parameter(alpha, 1, POSITIVE, "minus the value of saturation"),
        Parameter("rate", 1, POSITIVE, "how fast it is approached"),
    ),
    Source("li2016", "definition of MPELU"),
    at_kinks=((0, "alpha*rate"),),
    title="MPELU",
)

pelu = Activation(
    "pelu",
    "Piecewise((height/width*x, x >= 0), (height*(exp(x/width) - 1), True))",
    (
        Parameter("height", 1, POSITIVE, "minus the value of saturation"),
        Parameter("width", 1, POSITIVE, "how slowly it is approached"),
    ),
    Source("trottier2017", "definition of PELU"),
    title="PELU",
)

ptelu = Activation(
    "ptelu",
    "Piecewise((x, x >= 0), (alpha*tanh(rate*x), True))",
    (
        Parameter(alpha, 1, POSITIVE, "minus the value of saturation"),
        Parameter("rate", 1, POSITIVE, "how fast it is approached"),
    ),
    Source("duggal2017", "definition of PTELU"),
    at_kinks=((0, "alpha*rate"),),
    title="PTELU",
)

xielu = Activation(
    "xielu",
    "Piecewise((right*x**2 + tilt*x, x > 0), (left*(exp(x) - 1 - x) + tilt*x, True))",
    (
        Parameter("right", "4/5", POSITIVE, "half the slope of the slope on the right"),
        Parameter("left", "4/5", POSITIVE, "strength of the exponential on the left"),
        Parameter("tilt", "1/2", POSITIVE, "slope at 0"),
    ),
    Source("huang2024", "definition of xIELU"),
    title="xIELU",
)

elish = Activation(
    "elish",
    "Piecewise((x*sigmoid(x), x >= 0), ((exp(x) - 1)*sigmoid(x), True))",
    source=Source("basirat2018", "definition of ELiSH"),
    title="ELiSH",
)

hard_elish = Activation(
    "hard_elish",
    "Piecewise((x, x >= 0), (exp(x) - 1, True))*Max(0, Min(1, (x + 1)/2))",
    source=Source("basirat2018", "definition of HardELiSH"),
    at_kinks=((-1, 0), (1, 1)),
    title="HardELiSH",
    aliases=("hardelish",),
)

softexponential = Activation(
    "softexponential",
    # The half of the family with positive alpha: the other is a logarithm, not defined everywhere.
    "(exp(rate*x) - 1)/rate + rate",
    (Parameter("rate", "1/2", POSITIVE, "from the identity at 0 to an exponential"),),
    Source("godfrey2015", "Eq. 1, positive α"),
    title="soft exponential",
    aliases=("soft_exponential",),
)

shifted_softplus = Activation(
    "shifted_softplus",
    "log(1/2 + exp(x)/2)",
    source=Source("schuett2017", "shifted softplus"),
    title="shifted softplus",
    aliases=("ssp",),
)

nlrelu = Activation(
    "nlrelu",
    "log(1 + Max(0, x))",
    source=Source("liu2019", "definition of NLReLU, β = 1"),
    at_kinks=((0, 0),),
    title="NLReLU",
)

symlog = Activation(
    "symlog",
    "sign(x)*log(1 + abs(x))",
    source=Source("hafner2023", "symlog"),
)

tanhshrink = Activation(
    "tanhshrink",
    "x - tanh(x)",
    source=Source("pytorch", "torch.nn.Tanhshrink"),
    title="Tanhshrink",
    aliases=("tanh_shrink",),
)
