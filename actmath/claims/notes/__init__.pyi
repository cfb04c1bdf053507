# The public names of `actmath.claims.notes`, and where each is defined.
from .unit_scaling import LibraryScale as LibraryScale
from .unit_scaling import library_scales as library_scales
