"""A cloud of points in the plane on its way through rectifier layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..._arrays import finite_number, listing, real_array, whole_number
from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from ...lower._for_numpy import to_numpy
from .._array import Array

# Images that are no farther apart are one.
_ONE = 1e-12


@dataclass(frozen=True, eq=False, repr=False)
class FoldedCloud(Answer):
    """The cloud before the first layer and after each: (layers + 1, points, 2).

    ``kept``: after each layer, the share of points whose image has no other point's image within
    1e-12: what is lost there can never be told apart again.
    """

    activation: str
    stages: Array
    kept: tuple[float, ...]


def rings(points: int = 240, radii: tuple[float, ...] = (0.5, 1.0, 1.5)) -> Array:
    """Concentric rings around the origin, (len(radii)·points, 2)."""
    points = whole_number(points, "points")
    sizes = real_array(listing(radii, "radii"), "radii")
    if not len(sizes):
        raise ValueError("radii must be some, got none")
    if sizes.ndim != 1 or not np.isfinite(sizes).all():
        raise ValueError(f"radii must be a row of finite numbers, got {radii}")
    # Half a step off: for a multiple of 4 points none lies on an axis, where a rectifier folds.
    turn = 2 * np.pi * (np.arange(points) + 0.5) / points
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return np.concatenate([radius * circle for radius in sizes])


def fold_cloud(
    activation: Activation | str,
    points: Array,
    layers: int,
    turn: float = 0.6,
    push: float = 0.35,
) -> FoldedCloud:
    """Apply x ↦ f(Rx − b) again and again, R a rotation and b a shift along (1, 1).

    Neither rotating nor shifting loses anything, so that whatever is lost, f has lost.

    Args:
        activation: its default parameters are used.
        points: (n, 2).
        layers: how many, at least 1.
        turn: angle of R in radians. push: the length of either coordinate of b.

    Raises:
        ValueError: for another shape, no layers, or what is not finite.
        TypeError: for what is no real numbers.
    """
    cloud, layers = real_array(points, "points"), whole_number(layers, "layers")
    turn, push = finite_number(turn, "turn"), finite_number(push, "push")
    if cloud.ndim != 2 or cloud.shape[1] != 2 or not len(cloud):
        raise ValueError(f"needs points (n, 2), at least one, got {cloud.shape}")
    if not np.isfinite(cloud).all():
        raise ValueError("points must be finite")
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    activation = resolve(activation)
    f = to_numpy(activation)
    stages = [cloud]
    for _ in range(layers):
        # Rows are points: Rx is x·Rᵀ.
        stages.append(f(stages[-1] @ rotation.T - push))
    return FoldedCloud(activation.name, np.stack(stages), tuple(_alone(s) for s in stages))


def _alone(points: Array) -> float:
    # Here: most that import this fold nothing.
    from scipy.spatial import KDTree

    # What has overflowed can never be told apart again.
    images = points[np.isfinite(points).all(axis=1)]
    # Rounding parts what f has made equal by some 1e-15.
    apart, _ = KDTree(images).query(images, k=2) if len(images) else (np.empty((0, 2)), None)
    return float((apart[:, 1] > _ONE).sum() / len(points))
