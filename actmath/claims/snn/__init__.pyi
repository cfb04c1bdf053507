# The public names of `actmath.claims.snn`, and where each is defined.
from .run_tables import PRINTED_AREAS as PRINTED_AREAS
from .run_tables import PRINTED_RANKS as PRINTED_RANKS
