"""The battery's parts about Gaussians: sheet, moments by all routes, constants, kernel, gains."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from mpmath import mp
from sympy import lambdify

from actmath import constants, moments, show
from actmath.notation import x
from actmath.number import exact
from actmath.numeric import Constants as Found
from actmath.numeric import NoSelfNormalizationError, dual_kernel, gains, gaussian
from actmath.numeric._sheet import Missing

from .clock import LIMIT, limited
from .comparison import Said, compare, require, require_sentence_if_infinite, sentences
from .expected import Gaussian, gaussian_of
from .unit import Unit

# Digits asked of scalar moments, and what the routes promise on |mean| ≤ 1, variance 0.01 … 16.
_ASKED, _SCALAR, _ARRAYS, _GRADIENTS = 20, 1e-19, 1e-12, 1e-10
# The twin's sums agree to 22 digits of √E f²; nothing but that stands beside E f.
_SUMMED = 1e-22 / _SCALAR
NAMES = ("mean", "second", "variance", "derivative_mean", "derivative_second")
_TARGETS = ((Fraction(0), Fraction(1)), (Fraction(1, 4), Fraction(3, 2)), (Fraction(-1, 10), 2))


@lru_cache(maxsize=64)
def _reference(unit: Unit, mean: Fraction, variance: Fraction) -> Gaussian:
    return gaussian_of(unit, mean, variance)


@lru_cache(maxsize=64)
def _right(unit: Unit, mean: Fraction, variance: Fraction) -> dict[str, Any]:
    found = _reference(unit, mean, variance).moments()
    over = {name for name, start in unit.infinite.items() if variance >= start}
    return {name: mp.inf if name in over else value for name, value in found.items()}


def _drawn(unit: Unit, rng: random.Random) -> tuple[Fraction, Fraction]:
    """|mean| ≤ 1 and variance in [0.01, 16], as dyadic numbers, which floats hold exactly."""
    breaks = [at for at in map(float, unit.breaks()) if abs(at) <= 1]
    # Half of the means lie on a break where there is one.
    at = rng.choice(breaks) if breaks and rng.random() < 0.5 else rng.uniform(-1, 1)
    # From 1/64 to 15.85.
    spread = Fraction(max(1, round(10 ** rng.uniform(-2, 1.2) * 64)), 64)
    return Fraction(round(at * 1024), 1024), spread


def _sizes(right: dict[str, Any], share: float = 0.1) -> dict[str, Any]:
    """The unit of each moment's error: what vanishes by symmetry counts beside part of the root."""
    root, rise = (mp.sqrt(right[name]) for name in ("second", "derivative_second"))
    return {
        **{name: abs(value) for name, value in right.items()},
        "mean": max(abs(right["mean"]), share * root),
        "derivative_mean": max(abs(right["derivative_mean"]), share * rise),
    }


def _compare_moments(
    what: str, got: Any, right: dict[str, Any], tolerance: float, share: float = 0.1
) -> None:
    sizes = _sizes(right, share)
    for name in NAMES:
        value = getattr(got, name)
        if mp.isinf(right[name]):
            require_sentence_if_infinite(f"{what}: {name}", value)
        else:
            # Both are 0 for a constant, up to what the sums round.
            unit = max(sizes[name], mp.mpf(10) ** -30 / tolerance)
            compare(f"{what}: {name}", value, right[name], tolerance, unit)


def sheet(unit: Unit, rng: random.Random) -> None:
    """The sheet is made, prints, and its moments are right."""
    with sentences():
        found = show(unit.declared(rng.randrange(len(unit.spellings))))
    require("<table" in found._repr_html_() and bool(repr(found)), lambda: "it does not print")
    found.to_json()
    if isinstance(found.moments, Missing):
        raise Said(found.moments.why)
    _compare_moments("sheet", found.moments, _right(unit, Fraction(0), Fraction(1)), 1e-14)


def scalar(unit: Unit, rng: random.Random) -> None:
    """``moments`` at a random input, to 20 digits."""
    at = _drawn(unit, rng)
    with sentences():
        found = moments(unit.declared(), *at, digits=_ASKED)
    # Every printed digit of E f is promised, however small it is: the rest is the twin's sum's own.
    _compare_moments(f"moments at N{_shown(at)}", found, _right(unit, *at), _SCALAR, _SUMMED)


def arrays(unit: Unit, rng: random.Random) -> None:
    """``gaussian`` on arrays at two random inputs."""
    inputs = [_drawn(unit, rng) for _ in range(2)]
    with sentences():
        found = gaussian(
            unit.declared(),
            np.array([float(mean) for mean, _ in inputs]),
            np.array([float(variance) for _, variance in inputs]),
        )
    for row, at in enumerate(inputs):
        one = type(found)(
            found.activation, *(float(getattr(found, name)[row]) for name in NAMES), found.route
        )
        _compare_moments(f"arrays at N{_shown(at)}", one, _right(unit, *at), _ARRAYS)


