"""The ways to Gaussian moments, and the digits each keeps: scalar, arrays, tensors, gradients."""

from __future__ import annotations

import math
import time
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
# The reference's sums are certain to 22 digits of their sizes, and this is 15 of them.
_CERTAIN = 1e-7
# A gradient so far below the largest that it may be vanishes by symmetry.
_ROUNDED = 1e-25
# Seconds of the processor for all that the routes are compared with.
_SECONDS = 5.0

_Found = dict[str, float]
_Evaluate = Callable[[Activation, float, float], _Found]


def moment_digits(activation: Activation, breaks: Sequence[Any]) -> Iterator[Kept]:
    """What each route keeps of each moment, at the worst of the inputs."""
    reference = GaussianReference(activation.formula(), breaks)
    # A mean on a kink is where a rule that is split there may go wrong; every float is a dyadic.
    inputs = [*INPUTS, *((float(at), 0.25) for at in breaks[:1])]
    expected: list[tuple[tuple[float, float], Expected]] = []
    left = _SECONDS
    for count, pair in enumerate(inputs):
        begun = time.thread_time()
        try:
            expected.append((pair, reference(*pair, left / (len(inputs) - count))))
        except UnknownValueError as error:
            yield Kept(f"moments at {_shown(pair)}", "all", None, _WHOLE, note=_unknown(error))
        left -= time.thread_time() - begun
    if not expected:
        return
    for title, evaluate, promised in _ROUTES:
        yield from _kept(title, evaluate, promised, activation, expected)


def _unknown(error: UnknownValueError) -> str:
    return f"not examined: {error}"


def _shown(pair: tuple[float, float]) -> str:
    return f"N({pair[0]:g}, {pair[1]:g})"


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
        for name, wanted in _right(known, variance).items():
            if name in found:
                row = _row(title, name, found[name], wanted, promised, (mean, variance))
                if name not in worst or (row.digits or 0) < (worst[name].digits or 0):
                    worst[name] = row
    yield from worst.values()


def _row(
    title: str,
    name: str,
    got: float,
    wanted: tuple[Any, Any, Any],
    promised: Mapping[str, float],
    inputs: tuple[float, float],
) -> Kept:
    right, unit, own = wanted
    # Scalar moments promise digits of the moment itself, arrays of what it could be.
    size = own if promised is _PRINTED else unit
    error = abs(right - got)
    digits = digits_in_units(error, size * FLOAT64.epsilon, _WHOLE) if math.isfinite(got) else 0.0
    return Kept(
        title,
        name,
        digits,
        _WHOLE,
        promised.get(name),
        _shown(inputs),
        repr(got),
        f"{float(right):.17g}",
    )


def _right(known: Expected, variance: float) -> dict[str, tuple[Any, Any, Any]]:
    """Each moment, the unit in which its error counts, and how large it is by itself.

    What is certain of E f beside its size counts: an odd f has none, and E f is 0 by symmetry.
    """
    second, spread, steep = known.second, known.variance, known.derivative_second
    size = None if second is None else second**0.5
    rise = None if steep is None else steep**0.5
    pairs = {
        "E f": (known.mean, size, known.mean_size),
        "Var f": (spread, spread or second, 0),
        "E f′": (known.derivative_mean, rise, known.derivative_size),
        "E f′²": (steep, steep, 0),
    }
    if spread is not None and spread > 0:
        # |∂E f/∂m| ≤ √(Var f/v) by Cauchy and Schwarz, and likewise the others.
        by_mean, by_variance = variance**-0.5, variance**-1.0
        units = (spread**0.5 * by_mean, spread**0.5 * by_variance)
        for name, gradient, bounds in (
            ("∇E f", known.mean_gradient, units),
            ("∇Var f", known.variance_gradient, (spread * by_mean, spread * by_variance)),
        ):
            for index, by in enumerate(("mean", "variance")):
                value, unit = gradient[index], bounds[index]
                tiny = value is not None and abs(value) <= _ROUNDED * unit
                pairs[f"{name} by {by}"] = (0 * value if tiny else value, unit, 0)
    return {
        name: (right, unit, max(abs(right), _CERTAIN * summed))
        for name, (right, unit, summed) in pairs.items()
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
