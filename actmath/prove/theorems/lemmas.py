"""Lemmas 9, 10 and 12 and Appendix A6: moments, derivative bounds, the norm (C-SNN-5, 6, 9, 10)."""

from __future__ import annotations

from functools import partial

from sympy import Rational

from .._balls.box import Box
from .._balls.formula import Coordinates, Formula
from .._balls.unit import jet_derivative
from .._cover.statement import Bound, Statement
from ._declare import (
    LEMMA_9,
    LEMMA_12,
    SELU_NATIVE,
    SELU_SHARP,
    SELU_TILES,
    Declaration,
    largest,
    single,
    within,
)

# Lemma 12's proof: the maximum over its grid, and the mean-value remainder between points.
_PRINTED_NORM, _REMAINDER = "0.9912524171058772", "0.008747"


def _norm_below_one() -> Statement:
    return single(
        "lemma-12",
        "C-SNN-5",
        "on Lemma 12's domain the spectral norm of the Jacobian of g is below 1",
        LEMMA_12,
        (Bound(SELU_SHARP.norm(), "<", "1"),),
        "Lemma 12",
    )


def _printed_norm() -> Statement:
    return single(
        "lemma-12-printed-bound",
        "C-SNN-5",
        f"on Lemma 12's domain the spectral norm of the Jacobian of g is below {_PRINTED_NORM}",
        LEMMA_12,
        (Bound(SELU_SHARP.norm(), "<", _PRINTED_NORM),),
        "Lemma 12",
    )


def _printed_norm_attained() -> Statement:
    return single(
        "lemma-12-printed-attained",
        "C-SNN-5",
        "on Lemma 12's domain the spectral norm of the Jacobian of g reaches 0.99125",
        LEMMA_12,
        (Bound(SELU_SHARP.norm(), ">", "0.99125", True),),
        "Lemma 12",
    )


def _largest_norm() -> Statement:
    return single(
        "lemma-12-largest",
        "C-SNN-5",
        "on Lemma 12's domain the largest spectral norm of the Jacobian of g lies between "
        "0.98902627183 and 0.98902627184; within 1e-11 it is reached at |mu| = |omega| = 0.1 "
        "with equal signs, nu = 0.8, tau = 1.25",
        LEMMA_12,
        largest(SELU_SHARP.norm(), "0.98902627183", "0.98902627184"),
        corrects=("lemma-12-printed-attained",),
    )


def _largest_norm_of_second() -> Statement:
    low, high = "0.9912524171058", "0.9912524171059"
    return single(
        "lemma-12-second-moment",
        "C-SNN-5",
        "the printed maximum belongs to the Jacobian of (mean, second moment): on Lemma 12's "
        f"domain its largest spectral norm lies between {low} and {high}",
        LEMMA_12,
        largest(SELU_SHARP.norm("second"), low, high),
        corrects=("lemma-12-printed-attained",),
    )


def _sum_below_one() -> Statement:
    # Exact decimals: the sum is 0.9999994171058772.
    total = Rational(_PRINTED_NORM) + Rational(_REMAINDER)
    return single(
        "lemma-12-sum",
        "C-SNN-5",
        f"{_PRINTED_NORM} + {_REMAINDER} < 1",
        Box((), ()),
        (Bound(Formula("grid maximum + remainder", total, Coordinates(())), "<", "1"),),
        "Lemma 12",
    )


# As printed, with nu up to 15.
_LEMMA_9 = {
    "mean-lower": ("mean", ">", "-0.041160"),
    "mean-upper": ("mean", "<", "0.087653"),
    "second-lower": ("second", ">", "0.703257"),
    "second-upper": ("second", "<", "1.643705"),
    "variance-lower": ("variance", ">", "0.695574"),
    "variance-upper": ("variance", "<", "1.636023"),
}
_WORDS = {"mean": "mean", "second": "second moment", "variance": "variance"}
# Rounded outwards to six decimals, like the printed ones.
_LEMMA_9_CORRECTED = {
    "mean-lower": "-0.041161",
    "mean-upper": "1.097255",
    "second-upper": "11.528272",
    "variance-upper": "10.324304",
}


