"""The catalog holds the activations of the chapters, with values known by hand."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sympy import Expr, Rational, S, atan, erf, exp, log, sqrt, tanh

from actmath import catalog
from actmath.catalog import CATALOG, FAMILIES
from actmath.names import UnknownNameError

THE_BOOK = [
    "identity",
    "abs",
    "relu",
    "leaky_relu",
    "prelu",
    "rrelu",
    "shifted_relu",
    "relu6",
    "elu",
    "selu",
    "celu",
    "sigmoid",
    "tanh",
    "softsign",
    "arctan",
    "hard_sigmoid",
    "hard_tanh",
    "hard_swish",
    "softplus",
    "gelu",
    "silu",
    "mish",
]
E1 = exp(S.One)
# value at -1, at 0 and at 2, from the papers' formulas
VALUES: dict[str, tuple[Expr | int, Expr | int, Expr | int]] = {
    "identity": (-1, 0, 2),
    "abs": (1, 0, 2),
    "relu": (0, 0, 2),
    "leaky_relu": (Rational(-1, 100), 0, 2),
    "prelu": (Rational(-1, 4), 0, 2),
    "rrelu": (Rational(-11, 48), 0, 2),
    "shifted_relu": (-1, 0, 2),
    "relu6": (0, 0, 2),
    "elu": (1 / E1 - 1, 0, 2),
    "celu": (1 / E1 - 1, 0, 2),
    "sigmoid": (1 / (1 + E1), Rational(1, 2), 1 / (1 + exp(-2))),
    "tanh": (-tanh(1), 0, tanh(2)),
    "softsign": (Rational(-1, 2), 0, Rational(2, 3)),
    "arctan": (-atan(1), 0, atan(2)),
    "hard_sigmoid": (Rational(1, 4), Rational(1, 2), 1),
    "hard_tanh": (-1, 0, 1),
    "hard_swish": (Rational(-1, 3), 0, Rational(5, 3)),
    "softplus": (log(1 + 1 / E1), log(2), log(1 + exp(2))),
    "gelu": (-(1 - erf(1 / sqrt(2))) / 2, 0, 1 + erf(sqrt(2))),
    "silu": (-1 / (1 + E1), 0, 2 / (1 + exp(-2))),
    "mish": (-tanh(log(1 + 1 / E1)), 0, 2 * tanh(log(1 + exp(2)))),
}


def test_nothing_is_missing() -> None:
    assert list(catalog.told()) == THE_BOOK
    assert all(name == activation.name for name, activation in CATALOG.items())


def test_it_keeps_the_order_of_the_book() -> None:
    assert [name for name in CATALOG if name in THE_BOOK] == THE_BOOK


@pytest.mark.parametrize("name", CATALOG)
def test_every_entry_is_an_attribute(name: str) -> None:
    assert getattr(catalog, name) is CATALOG[name]
    assert ("abs_" if name == "abs" else name) in dir(catalog)


def test_an_attribute_that_it_lacks_suggests_the_near_ones() -> None:
    with pytest.raises(AttributeError, match="did you mean selu"):
        catalog.sellu  # noqa: B018
    assert catalog.abs_ is CATALOG["abs"]
    assert not hasattr(catalog, "__wrapped__")


def test_importing_the_catalog_reads_no_family_and_each_is_an_attribute() -> None:
    code = """
import sys
from actmath import catalog
assert "actmath.catalog.smooth" not in sys.modules
assert catalog.smooth.gelu is catalog.gelu is catalog.FAMILIES["smooth"][1]
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_families_are_a_partition() -> None:
    listed = [activation for family in FAMILIES.values() for activation in family]
    assert len(listed) == len(CATALOG)
    assert set(listed) == set(CATALOG.values())
    assert all(FAMILIES.values())


@pytest.mark.parametrize("name", VALUES)
def test_values_by_hand(name: str) -> None:
    for at, want in zip((-1, 0, 2), VALUES[name], strict=True):
        assert abs((CATALOG[name].value(at) - want).evalf(30)) < 1e-25


def test_selu_is_elu_with_its_scale() -> None:
    lam = catalog.selu.parameter("lam").default
    alpha = catalog.selu.parameter("alpha").default
    for at in (-3, 2):
        gap = catalog.selu.value(at) - lam * catalog.elu.value(at, alpha=alpha)
        assert abs(gap.evalf(40)) < 1e-30


@pytest.mark.parametrize("name", ["SELU", "hard-tanh", " Leaky-ReLU ", "gelu"])
def test_spelling_is_forgiven(name: str) -> None:
    assert catalog.get(name).name == name.strip().lower().replace("-", "_")


@pytest.mark.parametrize(
    ("name", "near"), [("sellu", "selu"), ("Swissh", "swish"), ("softpus", "softplus")]
)
def test_unknown_names_suggest_the_near_ones(name: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=f"did you mean.*{near}"):
        catalog.get(name)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        *(("swish", "silu"), ("linear", "identity"), ("hardswish", "hard_swish")),
        *(("leakyrelu", "leaky_relu"), ("ReLU-6", "relu6"), ("hardtanh", "hard_tanh")),
    ],
)
def test_aliases_resolve_and_are_not_listed(alias: str, name: str) -> None:
    assert catalog.get(alias) is CATALOG[alias] is CATALOG[name]
    assert alias in CATALOG
    assert alias not in list(CATALOG)


def test_a_hopeless_name_lists_everything() -> None:
    with pytest.raises(KeyError) as caught:
        catalog.get("0123456789")
    assert all(name in str(caught.value) for name in CATALOG)


def test_the_catalog_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        CATALOG["mine"] = catalog.relu  # type: ignore[index]
