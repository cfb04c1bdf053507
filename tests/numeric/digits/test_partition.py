"""Which Gaussian integrals are infinite, and where the line is cut, by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from sympy import Rational

from actmath import Activation, moments
from actmath.derive._iteration.settled import NotSettledError
from actmath.number import mp
from actmath.numeric._digits.integrand import Integrand
from actmath.numeric._digits.partition import Partition


def squares(f: Any, slope: Any, _: Any) -> tuple[Any, ...]:
    return f, f * f, slope, slope * slope


def partition(text: str, mean: str = "0", deviation: str = "1") -> Partition:
    unit = Activation("unit", text)
    return Partition(Integrand(unit, mp.mpf(mean), mp.mpf(deviation)), squares, 60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tanh(x)", (False, False, False, False)),
        # f is of the order x^(1/2), f² of x, f′ of x^(-1/2) and f′² of 1/x.
        ("sqrt(max(0, x))", (False, False, False, True)),
        ("abs(x)**(3/2)", (False, False, False, False)),
        ("abs(x)**(3/4)", (False, False, False, False)),
        ("where(x > 0, log(x), 0)", (False, False, True, True)),
        ("where(x > 0, x**(-1/2), 0)", (False, True, True, True)),
        # e^(x²/4)·e^(−x²/2) can be integrated, its square is 1.
        ("exp(x**2/4)", (False, True, False, True)),
        ("exp(x**2/5)", (False, False, False, False)),
        ("exp(exp(x))", (True, True, True, True)),
    ],
)
def test_infinite_integrals(text: str, expected: tuple[bool, ...]) -> None:
    assert partition(text).infinite == expected


def test_infinite_parts_of_both_signs_have_none() -> None:
    """The slopes of log |x| and of log x·sgn x beside 0 are 1/x and 1/|x|."""
    for text, sign in (("log(-x)", mp.nan), ("-log(-x)", 1)):
        unit = f"where(x > 0, log(x), where(x < 0, {text}, 0))"
        _, _, slope, square = partition(unit, "1/2").signs
        assert mp.isnan(slope) if mp.isnan(sign) else slope == sign
        assert square == 1


def test_sections_join_and_end_at_breaks_and_bends() -> None:
    found = partition("min(max(x, -1), 1) + tanh(9*(x - 2))").sections()
    ends = [section.left.x for section in found] + [found[-1].right.x]
    assert all(one.right.z == other.left.z for one, other in pairwise(found))
    assert ends == sorted(ends)
    assert {-1, 0, 1, 2} <= set(ends)
    assert {section.piece for section in found} == {0, 1, 2}
    assert mp.npdf(ends[-1]) < 1e-16


@pytest.mark.parametrize("side", [-1, 1])
def test_the_line_ends_where_nothing_counts(side: int) -> None:
    """f² = e^{20|z|} on that side, against the density, has its peak e^{200} at 20 deviations."""
    low, high = sorted(side * z for z in partition(f"exp({10 * side}*x)").reach)
    for z in (low, high):
        assert 20 * z - z * z / 2 < 200 - 60 * mp.ln2


def test_a_bend_on_a_break_leaves_the_break_as_it_is() -> None:
    """√x has a bend at 0, as every unit, and no slope there."""
    found = partition("sqrt(max(0, x))").sections()
    assert [section.left.singular for section in found if section.left.z == 0] == [True]
    assert [section.right.singular for section in found if section.right.z == 0] == [False]


def test_what_lies_far_away_is_cut_where_it_lies() -> None:
    """x·tanh(x)·e^(−(x + m)²/2) on x > 0 has its mass at the bend, m deviations from the mean."""
    found = partition("max(0, x)*tanh(x)", "-100000").sections()
    places = [end.x for section in found for end in (section.left, section.right)]
    assert 0 in places
    assert max(map(abs, places)) < 100


def test_nothing_is_computed_between_a_sharp_bend_and_the_deviation() -> None:
    """tanh at 10¹⁰⁰ deviations: f′ ends long before f² begins to count."""
    found = partition("tanh(x)", deviation="1e100").sections()
    gaps = [b.left.z - a.right.z for a, b in pairwise(found) if b.left.z > a.right.z]
    assert len(gaps) == 2
    # 1/(1 + x) falls off so slowly that each octave of it counts as much.
    full = partition("where(x > 0, 1/(1 + x), 1)", deviation="1e100").sections()
    assert all(a.right.z == b.left.z for a, b in pairwise(full) if a.right.z >= 0)


def test_what_grows_like_the_density_but_for_a_tiny_share_is_out_of_reach() -> None:
    """E e^{z²(1 − ε)/2} = ε^(−1/2) is finite, however small ε is."""
    assert partition("exp(x**2/2)").infinite[0]
    assert partition("exp(x**2/2)/(1 + abs(x))").infinite[0]
    with pytest.raises(NotSettledError, match=r"more than 1\.68e\+7 deviations from the mean"):
        _ = partition("exp(x**2/2*(1 - 1e-20))").infinite
    for side in "<>":
        with pytest.raises(NotSettledError, match="deviations from the mean"):
            _ = partition(f"where(x {side} 0, exp(x**2/2*(1 - 1e-20)), 0)").infinite


def test_where_all_is_infinite_the_line_is_cut_all_the_same() -> None:
    found = partition("exp(abs(x)**3)")
    assert found.infinite == (True,) * 4
    assert found.sections()


def test_a_wave_too_fast_for_numbers_counts_only_where_there_is_mass() -> None:
    assert not any(partition("sin(exp(x))").infinite)
    with pytest.raises(NotSettledError, match="oscillates too fast"):
        _ = partition("sin(exp(x))", deviation="10000").infinite


@pytest.mark.parametrize("rate", [10**6, 10**20])
@pytest.mark.parametrize("place", ["0", "1/3"])
def test_a_bend_on_a_break_is_as_narrow_as_it_is(rate: int, place: str) -> None:
    found = partition(f"where(x < {place}, x, tanh({rate}*(x - {place})))").sections()
    at = mp.mpf(Rational(place).p) / Rational(place).q
    for ends in ([s.left for s in found], [s.right for s in found]):
        (width,) = {end.width for end in ends if abs(end.z - at) < 1e-15}
        assert abs(width * rate - 1) < 1e-12


@pytest.mark.slow
def test_what_is_steep_on_a_break_is_integrated() -> None:
    """A line and a jump of 1, but for 10⁻²⁰; E f′² = Φ + r·φ·∫₀^∞ sech⁴ = Φ + 2rφ/3."""
    found = moments(Activation("steep", "where(x < 0, x, tanh(1e20*x))"), "1/3", 1, digits=10)
    with mp.workdps(30):
        third = mp.one / 3
        below, density = mp.ncdf(-third), mp.npdf(third)
        mean = third * below - density + 1 - below
        assert abs(mp.mpf(found.mean) / mean - 1) < 1e-9
        square = below + mp.mpf(10) ** 20 * density * 2 / 3
        assert abs(mp.mpf(found.derivative_second) / square - 1) < 1e-9


@pytest.mark.parametrize(
    ("text", "powers"),
    [
        # f, f², f′ and f′²; to the left of the break all is 0.
        ("sqrt(max(0, x))", (0.5, 1, -0.5, -1)),
        ("where(x > 0, x**(-1/3), 0)", (-1 / 3, -2 / 3, -4 / 3, -8 / 3)),
        ("where(x > 0, 2 + x, 0)", (0, 0, 0, 0)),
        ("where(x > 0, -x**(5/2), 0)", (2.5, 5, 1.5, 3)),
    ],
)
def test_powers_of_the_distance_from_a_break(text: str, powers: tuple[float, ...]) -> None:
    growths = partition(text)._growths
    assert set(growths) == {(0, -1), (0, 1)}
    assert [power for power, _ in growths[0, 1]] == pytest.approx(powers, abs=1e-9)
    assert [power for power, _ in growths[0, -1]] == [0, 0, 0, 0]
    sign = -1 if "-x" in text else 1
    third = -sign if "-1/3" in text else sign
    assert [s for _, s in growths[0, 1]] == [sign, 1, third, 1]


def test_the_substitution_falls_as_steeply_as_the_worst_finite_term() -> None:
    """x^(−1/3) and its square can be integrated, the slopes cannot: 1/(1 − 2/3)."""
    found = partition("where(x > 1/2, (x - 1/2)**(-1/3), 0)").sections()
    lefts = [s.left for s in found if s.left.z == 0.5]
    rights = [s.right for s in found if s.right.z == 0.5]
    assert [end.steepness for end in lefts] == pytest.approx([3], rel=1e-6)
    assert [end.steepness for end in rights] == [1]
    assert [end.singular for end in (*lefts, *rights)] == [True, False]
    assert {end.steepness for s in found for end in (s.left, s.right) if end.z != 0.5} == {1}


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("exp(x**2)", (1, 1, None, 1)),
        ("-exp(x**2)", (-1, 1, None, 1)),
        ("x*exp(x**2)", (None, 1, 1, 1)),
        ("where(x > 0, -exp(x**2), 0)", (-1, 1, -1, 1)),
        ("where(x < 0, exp(x**2), 0)", (1, 1, -1, 1)),
    ],
)
def test_signs_of_what_is_infinite(text: str, signs: tuple[int | None, ...]) -> None:
    found = partition(text)
    assert found.infinite == (True,) * 4
    for sign, right in zip(found.signs, signs, strict=True):
        # A tail in which all is 0 has the sign 0, and says nothing of the other.
        assert mp.isnan(sign) if right is None else sign == right


@pytest.mark.parametrize(
    ("text", "smooth"),
    [
        ("tanh(x)", True),
        ("tanh(16*x)", True),
        ("tanh(17*x)", False),
        ("abs(x)", False),
        ("exp(x**2/4)", False),
    ],
)
def test_one_smooth_formula_is_told(text: str, smooth: bool) -> None:
    assert partition(text).is_smooth(2.0**-4) is smooth


def test_sharpness_is_told_in_deviations() -> None:
    assert partition("tanh(4*x)", deviation="4").is_smooth(2.0**-4)
    assert not partition("tanh(5*x)", deviation="4").is_smooth(2.0**-4)


def test_what_is_made_far_from_the_mean_is_not_smooth() -> None:
    assert not partition("x*exp(-x**2/2)", "-1000").is_smooth(2.0**-4)


def test_looks_are_counted_once_for_each_place() -> None:
    found = partition("tanh(x)")
    probes = len(found._probes)
    assert probes >= 2 * 49
    assert found.looks == probes
    _ = found.infinite, found.reach
    assert found.looks == probes


def test_cells_are_as_told_where_there_is_no_bend() -> None:
    """The density has died out 60 bits below its top at √(120·ln 2), and 1 is added to that."""
    found = partition("1 + x")
    low, high = found.reach
    base = mp.sqrt(120 * mp.ln2) + 1
    assert high >= base
    assert low == -high
    sections = found.sections()
    assert (sections[0].left.z, sections[-1].right.z) == (low, high)
    inner = {s.left.z for s in sections[1:]}
    assert all(abs(z * 4 / base - round(z * 4 / base)) < 1e-12 for z in inner)
    assert all(s.left.x == s.left.z and s.right.x == s.right.z for s in sections)
    # But for the bend that every unit has at 0, a cell's end bends no more than the line.
    assert {end.width for s in sections for end in (s.left, s.right) if end.z} == {high - low}