def tensors(unit: Unit, rng: random.Random) -> None:
    """``gaussian`` on tensors: values, and gradients by mean and variance."""
    at = _drawn(unit, rng)
    inputs = [torch.tensor(float(v), dtype=torch.float64, requires_grad=True) for v in at]
    with sentences():
        found = gaussian(unit.declared(), *inputs)
    right = _right(unit, *at)
    if mp.isinf(right["second"]):
        return
    slopes = _reference(unit, *at).gradients()
    variance = mp.mpf(at[1].numerator) / at[1].denominator
    for name in ("mean", "variance"):
        value = getattr(found, name)
        compare(f"tensors: {name}", value.item(), right[name], _ARRAYS, _sizes(right)[name] + 1e-20)
        got = torch.autograd.grad(value, inputs, retain_graph=True, allow_unused=True)
        # |∂E g/∂m| ≤ √(Var g/v), and with v for ∂v: the scale of what may vanish.
        scale = mp.sqrt(right["variance"]) if name == "mean" else right["variance"]
        for by, slope, want in zip(("mean", "variance"), got, slopes[name], strict=True):
            unit_of_it = max(abs(want), scale / (mp.sqrt(variance) if by == "mean" else variance))
            value_of_it = 0.0 if slope is None else slope.item()
            what = f"∂{name}/∂{by} at N{_shown(at)}"
            compare(what, value_of_it, want, _GRADIENTS, unit_of_it + 1e-20)


def constants_at_targets(unit: Unit, rng: random.Random) -> None:
    """``constants``: the solution is a fixed point of the twin's moments, or a sentence."""
    said = []
    for mean, variance in _TARGETS:
        try:
            with limited(LIMIT), sentences():
                found = constants(unit.declared(), mean, variance, digits=15)
        except (Said, NoSelfNormalizationError) as sentence:
            said.append(str(sentence))
            continue
        _check_fixed_point(unit, found, mean, variance)
    if len(said) == len(_TARGETS):
        raise Said(said[0])


def _check_fixed_point(unit: Unit, found: Found, mean: Fraction, variance: Fraction) -> None:
    with mp.workdps(30):
        m, v, omega, tau = (
            mp.mpf(str(exact(value).evalf(30)))
            for value in (mean, variance, found.omega, found.tau)
        )
        inputs = (m * omega, tau * v)
        twin = unit if found.shift is not None else _at_shape(unit, found)
        pair = tuple(Fraction(str(mp.nstr(value, 25))) for value in inputs)
        got = gaussian_of(twin, *pair).moments()
        shift = mp.mpf(str(found.shift or 0))
        lam = mp.mpf(str(found.lam))
        scale = mp.sqrt(v + m * m)
        target = f"constants at ({mean}, {variance})"
        compare(f"{target}: the mean", lam * (got["mean"] + shift), m, 1e-12, scale)
        compare(f"{target}: the variance", lam**2 * got["variance"], v, 1e-12)


def _at_shape(unit: Unit, found: Found) -> Unit:
    """The unit at the shape that was found: the declared formula as it stands."""
    # A shape is solved for where there is one parameter, whatever its name.
    (shape,) = unit.parameters
    subject = unit.declared().with_parameters(**{shape.name: found.alpha})  # type: ignore[dict-item]
    return Unit("shape", lambdify(x, subject.formula(), "mpmath"), unit.spellings, None, unit.kinks)


def kernel(unit: Unit, rng: random.Random) -> None:
    """``dual_kernel`` and its derivative by the covariance, at correlation ±1/2."""
    variance = Fraction(round(2 ** rng.uniform(-2, 1) * 64), 64)
    correlation = rng.choice((-0.5, 0.5))
    if "second" in unit.infinite and variance >= unit.infinite["second"]:
        variance = Fraction(1, 16)
    with sentences():
        found = dual_kernel(unit.declared(), float(variance), float(variance), correlation)
    reference = _reference(unit, Fraction(0), variance)
    value, derivative = reference.kernel(correlation)
    second = _right(unit, Fraction(0), variance)["second"]
    what = f"at ({variance}, {variance}, {correlation})"
    compare(f"dual kernel {what}", float(found.value), value, 1e-11, second + 1e-20)
    size = second / (mp.mpf(variance.numerator) / variance.denominator)
    compare(f"its derivative {what}", float(found.derivative), derivative, 1e-10, size + 1e-20)


def both_gains(unit: Unit, rng: random.Random) -> None:
    """``gains`` at a random length."""
    length = Fraction(round(2 ** rng.uniform(-2, 2) * 64), 64)
    with sentences():
        found = gains(unit.declared(), float(length))
    right = _right(unit, Fraction(0), length)
    size = mp.mpf(length.numerator) / length.denominator
    _check_gain(f"forward gain at {length}", found.forward, size, right["second"])
    _check_gain(f"backward gain at {length}", found.backward, mp.one, right["derivative_second"])


def _check_gain(what: str, got: float, size: Any, moment: Any) -> None:
    if moment < mp.mpf(10) ** -30 or mp.isinf(moment):
        require(not mp.isfinite(got), lambda: f"{what} is {got}, but the moment is {moment}")
    else:
        compare(what, got, mp.sqrt(size / moment), 1e-12)


def _shown(at: tuple[Fraction, Fraction]) -> str:
    return f"({float(at[0]):g}, {float(at[1]):g})"
