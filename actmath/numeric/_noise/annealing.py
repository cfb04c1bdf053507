"""Stochastic descent with noise that is turned down: thousands of runs, and how many succeed.

Three ways for the noise to enter one step of size η::

    plain       w ← w − η ∇L(w)
    perturbed   w ← w − η ∇L(w + s_t ξ): in the mean, descent on the smoothed loss E L(w + s_t ξ)
    activated   w ← w − η ∂/∂w L(φ(w, ξ)) with φ = h + dσξ, c = s_t: in the mean, descent on
                E L(h(w) + dσ(w)ξ), whose noise sits where the unit h is saturated
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import NoneType
from typing import Any

import numpy as np
from scipy.stats import binomtest

from ..._arrays import finite_number, listing, real_number, seed_number, whole_number
from ..._text.kinds import check_kind, choice_of
from ..._text.tables import Answer
from .._array import Array
from .landscapes import Landscape
from .schedules import ConstantSchedule, Schedule

#: A run has found the global minimum if its last loss is within this of it.
TOLERANCE = 0.1


class NoisePlace(StrEnum):
    """Where the noise enters."""

    PLAIN = "plain"
    PERTURBED = "perturbed"
    ACTIVATED = "activated"


@dataclass(frozen=True)
class HardClip:
    """The hard unit that the weight passes through: min(max(w, −reach), reach), with σ's p.

    Raises:
        ValueError: for a reach that is not positive, or a steepness that is not finite.
    """

    reach: float
    steepness: float = 1.0

    def __post_init__(self) -> None:
        for what in ("reach", "steepness"):
            object.__setattr__(self, what, real_number(getattr(self, what), what))
        if not (self.reach > 0 and np.isfinite(self.steepness)):
            raise ValueError(f"need reach > 0 and a finite steepness, got {self}")

    def hard(self, w: Array) -> Array:
        """h(w)."""
        return np.clip(w, -self.reach, self.reach)

    def sample(self, w: Array, xi: Array, level: float) -> tuple[Array, Array]:
        """φ and ∂φ/∂w of NAN with α = 1: h − sgn(w)σξ, and in saturation −sgn(w)σ′ξ."""
        h = self.hard(w)
        t = np.tanh(self.steepness * (h - w) / 2)
        # −sgn(w)ξ: the noise points back into the linear regime.
        towards = np.where(w >= 0, -xi, xi)
        # σ = c(g(pΔ) − ½)² with g the sigmoid is c/4·tanh²(pΔ/2), Δ = h − w; then ∂σ/∂w.
        noise = level / 4 * t * t
        steep = -self.steepness * (level / 4) * t * (1 - t * t)
        slope = np.where(np.abs(w) < self.reach, 1.0, towards * steep)
        return h + towards * noise, slope


@dataclass(frozen=True, eq=False, repr=False)
class Runs(Answer):
    """Many runs of one method: where they began and ended, and how far above the least loss.

    ``path`` holds every ``stride``-th position of the first few runs, (times, runs, dimension).
    """

    landscape: str
    entry: NoisePlace
    schedule: Schedule
    steps: int
    starts: Array
    ends: Array
    excess: Array
    path: Array
    stride: int

    @property
    def solved(self) -> Array:
        """For each run: is its last loss within ``TOLERANCE`` of the least one?"""
        solved: Array = self.excess < TOLERANCE
        return solved

    @property
    def success(self) -> Share:
        """The share of runs that are solved."""
        return share(int(self.solved.sum()), len(self.solved))


@dataclass(frozen=True)
class Share:
    """k successes of n, with the Wilson interval at 95 %."""

    k: int
    n: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """k/n."""
        return self.k / self.n

    def __str__(self) -> str:
        return f"{self.rate:.3f} ({self.low:.3f} to {self.high:.3f}, n = {self.n})"


def share(k: int, n: int) -> Share:
    """k of n with its Wilson interval.

    >>> str(share(5, 10))
    '0.500 (0.237 to 0.763, n = 10)'
    """
    # Wilson's interval has a width at k = 0 and k = n, where p ± z√(p(1 − p)/n) has none.
    interval = binomtest(k, n).proportion_ci(0.95, method="wilson")
    return Share(k, n, float(interval.low), float(interval.high))


def descend(
    landscape: Landscape,
    entry: NoisePlace | str = NoisePlace.PLAIN,
    schedule: Schedule | None = None,
    *,
    runs: int = 1000,
    steps: int = 2000,
    rate: float = 0.05,
    seed: int = 0,
    clip: HardClip | None = None,
    follow: int = 24,
) -> Runs:
    """Run one method from uniform starts.

    A run succeeds if its last loss is within ``TOLERANCE`` of the global minimum's; with a ``clip``
    it is that of the clipped weight, without noise.

    Args:
        schedule: the noise level at each step; none for plain descent.
        clip: the hard unit, needed for ``activated``, and for plain runs to compare with it.
        follow: how many runs' paths to keep.

    Raises:
        ValueError: if a noisy method has no schedule, or ``activated`` no clip; with TypeError,
            for another landscape, a count that is no integer or a rate that is no finite number.

    >>> from actmath.numeric import RIPPLES
    >>> descend(RIPPLES, runs=200, steps=300).success.rate < 0.3
    True
    """
    _check(landscape, method := choice_of(entry, NoisePlace, "entry"), schedule, clip)
    runs, steps, seed = whole_number(runs, "runs"), whole_number(steps, "steps"), seed_number(seed)
    rate, follow = finite_number(rate, "rate"), whole_number(follow, "follow", 0)
    levels = schedule or ConstantSchedule(0.0)
    # Stream 0 of the seed draws the starts, stream 1 the noise: all methods start alike.
    random, points = np.random.default_rng([seed, 1]), landscape.starts(runs, seed)
    # A path is kept at some hundred times.
    starts, stride, path = points.copy(), max(steps // 100, 1), []
    for step in range(steps):
        if step % stride == 0:
            path.append(points[:follow].copy())
        points = points - rate * _slope(landscape, method, points, levels.level(step), clip, random)
    excess = landscape.excess(points if clip is None else clip.hard(points))
    found = (starts, points, excess, np.stack(path))
    return Runs(landscape.name, method, levels, steps, *found, stride)


def _check(
    landscape: Landscape, method: NoisePlace, schedule: Schedule | None, clip: HardClip | None
) -> None:
    check_kind(landscape, Landscape, "landscape")
    check_kind(clip, (HardClip, NoneType), "clip")
    if schedule is not None and not callable(getattr(schedule, "level", None)):
        raise TypeError(f"schedule must have a method level(step), got {schedule!r:.60}")
    if method is not NoisePlace.PLAIN and schedule is None:
        raise ValueError(f"{method} descent needs a schedule for its noise")
    if method is NoisePlace.ACTIVATED and clip is None:
        raise ValueError("activated descent needs a clip: the hard unit that makes the noise")


def _slope(
    landscape: Landscape,
    method: NoisePlace,
    points: Array,
    level: float,
    clip: HardClip | None,
    random: np.random.Generator,
) -> Array:
    xi: Array = np.asarray(random.standard_normal(points.shape))
    if clip is not None and method is not NoisePlace.PERTURBED:
        # At level 0 the unit is h itself: a plain run with a clip.
        unit, slope = clip.sample(points, xi, level if method is NoisePlace.ACTIVATED else 0.0)
        # Chain rule, weight by weight: L′(φ)·∂φ/∂w.
        return landscape.gradient(unit) * slope
    return landscape.gradient(points if method is NoisePlace.PLAIN else points + level * xi)


@dataclass(frozen=True, repr=False)
class SuccessByLevel(Answer):
    """The share of successes against the noise level, a curve a schedule."""

    landscape: str
    levels: tuple[float, ...]
    curves: tuple[tuple[str, tuple[Share, ...]], ...]


def success_by_level(
    landscape: Landscape,
    levels: Iterable[float],
    schedules: dict[str, Any],
    **options: Any,
) -> SuccessByLevel:
    """Success of perturbed descent for every schedule at every initial level.

    Args:
        landscape: the loss.
        levels: initial noise levels; 0 is plain descent.
        schedules: by name, functions that make a schedule from a level.
        options: passed on to ``descend``.

    Raises:
        TypeError: for what is no landscape, no mapping or no numbers.
    """
    check_kind(landscape, Landscape, "landscape")
    check_kind(schedules, Mapping, "schedules")
    grid = tuple(finite_number(level, "each of levels") for level in listing(levels, "levels"))
    curves = tuple(
        (name, tuple(_at(landscape, level, make, options) for level in grid))
        for name, make in schedules.items()
    )
    return SuccessByLevel(landscape.name, grid, curves)


def _at(landscape: Landscape, level: float, make: Any, options: dict[str, Any]) -> Share:
    if level == 0:
        return descend(landscape, **options).success
    return descend(landscape, NoisePlace.PERTURBED, make(level), **options).success
