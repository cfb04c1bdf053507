"""What a layer does to a mean and a variance: the flow field of a scaled unit, and its orbits.

The weights of a unit enter by omega = Σw and tau = Σw²: inputs of mean μ and variance ν make the
net input N(μ·omega, ν·tau).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._arrays import finite_number, listing, real_array, whole_number
from ..._text.kinds import check_kind
from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from ...lower._curve import Curve, curve
from ...lower._for_numpy import to_numpy
from .._array import Array
from .._gaussian.evaluate import gaussian
from .._iteration import Ending

# Below this a variance counts as gone, above the other end as unbounded.
_SMALL, _LARGE = 1e-12, 1e12
# What one more layer may move an orbit that has converged, beside 1 or its size.
_STILL = 1e-12


@dataclass(frozen=True)
class ScaledUnit:
    """lam·(f(x) + shift): an activation with an output scale and a shift of its values.

    Raises:
        ValueError: for a scale or a shift that is not finite. TypeError: for one that is no number;
            for what is no activation. KeyError: for an unknown name.
    """

    activation: Activation
    scale: float = 1.0
    shift: float = 0.0
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", resolve(self.activation))
        for what in ("scale", "shift"):
            # Whatever kind of number it was given as.
            object.__setattr__(self, what, finite_number(getattr(self, what), what))

    @property
    def name(self) -> str:
        """The label, or the activation's title."""
        return self.label or self.activation.title

    def curve(self, lower: float = -4.0, upper: float = 4.0) -> Curve:
        """The unit's values on an interval, for drawing."""
        bare = curve(self.activation, lower, upper)
        return Curve(self.name, bare.x, self.scale * (bare.y + self.shift))

    def step(
        self, mean: Any, variance: Any, omega: float = 0.0, tau: float = 1.0
    ) -> tuple[Array, Array]:
        """Mean and variance of the outputs, for arrays of those of the inputs.

        >>> from actmath import catalog
        >>> mean, variance = ScaledUnit(catalog.selu).step(0.3, [1.0, 1.5])
        >>> mean.round(4) + 0.0, variance.round(4)
        (array([0.   , 0.045]), array([1.    , 1.3715]))
        """
        omega, tau = finite_number(omega, "omega"), finite_number(tau, "tau")
        centre, spread = real_array(mean, "mean"), real_array(variance, "variance")
        at = gaussian(self.activation, omega * centre, tau * spread)
        # Var lam·(f + shift) = lam²·Var f: a shift leaves the variance.
        return self.scale * (at.mean + self.shift), self.scale**2 * at.variance


@dataclass(frozen=True, eq=False, repr=False)
class Flow(Answer):
    """Where the moment map sends a grid of (mean, variance), and some orbits.

    ``means`` and ``variances`` have the shape of the grid, and so have ``to_means`` and
    ``to_variances``; each orbit is (layers + 1, 2) with its start in the first row. ``landing``
    (points, 2) is the curve on which every step ends if omega = 0, else empty. ``endings`` says of
    each orbit whether its last point stays where it is, or its variance is beyond 1e12.
    """

    label: str
    omega: float
    tau: float
    means: Array
    variances: Array
    to_means: Array
    to_variances: Array
    landing: Array
    orbits: tuple[Array, ...] = ()
    endings: tuple[Ending, ...] = ()


def flow(
    unit: ScaledUnit,
    means: Any,
    variances: Any,
    *,
    omega: float = 0.0,
    tau: float = 1.0,
    starts: Any = (),
    layers: int = 30,
) -> Flow:
    """The moment map on the grid means × variances, and the orbits from ``starts``.

    Args:
        unit: the scaled unit.
        means, variances: one-dimensional; the variances positive.
        omega, tau: sum and sum of squares of a unit's incoming weights.
        starts: pairs (mean, variance).
        layers: how many steps an orbit takes at most.

    Raises:
        ValueError: for no means or variances, rows of rows, or a variance that is not positive.
        TypeError: for what is no scaled unit, or no real numbers.

    >>> from actmath import catalog
    >>> field = flow(ScaledUnit(catalog.relu), [-1.0, 1.0], [0.5, 2.0], tau=2.0)
    >>> field.to_means.shape
    (2, 2)
    """
    check_kind(unit, ScaledUnit, "unit", "numeric.ScaledUnit(activation) makes one")
    rows = [_row(means, "means"), _row(variances, "variances")]
    if not (rows[0].size and rows[1].size and (rows[1] > 0).all()):
        raise ValueError("means and variances must be some, and the variances positive")
    omega, tau = finite_number(omega, "omega"), finite_number(tau, "tau")
    # Both (variances, means).
    across, up = np.meshgrid(*rows)
    to_means, to_variances = unit.step(across, up, omega, tau)
    pairs = starts if hasattr(starts, "dtype") else listing(starts, "starts")
    orbits = tuple(orbit(unit, start, layers, omega=omega, tau=tau) for start in pairs)
    # For omega = 0 the input's mean does not count: all steps land on one curve.
    fine = np.geomspace(up.min(), up.max(), 60 if omega == 0 else 0)
    landing = np.stack(unit.step(0 * fine, fine, omega, tau), axis=-1)
    ends = tuple(_ending(unit, path[-1], omega, tau) for path in orbits)
    return Flow(unit.name, omega, tau, across, up, to_means, to_variances, landing, orbits, ends)


