"""C-NOI-3 and C-NOI-4: the gradient under large noise, and signal against noise."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from sympy import diff, limit, oo

from ... import catalog
from ...derive._noise.limits import gradient_limit
from ...derive._noise.noisy_unit import Variant, noise_deviation, noisy
from ...derive._saturation.linearize import harden
from ...notation import Delta, c, p, stand_in
from ...numeric._noise.signal_to_noise import signal_to_noise
from .._claim import Finding, Kind, Verdict
from ._row import noisy_row

_TANH = harden(catalog.tanh)
AFTER, BEFORE = (Variant.NAN, Variant.NAH), (Variant.NANI, Variant.NANIL, Variant.NANIS)


def _diverges_in_saturation() -> Finding:
    found = [gradient_limit(noisy(_TANH, variant)) for variant in AFTER]
    # σ′ → 0 as Δ → ∞: far out the factor of the noise vanishes.
    steep, loud = stand_in(p), stand_in(c)
    factor = diff(noise_deviation(Delta).subs({p: steep, c: loud}), Delta)
    fades = limit(factor, Delta, oo) == 0
    where = "in saturation" if all(f.saturated == oo for f in found) else "nowhere"
    assert fades, "the factor of the noise has another limit"
    return Finding(
        Verdict.ANSWERED,
        f"{where}: ∂φ/∂x is affine in ε with factor ±σ′(x) ≠ 0 for p ≠ 0 and c > 0; the factor "
        "itself tends to 0 as |x| grows, so that at any given noise deep saturation has no "
        "gradient again",
    )


def _diverges_everywhere() -> Finding:
    found = [gradient_limit(noisy(_TANH, variant)) for variant in AFTER]
    if all(f.diverges_everywhere for f in found):
        return Finding(Verdict.HOLDS, "in both regimes")
    return Finding(
        Verdict.CORRECTED,
        f"in the linear regime |∂φ/∂x| = {found[0].linear} whatever the noise",
        "the limit is infinite only where the unit is saturated",
    )


def _diverges_before(variant: Variant) -> Finding:
    found = gradient_limit(noisy(_TANH, variant))
    return Finding(
        Verdict.ANSWERED,
        f"{'yes' if found.diverges_everywhere else 'no'}: as |ξ| → ∞ the slope tends to "
        f"{found.saturated} in saturation, where x + sξ ends up "
        f"clipped, and to {found.linear} in the linear regime",
    )


def _ratio_of_variances() -> Finding:
    found = signal_to_noise(noisy(_TANH, Variant.NAN), level=4)
    evidence = (
        f"hard tanh with NAN, c = 4, x ~ N(0, 1): σ_signal/σ_noise = {found.deviations:.4g}, the "
        f"ratio of the variances is {found.variances:.4g}"
    )
    # A ratio equals its square only at 0 and 1: the margin is for rounding alone.
    if abs(found.deviations - found.variances) < 1e-9 * found.variances:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.CORRECTED,
        evidence,
        "σ_signal/σ_noise is the ratio of the deviations, whose square is that of the variances; "
        "both tend to 0 together",
    )


def _exploration(variant: Variant) -> Finding:
    # E Var[φ|x] grows like c²: at a fixed signal the ratio falls by 10⁴ from level to level.
    levels = (1e2, 1e4, 1e6)
    found = [signal_to_noise(noisy(_TANH, variant), level=level) for level in levels]
    whole, hard = ([getattr(f, name) / f.noise for f in found] for name in ("signal", "hard"))
    evidence = (
        f"at c = 10², 10⁴, 10⁶, Var h over E Var[φ|x] is {_listed(hard)}; Var E[φ|x] over it "
        f"{_listed(whole)}"
    )
    if not _vanishes(hard) or _vanishes(whole):
        return Finding(Verdict.ANSWERED, f"{'yes' if _vanishes(hard) else 'no'}: {evidence}")
    return Finding(
        Verdict.ANSWERED,
        f"{evidence}: the half-normal noise has a mean, which varies with x: counted as signal, "
        "as the law of total variance does, it keeps the ratio from 0",
    )


def _listed(ratios: list[float]) -> str:
    return ", ".join(f"{ratio:.3g}" for ratio in ratios)


def _vanishes(ratios: list[float]) -> bool:
    """Does the ratio fall at least a thousandfold for each hundredfold c?"""
    # Like c⁻² it falls ten-thousandfold; a ratio with a limit above 0 does not fall.
    return all(late < 1e-3 * early for early, late in pairwise(ratios))


def _everywhere() -> Finding:
    # The regimes from left to right: saturated, linear, saturated.
    linear = [noisy(_TANH, variant).regimes[1] for variant in AFTER]
    if any(regime.variance != 0 for regime in linear):
        return Finding(Verdict.HOLDS, "the linear regime has noise too")
    return Finding(
        Verdict.CORRECTED,
        f"Var[φ|x] = 0 for {linear[0].lower} < x < {linear[0].upper} at every c",
        "only where it is saturated: in the linear regime NAN and NAH make no noise",
    )


#: Eq. 5 as printed, and the ratio as Section 3 writes it.
EQ5 = r"\lim_{|\xi| \to \infty} |\partial\varphi(x, \xi) / \partial x| = \infty"

SNR = r"\mathrm{SNR} = \sigma_{signal} / \sigma_{noise}"
GAUSSIAN = "hard tanh, x ~ N(0, 1), α = 1, p = 1"

CLAIMS = (
    noisy_row(
        part="3.a",
        statement="Where does the gradient of NAN and NAH grow without bound with the noise?",
        tex=EQ5,
        source="Eq. 5",
        check=_diverges_in_saturation,
    ),
    noisy_row(
        part="3.b",
        statement="The gradient of NAN and NAH grows without bound with the noise at every x.",
        tex=EQ5,
        source="Eq. 5",
        check=_diverges_everywhere,
    ),
    *(
        noisy_row(
            part=f"3.{part}",
            statement=f"Does the gradient of {variant} grow without bound with the noise?",
            tex=EQ5,
            source="Eq. 5",
            check=partial(_diverges_before, variant),
        )
        for part, variant in zip("cde", BEFORE, strict=True)
    ),
    noisy_row(
        part="4.a",
        statement="The signal-to-noise ratio, written σ_signal/σ_noise, is the ratio of the "
        "variances.",
        tex=SNR,
        source="Section 3",
        check=_ratio_of_variances,
        assumptions=GAUSSIAN,
        kind=Kind.COMPUTED,
    ),
    *(
        noisy_row(
            part=f"4.{part}",
            statement=f"Does the signal-to-noise ratio of {variant} tend to 0 with growing noise?",
            tex=r"c \to \infty \Rightarrow \mathrm{SNR} \to 0",
            source="Section 3",
            check=partial(_exploration, variant),
            assumptions=GAUSSIAN,
            kind=Kind.COMPUTED,
        )
        for part, variant in zip("bc", AFTER, strict=True)
    ),
    noisy_row(
        part="4.d",
        statement="As the ratio tends to 0 the unit explores, whatever its input.",
        tex=r"c \to \infty \Rightarrow \operatorname{Var}[\varphi | x] \to \infty",
        source="Section 3",
        check=_everywhere,
        assumptions="NAN and NAH on the hard tanh",
    ),
)
