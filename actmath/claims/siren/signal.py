"""What SIREN's initialization keeps from layer to layer: lengths, and not gradients."""

from __future__ import annotations

from sympy import Rational, simplify, sqrt

from ...derive._depth.sine_layers import SineLayers, sine_layers, turning_of_uniform
from ...notation import nu
from ...number import Number, evaluated, exact, mp
from ...numeric._digits.moments import moments
from ...prove.theorems import STATEMENTS
from .._claim import Finding, Kind, Verdict, matches_print
from .._evidence.certificates import certificate_files, report_on
from .._evidence.rows import FROM_MEMORY, SECOND_HAND
from ._row import siren_row, uniform_variance
from .frequency import OMEGA_0

#: What the code multiplies 1/n by for ELU's weights.
PRINTED_ELU = "1.5505188080679277"
# A depth at which a factor in each layer shows, and the width of the code's networks.
_DEEP, _WIDTH = 30, 256


def _proved(name: str) -> str:
    statement = STATEMENTS[name]
    report = report_on(statement)
    good = report.accepted and report.verdict == "PROVED"
    return f"proved by {name}: {statement.sentence}" if good else f"{name} is not certified here"


def _every_layer(claimed: Number) -> Finding:
    found = sine_layers(2)
    length, slope = (evaluated(value, 12) for value in (found.length, found.slope))
    files = certificate_files(STATEMENTS["siren-fixed-length"])
    if simplify(found.following.subs(nu, exact(claimed)) - exact(claimed)) == 0:
        return Finding(Verdict.HOLDS, "that length is fixed", files=files)
    return Finding(
        Verdict.CORRECTED,
        f"a net input of variance q gives the next one 1 − e^(−2q): {claimed} is followed by "
        f"{evaluated(found.following.subs(nu, exact(claimed)), 6)}; the one fixed length is "
        f"{found.length} = {length}, from which a deviation is {slope} of itself a layer later; "
        f"{_proved('siren-fixed-length')}",
        f"normal of variance {evaluated(found.length, 8)} in every layer far from the input, and "
        f"activations of variance {evaluated(found.length / 2, 8)}, not 1/2",
        files,
    )


def _gradient(limit: Number) -> Finding:
    found = sine_layers(2)
    factor = evaluated(found.gradient_there, 10)
    files = certificate_files(STATEMENTS["siren-gradient-grows"])
    kept = abs(factor - 1) < exact(limit)
    return Finding(
        Verdict.HOLDS if kept else Verdict.REFUTED,
        f"a layer multiplies the gradient's mean square by 1 + e^(−2q), at the fixed length by "
        f"{factor}, {_DEEP} layers by {evaluated(found.gradient_there**_DEEP, 4)}; at every "
        f"fixed length q of sines the factor is q·coth q, above 1; "
        f"{_proved('siren-gradient-grows')}",
        files=files,
    )


def with_biases(width: int) -> SineLayers:
    """SIREN's layers with the biases of ``torch.nn.Linear``, uniform on ±1/√n, times 30.

    Raises:
        ValueError: for a width below 1.
    """
    if width < 1:
        raise ValueError(f"width must be at least 1, got {width}")
    return sine_layers(2, turning_of_uniform(OMEGA_0 / sqrt(exact(width))))


def _biases() -> Finding:
    found = with_biases(_WIDTH)
    spread = uniform_variance(OMEGA_0 / sqrt(exact(_WIDTH)))
    values = (spread, found.length + spread, found.gradient_there**_DEEP)
    bias, length, together = (evaluated(value, 6) for value in values)
    return Finding(
        Verdict.CORRECTED,
        f"at {_WIDTH} units they have variance {bias} in the sine's argument, whose length is "
        f"then {length}; {_DEEP} layers multiply the gradient's mean square by {together}. With "
        "E cos 2b = sin(2β)/2β for b uniform on ±β = ±30/√n the factor is 1 where 2β is a multiple "
        "of π, and may be on either side",
        f"at {_WIDTH} units a layer multiplies it by {evaluated(found.gradient_there, 6)}",
    )


def _elu(printed: str) -> Finding:
    found = 1 / moments("elu", digits=25).second
    value = mp.mpf(str(evaluated(found, 25)))
    evidence = f"1/E elu(Z)² = {mp.nstr(value, 20)}"
    if matches_print(printed, value):
        return Finding(Verdict.HOLDS, evidence)
    good = abs(value - mp.mpf(printed)) < mp.mpf(10) ** -14
    verdict = Verdict.CORRECTED if good else Verdict.REFUTED
    return Finding(verdict, f"{evidence}: the last digits differ", mp.nstr(value, 17))


CLAIMS = (
    siren_row(
        "4.a",
        "With weights uniform on ±√(6/n) in every layer the net inputs are approximately standard "
        "normal at any depth.",
        r"q_l \approx 1 \text{ for all } l",
        "supplement, Theorem 1.8",
        lambda: _every_layer(1),
        f"wide layers sin(Wx) without biases; {SECOND_HAND}",
    ),
    siren_row(
        "7.a",
        "The statistics of gradients are preserved with depth.",
        r"\mathbb{E}\,\delta_l^2 = \mathbb{E}\,\delta_{l+1}^2",
        "supplement, Sections 1.3 to 1.5",
        lambda: _gradient(Rational(1, 100)),
        f"to 1 % a layer; wide layers without biases; {FROM_MEMORY}",
    ),
    siren_row(
        "7.b",
        "What do the biases change that the authors' code leaves as PyTorch draws them?",
        r"q = 1 - e^{-2q}\,\mathbb{E}\cos 2b",
        "code, modules.py, sine_init",
        _biases,
        "uniform on ±1/√n before the factor 30; the code was read",
        Kind.COMPUTED,
    ),
    siren_row(
        "8.a",
        f"The weights for ELU in the same code, of variance {PRINTED_ELU}/n, keep the mean square.",
        r"1.5505188080679277 = 1/\mathbb{E}\,\mathrm{elu}(Z)^2",
        "code, modules.py, init_weights_elu",
        lambda: _elu(PRINTED_ELU),
        "alpha = 1, Z ~ N(0, 1), all printed digits; the code was read",
        Kind.COMPUTED,
    ),
)
