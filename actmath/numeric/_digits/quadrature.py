"""Gaussian expectations by quadrature split at the kinks: any activation, any digits.

It knows nothing of the closed forms; what both share is how a formula is evaluated by mpmath.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mpmath
from sympy import Expr

from ..._digits import rational_text
from ...activation import Activation
from ...derive._iteration.settled import NotSettledError
from ...derive._subject import resolve
from ...lower._for_mpmath import to_mpf
from ...number import mp
from .double_exponential import End, Terms, Work, fixed_rule, integrate
from .integrand import Integrand
from .partition import Combine, Partition
from .whole_line import over_the_line

# Digits beyond those that are wanted, for the sums and for the rule's own arithmetic.
_GUARD = 12
# The mean in deviations, and the deviation, may be this large in bits: 10³²⁰, beyond any float64.
# Each node is computed in so many bits more, and bends lie in so many octaves.
_MOST_BITS = 1063
# The halves are added up first where they cancel by more bits than these, and seen to so many
# more than are lost.
_CANCELS, _SPARE_BITS = 30, 64
# Decimal digits below E |f| that are looked into, as in ``moments``.
_DEPTH = 400


@dataclass(frozen=True)
class Central:
    """E f, E f², Var f, E f′, E f′², and the sizes against which each is known to the digits.

    What is infinite is inf, an E f′ of infinite parts of both signs nan; what is 0 by symmetry has
    the size 0.
    """

    values: tuple[Any, ...]
    sizes: tuple[Any, ...]


def expectations(
    activation: Activation | str, mean: Any, variance: Any
) -> tuple[Any, Any, Any, Any]:
    """E f, E f², E f′, E f′² at the working precision of ``mpmath.mp``, or of the mean's context.

    Args:
        activation: its default parameters are used.
        mean, variance: mpf; the variance positive.

    Raises:
        ValueError: if E |f| is infinite, or an integral does not settle.
    """
    asked = getattr(mean, "context", mpmath.mp)
    with mp.workprec(asked.prec):
        first, second, _, *slopes = central(resolve(activation), mean, variance).values
        found = tuple(asked.make_mpf(mp.mpf(value)._mpf_) for value in (first, second, *slopes))
    return found[0], found[1], found[2], found[3]


def central(activation: Activation, mean: Any, variance: Any, work: Work | None = None) -> Central:
    """All five expectations, to the digits of ``mp``.

    Args:
        activation, mean, variance: as of ``expectations``; the mean exact, or as it is.
        work: the evaluations that may be spent.

    Raises:
        ValueError: as ``expectations``.
    """
    digits = mp.dps
    with mp.workprec(_working_precision(mean, variance)):
        common = _integrand(activation, mean, variance).bits_in_common(int(_DEPTH * 3.33))
    with mp.workprec(_working_precision(mean, variance) + common):
        integrand = _integrand(activation, mean, variance)
        middle, _ = integrand.at(integrand.mean, integrand.piece_at(integrand.mean))
        # Values far from 0 that differ little: their squares about the one in the middle.
        start = middle if mp.isfinite(middle) else mp.zero

        def combine(f: Any, slope: Any, _: Any) -> tuple[Any, ...]:
            apart = f - start
            return f, f * f, apart, apart * apart, slope, slope * slope

        sums, sizes, infinite = _integrals(integrand, combine, digits, work, {2: 0, 3: 1})
        if infinite[0]:
            raise ValueError(
                f"{activation.name} has no mean under N({_shown(mean)}, {_shown(variance)}): "
                "E |f| is infinite"
            )
        variance_ = sums[3] - sums[2] ** 2 if not infinite[1] else mp.inf
        values = [sums[0], sums[1], variance_, sums[4], sums[5]]
        scales = [sizes[0], sizes[1], sizes[3], sizes[4], sizes[5]]
        for place in (0, 3):
            if abs(values[place]) <= scales[place] * mp.mpf(10) ** (-digits // 2):
                found = _even_part(activation, mean, variance, digits, place // 3, work)
                if found is not None:
                    values[place] = found
                    scales[place] *= bool(found)
    return Central(tuple(values), tuple(scales))


def _even_part(
    activation: Activation, mean: Any, variance: Any, digits: int, which: int, work: Work | None
) -> Any:
    """E f (0) or E f′ (1) of the two halves added up before; None where they do not cancel.

    0 where a symmetry makes it 0: f is odd, or f is even and f′ is odd.
    """
    # Here, since few units need it.
    from .mirrored import MIRROR_DIGITS, Mirrored, cancelled_bits, is_mirrored

    with mp.workprec(mp.prec + int(MIRROR_DIGITS * 3.33)):
        integrand = _integrand(activation, mean, variance)
        if is_mirrored(integrand, -1 if which else 1):
            return mp.zero
        lost = min(cancelled_bits(integrand, which), int(_DEPTH * 3.33))
    if lost < _CANCELS:
        return None
    with mp.workprec(mp.prec + lost + _SPARE_BITS):
        seen = _integrand(activation, mean, variance)
        folded = Mirrored(seen.activation, seen.mean, seen.deviation)
        found, _, _ = _integrals(folded, lambda f, slope, _: ((f, slope)[which],), digits, work)
        return found[0]


def prepare_integrand(activation: Activation) -> None:
    """Do all of an activation that is symbolic, so that what follows is numbers alone."""
    with mp.workdps(15):
        integrand = Integrand(activation, mp.zero, mp.one)
        integrand.at(mp.one, len(integrand.breaks))
        _ = integrand.landmarks


def with_derivatives(activation: Activation, mean: Any, variance: Any) -> tuple[Any, ...]:
    """E f, E f² and their derivatives by mean and by variance, from values of f alone.

    By Stein's identity ∂E h/∂mean = E[h·Z]/σ and ∂E h/∂variance = E[h·(Z² − 1)]/(2·variance).
    """
    digits = mp.dps
    with mp.workprec(_working_precision(mean, variance)):
        integrand = _integrand(activation, mean, variance)
        deviation, spread = integrand.deviation, integrand.deviation**2

        def combine(f: Any, _: Any, z: Any) -> tuple[Any, ...]:
            by_mean, by_variance = z / deviation, (z * z - 1) / (2 * spread)
            square = f * f
            return f, square, f * by_mean, f * by_variance, square * by_mean, square * by_variance

        sums, _, infinite = _integrals(integrand, combine, digits)
        if any(infinite):
            raise ValueError(f"{activation.name} has no variance: E f² is infinite")
    return sums


def weighted(
    activation: Activation,
    mean: Any,
    variance: Any,
    combined: Callable[[Integrand], Combine],
    work: Work | None = None,
) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[bool, ...]]:
    """E of the terms that are made of f, f′ and a standard Gaussian, and of their absolute values.

    ``combined`` makes them for an integrand, at the precision that it is integrated with. Last,
    which of them are infinite.
    """
    digits = mp.dps
    with mp.workprec(_working_precision(mean, variance)):
        integrand = _integrand(activation, mean, variance)
        return _integrals(integrand, combined(integrand), digits, work)


def nodes(kinks: tuple[Any, ...], mean: Any, variance: Any) -> tuple[tuple[Any, Any], ...]:
    """Standardized nodes and weights of one rule for all functions with bends at these and at 0.

    The weights have the normal density in them; the rule is fixed, and tells no error.
    """
    return _fixed_nodes(kinks, mean, variance, mp.setting)


@lru_cache(maxsize=16)
def _fixed_nodes(
    kinks: tuple[Any, ...], mean: Any, variance: Any, _: object
) -> tuple[tuple[Any, Any], ...]:
    deviation, digits = mp.sqrt(variance), mp.dps
    # Five deviations beyond where the density has died out: f may grow like an exponential.
    reach = mp.sqrt(2 * mp.log(10) * digits) + 5
    bends = {(mp.mpf(place) - mean) / deviation: 1 / deviation for place in (*kinks, 0)}
    ends = {z: width for z, width in bends.items() if abs(z) < reach}
    # Eight cells around the mean, without those edges that lie beside a bend.
    for edge in (k * reach / 4 for k in range(-4, 5)):
        if abs(edge) == reach or all(abs(edge - z) > reach / 32 for z in bends):
            ends.setdefault(edge, 2 * reach)
    normal = 1 / mp.sqrt(2 * mp.pi)
    rule = fixed_rule(sorted(ends.items()), digits + 5)
    return tuple((z, weight * normal * mp.exp(-z * z / 2)) for z, weight in rule)


def _integrand(activation: Activation, mean: Any, variance: Any) -> Integrand:
    return Integrand(activation, _number(mean), mp.sqrt(_number(variance)))


def _number(value: Any) -> Any:
    return to_mpf(value) if isinstance(value, Expr) else mp.mpf(value)


def _shown(value: Any) -> str:
    return rational_text(value) if isinstance(value, Expr) else str(mp.nstr(mp.mpf(value), 6))


def _working_precision(mean: Any, variance: Any) -> int:
    """Bits in which mean + σ·z is told from the mean with as many digits as are asked for.

    Raises:
        NotSettledError: if the mean is too many deviations from 0, or the deviation too large.
    """
    wide = mp.mag(_number(variance)) // 2
    apart = mp.mag(_number(mean)) - wide if _number(mean) else 0
    if max(apart, wide) > _MOST_BITS:
        raise NotSettledError(
            f"N({_shown(mean)}, {_shown(variance)}) is out of reach of the quadrature: its mean is "
            "more than 1e320 deviations from 0, or its deviation more than 1e320"
        )
    return int(mp.prec + _GUARD * 3.33 + max(0, apart))


def _integrals(
    integrand: Integrand,
    combine: Combine,
    digits: int,
    work: Work | None = None,
    parts: dict[int, int] | None = None,
) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[bool, ...]]:
    """The integrals of the terms, of their absolute values, and which of the latter are infinite.

    An infinite one is inf, −inf, or nan if its parts have both signs.
    """
    partition = Partition(integrand, combine, int((digits + 3) * 3.33), parts)
    infinite, normal = partition.infinite, 1 / mp.sqrt(2 * mp.pi)

    def terms(end: End, offset: Any, piece: int) -> tuple[Any, ...]:
        place, (f, slope) = _value(integrand, end, offset, piece)
        z = end.z + offset
        weight = normal * mp.exp(-z * z / 2)
        found = combine(f, slope, z)
        kept = [mp.zero if out else weight * t for t, out in zip(found, infinite, strict=True)]
        if not all(map(mp.isfinite, kept)):
            raise ValueError(f"{integrand.activation.name} has no value near x = {mp.nstr(place)}")
        return tuple(kept)

    work = work or Work(digits)
    # Of a node, the second value of f is half the work.
    work.each = 1.5 if integrand.is_even else 1
    found = over_the_line(partition, terms, digits, work)
    if found is not None:
        return *found, infinite
    sums, sizes = _over_sections(partition, terms, digits, work)
    signs = partition.signs
    return (
        tuple(s * mp.inf if out else v for v, s, out in zip(sums, signs, infinite, strict=True)),
        tuple(mp.one if out else size for size, out in zip(sizes, infinite, strict=True)),
        infinite,
    )


def _over_sections(
    partition: Partition, terms: Terms, digits: int, work: Work
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    sections = partition.sections()
    work.spend(partition.looks)
    # One half of what is even does for both, if the mean is an end.
    half = [section for section in sections if section.left.z >= 0]
    if not (partition.integrand.is_even and half and not half[0].left.z):
        return integrate(sections, terms, digits, work)
    sums, sizes = integrate(half, terms, digits, work)
    return tuple(2 * v for v in sums), tuple(2 * size for size in sizes)


def _value(integrand: Integrand, end: End, offset: Any, piece: int) -> tuple[Any, Any]:
    """Place, and f and f′ there, near a singular break with digits for the distance from it."""
    apart = integrand.deviation * offset
    if not end.singular:
        place = end.x + apart
        return place, integrand.at(place, piece)
    # As many for x beside the break, and twice as many for slopes such as those of sin(x)/x.
    far = mp.mag(end.x) if end.x else 0
    with mp.workprec(mp.prec + max(0, far - mp.mag(apart)) + 2 * max(0, -mp.mag(apart))):
        place = end.x + apart
        return place, integrand.at(place, piece)
