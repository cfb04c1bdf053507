"""C-NOI-5 to C-NOI-7: size, parameter and direction of the noise (Gulcehre et al. 2016)."""

from __future__ import annotations

from sympy import Rational, S, diff, limit, oo, simplify

from ... import catalog
from ...derive._noise.gradient import output_slopes
from ...derive._noise.limits import critical_level, deviation_facts, expected_unit, pull_back
from ...derive._noise.noisy_unit import Variant, noise_deviation, noisy
from ...derive._saturation.linearize import harden
from ...derive._saturation.saturation import SaturationKind
from ...notation import Delta, alpha, c, p, stand_in, x
from ...number import evaluated
from .._claim import Finding, Verdict, holds_if
from ._row import noisy_row

_TANH = harden(catalog.tanh)


def _distance() -> Finding:
    right = noisy(_TANH, Variant.NAN).regimes[-1]
    # Δ = h − u, and u − h = u′·(x − x_t) where h is constant.
    gap = simplify(right.delta + (x - _TANH.right_threshold) * _TANH.linearization.slope)
    linear = noisy(_TANH, Variant.NAN).regimes[1]
    return holds_if(
        gap == 0 and linear.delta == 0,
        "Δ = −u′·(x − x_t) beyond the threshold, 0 within, exactly",
    )


def _proportional() -> Finding:
    # σ = (c/4)·tanh²(pΔ/2): like c·p²Δ²/16 near 0, c/4 at most, so σ/Δ → 0 at both ends.
    facts = deviation_facts()
    if facts.proportional:
        return Finding(Verdict.HOLDS, "σ/Δ is constant")
    return Finding(
        Verdict.REFUTED,
        f"σ/|Δ| tends to {facts.ratio_near} at the threshold and to {facts.ratio_far} far out; it "
        f"is largest, {evaluated(facts.largest_ratio, 8)}·c|p|, "
        f"at |pΔ| = {evaluated(facts.largest_at, 8)}",
        f"σ grows like ({facts.near})·Δ² near the threshold and is bounded by {facts.supremum}",
    )


def _magnitude() -> Finding:
    steep, loud = stand_in(p), stand_in(c)
    # σ = (c/4)·tanh²(pΔ/2), for positive p and c: even in p, rising with |p|, below c/4.
    slope = simplify(diff(noise_deviation(Delta).subs({p: steep, c: loud}), steep))
    facts = deviation_facts()
    return holds_if(
        facts.even_in_p and slope.is_positive is True and facts.at_p_zero == (0, 0, 0),
        f"σ is even in p and rises with |p| wherever Δ ≠ 0, from 0 at p = 0 up to "
        f"{facts.supremum}; at p = 0 the noise and all its gradients vanish: descent stays there",
    )


def _sign_by_x() -> Finding:
    # σ is even in p, and so are its slope by x and the law of ∂φ/∂x.
    law, _ = output_slopes(noisy(_TANH, Variant.NAH), noisy(_TANH, Variant.NAH).regimes[-1])
    unchanged = simplify(law.formula - law.formula.subs(p, -p)) == 0
    if not unchanged:
        return Finding(Verdict.HOLDS, "∂φ/∂x changes with the sign of p")
    at = {c: 8, x: Rational(3, 2)}
    chances = [
        float(law.below().subs({**at, alpha: Rational(9, 10), p: s})) for s in (S.Half, 1, 3)
    ]
    hard = [float(law.below().subs({**at, alpha: 1, p: s})) for s in (S.Half, 1, 3)]
    shown = ", ".join(f"{chance:.3f}" for chance in chances)
    return Finding(
        Verdict.CORRECTED,
        f"∂φ/∂x is even in p. For NAH at x = 3/2, c = 8, P(∂φ/∂x < 0) at |p| = 1/2, 1, 3 is "
        f"{shown} with α = 0.9, and {', '.join(f'{chance:g}' for chance in hard)} with α = 1",
        "|p|, not p, changes how likely each sign is, and only if α ≠ 1; at α = 1 no p does",
    )


def _sign_by_p() -> Finding:
    # ∂σ/∂p = (c/4)·Δ·tanh(pΔ/2)·sech²(pΔ/2): odd in p.
    facts = deviation_facts()
    if facts.odd_gradient_in_p:
        answer = "that by p: ∂σ/∂p is odd in p, hence ∂φ/∂p for the same noise changes sign"
        return Finding(Verdict.ANSWERED, answer)
    return Finding(Verdict.ANSWERED, "not even that by p")


