# The public names of `actmath.claims.siren`, and where each is defined.
from .distributions import sine_distribution as sine_distribution
from .frequency import periods as periods
from .signal import with_biases as with_biases
