"""The checker's balls enclose the jets of moments, compared with quadrature of the unit itself."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from math import comb, factorial

import pytest
from flint import arb, ctx, fmpq
from mpmath import mp

from actmath import catalog, prove
from actmath.prove._certificate.arithmetic import Meter
from actmath.prove._certificate.enclosures import CheckedFormula, Unit, _cells_of, _expanded

TEXT = prove.Layer(catalog.selu).variance.as_text()


def unit() -> Unit:
    return Unit(Meter(), TEXT["constants"], TEXT["moments"])


def jet(power: int, order: int, y: mp.mpf, x: mp.mpf) -> mp.mpf:
    """∂ᵏ/∂yᵏ E f(z)ᵖ for SELU, by quadrature with Hermite's polynomials: no closed form."""
    alpha, lam = (mp.mpf(str(p.default.evalf(30))) for p in catalog.selu.parameters)
    s = mp.sqrt(x)

    def integrand(t: mp.mpf) -> mp.mpf:
        z = y + s * t
        f = lam * (z if z > 0 else alpha * mp.expm1(z))
        return f**power * mp.hermite(order, t / mp.sqrt(2)) * 2 ** (-mp.mpf(order) / 2) * mp.npdf(t)

    return mp.quad(integrand, sorted({-12, -y / s, 0, 12})) / s**order


@pytest.mark.slow
@pytest.mark.parametrize(
    ("y", "x"),
    [
        (("-0.01", "0.01"), ("0.64", "1.9")),
        (("0.05", "0.3"), ("0.02", "0.05")),
        (("1", "1"), ("17", "18")),
    ],
)
def test_jets_on_a_tile_hold_those_of_its_points(y: tuple[str, str], x: tuple[str, str]) -> None:
    sides = [arb(low).union(arb(high)) for low, high in (y, x)]
    jets = unit().jets(*sides, 4)
    with mp.workdps(20):
        corners = [(mp.mpf(a), mp.mpf(b)) for a, b in product(set(y), set(x))]
        middle = sum(map(mp.mpf, y)) / 2, sum(map(mp.mpf, x)) / 2
        for point in (*corners, middle):
            for power, letter in ((1, "M"), (2, "Q")):
                for order in range(4):
                    wanted = arb(mp.nstr(jet(power, order, *point), 15), 1e-9)
                    assert jets[letter][order].overlaps(wanted)


def test_they_are_narrow() -> None:
    found = unit().jets(arb("0.01", "0.001"), arb("1", "0.01"), 4)
    # ∂Q/∂x = ½Q″ ≈ 0.8: a tile of radius 0.01 moves Q by 0.008, and M by a tenth of that.
    assert found["Q"][0].rad() < 0.02
    assert found["M"][0].rad() < 0.004


