"""What one arithmetic promises beyond the contract: types, parameters, gradients, precision."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from mpmath import mp
from sympy import Piecewise, Rational, S, Symbol, cos, cosh, erf, exp, pi, sin, sqrt

from actmath import Activation, Parameter, catalog
from actmath.lower import to_mpf, to_mpmath, to_numpy, to_torch
from actmath.notation import alpha, x

INF = math.inf


# -- NumPy -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (np.float16, np.float16),
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.int32, np.float64),
        (np.uint8, np.float64),
        (np.bool_, np.float64),
    ],
)
def test_dtypes(kind: type, result: type) -> None:
    assert to_numpy(catalog.selu)(np.ones((2, 1), kind)).dtype == result


@pytest.mark.parametrize("value", [1j, "one", None, [1, "a"]])
def test_what_is_no_real_array_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="real numbers"):
        to_numpy(catalog.relu)(value)


def test_scalars_and_empty_arrays() -> None:
    assert to_numpy(catalog.relu)(3.0).shape == ()
    assert float(to_numpy(catalog.elu)(-INF)) == -1
    assert to_numpy(catalog.relu)([]).shape == (0,)


@pytest.mark.parametrize("name", ["leaky_relu", "prelu"])
@pytest.mark.parametrize("slope", [0, 1, -2, "1e-200", "1e200"])
def test_limits_at_other_slopes(name: str, slope: float | str) -> None:
    """At −∞ the limit follows the parameter, however small; 0·∞ is the limit 0."""
    changed = catalog.get(name).with_parameters(a=slope)
    sign = np.sign(float(slope))
    want = -sign * INF if sign else 0.0
    assert float(to_numpy(changed)(-INF)) == want
    assert float(to_torch(changed)(torch.tensor(-INF, dtype=torch.float64))) == want
    assert to_mpmath(changed)(-mp.inf) == want


@pytest.mark.parametrize("size", ["1e200", "1e-200"])
def test_a_huge_limit_is_no_infinity(size: str) -> None:
    assert float(to_numpy(catalog.elu)(-INF, alpha=size)) == -float(size)
    assert float(to_numpy(catalog.celu)(-INF, alpha=size)) == -float(size)


def test_accuracy_of_small_arguments_in_float32() -> None:
    small = np.float32(1e-20)
    for activation in (catalog.elu, catalog.celu, catalog.tanh, catalog.softsign):
        assert to_numpy(activation)(-small) == -small


def test_the_input_is_left_alone() -> None:
    array = np.array([-1.0, np.nan, 2.0])
    to_numpy(catalog.elu)(array)
    np.testing.assert_array_equal(array, [-1.0, np.nan, 2.0])


# -- PyTorch ---------------------------------------------------------------------------------------


def test_tensors_must_be_floating() -> None:
    with pytest.raises(TypeError, match="floating"):
        to_torch(catalog.relu)(torch.tensor([1, 2]))


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_torch_dtypes_stay(kind: torch.dtype) -> None:
    for activation in (catalog.selu, catalog.gelu, catalog.hard_swish, catalog.mish):
        result = to_torch(activation)(torch.tensor([-2.0, 0.0, 3.0], dtype=kind))
        assert result.dtype == kind
        assert torch.isfinite(result).all()


def test_parameters_may_be_tensors_that_broadcast() -> None:
    slopes = torch.tensor([[0.1], [0.5]], dtype=torch.float64, requires_grad=True)
    points = torch.tensor([-2.0, 3.0], dtype=torch.float64)
    result = to_torch(catalog.prelu)(points, a=slopes)
    assert result.tolist() == [[-0.2, 3.0], [-1.0, 3.0]]
    (gradient,) = torch.autograd.grad(result.sum(), slopes)
    assert gradient.tolist() == [[-2.0], [-2.0]]


def test_declared_values_at_kinks_may_be_tensors() -> None:
    slope = Symbol("k", real=True)
    tent = Activation(
        "tent",
        Piecewise((x, x > 0), (slope * x, True)),
        (Parameter(slope, S(3)),),
        at_kinks=((0, (1 + slope) / 2),),
    )
    slopes = torch.tensor([[1.0], [5.0]], dtype=torch.float64)
    result = to_torch(tent, order=1)(torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64), k=slopes)
    assert result.tolist() == [[1, 1, 1], [5, 3, 1]]


@pytest.mark.parametrize("activation", catalog.CATALOG.values(), ids=catalog.CATALOG)
def test_gradcheck_away_from_kinks(activation: Activation) -> None:
    points = torch.tensor([-7.3, -2.4, -1.6, -0.4, 0.7, 1.7, 2.6, 4.5, 8.1], dtype=torch.float64)
    points.requires_grad_()
    assert torch.autograd.gradcheck(to_torch(activation), points)
    assert torch.autograd.gradgradcheck(to_torch(activation), points)


@pytest.mark.parametrize("activation", catalog.CATALOG.values(), ids=catalog.CATALOG)
def test_agrees_with_pytorch(activation: Activation) -> None:
    functional = torch.nn.functional
    theirs = getattr(functional, OTHER_NAMES.get(activation.name, activation.name), None)
    if activation.name in NOT_IN_PYTORCH or theirs is None:
        theirs = NOT_IN_PYTORCH[activation.name]
    keywords = EXTRA.get(activation.name, {})
    points = torch.linspace(-9, 9, 1801, dtype=torch.float64)
    ours = to_torch(activation)(points)
    torch.testing.assert_close(ours, theirs(points, **keywords), rtol=1e-7, atol=1e-9)


OTHER_NAMES = {"hard_tanh": "hardtanh", "hard_swish": "hardswish"}
EXTRA = {"prelu": {"weight": torch.tensor([0.25], dtype=torch.float64)}}
NOT_IN_PYTORCH = {
    "identity": lambda u: u,
    "abs": torch.abs,
    "shifted_relu": lambda u: u.clamp(min=-1),
    "arctan": torch.atan,
    "hard_sigmoid": lambda u: (u / 4 + 0.5).clamp(0, 1),
}


def test_elementary_functions_of_tensors_and_of_constants() -> None:
    scale = Symbol("c", positive=True)
    formula = (
        sin(x) * cos(scale) + erf(x / sqrt(scale)) + cosh(scale) * exp(1) * x + pi * exp(sqrt(2))
    )
    mixed = Activation("mixed", formula, (Parameter(scale, Rational(3, 2)),))
    want = [float(mixed.value(at)) for at in (-1, 0, 2)]
    points = torch.tensor([-1.0, 0.0, 2.0], dtype=torch.float64)
    np.testing.assert_allclose(to_torch(mixed)(points).numpy(), want, rtol=1e-14)
    np.testing.assert_allclose(to_numpy(mixed)(points.numpy()), want, rtol=1e-14)


def test_torch_is_not_loaded_by_the_package() -> None:
    code = "import sys, actmath.lower; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# -- mpmath ----------------------------------------------------------------------------------------


def test_precision_is_that_of_the_call() -> None:
    tail = to_mpmath(catalog.gelu)
    with mp.workdps(60):
        want = -30 * mp.erfc(30 / mp.sqrt(2)) / 2
        assert abs(tail(-30) / want - 1) < 1e-55
    with mp.workdps(20):
        assert abs(tail(-30) / want - 1) < 1e-17


def test_exact_parameters_at_any_precision() -> None:
    with mp.workdps(50):
        assert to_mpmath(catalog.leaky_relu)(-1, a="1/3") == -mp.mpf(1) / 3
        assert to_mpmath(catalog.elu)(-mp.inf, alpha=0.1) == -mp.mpf(1) / 10
        assert mp.nstr(to_mpf(catalog.selu.defaults[alpha]), 25) == "1.673263242354377284817043"


@pytest.mark.parametrize("name", catalog.CATALOG)
def test_limits(name: str) -> None:
    for order in (0, 1):
        for end in (mp.inf, -mp.inf):
            assert not mp.isnan(to_mpmath(catalog.get(name), order)(end))
        assert mp.isnan(to_mpmath(catalog.get(name), order)(mp.nan))


def test_oscillation_has_no_limit() -> None:
    assert mp.isnan(to_mpmath(Activation("wave", sin(x)))(mp.inf))


@pytest.mark.parametrize("lower", [to_numpy, to_torch, to_mpmath])
def test_unknown_parameters_and_orders(lower: object) -> None:
    assert callable(lower)
    argument = torch.zeros(1) if lower is to_torch else 0.0
    with pytest.raises(ValueError, match="did you mean alpha"):
        lower(catalog.elu)(argument, alhpa=1)
    with pytest.raises(ValueError, match="order"):
        lower(catalog.elu, 2)
