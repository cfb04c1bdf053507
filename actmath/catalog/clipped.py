"""Lines that are clipped, shrunk or joined, beyond the rectifiers and their hard kin."""

from __future__ import annotations

from sympy import Interval

from ..activation import POSITIVE, Activation, Parameter
from ..notation import slope
from ..sources import Source

sloped_hard_sigmoid = Activation(
    "sloped_hard_sigmoid",
    # slope·x + 1/2 would lose its digits at the left threshold.
    "Max(0, Min(1, slope*(x + 1/(2*slope))))",
    # 1/6 is that of PyTorch and Keras 3; 1/5 that of Theano, Keras 2 and ONNX.
    (Parameter(slope, "1/6", POSITIVE, "slope between the thresholds"),),
    Source("howard2019", "Section 5.2, the gate of h-swish"),
    at_kinks=(("-1/(2*slope)", 0), ("1/(2*slope)", 0)),
    title="hard sigmoid with slope",
    aliases=("hardsigmoid",),
)

capped_relu = Activation(
    "capped_relu",
    "Min(Max(0, x), cap)",
    (Parameter("cap", 20, POSITIVE, "greatest value"),),
    Source("hannun2014", "Eq. 1"),
    at_kinks=((0, 0), ("cap", 0)),
    title="capped ReLU",
    aliases=("relu_n", "clipped_relu"),
)

s_shaped_relu = Activation(
    "s_shaped_relu",
    # The paper's thresholds are learned too; here they are ±1.
    "x + (right_slope - 1)*Max(0, x - 1) + (left_slope - 1)*Min(0, x + 1)",
    (
        Parameter("right_slope", "1/2", meaning="slope beyond 1"),
        Parameter("left_slope", "1/5", meaning="slope beyond −1"),
    ),
    Source("jin2016", "definition of SReLU, with thresholds ±1"),
    at_kinks=((-1, "left_slope"), (1, "right_slope")),
    title="S-shaped ReLU",
    aliases=("srelu",),
)

plu = Activation(
    "plu",
    # max(slope·(x + 1) − 1, min(slope·(x − 1) + 1, x)) for a slope up to 1.
    "x + (slope - 1)*(Max(0, x - 1) + Min(0, x + 1))",
    (Parameter(slope, "1/10", Interval.open(0, 1), "slope of the outer lines"),),
    Source("nicolae2018", "definition of PLU, c = 1"),
    at_kinks=((-1, slope), (1, slope)),
    title="PLU",
)

softshrink = Activation(
    "softshrink",
    "x - Min(Max(x, -lambd), lambd)",
    (Parameter("lambd", "1/2", POSITIVE, "half the width of the flat part"),),
    Source("donoho1994", "soft thresholding"),
    at_kinks=(("-lambd", 0), ("lambd", 0)),
    title="soft shrink",
    aliases=("soft_shrink", "soft_threshold"),
)

hardshrink = Activation(
    "hardshrink",
    "Piecewise((x, x > lambd), (0, x >= -lambd), (x, True))",
    (Parameter("lambd", "1/2", POSITIVE, "half the width of the flat part"),),
    Source("donoho1994", "hard thresholding"),
    at_kinks=(("-lambd", 0), ("lambd", 0)),
    title="hard shrink",
    aliases=("hard_shrink", "hard_threshold"),
)

thresholded_relu = Activation(
    "thresholded_relu",
    "Piecewise((x, x > threshold), (0, True))",
    (Parameter("threshold", 1, POSITIVE, "least argument that passes"),),
    Source("konda2015", "truncated rectifier"),
    at_kinks=(("threshold", 0),),
    title="thresholded ReLU",
    aliases=("trec", "threshold"),
)
