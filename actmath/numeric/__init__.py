"""Fast and precise numbers: moments, constants, kernels, depth, and the quadrature behind them."""

from __future__ import annotations

from .constants import constants
from .dual_kernel import DualKernel, dual_kernel
from .fixed_point import Form
from .gains import Gains, gains
from .gallery import Gallery, gallery
from .gaussian import GaussianMoments, gaussian
from .mean_field import EdgeOfChaos, Phase, correlation_map, edge_of_chaos, length_map, phase
from .moments import Moments, moments
from .propagate import Lengths, Propagation, Simulation, propagate, random_lengths, simulate
from .route import MomentRoute
from .solution import Constants, NoSelfNormalizationError, Solution

__all__ = [
    "Constants",
    "DualKernel",
    "EdgeOfChaos",
    "Form",
    "Gains",
    "Gallery",
    "GaussianMoments",
    "Lengths",
    "MomentRoute",
    "Moments",
    "NoSelfNormalizationError",
    "Phase",
    "Propagation",
    "Simulation",
    "Solution",
    "constants",
    "correlation_map",
    "dual_kernel",
    "edge_of_chaos",
    "gains",
    "gallery",
    "gaussian",
    "length_map",
    "moments",
    "phase",
    "propagate",
    "random_lengths",
    "simulate",
]