def _row(given: Any, what: str) -> Array:
    row = real_array(listing(given, what), what)
    if row.ndim != 1:
        raise ValueError(f"{what} must be a row of numbers, got the shape {row.shape}")
    return row


def _ending(unit: ScaledUnit, last: Array, omega: float, tau: float) -> Ending:
    if last[1] >= _LARGE:
        return Ending.DIVERGED
    after = np.array(unit.step(last[0], last[1], omega, tau))
    still = np.abs(after - last) <= _STILL * np.maximum(1, np.abs(last))
    return Ending.CONVERGED if still.all() else Ending.UNSETTLED


def orbit(
    unit: ScaledUnit,
    start: tuple[float, float],
    layers: int = 30,
    *,
    omega: float = 0.0,
    tau: float = 1.0,
) -> Array:
    """(mean, variance) by layer, (layers + 1, 2); shorter if the variance dies out or grows wild.

    Raises:
        ValueError: for a start that is not two finite numbers, or a variance below 0.
        TypeError: for what is no scaled unit, or no numbers.

    >>> from actmath import catalog
    >>> bool(np.allclose(orbit(ScaledUnit(catalog.selu), (0.5, 3.0), 60)[-1], [0, 1], atol=1e-5))
    True
    """
    check_kind(unit, ScaledUnit, "unit", "numeric.ScaledUnit(activation) makes one")
    points, layers = [real_array(start, "start")], whole_number(layers, "layers", 0)
    if points[0].shape != (2,):
        raise ValueError(f"start must be a mean and a variance, got the shape {points[0].shape}")
    if not (np.isfinite(points[0]).all() and points[0][1] >= 0):
        raise ValueError(f"start must be a finite mean and a variance from 0 on, got {start}")
    while len(points) <= layers and _SMALL < points[-1][1] < _LARGE:
        mean, variance = unit.step(points[-1][0], points[-1][1], omega, tau)
        points.append(np.array([float(mean), float(variance)]))
    return np.stack(points)


@dataclass(frozen=True, eq=False, repr=False)
class OutputDensity(Answer):
    """A Gaussian before and after an increasing unit: both densities, and the unit's curve."""

    unit: Curve
    before: Curve
    after: Curve
    inputs: tuple[float, float]
    outputs: tuple[float, float]


def output_density(unit: ScaledUnit, mean: float = 0.0, variance: float = 1.0) -> OutputDensity:
    """The density of lam·(f(z) + shift), z ~ N(mean, variance), by the change of variables φ/f′.

    Raises:
        ValueError: if the unit is not strictly increasing within 4.5 deviations of the mean, for
            then a value may come from several arguments, or pile up at one.
        TypeError: for what is no scaled unit, or no numbers.

    >>> from actmath import catalog
    >>> found = output_density(ScaledUnit(catalog.selu))
    >>> bool(abs(np.trapezoid(found.after.y, found.after.x) - 1) < 1e-3)
    True
    """
    check_kind(unit, ScaledUnit, "unit", "numeric.ScaledUnit(activation) makes one")
    mean, variance = finite_number(mean, "mean"), finite_number(variance, "variance")
    if not variance > 0:
        raise ValueError(f"variance must be positive, got {variance}")
    # Beyond 4.5 deviations lies a share of 7e-6, less than a line's width.
    reach = 4.5 * variance**0.5
    drawn = unit.curve(mean - reach, mean + reach)
    density = np.exp(-((drawn.x - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    slope = unit.scale * to_numpy(unit.activation, 1)(drawn.x)
    if not (slope > 0).all():
        raise ValueError(f"{unit.name} does not increase everywhere near N({mean}, {variance})")
    # omega = tau = 1: the net input itself is N(mean, variance).
    outputs = tuple(float(value) for value in unit.step(mean, variance, 1.0))
    return OutputDensity(
        drawn,
        Curve("net input", drawn.x, density),
        # The density of f(z) at f(x) is φ(x)/f′(x).
        Curve("output", drawn.y, density / slope),
        (mean, variance),
        (outputs[0], outputs[1]),
    )
