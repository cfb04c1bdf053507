"""The units beyond the chapters' beside formulas that were typed by hand for mpmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mpmath import mp

from actmath import catalog
from actmath.catalog import CATALOG
from actmath.lower import to_mpmath

from ..drawn import DRAWN
from ..pool.twins import cdf, clip, erf, exp, expm1, relu, sigmoid, softplus, tanh


def padé(t: Any) -> Any:
    above = ["0.02996348", "0.61690165", "2.37539147", "3.06608078", "1.52474449", "0.25281987"]
    below = ["1", "1.19160814", "4.40811795", "0.91111034", "0.34885983"]
    top = mp.fsum(mp.mpf(c) * t**k for k, c in enumerate(above))
    return top / mp.fsum(mp.mpf(c) * abs(t) ** k for k, c in enumerate(below))


TWINS: dict[str, Callable[[Any], Any]] = {
    "squareplus": lambda t: (t + mp.hypot(t, 2)) / 2,
    "bent_identity": lambda t: (mp.hypot(t, 1) - 1) / 2 + t,
    "isru": lambda t: t / mp.hypot(t, 1),
    "isrlu": lambda t: t if t > 0 else t / mp.hypot(t, 1),
    "pau": padé,
    "mpelu": lambda t: t if t > 0 else expm1(t),
    "pelu": lambda t: t if t > 0 else expm1(t),
    "ptelu": lambda t: t if t > 0 else tanh(t),
    "xielu": lambda t: (4 * t**2 if t > 0 else 4 * (expm1(t) - t)) / 5 + t / 2,
    "elish": lambda t: (t if t > 0 else expm1(t)) * sigmoid(t),
    "hard_elish": lambda t: (t if t > 0 else expm1(t)) * clip((t + 1) / 2, 0, 1),
    "softexponential": lambda t: 2 * expm1(t / 2) + mp.mpf(1) / 2,
    "shifted_softplus": lambda t: softplus(t) - mp.log(2),
    "nlrelu": lambda t: mp.log1p(relu(t)),
    "symlog": lambda t: mp.sign(t) * mp.log1p(abs(t)),
    "tanhshrink": lambda t: t - tanh(t),
    "lecun_tanh": lambda t: mp.mpf("1.7159") * tanh(2 * t / 3),
    "erf": erf,
    "penalized_tanh": lambda t: tanh(t) if t > 0 else tanh(t) / 4,
    "log_sigmoid": lambda t: -softplus(-t),
    "cloglog": lambda t: -expm1(-exp(t)),
    "gaussian_rbf": lambda t: exp(-(t**2)),
    "wavelet": lambda t: t * exp(-(t**2) / 2),
    "dsilu": lambda t: sigmoid(t) * (1 + t * (1 - sigmoid(t))),
    "sloped_hard_sigmoid": lambda t: clip((t + 3) / 6, 0, 1),
    "capped_relu": lambda t: clip(t, 0, 20),
    "s_shaped_relu": lambda t: t if abs(t) <= 1 else (1 + t) / 2 if t > 1 else (t - 4) / 5,
    "plu": lambda t: max((t + 1) / 10 - 1, min((t - 1) / 10 + 1, t)),
    "softshrink": lambda t: mp.sign(t) * relu(abs(t) - mp.mpf(1) / 2),
    "hardshrink": lambda t: t if abs(t) > mp.mpf(1) / 2 else mp.zero,
    "thresholded_relu": lambda t: t if t > 1 else mp.zero,
    "gelu_tanh": lambda t: t * (1 + tanh(mp.sqrt(2 / mp.pi) * (t + mp.mpf("0.044715") * t**3))) / 2,
    "quick_gelu": lambda t: t * sigmoid(mp.mpf("1.702") * t),
    "swish_beta": lambda t: t * sigmoid(t),
    "e_swish": lambda t: 5 * t * sigmoid(t) / 4,
    "acon": lambda t: (3 * t * sigmoid(3 * t / 4) + t) / 4,
    "smu": lambda t: (5 * t + 3 * t * erf(t)) / 8,
    "tanhexp": lambda t: t * tanh(exp(t)),
    "serf": lambda t: t * erf(softplus(t)),
    "phish": lambda t: t * tanh(t * cdf(t)),
    "logish": lambda t: t * mp.log1p(sigmoid(t)),
    "smish": lambda t: t * tanh(mp.log1p(sigmoid(t))),
    "beta_mish": lambda t: t * tanh(3 * softplus(t) / 2),
    "atlu": lambda t: t * mp.atan2(1, -t) / mp.pi,
    "lisht": lambda t: t * tanh(t),
    "sine": mp.sin,
    "siren": lambda t: mp.sin(30 * t),
    "cosine": mp.cos,
    "snake": lambda t: t + (1 - mp.cos(2 * t)) / 2,
    "gcu": lambda t: t * mp.cos(t),
    "sinlu": lambda t: (t + mp.sin(t)) * sigmoid(t),
    "square": lambda t: t * t,
    "squared_relu": lambda t: relu(t) ** 2,
    "star_relu": lambda t: (2 * relu(t) ** 2 - 1) / mp.sqrt(5),
    "sqnl": lambda t: mp.sign(t) * (1 - relu(1 - abs(t) / 2) ** 2),
    "hard_mish": lambda t: t / 2 * clip(t + 2, 0, 2),
    "sparse_plus": lambda t: t if t > 1 else relu(t + 1) ** 2 / 4,
}


def test_every_unit_of_which_some_tests_are_drawn_has_a_twin() -> None:
    assert len(CATALOG) >= 60
    assert set(TWINS) == DRAWN <= set(CATALOG) - set(catalog.told())


@pytest.mark.parametrize("name", TWINS)
def test_it_is_its_twin(name: str) -> None:
    unit = to_mpmath(CATALOG[name])
    with mp.workdps(40):
        for at in map(
            mp.mpf, ("-17.5", "-2.5", "-1.25", "-0.75", "-0.125", "0.25", "1.5", "3", "21")
        ):
            want = TWINS[name](at)
            assert abs(unit(at) - want) <= mp.mpf(10) ** -34 * max(1, abs(want)), at


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        *(("swish", "silu"), ("linear", "identity"), ("hardswish", "hard_swish")),
        *(("leakyrelu", "leaky_relu"), ("ReLU-6", "relu6"), ("hardtanh", "hard_tanh")),
        # PyTorch's of slope 1/6, and not the tangent's.
        *(("hardsigmoid", "sloped_hard_sigmoid"), ("telu", "tanhexp"), ("relu2", "squared_relu")),
    ],
)
def test_aliases_resolve(alias: str, name: str) -> None:
    assert catalog.get(alias) is CATALOG[alias] is CATALOG[name] is getattr(catalog, name)
    assert alias in CATALOG
    assert alias not in list(CATALOG)


def test_near_names_are_suggested_through_aliases() -> None:
    with pytest.raises(KeyError, match="did you mean swish"):
        catalog.get("swich")


def test_no_alias_hides_a_unit() -> None:
    aliases = [alias for unit in CATALOG.values() for alias in unit.aliases]
    assert len(set(aliases)) == len(aliases)
    assert not set(aliases) & set(CATALOG)
