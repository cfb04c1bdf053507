# The public names of `actmath.claims.prelu`, and where each is defined.
from .run_depth import fates as fates
from .run_slopes import LAYERS as LAYERS
from .run_slopes import PRINTED_SLOPES as PRINTED_SLOPES
from .run_slopes import SLOPE_KINDS as SLOPE_KINDS