def _lemma_9(side: str, domain: Box, name: str) -> Statement:
    moment, relation, bound = _LEMMA_9[side]
    # Both domains are asked: as printed, and Lemma 12's, where nu ends at 1.5 and not at 15.
    words, top = _WORDS[moment], "15" if domain is LEMMA_9 else "1.5"
    return single(
        name,
        "C-SNN-6",
        f"for 0.8 ≤ nu ≤ {top} and Lemma 9's mu, omega, tau the {words} is {relation} {bound}",
        domain,
        (Bound(getattr(SELU_TILES, moment), relation, bound),),
        "Lemma 9" if domain is LEMMA_9 else "",
        corrects=() if domain is LEMMA_9 else (f"lemma-9-{side}",),
    )


def _lemma_9_corrected(side: str) -> Statement:
    moment, relation, _ = _LEMMA_9[side]
    bound = _LEMMA_9_CORRECTED[side]
    return single(
        f"lemma-9-{side}-corrected",
        "C-SNN-6",
        f"on Lemma 9's domain as printed, nu up to 15, the {_WORDS[moment]} is {relation} {bound}",
        LEMMA_9,
        (Bound(getattr(SELU_TILES, moment), relation, bound),),
        corrects=(f"lemma-9-{side}",),
    )


def _lemma_9_lower_15() -> Statement:
    return single(
        "lemma-9-nu15-mean-lower-corrected",
        "C-SNN-6",
        "for 0.8 ≤ nu ≤ 1.5 the mean is > -0.041161, and somewhere < -0.041160",
        LEMMA_12,
        (Bound(SELU_TILES.mean, ">", "-0.041161"), Bound(SELU_TILES.mean, "<", "-0.041160", True)),
        corrects=("lemma-9-nu15-mean-lower",),
    )


# By variable: the printed bound on |∂S/∂variable|, then ours from below and above.
_LEMMA_10 = {
    "mu": ("0.32112", "0.0357", "0.04"),
    "omega": ("2.63690", "0.0737", "0.12"),
    "nu": ("2.28242", "0.2958", "0.3"),
    "tau": ("2.98610", "0.6686", "0.7"),
}


def _lemma_10(variable: str) -> Statement:
    bound = _LEMMA_10[variable][0]
    slope = SELU_NATIVE.along(SELU_NATIVE.norm(), variable)
    return single(
        f"lemma-10-{variable}",
        "C-SNN-9",
        f"on Lemma 12's domain |∂S/∂{variable}| < {bound} for the spectral norm S",
        LEMMA_12,
        within(slope, bound),
        "Lemma 10",
    )


def _lemma_10_sharp(variable: str) -> Statement:
    _, low, high = _LEMMA_10[variable]
    slope = SELU_NATIVE.along(SELU_NATIVE.norm(), variable)
    # ∂S/∂nu has its largest size where it is negative, the other three where they are positive.
    below = variable == "nu"
    attained = Bound(slope, "<", f"-{low}", True) if below else Bound(slope, ">", low, True)
    return single(
        f"lemma-10-{variable}-sharp",
        "C-SNN-9",
        f"on Lemma 12's domain the largest |∂S/∂{variable}| lies between {low} and {high}",
        LEMMA_12,
        (*within(slope, high), attained),
    )


def _slope_of_mean(variable: str, name: str, bound: str, printed: bool) -> Statement:
    slope = SELU_NATIVE.along(SELU_NATIVE.mean, variable)
    return single(
        name,
        "C-SNN-9",
        f"on Lemma 12's domain |∂mean/∂{variable}| < {bound}",
        LEMMA_12,
        within(slope, bound),
        "Lemma 10" if printed else "",
    )


def _symmetry() -> Statement:
    """One number below which all of |∂mean/∂nu| lies and above which some |∂mean/∂tau| lies."""
    along_nu = SELU_NATIVE.along(SELU_NATIVE.mean, "nu")
    along_tau = SELU_NATIVE.along(SELU_NATIVE.mean, "tau")
    return single(
        "lemma-10-symmetry-fails",
        "C-SNN-9",
        "a bound on |∂mean/∂nu| does not bound |∂mean/∂tau|: on Lemma 12's domain the first is "
        "below 0.1141 everywhere, the second above 0.1368 somewhere",
        LEMMA_12,
        (*within(along_nu, "0.1141"), Bound(along_tau, ">", "0.1368", True)),
        follows="the mean depends on nu·tau only, but nu ranges over [0.8, 1.5] and tau over "
        "[0.8, 1.25], so that nu and tau are not exchangeable in a bound",
    )


