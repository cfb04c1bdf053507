"""All units of the pool, by name."""

from __future__ import annotations

from .exponential import EXPONENTIAL
from .gated import GATED
from .jumping import JUMPING
from .rectified import RECTIFIED
from .sigmoidal import SIGMOIDAL
from .unit import Unit
from .waves import WAVES
from .with_parameters import WITH_PARAMETERS

FAMILIES: dict[str, tuple[Unit, ...]] = {
    "rectified": RECTIFIED,
    "exponential": EXPONENTIAL,
    "sigmoidal": SIGMOIDAL,
    "gated": GATED,
    "waves": WAVES,
    "jumping": JUMPING,
    "with parameters": WITH_PARAMETERS,
}
POOL: dict[str, Unit] = {unit.name: unit for family in FAMILIES.values() for unit in family}
