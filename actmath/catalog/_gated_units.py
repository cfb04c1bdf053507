"""Units of two arguments: a gate of the catalog, and the value that it lets through."""

from __future__ import annotations

from ..gated_unit import GatedUnit
from ..sources import Source
from .rectified import identity, relu
from .sigmoidal import sigmoid
from .smooth import gelu, silu

_VARIANTS = "shazeer2020"

glu = GatedUnit(
    "glu",
    sigmoid,
    Source("dauphin2017", "Eq. 1"),
    title="GLU",
)

reglu = GatedUnit(
    "reglu",
    relu,
    Source(_VARIANTS, "Section 2"),
    title="ReGLU",
)

geglu = GatedUnit(
    "geglu",
    gelu,
    Source(_VARIANTS, "Section 2"),
    title="GEGLU",
)

swiglu = GatedUnit(
    "swiglu",
    silu,
    Source(_VARIANTS, "Section 2"),
    title="SwiGLU",
    aliases=("silu_glu",),
)

bilinear = GatedUnit(
    "bilinear",
    identity,
    Source(_VARIANTS, "Section 2"),
    title="bilinear GLU",
    aliases=("bilinear_glu",),
)
