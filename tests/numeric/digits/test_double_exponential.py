"""The rule against integrals known in closed form, singular ends and narrow bends among them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from actmath.derive._iteration.settled import NotSettledError
from actmath.number import mp
from actmath.numeric._digits.double_exponential import (
    End,
    OutOfWorkError,
    Section,
    Work,
    _nodes,
    fixed_rule,
    integrate,
    known_bits,
)


def whole(
    function: Callable[[Any], Any], low: Any, high: Any, width: Any = 1, steepness: float = 1.0
) -> tuple[Any, Any]:
    """∫ f and ∫ |f|, where the bend lies at the lower end."""
    with mp.workdps(42):
        left = End(mp.mpf(low), mp.mpf(low), mp.mpf(width), steepness)
        right = End(mp.mpf(high), mp.mpf(high), mp.mpf(high) - low)
        section = Section(left, right, 0)
        terms = lambda end, offset, _: (function(end.z + offset),)  # noqa: E731
        (value,), (size,) = integrate([section], terms, 30)
        return value, size


@pytest.mark.parametrize(
    ("function", "ends", "value"),
    [
        (lambda t: mp.exp(t), (0, 2), lambda: mp.expm1(2)),
        (lambda t: mp.sqrt(t), (0, 3), lambda: 2 * mp.sqrt(3)),
        (lambda t: mp.log(t), (0, 1), lambda: -mp.one),
        (lambda t: mp.sin(9 * t), (0, 5), lambda: (1 - mp.cos(45)) / 9),
        # A peak that no one told of: the section is cut until it is seen.
        (
            lambda t: 1 / (1 + (1000 * (t - 2)) ** 2),
            (0, 3),
            lambda: (mp.atan(1000) + mp.atan(2000)) / 1000,
        ),
    ],
)
def test_integrals_by_hand(
    function: Callable[[Any], Any], ends: tuple[int, int], value: Callable[[], Any]
) -> None:
    found, size = whole(function, *ends)
    with mp.workdps(42):
        assert abs(found - value()) < mp.mpf(10) ** -29 * size


def test_a_power_just_above_minus_one() -> None:
    """∫ t^(−9/10) from 0 to 1 is 10: the substitution must fall ten times as deep."""
    found, _ = whole(lambda t: t ** (-mp.mpf(9) / 10), 0, 1, steepness=10.0)
    assert abs(found - 10) < 1e-28


def test_a_bend_far_narrower_than_the_section() -> None:
    """∫ dt/(1 + t)² from 0 to 10^100 is 1 − 1/(1 + 10^100)."""
    with mp.workdps(42):
        found, _ = whole(lambda t: (1 + t) ** -2, 0, mp.mpf(10) ** 100)
        assert abs(found - 1) < 1e-29


def test_no_more_is_evaluated_than_the_digits_take() -> None:
    """Another level of 1/(1 + t²), whose 131 nodes have all 30 digits, would be 128 more."""
    seen = []
    whole(lambda t: seen.append(t) or 1 / (1 + t**2), 0, 2)
    assert len(seen) < 200


@pytest.mark.slow
def test_what_does_not_settle_is_refused() -> None:
    with pytest.raises(NotSettledError, match="does not settle to 30 digits"):
        whole(lambda t: mp.sin(1 / t) / t, 0, 1)


@pytest.mark.parametrize(
    ("gaps", "bits"),
    [
        # Twice the bits at each step, and less than 1.5 times; a byte less.
        ((20, 40), 2 * 40 - 8),
        ((20, 50), 2 * 50 - 8),
        ((20, 32), 1.6 * 32 - 8),
        ((20, 28), 28 - 8),
        # Of 8 bits no rate is believed.
        ((8, 24), 24 - 8),
        ((9, 18), 2 * 18 - 8),
    ],
)
def test_known_bits(gaps: tuple[int, int], bits: float) -> None:
    """Of 1, whose magnitude is that of the gaps' 2^{−n}, less n."""
    with mp.workdps(60):
        coarse, fine = (mp.ldexp(1, -gap) for gap in gaps)
        assert known_bits([1 + fine + coarse, 1 + fine, mp.one], mp.one) == pytest.approx(bits)
        assert known_bits([mp.one] * 3, mp.one) == math.inf
        assert known_bits([1 + fine + coarse, 1 + fine, mp.one], mp.zero) == -math.inf


def test_a_fixed_rule_has_the_moments_of_a_line() -> None:
    with mp.workdps(20):
        nodes = list(fixed_rule([(mp.zero, mp.one), (mp.one, mp.one), (mp.mpf(3), mp.one)], 15))
        assert abs(sum(w for _, w in nodes) - 3) < 1e-14
        assert abs(sum(w * t**2 for t, w in nodes) - 9) < 1e-13


def test_evaluations_are_counted_at_the_precision_of_the_first_integral() -> None:
    """At 100 digits, which are 333 bits: 20,000 evaluations, and 300 for each digit."""
    work = Work(100)
    assert (work.digits, work.allowed, work.each) == (100, 50_000, 1)
    with mp.workprec(333):
        work.spend(50_000)
        with pytest.raises(OutOfWorkError, match="settle to 100 digits within 50000 evaluations"):
            work.spend(1)
    folded = Work(100)
    folded.each = 1.5
    with mp.workprec(333):
        folded.spend(33_333)
        with pytest.raises(OutOfWorkError):
            folded.spend(1)


