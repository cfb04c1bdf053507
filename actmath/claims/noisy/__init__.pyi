# The public names of `actmath.claims.noisy`, and where each is defined.
from .run_unique import PRINTED_ERRORS as PRINTED_ERRORS
