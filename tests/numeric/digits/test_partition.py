"""Which Gaussian integrals are infinite, and where the line is cut, by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from actmath import Activation
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
