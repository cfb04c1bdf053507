"""The battery's parts about f and f′: the declaration, every lowering, the module."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from mpmath import mp

from actmath import Activation
from actmath.lower import ARITHMETICS, FLOAT32, FLOAT64, Precision, to_torch
from actmath.nn import Elementwise

from .clock import unlimited
from .comparison import require, sentences
from .twins import LARGEST
from .unit import Unit

#: The bound of every lowering: so many ulps, times 1 + the condition number.
ULPS = 4
# Digits of the twin's values, beyond the 60 of the most exact arithmetic.
_DIGITS = 75
_FIXED = (0.0, 1e-300, 1e-30, 1e-9, 0.25, 1.0, 3.0, 12.0, 40.0, 90.0, 750.0, 1e9, 1e20, 1e200)
# Where an ulp of x moves f by so many times itself and 1, no digit of f or f′ is determined.
_HOPELESS = 1e9
_TYPES = {FLOAT64: torch.float64, FLOAT32: torch.float32}


@dataclass(frozen=True)
class Right:
    """f(x) or f′(x), and by how much an ulp of x moves it: |x·g′|."""

    at: float
    value: Any
    slack: Any
    #: Is it beside a kink or jump, where a ball holds the values of both sides?
    broken: bool = False


def declaration(unit: Unit, rng: random.Random) -> None:
    """Every spelling declares the same unit."""
    for spelling in range(len(unit.spellings)):
        with sentences():
            unit.declared(spelling)


def lowering(unit: Unit, rng: random.Random) -> None:
    """One spelling, by every arithmetic in every precision, f and f′."""
    activation = unit.declared(rng.randrange(len(unit.spellings)))
    for name in ARITHMETICS:
        arithmetic = ARITHMETICS[name]
        for precision in arithmetic.precisions:
            for order in (0, 1):
                known = points(unit, order, precision, rng)
                with sentences():
                    lowered = arithmetic.lower(activation, order)
                found = arithmetic.evaluate(lowered, [r.at for r in known], precision)
                for right, got in zip(known, found, strict=True):
                    what = f"{name}, {precision.bits} bits, {'f′' if order else 'f'}"
                    radius = got.radius if arithmetic.encloses else None
                    _judge(what, activation, right, got.value, precision, radius)
    _autograd("autograd", activation, to_torch(activation), unit, rng)


def module(unit: Unit, rng: random.Random) -> None:
    """The module, forward and backward, in both precisions."""
    activation = unit.declared(rng.randrange(len(unit.spellings)))
    with sentences():
        made = Elementwise(activation)
    for precision, kind in _TYPES.items():
        known = points(unit, 0, precision, rng)
        values = made(torch.tensor([r.at for r in known], dtype=kind)).double().tolist()
        for right, value in zip(known, values, strict=True):
            _judge(f"module, {kind}", activation, right, mp.mpf(value), precision, None)
    _autograd("module's gradient", activation, made, unit, rng)


def _autograd(
    what: str,
    activation: Activation,
    function: Callable[..., torch.Tensor],
    unit: Unit,
    rng: random.Random,
) -> None:
    for precision, kind in _TYPES.items():
        known = points(unit, 1, precision, rng)
        at = torch.tensor([r.at for r in known], dtype=kind, requires_grad=True)
        function(at).sum().backward()  # type: ignore[no-untyped-call]
        found = torch.zeros_like(at) if at.grad is None else at.grad
        for right, value in zip(known, found.double().tolist(), strict=True):
            _judge(f"{what}, {kind}", activation, right, mp.mpf(value), precision, None)


def points(unit: Unit, order: int, precision: Precision, rng: random.Random) -> list[Right]:
    """Fixed sizes with both signs, breaks and the floats beside, and random ones."""
    found = []
    for at in _places(unit, precision, rng):
        known = _known(unit, at)
        if known is not None and (not order or known[1] is not None):
            value, slope, bend = known
            broken = _beside_a_break(unit, at)
            if _undetermined(at, known, precision):
                found.append(Right(at, slope if order else value, mp.inf, broken))
            elif order:
                found.append(Right(at, slope, abs(at * bend), broken))
            else:
                found.append(Right(at, value, abs(at * (slope or 0)), broken))
    return found


def _beside_a_break(unit: Unit, at: float) -> bool:
    return any(abs(at - edge) <= 8 * FLOAT64.epsilon * abs(edge) for edge in unit.breaks())


def _undetermined(at: float, known: tuple[Any, Any, Any], precision: Precision) -> bool:
    """Does an ulp of x move f and f′ by more than themselves, as e^{x²} at 1e20? Or who knows f?"""
    value, slope, bend = known
    if abs(value) >= LARGEST:
        return True
    if not slope:
        return False
    moved = precision.epsilon * abs(mp.mpf(at))
    # Of sin(x²) at 1e200 no quotient of differences shows how the slope bends.
    if moved * abs(slope) > _HOPELESS * (1 + abs(value)):
        return True
    return bool(moved * abs(slope) > abs(value) and moved * abs(bend) > abs(slope))


def _places(unit: Unit, precision: Precision, rng: random.Random) -> Iterator[float]:
    largest = min(precision.largest, 1e300)
    wanted = [sign * size for size in _FIXED if size < largest for sign in (1, -1)]
    wanted += [rng.uniform(-20, 20) for _ in range(6)]
    wanted += [rng.choice((-1, 1)) * 10 ** rng.uniform(-8, 8) for _ in range(4)]
    single = precision == FLOAT32
    for at in map(float, unit.breaks()):
        if not single:
            wanted += [at, math.nextafter(at, -math.inf), math.nextafter(at, math.inf)]
        else:
            near = torch.tensor(at, dtype=torch.float32)
            ends = torch.tensor([-math.inf, math.inf])
            wanted += [near.item(), *torch.nextafter(near, ends).tolist()]
    yield from torch.tensor(wanted, dtype=_TYPES[FLOAT32 if single else FLOAT64]).tolist()


@lru_cache(maxsize=4096)
@unlimited()
def _known(unit: Unit, at: float) -> tuple[Any, Any, Any] | None:
    """f, f′ and f″ at a float; f′ is None at a break, all are where only rounding decides."""
    with mp.workdps(_DIGITS):
        breaks = unit.breaks()
        near = [b for b in breaks if abs(at - b) <= 4 * FLOAT32.epsilon * abs(b)]
        # A break that is no float: which side the floats beside it lie on is rounding.
        if any(mp.mpf(float(b)) != b for b in near):
            return None
        value = unit.value(at)
        if at in breaks:
            return value, None, None
        step = mp.mpf(10) ** -15 * (abs(mp.mpf(at)) or mp.one)
        away = [abs(at - b) for b in breaks]
        step = min([step, *(a / 4 for a in away)])
        slope = unit.derivative(at)
        bend = (unit.derivative(at + step) - unit.derivative(at - step)) / (2 * step)
        return value, slope, bend


def _judge(
    what: str,
    activation: Activation,
    right: Right,
    got: Any,
    precision: Precision,
    radius: Any,
) -> None:
    with mp.workdps(_DIGITS):
        want = right.value
        if radius is not None:
            # By how much the twin's own difference quotient may err.
            noise = mp.mpf(10) ** -60 * (abs(want) + right.slack) + mp.mpf(10) ** -400
            slack = radius + noise
            good = abs(got - want) <= slack and _is_narrow(right, radius, precision)
        elif mp.isinf(right.slack) and mp.isnan(got):
            # Where no digit is determined, nan says so.
            good = True
        elif abs(want) > precision.largest * (1 - precision.epsilon):
            good = got == mp.sign(want) * mp.inf or abs(got) >= precision.largest * 0.999
        else:
            ulps = ULPS * precision.epsilon * (abs(want) + right.slack)
            condition = min(right.slack / abs(want), mp.mpf(10) ** 12) if want else 0
            # What dies out below the smallest number takes its factor with it.
            died_out = (ULPS + condition) * max(precision.smallest, mp.mpf(10) ** -400)
            good = abs(got - want) <= max(ulps, died_out)
        require(
            bool(good),
            lambda: (
                f"{what} of {activation.expr} at {right.at!r} is {mp.nstr(got, 17)}, "
                f"right is {mp.nstr(want, 17)}"
            ),
        )


def _is_narrow(right: Right, radius: Any, precision: Precision) -> bool:
    """Finite up to 10⁹, beyond which exponentials overflow, and of some digits at usual points."""
    size = abs(right.at)
    if right.broken or size > 1e9:
        return True
    # A quarter of the digits of f and of what an ulp of x does to it, or three quarters beside 1.
    unit = max(abs(right.value) + right.slack, mp.ldexp(1, -precision.bits // 2))
    wide = radius > mp.ldexp(unit, -precision.bits // 4)
    return bool(mp.isfinite(radius) and not (0.25 <= size <= 40 and wide))
