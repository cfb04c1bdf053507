"""Digits that can be trusted: evaluate at rising precision until two precisions agree."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any

from ...derive._iteration.settled import NotSettledError
from ...number import mp

#: Most digits that may be asked for.
_MOST_DIGITS = 10_000
# Decimal digits beyond those asked for: of the first evaluation, and of two that agree.
_SPARE, _CONFIRMED = 25, 3
# Entries count as 0 so many decimal orders below the last digit asked for, where nothing is said.
_BELOW = 20
# Each round works with so many times the digits of the one before, up to so many times the first.
_GROWTH, _PATIENCE = 1.6, 40

Values = tuple[Any, ...]


def check_digits(digits: object) -> int:
    """The number of digits if it is an integer from 1 to 10000, else ValueError."""
    try:
        number = 0 if isinstance(digits, bool) else index(digits)  # type: ignore[arg-type]
    except TypeError:
        number = 0
    if not 1 <= number <= _MOST_DIGITS:
        raise ValueError(f"digits must be an integer from 1 to {_MOST_DIGITS}, got {digits!r}")
    return number


def settle(
    compute: Callable[[], Values],
    digits: int,
    units: Callable[[Values], Values] | None = None,
    depth: int = 0,
    spare: int = _SPARE,
    below: int = _BELOW,
    more: int | None = None,
) -> Values:
    """Evaluate at rising precision until two precisions agree to ``digits`` digits and 3 more.

    An entry that stays below 10^(-digits-below), or 10^-depth if that is less, of its unit counts
    as zero; where no ``units`` are given the unit is the largest entry. The first evaluation has
    ``spare`` digits beyond those asked for, and the second ``more`` than that where it is said. An
    entry may be infinite or nan.

    Raises:
        NotSettledError: if there is no agreement at 40 times the first precision.
    """
    seen, precision, previous = 0, digits + spare, None
    depth = max(digits + below, depth)
    while precision < _PATIENCE * (digits + _SPARE):
        with mp.workdps(precision):
            current = compute()
            unit = units(current) if units else (max(map(abs, current)),) * len(current)
            floors = [u * mp.mpf(10) ** -depth for u in unit]
            if previous is not None and _agree(previous, current, floors, digits, seen > depth):
                pairs = zip(current, floors, strict=True)
                return tuple(mp.zero if abs(v) < floor else v for v, floor in pairs)
        further = precision + more if more and previous is None else int(precision * _GROWTH)
        seen, precision, previous = precision, further, current
    raise NotSettledError(f"no agreement to {digits} digits at {precision} digits")


def _agree(
    previous: Values, current: Values, floors: list[Any], digits: int, to_the_floor: bool
) -> bool:
    """Is the relative change below 10^(-digits-3) everywhere, or both below the floor?

    Below the floor counts only once the precision of the earlier evaluation reached so deep.
    """
    tolerance = mp.mpf(10) ** (-digits - _CONFIRMED)
    return all(
        (other and mp.isfinite(other) and abs(one - other) <= tolerance * abs(other))
        or (one == other and not floor)
        or not (mp.isfinite(one) or mp.isfinite(other))
        or (to_the_floor and max(abs(one), abs(other)) <= floor)
        for one, other, floor in zip(previous, current, floors, strict=True)
    )
