"""Where activations are tried: at kinks and one ulp beside, at every magnitude, at no number."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan
from typing import Any

import numpy as np
from hypothesis import strategies as st
from sympy import oo

from actmath import Activation, Parameter
from actmath.derive import breakpoints

_SIZES = {
    64: (5e-324, 3e-310, 1e-300, 1e-30, 1e-9, 1e-3, 1.0, 30.0, 800.0, 1e30, 1e154, 1e300),
    32: (1e-45, 1e-40, 1e-30, 1e-9, 1e-3, 1.0, 30.0, 100.0, 1e19, 1e30, 3e38),
}
_TYPES: dict[int, Any] = {64: np.float64, 32: np.float32}


def breaks(activation: Activation, **given: Any) -> list[float]:
    """The breaks at these parameters, as floats."""
    values = activation.substitution(given)
    return [float(point.subs(values)) for point in breakpoints(activation.expr)]


def _special(activation: Activation, width: int) -> list[float]:
    kind = _TYPES[width]
    near = [
        float(np.nextafter(kind(point), kind(side)))
        for point in breaks(activation)
        for side in (point, -inf, inf)
    ]
    return [*near, 0.0, -0.0, *(sign * kind(size) for size in _SIZES[width] for sign in (1, -1))]


def finite_points(activation: Activation, width: int = 64) -> st.SearchStrategy[float]:
    """Kinks ± ulp, subnormal to huge magnitudes, and floats of the usual size."""
    return st.one_of(
        st.sampled_from([float(value) for value in _special(activation, width)]),
        st.floats(-50, 50, width=width),  # type: ignore[arg-type]
        st.floats(allow_nan=False, allow_infinity=False, width=width),  # type: ignore[arg-type]
    )


def all_points(activation: Activation, width: int = 64) -> st.SearchStrategy[float]:
    """The finite points, ±inf and nan."""
    return st.one_of(finite_points(activation, width), st.sampled_from([inf, -inf, nan]))


def smooth_points(activation: Activation, reach: int = 40) -> st.SearchStrategy[float]:
    """Moderate points that keep a distance of 1e-6 from every break."""
    ends = breaks(activation)
    return st.floats(-reach, reach).filter(lambda at: all(abs(at - e) > 1e-6 for e in ends))


def parameter_values(activation: Activation) -> st.SearchStrategy[dict[str, Any]]:
    """Values inside every parameter's domain that float32 represents exactly."""
    return st.fixed_dictionaries({p.name: _one_value(p) for p in activation.parameters})


def _one_value(parameter: Parameter) -> st.SearchStrategy[Any]:
    low, high = parameter.domain.inf, parameter.domain.sup
    least = -256 if low == -oo else int(low * 64)
    greatest = least + 512 if high is oo else int(high * 64)
    sixty_fourths = st.integers(least, greatest).map(lambda n: Fraction(n, 64))
    return sixty_fourths.filter(lambda value: bool(parameter.domain.contains(value)))


def rationals(low: int, high: int) -> st.SearchStrategy[Fraction]:
    """Rational numbers with small denominators, for exact targets."""
    return st.fractions(low, high, max_denominator=12)
