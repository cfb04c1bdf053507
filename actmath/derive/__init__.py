"""SymPy in, SymPy out: each file answers one question about an activation."""

from __future__ import annotations

from .attraction import Stability
from .derivative import Derivative, Kink, continuity_class, derivative, jumps
from .fixed_points import FixedPoint, FixedPoints, Lipschitz, fixed_points, lipschitz
from .gaussian_moments import GaussianMoments, gaussian_moments
from .initialization import Initialization, initialization
from .linearize import Hardened, Linearization, harden, linearize
from .moment_map import MomentMap, moment_map
from .parameter_gradient import (
    ParameterGradient,
    SharedGradient,
    parameter_gradient,
    shared_gradient,
)
from .pieces import Piece, breakpoints, pieces
from .saturation import Saturation, SaturationKind, Side, saturation
from .self_normalizing import Candidate, SelfNormalization, self_normalizing

__all__ = [
    "Candidate",
    "Derivative",
    "FixedPoint",
    "FixedPoints",
    "GaussianMoments",
    "Hardened",
    "Initialization",
    "Kink",
    "Linearization",
    "Lipschitz",
    "MomentMap",
    "ParameterGradient",
    "Piece",
    "Saturation",
    "SaturationKind",
    "SelfNormalization",
    "SharedGradient",
    "Side",
    "Stability",
    "breakpoints",
    "continuity_class",
    "derivative",
    "fixed_points",
    "gaussian_moments",
    "harden",
    "initialization",
    "jumps",
    "linearize",
    "lipschitz",
    "moment_map",
    "parameter_gradient",
    "pieces",
    "saturation",
    "self_normalizing",
    "shared_gradient",
]
