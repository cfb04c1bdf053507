# The public names of `actmath.lower`, and where each is defined.
from ._arithmetics import ARITHMETICS as ARITHMETICS
from ._arithmetics import FLOAT32 as FLOAT32
from ._arithmetics import FLOAT64 as FLOAT64
from ._arithmetics import Arithmetic as Arithmetic
from ._arithmetics import Enclosed as Enclosed
from ._arithmetics import Precision as Precision
from ._curve import Curve as Curve
from ._curve import curve as curve
from ._for_arb import to_arb as to_arb
from ._for_mpmath import compile_mpmath as compile_mpmath
from ._for_mpmath import to_mpf as to_mpf
from ._for_mpmath import to_mpmath as to_mpmath
from ._for_numpy import losses as losses
from ._for_numpy import to_numpy as to_numpy
from ._for_torch import to_torch as to_torch
from ._stable import Loss as Loss
