"""Activations are given or named."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from flint import arb
from mpmath import mpf
from sympy import Float, I, Rational, Symbol, nan, oo

from actmath import catalog, derive, nn, numeric
from actmath.derive._gated.subject import resolve_gated
from actmath.derive._subject import resolve
from actmath.lower import curve, losses, to_arb, to_mpmath, to_numpy, to_torch
from actmath.notation import x


def test_a_name_and_the_activation_itself_are_the_same() -> None:
    assert resolve("elu") is resolve(catalog.elu) is catalog.elu


def test_parameters_become_defaults() -> None:
    assert resolve("elu", {"alpha": "1/2"}) == catalog.elu.with_parameters(alpha="1/2")


def test_misuse() -> None:
    with pytest.raises(KeyError, match="did you mean selu"):
        resolve("sellu")
    with pytest.raises(ValueError, match="must lie in"):
        resolve("elu", {"alpha": -1})
    with pytest.raises(KeyError, match=r"SwiGLU is a unit of two arguments: ask .*gate, silu"):
        resolve("SwiGLU")
    with pytest.raises(TypeError, match=r"swiglu.* is a unit of two arguments: ask .*gate, silu"):
        resolve(catalog.GATED["swiglu"])


def test_of_a_long_object_sixty_characters_are_shown() -> None:
    long = list(range(100))
    for call in (resolve, resolve_gated):
        with pytest.raises(TypeError) as refused:
            call(long)  # type: ignore[operator]
        shown = str(refused.value).partition("got ")[2].partition(";")[0]
        assert shown == str(long)[:60]


def test_no_parameters_leave_a_unit_as_it_is() -> None:
    assert resolve(catalog.elu, {}) is catalog.elu
    unit = catalog.GATED["swiglu"]
    assert resolve_gated(unit, {}) is resolve_gated("swiglu", None) is unit


_ASKED: dict[str, Callable[[Any], object]] = {
    **{name: getattr(derive, name) for name in ("derivative", "gaussian_moments", "lipschitz")},
    **{to.__name__: to for to in (to_numpy, to_torch, to_mpmath, to_arb, losses, curve)},
    **{f.__name__: f for f in (numeric.moments, numeric.constants, numeric.check, numeric.gains)},
    "gaussian": lambda unit: numeric.gaussian(unit, 0, 1),
    "mean_curve": lambda unit: numeric.mean_curve(unit, [0]),
    "bias_shift_of": lambda unit: numeric.bias_shift_of(unit, (0, 1), (1, 1)),
    "variation_crossing": lambda unit: numeric.variation_crossing("elu", unit),
    "cobweb": lambda unit: numeric.cobweb(unit, [0]),
    "fold_cloud": lambda unit: numeric.fold_cloud(unit, [[0, 1]], 1),
    "expectations": lambda unit: numeric.expectations(unit, mpf(0), mpf(1)),
    "ScaledUnit": numeric.ScaledUnit,
    "nearest_zero": lambda unit: derive.nearest_zero("elu", ["relu", unit]),
    "crossing_of_deactivated": lambda unit: derive.crossing_of_deactivated(unit, "elu"),
    "Elementwise": nn.Elementwise,
}


@pytest.mark.parametrize("call", _ASKED)
def test_what_is_no_activation_is_named(call: str) -> None:
    """It was asked for a formula, and a unit of two arguments lowered to a function of neither."""
    for bad in (3, None, 1j, x**2, len, nn.ELU(), catalog.GATED["swiglu"]):
        with pytest.raises(TypeError, match=r"Activation or a name .* is needed|of two arguments"):
            _ASKED[call](bad)


@pytest.mark.parametrize(
    "question",
    [
        *(derive.derivative, derive.gaussian_moments, derive.moment_map, derive.initialization),
        *(derive.fixed_points, derive.lipschitz, derive.saturation, derive.linearize),
        *(derive.mean_activation, derive.folding, derive.harden, derive.odd_iteration),
    ],
)
def test_a_formula_is_asked_for_by_name_too(question: Callable[[Any], object]) -> None:
    name = {derive.folding: "prelu", derive.harden: "tanh", derive.odd_iteration: "tanh"}.get(
        question, "elu"
    )
    try:
        want = question(catalog.get(name))
    except (NotImplementedError, ValueError) as refusal:
        with pytest.raises(type(refusal)):
            question(name)
    else:
        assert question(name) == want


def test_what_takes_more_takes_a_name_too() -> None:
    assert derive.continuity_class("elu", 0) == derive.continuity_class(catalog.elu, 0)
    assert derive.parameter_gradient("prelu", "a") == derive.parameter_gradient(catalog.prelu, "a")
    assert derive.self_normalizing("elu", 0, 1) == derive.self_normalizing(catalog.elu, 0, 1)


@pytest.mark.parametrize("to", [to_numpy, to_torch, to_mpmath, to_arb])
def test_a_name_is_lowered_as_the_activation_is(to: Callable[..., Callable[..., Any]]) -> None:
    at = {to_numpy: np.float64, to_torch: torch.tensor, to_mpmath: mpf, to_arb: arb}[to](-0.5)
    assert str(to("elu", 1)(at, alpha=2)) == str(to(catalog.elu, 1)(at, alpha=2))


def test_a_module_is_made_from_a_name() -> None:
    x = torch.linspace(-3, 3, 7)
    assert torch.equal(nn.Elementwise("elu", alpha=2)(x), nn.Elementwise(catalog.elu, alpha=2)(x))
    assert torch.equal(nn.elementwise("elu", x), nn.elementwise(catalog.elu, x))
    assert nn.NAH("tanh").line == nn.NAH(catalog.tanh).line
    assert nn.AlphaDropout(activation="selu").activation is catalog.selu


_HALF = Rational(1, 2)
#: What takes a number exactly, in places that may hold formulas too.
_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "jumps: at": lambda at: derive.jumps("hard_sigmoid", at, 1),
    "critical_level: slope_of_leak": lambda at: derive.critical_level(at, 1),
    "critical_level: steepness": lambda at: derive.critical_level(1, at),
    "depth_until: per_layer": lambda at: derive.depth_until(at, "1/4"),
    "depth_until: remaining": lambda at: derive.depth_until("1/2", at),
    "gradient_factors: std": lambda at: derive.gradient_factors(derive.VGG_B[:1], at, "relu"),
    "self_normalizing: mean": lambda at: derive.self_normalizing("elu", at),
    "self_normalizing: variance": lambda at: derive.self_normalizing("elu", 0, at),
    "self_normalizing: sum_of_weights": lambda at: derive.self_normalizing("elu", 0, 1, at),
    "self_normalizing: sum_of_squares": lambda at: derive.self_normalizing("elu", 0, 1, 0, at),
    "smooth: deviation": lambda at: derive.smooth(x**2, x, deviation=at),
}


@pytest.mark.parametrize("call", _NUMBERS)
def test_numbers_are_read_exactly(call: str) -> None:
    right = _NUMBERS[call](_HALF)
    for given in (0.5, "1/2", Decimal("0.5"), Fraction(1, 2), np.float32(0.5), Float(0.5)):
        assert _NUMBERS[call](given) == right


@pytest.mark.parametrize("call", _NUMBERS)
def test_no_text_is_evaluated_and_what_is_no_number_is_named(call: str) -> None:
    for bad in ("__import__('os').abort()", "pi", None, True, 1j, [0.5], np.array([0.5]), oo, nan):
        with pytest.raises((TypeError, ValueError), match=f"^{call.split(': ')[1]} must be"):
            _NUMBERS[call](bad)


def test_floats_count_as_their_decimals() -> None:
    """Of SymPy's floats 0.5 is none of its ½: no break lay at 0.0, and a layer was missing."""
    assert derive.depth_until(0.5, 0.5) == derive.depth_until(_HALF, _HALF) == 2
    assert derive.jumps("relu", 0.0, 1) == 1


