# The public names of `actmath.claims.elu`, and where each is defined.
from .run_autoencoder import trivial_errors as trivial_errors
from .run_convolution import errors as errors
