"""The checker's balls enclose the jets of moments, compared with quadrature of the unit itself."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise, product
from math import comb, factorial

import pytest
from flint import arb, ctx, fmpq
from mpmath import mp

from actmath import catalog, prove
from actmath.prove._balls.evaluate import evaluator
from actmath.prove._balls.layer import NATIVE
from actmath.prove._certificate.arithmetic import Meter
from actmath.prove._certificate.enclosures import (
    CheckedFormula,
    Unit,
    _cells_of,
    _expanded,
    _floor,
    _side,
)

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


# --- sharp: no wider than the slopes make it ----------------------------------------------------


def of_relu() -> Unit:
    """Means, second moments and mean squares of the slope."""
    forms = {"M": "y*(2 - erfc(y/(sqrt(2)*s)))/2 + s*exp(-y*y/(2*s*s))/sqrt(2*pi)"}
    forms["Q"] = "(y*y + s*s)*(2 - erfc(y/(sqrt(2)*s)))/2 + y*s*exp(-y*y/(2*s*s))/sqrt(2*pi)"
    forms["B"] = "1 - erfc(y/(sqrt(2)*s))/2"
    return Unit(Meter(), [], [list(pair) for pair in forms.items()])


def relu_jet(letter: str, order: int, y: mp.mpf, x: mp.mpf) -> mp.mpf:
    """E max(z, 0) and its derivatives along y end in the density: Φ, φ, …; so do the others."""
    s = mp.sqrt(x)
    tail, bell = mp.ncdf(y / s), mp.npdf(y / s)

    def at(y: mp.mpf) -> mp.mpf:
        tail, bell = mp.ncdf(y / s), mp.npdf(y / s)
        return {"M": y * tail + s * bell, "Q": (y * y + x) * tail + y * s * bell, "B": tail}[letter]

    known = {("M", 1): tail, ("M", 2): bell / s, ("B", 1): bell / s}
    known |= {("Q", 1): 2 * at(y) if letter == "M" else 2 * (y * tail + s * bell)}
    known |= {("Q", 2): 2 * tail, ("Q", 3): 2 * bell / s}
    return known[letter, order] if (letter, order) in known else mp.diff(at, y, order)


@pytest.mark.parametrize(
    ("y", "x"),
    [
        (("0.3", "1e-6"), ("1.2", "1e-6")),
        (("0.3", "0"), ("1.2", "1e-6")),
        (("-0.7", "1e-6"), ("0.5", "0")),
        (("-0.0001", "1e-5"), ("3", "1e-7")),
    ],
)
def test_a_small_tile_makes_jets_as_wide_as_their_slopes(
    y: tuple[str, str], x: tuple[str, str]
) -> None:
    """|∂J/∂y|·rad y + ½|∂²J/∂y²|·rad x, and a little for the second order."""
    centre, radii = [mp.mpf(v[0]) for v in (y, x)], [mp.mpf(v[1]) for v in (y, x)]
    found = of_relu().jets(arb(*y), arb(*x), 5)
    with mp.workdps(30):
        for letter, order in product("MQB", range(3)):
            jets = [relu_jet(letter, order + more, *centre) for more in range(3)]
            wide = abs(jets[1]) * radii[0] + abs(jets[2]) * radii[1] / 2
            ball = found[letter][order]
            for signs in product((-1, 0, 1), repeat=2):
                # Within 1e-10 of the value there, to first order.
                move = jets[1] * radii[0] * signs[0] + jets[2] * radii[1] * signs[1] / 2
                assert ball.overlaps(arb(mp.nstr(jets[0] + move, 25), 1e-10))
            assert float(ball.rad()) < float(wide) * 1.01 + 1e-10


def test_at_a_point_jets_have_all_digits() -> None:
    with ctx.workprec(128):
        found = of_relu().jets(arb(3) / 10, arb(6) / 5, 4)
    with mp.workdps(40):
        for letter, order in product("MQB", range(4)):
            wanted = relu_jet(letter, order, mp.mpf(3) / 10, mp.mpf(6) / 5)
            assert found[letter][order].overlaps(arb(mp.nstr(wanted, 20), 1e-15))
            assert found[letter][order].rad() < 1e-30


@pytest.mark.parametrize("text", ["y*y/y", "(y - y)/y", "y*y*y/(y*y)", "sqrt(y*y)", "1/y"])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_quotient_or_root_at_0_has_no_power_series(text: str, count: int) -> None:
    """Of y·y/y flint says 0 to two orders, of |y| 0, 0: their slopes are 1, and none."""
    unit = Unit(Meter(), [], [["M", text]])
    with pytest.raises(ZeroDivisionError):
        unit.jets(arb(0), arb(1), count)
    value, slope = (float(jet.mid()) for jet in unit.jets(arb(2), arb(1), count)["M"][:2])
    assert (value, slope) == {"(y - y)/y": (0, 0), "1/y": (0.5, -0.25)}.get(text, (2, 1))


@pytest.mark.parametrize("second_row", ["variance", "second"])
def test_slopes_at_a_point_are_those_of_the_prover(second_row: str) -> None:
    """Its derivatives are SymPy's, of jets; the checker's come by the chain rule backwards."""
    formula = prove.Layer(catalog.relu, NATIVE).norm(second_row)
    place = {"mu": "7/100", "omega": "-9/100", "nu": "19/20", "tau": "103/100"}
    box = NATIVE.box(prove.Box.of(**{name: (v, v) for name, v in place.items()}))
    wanted = evaluator(formula).value_and_gradient(box)
    exact = [fmpq(*Fraction(v).as_integer_ratio()) for v in place.values()]
    checked = CheckedFormula(formula.as_text(), Meter(), {})
    value, slopes = checked.value_and_slopes([(v, v) for v in exact])
    for one, other in zip([value, *slopes], wanted, strict=True):
        assert abs(one - other) < 1e-13
        assert one.rad() < 1e-13
    assert len(slopes) == 4
    assert checked.value([(v, v) for v in exact]).overlaps(value)
    assert checked.meter.runs == 2


def test_units_of_one_text_share_their_tiles() -> None:
    units: dict[str, Unit] = {}
    layer, other = prove.Layer(catalog.relu), prove.Layer(catalog.hard_tanh)
    formulas = [layer.mean, layer.mean, layer.variance, other.mean]
    same, again, with_q, another = (CheckedFormula(f.as_text(), Meter(), units) for f in formulas)
    assert same.unit is again.unit
    assert len(units) == 3
    assert len({id(f.unit) for f in (same, with_q, another)}) == 3


# --- cells --------------------------------------------------------------------------------------


def test_a_number_is_rounded_down_to_so_many_digits() -> None:
    draw = random.Random(0)
    for _ in range(300):
        exact = Fraction(draw.randint(-(10**6), 10**6), 2 ** draw.randint(0, 30))
        point = arb(exact.numerator) / exact.denominator
        assert point.is_exact()
        for power in (-40, -7, 0, 3, 25):
            k, p = _floor(point, power)
            assert p == power
            assert k == exact // Fraction(2) ** power
        if exact > 0:
            k, p = _floor(point)
            assert 8 <= k <= 15
            assert k == exact // Fraction(2) ** p


@pytest.mark.parametrize(("k", "p"), [(3, -1), (-4, 2), (0, -5), (8, 0)])
def test_the_side_of_a_cell_reaches_from_one_number_to_the_next(k: int, p: int) -> None:
    low, high = Fraction(2) ** p * k, Fraction(2) ** p * (k + 1)
    side = _side(k, p)
    assert side.mid() == arb((low + high).numerator) / (2 * (low + high).denominator)
    assert float(side.rad()) == pytest.approx(float((high - low) / 2), rel=1e-8)
    assert all(side.contains(arb(end.numerator) / end.denominator) for end in (low, high))


def test_cells_meet_the_tile_and_fill_it_in_both_directions() -> None:
    """Exactly: each column of cells has all rows from below the tile's lower y to above its upper.

    No cell is there that the tile does not meet; small tiles have a few.
    """
    draw = random.Random(1)
    for _ in range(60):
        at_y, at_x = draw.uniform(-2, 2), 2 ** draw.uniform(-6, 5)
        y = arb(at_y).union(arb(at_y + draw.uniform(0, 0.5) * at_x**0.5))
        x = arb(at_x).union(arb(at_x * draw.uniform(1, 1.5)))
        cells = [
            tuple((Fraction(2) ** p * k, Fraction(2) ** p * (k + 1)) for k, p in cell)
            for cell in _cells_of(y, x)
        ]
        (bottom, top), (left, right) = (
            [Fraction(float(end)) for end in (side.lower(), side.upper())] for side in (y, x)
        )
        columns = sorted({column for _, column in cells})
        assert columns[0][0] <= left
        assert right <= columns[-1][1]
        assert all(column[0] <= right and left <= column[1] for column in columns)
        assert all(one[1] == other[0] for one, other in pairwise(columns))
        for column in columns:
            rows = sorted(row for row, other in cells if other == column)
            assert rows[0][0] <= bottom
            assert top <= rows[-1][1]
            assert all(row[0] <= top and bottom <= row[1] for row in rows)
            assert all(one[1] == other[0] for one, other in pairwise(rows))
            # In proportion: y to √x, x to itself, and x to ¼ at most.
            high, wide = rows[0][1] - rows[0][0], column[1] - column[0]
            assert high < float(column[1]) ** 0.5 / 2
            assert high > float(column[1]) ** 0.5 / 12 or column[0] > 2
            assert wide <= min(Fraction(1, 4), column[0] / 8 if column[0] else 1)
        assert len(cells) == len(set(cells))