#: What takes a count; each name is behind the colon.
_COUNTS: dict[str, Callable[[Any], Any]] = {
    "jumps: order": lambda n: derive.jumps("relu", 0, n),
    "continuity_class: highest": lambda n: derive.continuity_class("relu", 1, n),
    "critical_level: digits": lambda n: derive.critical_level(1, 1, n),
    "deviation_facts: digits": lambda n: derive.deviation_facts(n),
    "distinct_regions: cuts": lambda n: derive.distinct_regions(n, 2),
    "distinct_regions: dimension": lambda n: derive.distinct_regions(2, n),
    "categorical: classes": lambda n: derive.categorical(n),
    "expectation: power": lambda n: derive.expectation(derive.pieces(x), n),
    "telescoped: first": lambda n: derive.telescoped(n),
    "Convolution: inputs": lambda n: derive.Convolution(n, 2),
    "Convolution: outputs": lambda n: derive.Convolution(2, n),
    "Convolution: kernel": lambda n: derive.Convolution(2, 2, n),
}


@pytest.mark.parametrize("call", _COUNTS)
def test_what_is_no_count_is_named(call: str) -> None:
    # Of regions there are formulas, however many.
    huge = () if call.startswith("distinct_regions") else (10**400,)
    for bad in (True, 2.0, "2", None, Fraction(2), np.array([2]), -1, *huge):
        with pytest.raises((TypeError, ValueError), match=f"{call.split(': ')[1]} must be"):
            _COUNTS[call](bad)


def test_more_dimensions_than_cuts_make_no_more_regions() -> None:
    assert derive.distinct_regions(4, 10**9) == 2**4


def test_where_a_formula_may_stand_it_is_real_and_finite() -> None:
    """What is asked of a number in symbols is answered in symbols."""
    size = Symbol("size", positive=True)
    layer = derive.Convolution(64, 128, 3)
    (factor,) = derive.gradient_factors([layer], size, catalog.relu)
    assert factor == 24 * size
    level = derive.critical_level(size, 2)
    there = Rational(1, 10)
    assert abs(level.subs(size, there) - derive.critical_level(there, 2)).evalf() < 1e-25
    for wrong in (I * size, oo * size, size + nan):
        with pytest.raises(ValueError, match="std must be"):
            derive.gradient_factors([layer], wrong, catalog.relu)
