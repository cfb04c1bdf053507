"""Every arithmetic and width is tried; what is not installed says so."""

from __future__ import annotations

import math

import pytest
import torch

from actmath import Activation, catalog
from actmath.lower import ARITHMETICS, FLOAT32, FLOAT64
from actmath.names import Registry
from actmath.numeric._check import routes as module
from actmath.numeric._check.routes import routes


@pytest.mark.parametrize("width", module._WIDTHS.values())
def test_the_widths_are_those_of_pytorch(width: str) -> None:
    (precision,) = (at for at, name in module._WIDTHS.items() if name == width)
    known = torch.finfo(getattr(torch, width))
    found = (precision.epsilon, precision.largest, precision.smallest)
    assert found == (known.eps, known.max, known.tiny)


def test_every_arithmetic_and_width_is_there() -> None:
    found = [(route.title, route.quantity) for route in routes(catalog.relu)]
    assert len(found) == len(set(found))
    for width in ("float64", "float32", "bfloat16", "float16"):
        assert {q for t, q in found if t == f"PyTorch {width}"} == {"f", "f′", "gradient"}
    titles = {title.split()[0] for title, _ in found}
    assert titles == {"NumPy", "PyTorch", "mpmath", "balls", "JavaScript"}


def test_a_route_evaluates() -> None:
    for route in routes(catalog.softplus):
        (found,) = route.prepare()([1.0])
        want = (math.log1p(math.e), 1 / (1 + math.exp(-1)))[route.order]
        assert float(found.value) == pytest.approx(want, rel=4 * route.precision.epsilon)


def test_what_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Without(Registry):  # type: ignore[type-arg]
        def __getitem__(self, name: str) -> object:
            raise ImportError(f"no module {name}")

    monkeypatch.setattr(module, "ARITHMETICS", Without("arithmetic", ARITHMETICS._declared))
    (route,) = routes(catalog.relu, ["numpy"])
    with pytest.raises(ImportError, match="numpy is not installed"):
        route.prepare()


def test_what_is_promised_to_a_few_ulps() -> None:
    bound = {(route.title, route.bound) for route in routes(catalog.relu)}
    assert {title for title, is_bound in bound if is_bound} == {
        *(f"{name} {width}" for name in ("NumPy", "PyTorch") for width in ("float64", "float32")),
        *("mpmath float64", "mpmath 53 bits", "mpmath 200 bits", "JavaScript float64"),
    } & {title for title, _ in bound}
    assert {title.split()[0] for title, is_bound in bound if not is_bound} == {"balls", "PyTorch"}


def test_routes_by_name_and_what_each_is_of() -> None:
    (value, slope) = (
        route for route in routes(catalog.relu, ["numpy"]) if route.precision is FLOAT64
    )
    assert (value.title, value.quantity, value.order) == ("NumPy float64", "f", 0)
    assert (slope.title, slope.quantity, slope.order) == ("NumPy float64", "f′", 1)
    assert value.extended
    assert not value.encloses
    found = {(route.title, route.quantity): route for route in routes(catalog.relu, ["torch"])}
    gradient = found["PyTorch float32", "gradient"]
    assert (gradient.order, gradient.precision, gradient.extended) == (1, FLOAT32, False)
    assert found["PyTorch float32", "f′"].extended
    assert all(route.encloses for route in routes(catalog.relu, ["arb"]))


def test_a_constant_has_a_gradient_of_0_at_each_point() -> None:
    one = Activation("one", 1)
    (route,) = (
        each
        for each in routes(one, ["torch"])
        if (each.title, each.quantity) == ("PyTorch float64", "gradient")
    )
    assert [float(found.value) for found in route.prepare()([0.0, 2.0, -3.0])] == [0, 0, 0]
