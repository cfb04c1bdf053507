# The public names of `actmath.claims.elu`, and where each is defined.
from .run_convolution import errors as errors
