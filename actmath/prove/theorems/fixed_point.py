"""SELU's constants and its moment map at the fixed point (0, 1): C-SNN-1 and C-SNN-3."""

from __future__ import annotations

from functools import partial

from ... import catalog
from ...notation import auxiliary
from .._balls.box import Box
from .._balls.formula import Coordinates, Formula
from .._balls.layer import NATIVE, Layer
from .._cover.statement import Bound, Statement
from ._declare import SELU_NATIVE, Declaration, between, rounds_to, single, within

# 32 digits each, as printed.
ALPHA_01 = "1.6732632423543772848170429916717"
LAMBDA_01 = "1.0507009873554804934193349852946"
POINT = Box.of(mu=("0", "0"), omega=("0", "0"), nu=("1", "1"), tau=("1", "1"))
#: At 256 bits, 77 digits, a value of 0 is known to 1e-60 and better.
_TINY = "1e-60"


def _constant(name: str) -> Formula:
    symbol = next(p.symbol for p in catalog.selu.parameters if p.name == name)
    return Formula(name, auxiliary(symbol.name), Coordinates(()), catalog.selu)


def _digits(name: str, digits: str) -> Statement:
    formula = _constant(name)
    return single(
        f"selu-{name}-digits",
        "C-SNN-1",
        f"the closed form of {name} rounds to {digits}",
        Box((), ()),
        rounds_to(formula, digits),
        "Eq. 14",
        # 192 bits are 57 digits, for constants of 32.
        bits=192,
    )


def _closed_forms() -> Statement:
    mean, variance = SELU_NATIVE.mean, SELU_NATIVE.variance
    return single(
        "selu-fixed-point",
        "C-SNN-1",
        "with the closed forms of alpha and lambda, g(0, 1) = (0, 1) to 60 digits",
        POINT,
        # mean 0 ± 1e-60, variance between 1 − 1e-60 and 1 + 1e-60.
        (*within(mean, _TINY), *between(variance, "0." + "9" * 60, "1." + "0" * 59 + "1")),
        "Eq. 14",
        bits=256,
    )


def _printed_constants() -> Statement:
    """The printed digits do not give (0, 1) itself but a fixed point next to it."""
    printed = catalog.selu.with_parameters(alpha=ALPHA_01, lam=LAMBDA_01)
    layer = Layer(printed, NATIVE)
    # The box reaches 1e-29 to each side of (0, 1).
    radius, one = "1e-29", "1." + "0" * 28
    box = Box.of(
        mu=(f"-{radius}", radius),
        omega=("0", "0"),
        nu=("0." + "9" * 29, one + "1"),
        tau=("1", "1"),
    )
    claims = (
        *within(layer.mean, radius),
        *between(layer.variance, "0." + "9" * 29, one + "1"),
        # Any bound below 1 serves Banach; the norm at (0, 1) is 0.78767….
        Bound(layer.norm(), "<", "0.7877"),
    )
    return single(
        "selu-printed-constants",
        "C-SNN-1",
        "with the 32 printed digits there is exactly one fixed point within 1e-29 of (0, 1)",
        box,
        claims,
        "Eq. 14",
        "g maps the box into itself and contracts it, so Banach's theorem applies",
        bits=256,
    )


# Eq. 6's Jacobian, entry by entry: printed digits, and the words for them.
_ENTRIES = {
    "11": ("0", "is zero"),
    "12": ("0.088834", "rounds to 0.088834"),
    "21": ("0", "is zero"),
    "22": ("0.782648", "rounds to 0.782648"),
}


def _entry(place: str) -> Formula:
    index = ("11", "12", "21", "22").index(place)
    return SELU_NATIVE.formula(f"J{place}", SELU_NATIVE.jacobian()[index])


def _jacobian(place: str) -> Statement:
    digits, words = _ENTRIES[place]
    formula = _entry(place)
    return single(
        f"selu-jacobian-{place}",
        "C-SNN-3",
        f"entry {place} of the Jacobian of g at (0, 1), omega = 0, tau = 1 {words}",
        POINT,
        within(formula, _TINY) if digits == "0" else rounds_to(formula, digits),
        "Eq. 6",
        bits=256,
    )


def _corrected_entry() -> Statement:
    return single(
        "selu-jacobian-12-corrected",
        "C-SNN-3",
        "entry 12 of the Jacobian of g at (0, 1) rounds to 0.088835",
        POINT,
        # Ten decimals more show why: 0.0888347551 rounds to 0.088835, cut off it is 0.088834.
        (*rounds_to(_entry("12"), "0.088835"), *rounds_to(_entry("12"), "0.0888347551")),
        corrects=("selu-jacobian-12",),
    )


def _norm() -> Statement:
    norm = SELU_NATIVE.norm()
    return single(
        "selu-jacobian-norm",
        "C-SNN-3",
        "the spectral norm of the Jacobian of g at (0, 1) rounds to 0.7877",
        POINT,
        (*rounds_to(norm, "0.7877"), *rounds_to(norm, "0.7876733605")),
        "Eq. 6",
    )


DECLARED: tuple[Declaration, ...] = (
    ("selu-alpha-digits", partial(_digits, "alpha", ALPHA_01), "C-SNN-1.d"),
    ("selu-lam-digits", partial(_digits, "lam", LAMBDA_01), "C-SNN-1.e"),
    ("selu-fixed-point", _closed_forms, "C-SNN-1.f"),
    ("selu-printed-constants", _printed_constants, "C-SNN-1.g"),
    *(
        (f"selu-jacobian-{place}", partial(_jacobian, place), f"C-SNN-3.{letter}")
        for letter, place in zip("efgh", _ENTRIES, strict=True)
    ),
    ("selu-jacobian-12-corrected", _corrected_entry),
    ("selu-jacobian-norm", _norm, "C-SNN-3.i"),
)