def test_an_evaluation_with_a_thousand_bits_more_costs_twice_as_much() -> None:
    work = Work(100)
    with mp.workprec(1666):
        work.spend(24_999)
        with pytest.raises(OutOfWorkError):
            work.spend(2)


def test_how_far_the_substitution_goes_at_each_end() -> None:
    """e⁵ > 100: so many cells of a bend as wide as 1; 100 bits and 5 nats are 74 nats."""
    with mp.workprec(100):
        left = End(mp.mpf(7), mp.zero, mp.one, 3.0)
        right = End(mp.mpf(207), mp.mpf(100), mp.mpf(300), 1.5)
        assert Section(left, right, 0).shape == (5, 0, 222, 111)
        back = Section(End(mp.zero, mp.zero, mp.mpf(300)), End(mp.mpf(100), mp.mpf(100), mp.one), 0)
        assert back.shape == (0, 5, 74, 74)


def test_halves_meet_in_the_middle() -> None:
    left, right = End(mp.mpf(10), mp.mpf(-1), mp.one, 2.0), End(mp.mpf(18), mp.mpf(3), mp.mpf(2))
    one, other = Section(left, right, 5).halves()
    middle = End(mp.mpf(14), mp.one, mp.mpf(4))
    assert (one.left, one.right, one.piece) == (left, middle, 5)
    assert (other.left, other.right, other.piece) == (middle, right, 5)
    assert one.history == other.history == []


def test_every_node_is_told_from_the_nearer_end() -> None:
    with mp.workdps(25):
        left, right = End(mp.mpf(40), mp.mpf(-1), mp.one), End(mp.mpf(70), mp.mpf(2), mp.mpf("0.1"))
        seen: list[tuple[End, Any, int]] = []

        def terms(end: End, offset: Any, piece: int) -> tuple[Any, ...]:
            seen.append((end, offset, piece))
            return mp.exp(end.z + offset), -mp.one

        sections = [Section(left, right, 3), Section(right, End(mp.mpf(80), mp.mpf(3), mp.one), 4)]
        values, sizes = integrate(sections, terms, 15)
        assert abs(values[0] / (mp.exp(3) - mp.exp(-1)) - 1) < 1e-14
        assert (values[1], sizes[1]) == pytest.approx((-4, 4), rel=1e-14)
        assert sizes[0] == values[0]
    for end, offset, piece in seen:
        whole = 3 if piece == 3 else 1
        assert 0 < abs(offset) <= whole / 2 * (1 + 1e-20)
        at_left = end is left if piece == 3 else end is right
        assert at_left == (offset > 0)
    assert {piece for _, _, piece in seen} == {3, 4}


@pytest.mark.parametrize(
    ("left", "right", "fall_left", "fall_right"), [(0, 4, 30, 60), (3, 0, 90, 45)]
)
def test_nodes_are_shares_of_the_way_and_weights_their_steps(
    left: int, right: int, fall_left: int, fall_right: int
) -> None:
    """Of all levels together the shares are apart, and the weights add up to the whole."""
    with mp.workdps(20):
        levels = [_nodes(left, right, fall_left, fall_right, 40, k, mp.setting) for k in range(3)]
        step = mp.mpf(4) * mp.mpf("6.2832") * mp.mpf("0.9") / 40
        found = [node for level in levels for node in level]
        # Nothing that counts is left out at either end.
        assert abs(mp.fsum(weight for *_, weight in found) * step / 4 - 1) < 1e-15
        mean = mp.fsum(w * (s if near else 1 - s) for near, s, w in found) * step / 4
        assert abs(mean - mp.mpf(1) / 2) < 1e-15
        assert all(0 < share <= 0.5 for _, share, _ in found)
        assert len({(near, share) for near, share, _ in found}) == len(found)
        # Each level halves the step.
        assert abs(len(levels[1]) - len(levels[0])) <= 1
        assert abs(len(levels[2]) - 2 * len(levels[0])) <= 4
        # There t has gone as far as the logarithm of the fall, beyond the stretch.
        for near, fall, stretch in ((True, fall_left, left), (False, fall_right, right)):
            shares = sorted(share for side, share, _ in levels[0] if side is near)
            bound = mp.exp(-fall - stretch) / fall
            assert shares[0] < 1.1 * bound
            assert shares[1] > bound


@pytest.mark.parametrize("digits", [10, 25])
def test_a_fixed_rule_near_its_ends_and_its_bends(digits: int) -> None:
    """∫ e^{t}·√(3 − t) has no slope at 3, ∫ 1/(t² + 1/400) bends within 1/20 of 0."""
    with mp.workdps(digits + 8):
        ends = [(mp.mpf(-2), mp.one), (mp.zero, mp.mpf("0.05")), (mp.mpf(3), mp.one)]
        nodes = list(fixed_rule(ends, digits))
        assert all(-2 <= t <= 3 for t, _ in nodes)
        root = mp.fsum(w * mp.sqrt(3 - t) for t, w in nodes)
        assert abs(root / (mp.mpf(2) / 3 * mp.sqrt(125)) - 1) < mp.mpf(10) ** -digits
        bell = mp.fsum(w / (t**2 + mp.mpf(1) / 400) for t, w in nodes)
        true = 20 * (mp.atan(60) + mp.atan(40))
        assert abs(bell / true - 1) < mp.mpf(10) ** (2 - digits)