def _towards() -> Finding:
    unit = noisy(_TANH, Variant.NAH)
    pushes = [
        # h − (αh + (1 − α)u) = (1 − α)(h − u): the sign of 1 − α is taken into account.
        (r.direction * (r.hard - r.line)).subs({alpha: mix, x: r.inside()}) * (1 if mix < 1 else -1)
        for r in (unit.regimes[0], unit.regimes[-1])
        for mix in (S.Half, Rational(3, 2))
    ]
    return holds_if(
        all(push > 0 for push in pushes),
        "d has the sign of h − (αh + (1 − α)u) on both sides, for α below and above 1, as long as "
        "0 lies between the thresholds: d looks at sgn(x), not at the threshold",
    )


def _reaches() -> Finding:
    unit = noisy(_TANH, Variant.NAH)
    right = unit.regimes[-1]
    # σ falls like Δ² and the leak like Δ at the threshold; far out σ stays below c/4.
    share = pull_back(unit, right).subs({alpha: Rational(9, 10), c: 1, p: 1})
    ends = (limit(share, x, 1, "+"), limit(share, x, oo))
    # 1 − α = 1/10 and p = 1; 0.58258 is the largest tanh²(t)/t.
    least = evaluated(critical_level(Rational(1, 10), S.One), 6)
    if ends != (0, 0):
        return Finding(Verdict.ANSWERED, f"the share taken back tends to {ends}")
    return Finding(
        Verdict.ANSWERED,
        f"the share of the leak (1 − α)(u − h) that the noise takes back tends to {ends[0]} at "
        f"the threshold and to {ends[1]} far out; with α = 0.9, p = 1 it reaches 1 nowhere unless "
        f"c > {least}",
        "towards h, but back to h only if c > 8|1 − α|√(π/2)/(|p|·0.58258), and then only at "
        "medium distances, beyond which the leak wins",
    )


def _hard_at_test_time() -> Finding:
    kinds = {
        f"{variant}, α = {mix}": expected_unit(noisy(_TANH, variant), mix, level=2)
        for variant, mix in (
            (Variant.NAN, 1),
            (Variant.NAH, 1),
            (Variant.NAN, "1/2"),
            (Variant.NAH, "1/2"),
        )
    }
    # Hard saturation is f′ = 0 beyond a finite x; soft is f′ → 0 only in the limit.
    found = {name: unit.saturation.right.kind for name, unit in kinds.items()}
    shown = "; ".join(f"{name}: {kind}" for name, kind in found.items())
    if all(kind is SaturationKind.HARD for kind in found.values()):
        return Finding(Verdict.HOLDS, shown)
    return Finding(
        Verdict.REFUTED,
        f"saturation of E φ: {shown}",
        "hard only for normal noise with α = 1; with α ≠ 1 the slope tends to (1 − α)u′, and "
        "half-normal noise at α = 1 leaves a soft saturation inside the range of h",
    )


CLAIMS = (
    noisy_row(
        part="5.a",
        statement="Δ is 0 in the linear regime and proportional to the distance from the "
        "threshold beyond.",
        tex=r"\Delta = -u'\,(x - x_t)",
        source="Section 4",
        check=_distance,
    ),
    noisy_row(
        part="5.b",
        statement="The noise is proportional to the magnitude of the saturation.",
        tex=r"\sigma \propto |\Delta|",
        source="Section 4",
        check=_proportional,
    ),
    noisy_row(
        part="6.a",
        statement="By changing p the model adjusts the magnitude of the noise.",
        tex=r"\partial\sigma / \partial |p| > 0",
        source="Section 4",
        check=_magnitude,
    ),
    noisy_row(
        part="6.b",
        statement="By changing p the model adjusts the sign of the gradient that flows back to x.",
        tex=r"\operatorname{sgn} \partial\varphi / \partial x",
        source="Section 4",
        check=_sign_by_x,
    ),
    noisy_row(
        part="6.c",
        statement="Which gradient changes its sign with p?",
        tex=r"\partial_p \varphi|_{-p} = -\partial_p \varphi|_{p}",
        source="Section 4",
        check=_sign_by_p,
    ),
    noisy_row(
        part="7.a",
        statement="With α ≠ 1 the half-normal noise pushes the unit towards h.",
        tex=r"d\,\bigl(h - \alpha h - (1 - \alpha) u\bigr) > 0",
        source="Section 4",
        check=_towards,
    ),
    noisy_row(
        part="7.b",
        statement="Does the half-normal noise, with α ≠ 1, bring the unit all the way back to h?",
        tex=r"\mathbb{E}\varphi = h",
        source="Section 4",
        check=_reaches,
    ),
    noisy_row(
        part="7.c",
        statement="The unit that is used at test time is hard.",
        tex=r"(\mathbb{E}\varphi)' = 0 \text{ beyond a threshold}",
        source="Eq. 13",
        check=_hard_at_test_time,
    ),
)
