"""Limits are those that the digits show."""

from __future__ import annotations

import pytest
from sympy import Expr, S, atan, cos, exp, limit, log, oo, pi, sin, sqrt, tanh

from actmath import Activation
from actmath.derive import saturation
from actmath.derive._formula import limits
from actmath.derive._formula.limits import approached
from actmath.notation import alpha, x

SIGMOID = 1 / (1 + exp(-x))
#: The derivative of SiLU as its paper spells it, of which SymPy's limit at ∞ is 0.
DSILU = (x * (1 - SIGMOID) + 1) * SIGMOID


def test_what_sympy_has_wrong() -> None:
    assert limit(DSILU, x, oo) == 0
    assert approached(DSILU, oo, "-") == 1
    assert approached(DSILU, -oo, "+") == 0
    found = saturation(Activation("dsilu", DSILU))
    assert (found.left.value, found.right.value) == (0, 1)


@pytest.mark.parametrize(
    ("formula", "place", "side", "right"),
    [
        (tanh(x), oo, "-", 1),
        (atan(x), -oo, "+", -pi / 2),
        (1 / log(x**2 + 2), oo, "-", 0),
        (1 / log(log(x**2 + 9)), oo, "-", 0),
        (sin(x) / x, oo, "-", 0),
        (sin(x) / x, S.Zero, "+", 1),
        ((1 - cos(x)) / x**2, S.Zero, "-", S.Half),
        (sqrt(x**2 + x) - x, oo, "-", S.Half),
        (x + exp(-x), oo, "-", oo),
        (x * log(x), S.Zero, "+", 0),
        # Their values far out have exponents of more digits than there is memory.
        (exp(-exp(-x)), -oo, "+", 0),
        (exp(-exp(x)), oo, "-", 0),
        (x * (1 - exp(-exp(x))), -oo, "+", 0),
        (tanh(exp(exp(x))), oo, "-", 1),
        (S(2) ** (-(S(3) ** (x**2))), oo, "-", 0),
        (exp(exp(-1 / x)) - exp(-exp(1 / x)), S.Zero, "+", 1),
        (1 - exp(-exp(x)), oo, "-", 1),
        (exp(x - exp(x)), oo, "-", 0),
        # They bend far beyond where anybody would look.
        (tanh(x / S(10) ** 40), -oo, "+", -1),
        (tanh(x - S(10) ** 60), oo, "-", 1),
        (x / (S(10) ** 200 + abs(x)), oo, "-", 1),
        (exp(-x / S(10) ** 150) * tanh(x), oo, "-", 0),
    ],
)
def test_what_is_right_stays(formula: Expr, place: Expr, side: str, right: Expr) -> None:
    assert approached(formula, place, side) == right


@pytest.mark.parametrize("formula", [tanh(x), 3 * tanh(x**2 - x) - tanh(2 * x)], ids=str)
def test_the_other_spelling_has_the_values(formula: Expr) -> None:
    for at in (-0.7, 0.3, 2.5):
        found = limits._by_exponentials(formula).subs(x, at)
        assert float(found) == pytest.approx(float(formula.subs(x, at)), rel=1e-13)


def test_what_no_spelling_gives_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "limit", lambda *_: S.Zero)
    with pytest.raises(ValueError, match=r"not known: its digits speak against 0"):
        approached(SIGMOID + 1, oo, "-")


@pytest.mark.parametrize(("side", "right"), [("+", 1), ("-", 0)])
def test_digits_speak_on_either_side_of_a_place(
    monkeypatch: pytest.MonkeyPatch, side: str, right: int
) -> None:
    """1/(1 + e^{−1/x}) is 0 on the left of 0, and 1 on its right."""
    jump = 1 / (1 + exp(-1 / x))
    assert approached(jump, S.Zero, side) == right
    monkeypatch.setattr(limits, "limit", lambda *_: S(1 - right))
    approached.cache_clear()
    with pytest.raises(ValueError, match=rf"digits speak against {1 - right}"):
        approached(jump, S.Zero, side)


def test_a_stumble_of_every_spelling_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(*_: object) -> Expr:
        raise TypeError

    monkeypatch.setattr(limits, "limit", stumbles)
    formula = SIGMOID + 2
    with pytest.raises(ValueError, match=r"the limit of .* at oo is not known: SymPy finds none"):
        approached(formula, oo, "-")


@pytest.mark.parametrize("wrong", range(3))
def test_one_spelling_that_is_right_is_enough(monkeypatch: pytest.MonkeyPatch, wrong: int) -> None:
    """The first ones are given a limit that the digits refute."""
    asked: list[Expr] = []

    def sometimes(expr: Expr, *_: object) -> Expr:
        asked.append(expr)
        return S(3) if len(asked) > wrong else S(7)

    monkeypatch.setattr(limits, "limit", sometimes)
    approached.cache_clear()
    assert approached(SIGMOID + 2, oo, "-") == 3
    assert len(asked) == wrong + 1
    approached.cache_clear()


def test_with_a_parameter_tanh_is_left_as_it_is() -> None:
    for formula in (alpha * tanh(x), tanh(exp(x)), exp(-x)):
        assert limits._by_exponentials(formula) == formula
    assert not limits._by_exponentials(tanh(2 * x) + tanh(x**2)).has(tanh)


@pytest.mark.parametrize(
    ("formula", "found", "refuted"),
    [
        (SIGMOID, 1, False),
        (SIGMOID, 0, True),
        (SIGMOID, S.One + S(10) ** -12, False),
        (SIGMOID, S.One + S(10) ** -3, True),
        # What falls like 1/log x comes nearer to 0 and to no other number.
        (1 / log(x + 2), 0, False),
        (1 / log(x + 2), S.Half, True),
        # Of what is no number or grows the digits say nothing.
        (x, oo, False),
        (alpha * SIGMOID, 0, False),
        # The value at 10 alone can be had.
        (exp(-exp(x**2)), S.Half, False),
        (exp(-exp(x)), S.Half, True),
    ],
    ids=str,
)
def test_digits_speak_against_what_is_no_nearer(formula: Expr, found: Expr, refuted: bool) -> None:
    assert limits._is_refuted(formula, S(found), oo, "-") is refuted