# By variable: the bound on |∂J22/∂variable| that is printed, and the largest, rounded up.
_A6 = {"nu": ("0.562302", "0.276863"), "tau": ("0.664051", "0.664051")}


def _a6_slope(variable: str) -> Formula:
    """∂J22/∂variable for J22 = ∂ E f²/∂nu."""
    layer = SELU_NATIVE
    j22 = jet_derivative(layer.second.value, layer["nu"], layer.y, layer.x)
    return layer.along(layer.formula("J22", j22), variable)


def _a6(variable: str) -> Statement:
    return single(
        f"a6-j22-{variable}",
        "C-SNN-10",
        f"on Lemma 12's domain |∂J22/∂{variable}| < {_A6[variable][0]} for "
        "J22 = ∂(second moment)/∂nu",
        LEMMA_12,
        within(_a6_slope(variable), _A6[variable][0]),
        "Appendix A6, Eq. 336",
    )


def _a6_sharp(variable: str) -> Statement:
    bound, slope = _A6[variable][1], _a6_slope(variable)
    # One unit of the last decimal below the bound.
    low = f"{float(bound) - 1e-6:.6f}"
    # ∂J22/∂tau is extreme where it is positive, ∂J22/∂nu where it is negative.
    sign = variable == "tau"
    attained = Bound(slope, ">", low, True) if sign else Bound(slope, "<", f"-{low}", True)
    return single(
        f"a6-j22-{variable}-corrected",
        "C-SNN-10",
        f"on Lemma 12's domain the largest |∂J22/∂{variable}| lies between {low} and {bound}",
        LEMMA_12,
        (*within(slope, bound), attained),
    )


DECLARED: tuple[Declaration, ...] = (
    ("lemma-12", _norm_below_one, "C-SNN-5.a"),
    ("lemma-12-printed-bound", _printed_norm, "C-SNN-5.b"),
    ("lemma-12-printed-attained", _printed_norm_attained, "C-SNN-5.c"),
    ("lemma-12-largest", _largest_norm),
    ("lemma-12-second-moment", _largest_norm_of_second),
    ("lemma-12-sum", _sum_below_one, "C-SNN-5.d"),
    *(
        (f"lemma-9-{s}", partial(_lemma_9, s, LEMMA_9, f"lemma-9-{s}"), f"C-SNN-6.{letter}")
        for letter, s in zip("abcdef", _LEMMA_9, strict=True)
    ),
    *((f"lemma-9-{s}-corrected", partial(_lemma_9_corrected, s)) for s in _LEMMA_9_CORRECTED),
    *((f"lemma-9-nu15-{s}", partial(_lemma_9, s, LEMMA_12, f"lemma-9-nu15-{s}")) for s in _LEMMA_9),
    ("lemma-9-nu15-mean-lower-corrected", _lemma_9_lower_15),
    *(
        (f"lemma-10-{v}", partial(_lemma_10, v), f"C-SNN-9.{letter}")
        for letter, v in zip("abcd", _LEMMA_10, strict=True)
    ),
    *((f"lemma-10-{v}-sharp", partial(_lemma_10_sharp, v)) for v in _LEMMA_10),
    (
        "lemma-10-mean-tau",
        partial(_slope_of_mean, "tau", "lemma-10-mean-tau", "0.194035", True),
        "C-SNN-9.e",
    ),
    ("lemma-10-symmetry-fails", _symmetry),
    *(
        (f"a6-j22-{v}", partial(_a6, v), f"C-SNN-10.{letter}")
        for letter, v in zip("ab", _A6, strict=True)
    ),
    *((f"a6-j22-{v}-corrected", partial(_a6_sharp, v)) for v in _A6),
)
