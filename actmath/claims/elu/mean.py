"""Claims of Clevert et al. (2016) about mean activations and noise in the deactivated state."""

from __future__ import annotations

from sympy import Rational, limit, oo

from ... import catalog
from ...activation import Activation
from ...derive._moments.mean_activation import NearestZero, mean_activation, nearest_zero
from ...derive._moments.passed_noise import crossing_of_slopes, passed_variance
from ...notation import mu
from ...numeric._geometry.bias_shift import variation_crossing
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if

PAPER = "clevert2016"
_RIVALS: tuple[Activation, ...] = (
    catalog.relu,
    catalog.leaky_relu.with_parameters(a=Rational(1, 10)),
    catalog.shifted_relu,
)
# LReLU's slope in the catalogue, the one of ``_RIVALS``, and the 1/4 at which PReLU starts.
SLOPES = (Rational(1, 100), Rational(1, 10), Rational(1, 4))


def _nearest() -> NearestZero:
    return nearest_zero(catalog.elu, _RIVALS)


def _nearest_zero() -> Finding:
    units = (*_RIVALS, catalog.elu)
    means = {f.name: float(mean_activation(f).standard.subs(f.defaults)) for f in units}
    listed = ", ".join(f"{name} {mean:.5f}" for name, mean in means.items())
    nearest, found = min(means, key=lambda name: abs(means[name])), _nearest()
    if nearest == "elu":
        return Finding(Verdict.HOLDS, f"means at N(0, 1): {listed}")
    ends = f"{float(found.shapes.start):.4f} < alpha < {float(found.shapes.end):.4f}"
    return Finding(
        Verdict.REFUTED,
        f"means at N(0, 1), in closed form: {listed}; with alpha = 1 {nearest} is nearest",
        f"true for {ends}",
    )


def _below_leaky() -> Finding:
    found = _nearest()
    # The alpha for which ELU's mean vanishes at N(0, 1) is SELU's: its fixed point has mean 0.
    gap = abs(float(found.centred) - float(catalog.selu.parameter("alpha").default))
    below = (float(mean_activation(f).standard.subs(f.defaults)) for f in _RIVALS[:2])
    own = float(mean_activation(catalog.elu).standard.subs(catalog.elu.defaults))
    # Two doubles near 1.67, whose unit in the last place is 2.2e-16.
    whose = ", which is SELU's" if gap < 1e-15 else ""
    where = "below" if own < min(below) else "not below"
    return Finding(
        Verdict.ANSWERED,
        f"at alpha = {float(found.centred):.6f}{whose}; at alpha = 1 its mean {own:.5f} is {where} "
        "those of ReLU and LReLU",
    )


def _robust() -> Finding:
    rows = []
    for slope in SLOPES:
        leaky = catalog.leaky_relu.with_parameters(a=slope)
        # Small noise: f′(mu) = alpha·e^mu = a. For variance 1 the whole variances are compared.
        small, unit = crossing_of_slopes(catalog.elu, leaky), variation_crossing(catalog.elu, leaky)
        rows.append((float(slope), float(small or 0), float(unit)))
    if all(small >= 0 and unit >= 0 for _, small, unit in rows):
        return Finding(Verdict.HOLDS, "ELU passes on less variation for every mean below 0")
    listed = "; ".join(f"slope {a:g}: {s:.3f} and {u:.3f}" for a, s, u in rows)
    return Finding(
        Verdict.CORRECTED,
        "between the crossing and 0 ELU passes on more than the leaky unit; the net input's mean "
        f"at the crossing, for small noise and for noise of variance 1: {listed}",
        "ELU passes on less variation where the net input is below the crossing: log(a/alpha) for "
        "small noise",
    )


def _vanishing() -> Finding:
    passed, leaky = (
        passed_variance(catalog.elu).deactivated,
        passed_variance(catalog.leaky_relu).deactivated,
    )
    return holds_if(
        # The leaky unit's a²·nu is free of mu: no saturation takes it away.
        limit(passed, mu, -oo) == 0 and not leaky.has(mu) and leaky != 0,
        f"far below 0 the variance passed on is {passed} for ELU, falling to 0 with mu, and "
        f"{leaky} for LReLU and PReLU, the same for every mu",
    )


CLAIMS = (
    Claim(
        id="C-ELU-3.a",
        statement="Of ReLU, LReLU, SReLU and ELU, ELU's mean activation is nearest zero.",
        tex=r"|\mathbb{E}\,\mathrm{elu}(z)| < |\mathbb{E} f(z)|",
        source=Source(PAPER, "Section 3"),
        assumptions="z ~ N(0, 1), alpha = 1, LReLU slope 0.1",
        kind=Kind.DERIVED,
        check=_nearest_zero,
    ),
    Claim(
        id="C-ELU-3.b",
        statement="At which alpha does ELU's mean activation vanish, and is it below those of "
        "ReLU and LReLU at alpha = 1?",
        tex=r"|\mathbb{E}\,\mathrm{elu}(z)| < |\mathbb{E}\,\mathrm{lrelu}(z)| "
        r"< |\mathbb{E}\,\mathrm{relu}(z)|",
        source=Source(PAPER, "Section 3"),
        assumptions="z ~ N(0, 1), alpha = 1, LReLU slope 0.1",
        kind=Kind.DERIVED,
        check=_below_leaky,
    ),
    Claim(
        id="C-ELU-8.a",
        statement="In the deactivated state ELU passes on less variation than LReLU and PReLU.",
        tex=r"\operatorname{Var}\,\mathrm{elu}(z) < \operatorname{Var}\,\mathrm{lrelu}(z)",
        source=Source(PAPER, "Section 3"),
        assumptions="z ~ N(mu, nu), mu < 0, alpha = 1",
        kind=Kind.DERIVED,
        check=_robust,
    ),
    Claim(
        id="C-ELU-8.b",
        statement="Saturation makes the variation that ELU passes on vanish, which no leaky unit "
        "does.",
        tex=r"\operatorname{Var}\,\mathrm{elu}(z) \to 0,\ "
        r"\operatorname{Var}\,\mathrm{lrelu}(z) \to a^2\nu,\quad \mu \to -\infty",
        source=Source(PAPER, "Section 3"),
        assumptions="z ~ N(mu, nu), a ≠ 0",
        kind=Kind.DERIVED,
        check=_vanishing,
    ),
)
