"""Every arithmetic and width is tried; what is not installed says so."""

from __future__ import annotations

import math

import pytest
import torch

from actmath import catalog
from actmath.lower import ARITHMETICS
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
