"""Scaled units keep what they say, by a sum over a grid that shares nothing with the moments."""

from __future__ import annotations

import copy
import math
import pickle
import re

import numpy as np
import pytest
import torch
from torch import nn

from actmath import Activation, catalog
from actmath.nn import Elementwise, unit_scaled
from actmath.numeric import gaussian

UNITS = (
    "relu",
    "tanh",
    "gelu",
    "selu",
    "softsign",
    "sigmoid",
    "leaky_relu",
    "hard_tanh",
    "softplus",
)
CONSTRAINTS = ("forward", "backward", "geometric mean")


def panels() -> tuple[torch.Tensor, torch.Tensor]:
    """Points and weights of N(0, 1): Gauss-Legendre of 24 points between multiples of 1/2."""
    points, weights = np.polynomial.legendre.leggauss(24)
    left = np.arange(-10, 10, 0.5)[:, None]
    z = (left + 0.25 + 0.25 * points).ravel()
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return torch.tensor(z), torch.tensor(0.25 * np.tile(weights, len(left)) * density)


Z, WEIGHTS = panels()


def moments(module: nn.Module) -> tuple[float, float, float]:
    """Mean, variance and mean square of the derivative, whose kinks lie between the panels."""
    z = Z.clone().requires_grad_()
    y = module(z)
    (slope,) = torch.autograd.grad(y.sum(), z)
    mean = float(WEIGHTS @ y.detach())
    return mean, float(WEIGHTS @ (y.detach() - mean) ** 2), float(WEIGHTS @ slope**2)


@pytest.mark.parametrize("constraint", CONSTRAINTS)
@pytest.mark.parametrize("name", UNITS)
def test_one_is_one(name: str, constraint: str) -> None:
    mean, variance, slope = moments(unit_scaled(name, constraint))
    kept = {"forward": variance, "backward": slope, "geometric mean": variance * slope}
    assert abs(mean) < 1e-12
    assert abs(kept[constraint] - 1) < 1e-12


@pytest.mark.parametrize("unit", [nn.ELU(2.0), Elementwise("elu", alpha=2), "x*sigmoid(2*x)"])
def test_modules_and_formulas_of_ones_own(unit: object) -> None:
    given = Activation("mine", unit) if isinstance(unit, str) else unit
    module = unit_scaled(given)
    assert abs(moments(module)[1] - 1) < 1e-12
    declared = gaussian(module.activation, 0.0, 1.0)
    assert abs(declared.mean) < 1e-12
    assert abs(declared.variance - 1) < 1e-12


def test_the_module_is_one_like_others() -> None:
    module = unit_scaled("gelu", "geometric mean")
    x = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert torch.equal(other(x), module(x))
    assert module(x.bfloat16()).dtype == torch.bfloat16
    assert repr(module).startswith("UnitScaled(\n  geometric mean, scale=")
    assert torch.autograd.gradcheck(module, x.double().requires_grad_())
    compiled = torch.compile(module, backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(x), module(x))
    module.scale *= 2
    torch.testing.assert_close(module(x), 2 * unit_scaled("gelu", "geometric mean")(x))


@pytest.mark.parametrize(
    ("unit", "constraint", "kind", "said"),
    [
        ("relu", "both", ValueError, "forward, backward or geometric mean"),
        (nn.Softmax(0), "forward", TypeError, "no declaration"),
        (nn.PReLU(3), "forward", TypeError, "no declaration"),
        (None, "forward", TypeError, "no declaration"),
        ("tahn", "forward", KeyError, "tanh"),
        (Activation("three", "3"), "forward", ValueError, "no scale of three"),
        (Activation("step", "sign(x)"), "backward", ValueError, "no scale of step"),
        (catalog.relu, None, ValueError, "constraint must be"),
    ],
)
def test_what_cannot_be_scaled(
    unit: object, constraint: str, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        unit_scaled(unit, constraint)


def test_the_scales_of_a_rectifier() -> None:
    """E f = 1/√(2π), Var f = 1/2 − 1/(2π), E f′² = 1/2."""
    variance = 0.5 - 0.5 / math.pi
    wanted = {
        "forward": variance**-0.5,
        "backward": math.sqrt(2),
        "geometric mean": (variance / 2) ** -0.25,
    }
    for constraint, scale in wanted.items():
        module = unit_scaled("relu", constraint)
        assert module.scale == pytest.approx(scale, rel=1e-13)
        assert module.shift == pytest.approx(-1 / math.sqrt(2 * math.pi), rel=1e-13)
        assert module.constraint == constraint
        shown = f"{constraint}, scale={scale:.6g}, shift=-0.398942"
        assert module.extra_repr() == shown
    assert unit_scaled("relu").constraint == "forward"


def test_the_declaration_has_the_numbers_and_the_slope_at_the_kink() -> None:
    """At 0 that of a leaky rectifier, 0.01, times the scale."""
    module = unit_scaled("leaky_relu")
    found = module.activation
    assert found.name == "unit_scaled_leaky_relu"
    assert {each.name: each.default for each in found.parameters} == {
        "scale": pytest.approx(module.scale),
        "shift": pytest.approx(module.shift),
    }
    z = torch.tensor([-2.0, 0.0, 3.0], dtype=torch.float64, requires_grad=True)
    module(z).sum().backward()
    again = z.detach().clone().requires_grad_()
    Elementwise(found)(again).sum().backward()
    torch.testing.assert_close(again.grad, z.grad)
    assert z.grad.tolist() == pytest.approx([0.01 * module.scale] * 2 + [module.scale])
    assert "activation" not in dir(module)
    assert "scale" in dir(module)


def test_what_no_scale_does_is_said_with_its_numbers() -> None:
    said = (
        "no scale of step does geometric mean: its variance at N(0, 1) is 1, the mean square of "
        "its derivative 0"
    )
    with pytest.raises(ValueError, match=re.escape(said)):
        unit_scaled(Activation("step", "sign(x)"), "geometric mean")