@pytest.mark.parametrize(
    ("rows", "columns"),
    [((0, -3), (8, -3)), ((-2, -2), (12, -4)), ((3, -5), (9, -9)), ((0, -2), (64, -2))],
)
def test_jets_on_a_cell_are_those_of_its_points_and_little_more(
    rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    """Against the closed form at 25 points, edges and corners among them."""
    moments = unit()
    jets = moments._on_cell((rows, columns), 5)
    sides = [[arb(4 * k + i) * arb(2) ** (p - 2) for i in range(5)] for k, p in (rows, columns)]
    points = [moments.jets(y, x, 5) for y, x in product(*sides)]
    for letter in "MQ":
        for order, jet in enumerate(jets[letter]):
            values = [point[letter][order] for point in points]
            assert all(jet.contains(value) for value in values)
            hull = values[0]
            for value in values:
                hull = hull.union(value)
            # Where a jet turns around, its expansion reaches to both sides, and its values to one.
            assert jet.rad() < 2 * hull.rad()


@pytest.mark.parametrize("x", ["-1 +/- 0.5", "0 +/- 1", "nan", "inf", "0"])
def test_without_a_variance_there_are_no_jets(x: str) -> None:
    assert not any(ball.is_finite() for ball in unit().jets(arb(0), arb(x), 2)["M"])


def test_far_tiles_are_not_cut_into_cells_without_end() -> None:
    for y, x in ((arb(0, 1e9), arb(1)), (arb(0), arb(1e30, 1e29)), (arb(0, 1), arb("1e-30"))):
        assert not unit().jets(y, x, 2)["M"][0].is_finite()
    for y, x in ((arb(2) ** 70, arb(1)), (arb.pos_inf(), arb(1)), (arb(0), arb(2) ** -70)):
        assert _cells_of(y, x) == []


def test_slopes_of_a_formula_enclose_its_difference_quotients() -> None:
    formula = CheckedFormula(TEXT, Meter(), {})
    low, high = fmpq(9, 10), fmpq(11, 10)
    y = (fmpq(1, 100), fmpq(1, 100))
    _, slopes = formula.value_and_slopes([y, (low, high)])
    ends = [formula.value([y, (end, end)]) for end in (low, high)]
    assert slopes[1].overlaps((ends[1] - ends[0]) / (high - low))
    assert slopes[1].rad() < 0.25


@pytest.mark.parametrize("bits", [2, 3, 5, 7, 64])
def test_cells_fill_the_tile_at_any_precision(bits: int) -> None:
    """Exactly, as fractions: from below its lower end to above its upper end, without a gap."""
    with ctx.workprec(bits):
        for low, high in ((0.7, 1.3), (0.99, 1.01), (0.3, 0.55), (5.0, 5.9)):
            x = arb(low).union(arb(high))
            cells = _cells_of(arb(0.1), x)
            columns = sorted({(Fraction(2) ** p * k, Fraction(2) ** p) for _, (k, p) in cells})
            assert columns[0][0] <= low
            assert columns[-1][0] + columns[-1][1] >= high
            assert all(k + side == after for (k, side), (after, _) in pairwise(columns))


def heat(degree: int, order: int, y: arb, x: arb) -> arb:
    """∂ᵏ/∂yᵏ E zⁿ for z ~ N(y, x): E zⁿ = Σ (n over 2j)·(2j − 1)!!·xʲ·yⁿ⁻²ʲ."""
    n = degree - order
    if n < 0:
        return arb(0)
    terms = [
        comb(n, 2 * j) * factorial(2 * j) // (2**j * factorial(j)) * x**j * y ** (n - 2 * j)
        for j in range(n // 2 + 1)
    ]
    return sum(terms, arb(0)) * (factorial(degree) // factorial(n))


@pytest.mark.parametrize("orders", [5, 6])
@pytest.mark.parametrize("sides", [(arb(0), arb(1.5, 0.5)), (arb(1, 0.25), arb(1.5, 0.5))])
def test_taylors_theorem_for_a_power_has_no_remainder(sides: tuple[arb, arb], orders: int) -> None:
    """z⁴: all its jets, or one more that is 0, on the cell and at its middle."""
    y, x = sides
    middle, cell = ([heat(4, k, *at) for k in range(orders)] for at in ((y.mid(), x.mid()), sides))
    jets = _expanded(y, x, 3, middle, cell)
    for order, jet in enumerate(jets):
        for at in product((y.lower(), y.mid(), y.upper()), (x.lower(), x.mid(), x.upper())):
            assert jet.contains(heat(4, order, *at))


def test_of_the_jets_on_a_cell_the_last_two_alone_count() -> None:
    y, x = arb(1, 0.25), arb(1.5, 0.5)
    middle, cell = ([heat(5, k, *at) for k in range(6)] for at in ((y.mid(), x.mid()), (y, x)))
    known = _expanded(y, x, 4, middle, cell)
    vague = _expanded(y, x, 4, middle, [arb(0, 1e9)] * 4 + cell[-2:])
    assert all(one.contains(other) for one, other in zip(known, vague, strict=True))
    assert all(other.contains(one) for one, other in zip(known, vague, strict=True))
