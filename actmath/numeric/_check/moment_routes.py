"""The ways to Gaussian moments, and the digits each keeps: scalar, arrays, tensors, gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ...activation import Activation
from ...lower._arithmetics import FLOAT64
from .evaluation import complaint
from .formula_walk import UnknownValueError
from .gaussian_reference import Expected, GaussianReference
from .kept import Kept, digits_in_units, whole_digits

#: Inputs (mean, variance), to which those on the first break are added.
INPUTS: tuple[tuple[float, float], ...] = ((0.0, 1.0), (1.0, 0.25), (-0.5, 9.0))
# What arrays promise for |mean| ≤ 1 and variance in [0.01, 16], in digits.
_VARIANCE_DIGITS, _GRADIENT_DIGITS, _SCALAR_DIGITS = 12.0, 10.0, 15
_WHOLE = whole_digits(FLOAT64)
# What the reference's sums round, beside their largest term.
_ROUNDED = 1e-25

_Found = dict[str, float]
_Evaluate = Callable[[Activation, float, float], _Found]


def moment_digits(activation: Activation, breaks: Sequence[Any]) -> Iterator[Kept]:
    """What each route keeps of each moment, at the worst of the inputs."""
    reference = GaussianReference(activation.formula(), breaks)
    # A mean on a kink is where a rule that is split there may go wrong; every float is a dyadic.
    inputs = [*INPUTS, *((float(at), 0.25) for at in breaks[:1])]
    expected = []
    for pair in inputs:
        try:
            expected.append((pair, reference(*pair)))
        except UnknownValueError as error:
            yield Kept("moments", "all", None, _WHOLE, note=f"no reference: {error}")
            return
    for title, evaluate, promised in _ROUTES:
        yield from _kept(title, evaluate, promised, activation, expected)


def _kept(
    title: str,
    evaluate: _Evaluate,
    promised: Mapping[str, float],
    activation: Activation,
    expected: Sequence[tuple[tuple[float, float], Expected]],
) -> Iterator[Kept]:
    worst: dict[str, Kept] = {}
    for (mean, variance), known in expected:
        try:
            found = evaluate(activation, mean, variance)
        except Exception as error:  # a crash is what is looked for
            finite = all(value is not None for value in vars(known).values())
            yield Kept(title, "all", None, _WHOLE, note=complaint(error, finite))
            return
        for name, (right, unit) in _right(known, variance).items():
            if name in found and right is not None:
                row = _row(title, name, found[name], (right, unit), promised, (mean, variance))
                if name not in worst or (row.digits or 0) < (worst[name].digits or 0):
                    worst[name] = row
    yield from worst.values()


def _row(
    title: str,
    name: str,
    got: float,
    wanted: tuple[Any, Any],
    promised: Mapping[str, float],
    inputs: tuple[float, float],
) -> Kept:
    right, unit = wanted
    error = abs(right - got)
    digits = digits_in_units(error, unit * FLOAT64.epsilon, _WHOLE) if math.isfinite(got) else 0.0
    mean, variance = inputs
    place, value = f"N({mean:g}, {variance:g})", f"{float(right):.17g}"
    return Kept(title, name, digits, _WHOLE, promised.get(name), place, repr(got), value)


def _right(known: Expected, variance: float) -> dict[str, tuple[Any, Any]]:
    """Each moment with the unit in which its error counts."""
    second, spread, steep = known.second, known.variance, known.derivative_second
    if spread is not None and spread <= _ROUNDED * second:
        # A constant: what is left of E f² − (E f)² is rounding.
        spread = 0 * spread
    size = None if second is None else second**0.5
    rise = None if steep is None else steep**0.5
    pairs = {
        "E f": (known.mean, size),
        "Var f": (spread, spread or second),
        "E f′": (known.derivative_mean, rise),
        "E f′²": (steep, steep),
    }
    if spread is not None and spread > 0:
        # |∂E f/∂m| ≤ √(Var f/v) by Cauchy and Schwarz, and likewise the others.
        by_mean, by_variance = variance**-0.5, variance**-1.0
        units = (spread**0.5 * by_mean, spread**0.5 * by_variance)
        for name, gradient, unit in (
            ("∇E f", known.mean_gradient, units),
            ("∇Var f", known.variance_gradient, (spread * by_mean, spread * by_variance)),
        ):
            for index, by in enumerate(("mean", "variance")):
                pairs[f"{name} by {by}"] = (gradient[index], unit[index])
    return {
        # What vanishes by symmetry is 0.
        name: (right if abs(right) > _ROUNDED * unit else 0 * right, unit)
        for name, (right, unit) in pairs.items()
        if right is not None and unit is not None
    }


def _scalar(activation: Activation, mean: float, variance: float) -> _Found:
    from .._digits.moments import moments

    found = moments(activation, mean, variance, digits=_SCALAR_DIGITS)
    values = (found.mean, found.variance, found.derivative_mean, found.derivative_second)
    return dict(zip(("E f", "Var f", "E f′", "E f′²"), map(float, values), strict=True))


def _arrays(activation: Activation, mean: float, variance: float) -> _Found:
    from .._gaussian.evaluate import gaussian

    found = gaussian(activation, [mean], [variance])
    values = (found.mean, found.variance, found.derivative_mean, found.derivative_second)
    return {
        name: float(value[0])
        for name, value in zip(("E f", "Var f", "E f′", "E f′²"), values, strict=True)
    }


def _tensors(activation: Activation, mean: float, variance: float) -> _Found:
    import torch

    from .._gaussian.evaluate import gaussian

    inputs = [
        torch.tensor([value], dtype=torch.float64, requires_grad=True) for value in (mean, variance)
    ]
    found = gaussian(activation, *inputs)
    values = {"E f": found.mean, "Var f": found.variance}
    result = {name: value.item() for name, value in values.items()}
    for name, value in values.items():
        slopes = torch.autograd.grad(value.sum(), inputs, retain_graph=True, allow_unused=True)
        for by, slope in zip(("mean", "variance"), slopes, strict=True):
            result[f"∇{name} by {by}"] = 0.0 if slope is None else slope.item()
    return result


_PROMISED = {
    "E f": _VARIANCE_DIGITS,
    "Var f": _VARIANCE_DIGITS,
    "E f′": _VARIANCE_DIGITS,
    "E f′²": _VARIANCE_DIGITS,
    **{
        f"∇{name} by {by}": _GRADIENT_DIGITS
        for name in ("E f", "Var f")
        for by in ("mean", "variance")
    },
}
# Fifteen printed digits are right to half a unit of the last, of a number that begins with 1.
_PRINTED = dict.fromkeys(("E f", "Var f", "E f′", "E f′²"), _SCALAR_DIGITS - 0.7)
_ROUTES: tuple[tuple[str, _Evaluate, Mapping[str, float]], ...] = (
    ("moments", _scalar, _PRINTED),
    ("gaussian, arrays", _arrays, _PROMISED),
    ("gaussian, tensors", _tensors, _PROMISED),
)
