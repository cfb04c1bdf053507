"""Theorem 1 for other units: standardized ones, and SELU with other fixed points."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from sympy import Expr, Rational, sqrt

from ... import catalog
from ...activation import POSITIVE, Activation, Parameter
from ...derive._moments.gaussian_moments import gaussian_moments
from ...derive._moments.self_normalizing import self_normalizing
from ...notation import lam, mu, nu, shift
from ...number import evaluated
from .._balls.box import Box, exact_text
from .._balls.layer import PRODUCT_OF_MEANS, TILES, TILES_AND_WEIGHTS, Layer
from .._cover.statement import Bound, Part, Statement
from ._declare import THEOREM_1, Declaration, into, single
from ._hulls import attracting_box

_ID = "C-SNN-4"


def standardized_unit(activation: Activation) -> Activation:
    """lam·(f(x) + shift) with the shift and scale that make (0, 1) a fixed point.

    >>> standardized_unit(catalog.relu).parameter("shift").default
    -sqrt(2)/(2*sqrt(pi))
    """
    moments = gaussian_moments(activation)
    at = {**activation.defaults, mu: 0, nu: 1}
    mean, second = (e.subs(at) for e in (moments.mean, moments.second))
    # E lam(f + shift) = 0 and Var = lam²(E f² − (E f)²) = 1 at N(0, 1).
    expr: Expr = lam * (activation.formula() + shift)
    parameters = (
        Parameter(shift, -mean, meaning="minus the mean of the unit at N(0, 1)"),
        Parameter(lam, 1 / sqrt(second - mean**2), POSITIVE, "scale to variance 1"),
    )
    return Activation(f"standardized_{activation.name}", expr, parameters)


def normalized_elu(mean: Expr, variance: Expr) -> Activation:
    """SELU's family with the alpha and lambda that make (mean, variance) the fixed point."""
    found = self_normalizing(catalog.elu, mean, variance).candidates
    # SELU's lambda is positive: other roots of the two equations are no members of its family.
    chosen = next(c for c in found if c.scale.is_real is not False and evaluated(c.scale) > 0)
    return catalog.selu.with_parameters(alpha=chosen.shape, lam=chosen.scale)


# The largest |omega| and the range of tau: Theorem 1's.
_WEIGHTS = ("0.1", "0.95", "1.1")
_FEWER_WEIGHTS = ("0.05", "0.98", "1.03")  # ELU with alpha = 1 contracts too weakly for more
_UNITS = {
    "elu": (catalog.elu, _FEWER_WEIGHTS),
    "hard-tanh": (catalog.hard_tanh, _WEIGHTS),
    "shifted-relu": (catalog.shifted_relu, _WEIGHTS),
}


def _standardized(name: str) -> Statement:
    activation, weights = _UNITS[name]
    title = f"the standardized {activation.title}"
    return _like_theorem_1(
        f"standardized-{name}", standardized_unit(activation), title, ("0", "1"), weights
    )


def _selu_elsewhere(mean: str, variance: str) -> Statement:
    unit = normalized_elu(Rational(mean), Rational(variance))
    name = f"selu-at-{mean}-{variance}".replace("--", "-minus-")
    title = f"SELU with the constants for ({mean}, {variance})"
    return _like_theorem_1(name, unit, title, (mean, variance))


def _like_theorem_1(
    name: str,
    unit: Activation,
    title: str,
    fixed: tuple[str, str],
    weights: tuple[str, str, str] = _WEIGHTS,
) -> Statement:
    """A box around the fixed point that the unit's layers keep and contract."""
    layer, weighted = Layer(unit, TILES), Layer(unit, TILES_AND_WEIGHTS)
    # The fixed point is certified to 1e-15 only; 128 bits are 38 digits, far more than that.
    (mean, variance), (omega, low, high), tiny = fixed, weights, Fraction(1, 10**15)
    start = Box.of(
        mu=(mean, mean), omega=(f"-{omega}", omega), nu=(variance, variance), tau=(low, high)
    )
    box = attracting_box(unit, start)
    point = start.replaced(omega=("0", "0"), tau=("1", "1"))
    near = start.replaced(
        mu=(exact_text(Fraction(mean) - tiny), exact_text(Fraction(mean) + tiny)),
        nu=(exact_text(Fraction(variance) - tiny), exact_text(Fraction(variance) + tiny)),
    )
    mus, nus = (f" ≤ {symbol} ≤ ".join(box.as_text()[symbol]) for symbol in ("mu", "nu"))
    return Statement(
        name,
        _ID,
        f"{title} has Theorem 1's property: for |omega| ≤ {omega}, {low} ≤ tau ≤ {high} the moment "
        f"map takes {mus}, {nus} into itself and contracts it; for omega = 0, tau = 1 the fixed "
        f"point is ({mean}, {variance})",
        (
            Part(box, (*into(layer, box), Bound(weighted.norm(), "<", "1"))),
            Part(point, into(layer, near)),
        ),
        follows="Banach's theorem, as for Theorem 1",
        bits=128,
    )


def _relu() -> Statement:
    activation = standardized_unit(catalog.relu)
    return single(
        "standardized-relu",
        _ID,
        "the standardized ReLU has no contraction on Theorem 1's domain: its spectral norm is "
        "below 1",
        THEOREM_1,
        (Bound(Layer(activation, PRODUCT_OF_MEANS).norm(), "<", "1"),),
    )


DECLARED: tuple[Declaration, ...] = (
    *((f"standardized-{name}", partial(_standardized, name)) for name in _UNITS),
    ("selu-at-0-2", partial(_selu_elsewhere, "0", "2")),
    ("selu-at-minus-0.1-2", partial(_selu_elsewhere, "-0.1", "2")),
    ("standardized-relu", _relu),
)
