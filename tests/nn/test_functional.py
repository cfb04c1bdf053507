"""PyTorch's kernels are the derived functions, and the others here are: by mpmath, everywhere.

Values and slopes are within a few units in the last place, as many more as the condition number,
over all magnitudes, on both sides of kinks and at them, where the declared slope holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from mpmath import mp
from torch import Tensor
from torch.nn import functional as theirs

from actmath import nn
from actmath.derive._formula.pieces import activation_pieces
from actmath.lower import to_mpmath
from actmath.nn import functional

from .samples import function_samples

#: Modules at arguments that are floats of both precisions, so that no rounding comes in between.
UNITS: dict[str, Callable[[], torch.nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(0.25),
    "prelu": lambda: nn.PReLU(init=0.75),
    "rrelu": lambda: nn.RReLU(0.25, 0.5),
    "relu6": nn.ReLU6,
    "elu": lambda: nn.ELU(1.5),
    "elu_inplace": lambda: nn.ELU(1.5, inplace=True),
    "selu": nn.SELU,
    "celu": lambda: nn.CELU(0.75),
    "celu_inplace": lambda: nn.CELU(0.75, inplace=True),
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "softsign": nn.Softsign,
    "hardtanh": lambda: nn.Hardtanh(-0.5, 2.0),
    "hardsigmoid": nn.Hardsigmoid,
    "hardsigmoid_inplace": lambda: nn.Hardsigmoid(inplace=True),
    "hardswish": nn.Hardswish,
    "softplus": nn.Softplus,
    "softplus_narrow": lambda: nn.Softplus(2.0, 3.0),
    "gelu": nn.GELU,
    "gelu_by_tanh": lambda: nn.GELU("tanh"),
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "logsigmoid": nn.LogSigmoid,
    "threshold": lambda: nn.Threshold(0.25, -2.0),
    "tanhshrink": nn.Tanhshrink,
    "hardshrink": nn.Hardshrink,
    "softshrink": nn.Softshrink,
}
#: 1 − σ and 1 − tanh² of PyTorch's kernels have an absolute error of half a unit, times x up to
#: 17 or 37, where they are 0.
MOST = {"silu": 20.0, "mish": 20.0}


def points(unit: torch.nn.Module, dtype: torch.dtype) -> Tensor:
    """Magnitudes, kinks, and the floats beside these."""
    far = 37 if dtype == torch.float32 else 300
    exact = torch.float64
    magnitudes = torch.logspace(-far, far, 21, dtype=exact)
    rising = torch.cat([magnitudes, torch.linspace(0.3, 90, 31, dtype=exact)])
    breaking = [part.upper for part in activation_pieces(unit.activation)[:-1]]
    kinks = [float(at.subs(unit.activation.defaults)) for at in breaking]
    at = torch.tensor(sorted({0.0, 1.0, *kinks}), dtype=dtype)
    infinite = torch.full_like(at, torch.inf)
    beside = [torch.nextafter(at, sign * infinite) for sign in (1, -1)]
    return torch.cat([rising.to(dtype), -rising.to(dtype), at, *beside])


def errors(unit: torch.nn.Module, x: Tensor) -> tuple[float, float]:
    """The largest of values and of slopes, in units in the last place and condition numbers."""
    at = x.clone().requires_grad_()
    y = unit(at * 1)
    (slope,) = torch.autograd.grad(y.sum(), at)
    smallest, unit_roundoff = torch.finfo(x.dtype).tiny, torch.finfo(x.dtype).eps
    worst = []
    with mp.workdps(50):
        for order, found in ((0, y), (1, slope)):
            function = to_mpmath(unit.activation, order)
            excess = [mp.zero]
            for point, value in zip(x.tolist(), found.tolist(), strict=True):
                want = function(mp.mpf(point))
                # PyTorch may take what is below the smallest normal number for 0, times x.
                error = abs(mp.mpf(value) - want) - 8 * smallest * max(1, abs(point))
                if error > 0:
                    scale = max(abs(want), smallest) * unit_roundoff
                    excess.append(error / scale / (1 + _condition(function, point, want)))
            worst.append(float(max(excess)))
    return worst[0], worst[1]


def _condition(function: Callable[[Any], Any], point: float, value: Any) -> Any:
    """|x·f′/f| by a difference, on the side that has no kink nearby."""
    if not point or not value:
        return mp.zero
    step = mp.mpf(point) * mp.mpf(10) ** -25
    return abs((function(point + step) - value) / step * point / value)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("name", UNITS)
def test_it_is_the_derived_function_with_the_derived_slope(name: str, dtype: torch.dtype) -> None:
    unit = UNITS[name]().to(dtype).eval()
    value, slope = errors(unit, points(unit, dtype))
    assert value < 4
    assert slope < MOST.get(name, 4)


def test_the_others_are_needed() -> None:
    """Each function that is not PyTorch's is one whose kernel loses digits."""
    own = {n for n in functional.__all__ if getattr(functional, n) is not getattr(theirs, n)}
    assert own == {
        *("sigmoid", "tanh", "softsign", "tanhshrink", "gelu", "glu", "hardsigmoid"),
        *("elu", "selu", "celu"),
    }
    for name in ("sigmoid", "tanh", "softsign", "gelu", "tanhshrink"):
        unit = UNITS[name]()
        unit.forward = getattr(theirs, name)
        assert max(errors(unit, points(unit, torch.float32))) > 1000


@pytest.mark.parametrize("name", functional.__all__)
def test_pytorchs_own_samples(name: str) -> None:
    found = 0
    for sample in function_samples(name):
        if name == "rrelu" and sample.kwargs.get("training"):
            continue
        given, as_given = sample.input.clone(), sample.input.clone()
        ours = getattr(functional, name)(given, *sample.args, **sample.kwargs)
        want = getattr(theirs, name)(as_given, *sample.args, **sample.kwargs)
        torch.testing.assert_close(ours, want, rtol=1e-12, atol=1e-13)
        # Written over where PyTorch's is, and nowhere else.
        torch.testing.assert_close(given, as_given, rtol=1e-12, atol=1e-13)
        found += 1
    assert found


def test_tails_of_gates_and_compiled_units() -> None:
    b = torch.tensor([20.0, 30.0])
    x = torch.stack([torch.ones(2), b], 1).requires_grad_()
    functional.glu(x).sum().backward()
    want = [float(mp.mpf(1) / (1 + mp.exp(v)) / (1 + mp.exp(-v))) for v in b.tolist()]
    assert x.grad is not None
    assert x.grad[:, 1].tolist() == pytest.approx(want, rel=1e-6, abs=0)


def test_complex_and_whole_numbers_are_pytorchs() -> None:
    z = torch.tensor([1 + 2j, -0.5j])
    torch.testing.assert_close(functional.tanh(z), torch.tanh(z))
    torch.testing.assert_close(functional.sigmoid(torch.arange(3)), torch.sigmoid(torch.arange(3)))
    with pytest.raises(NotImplementedError, match="Long"):
        functional.gelu(torch.arange(3))


def test_sparse_and_nested_tensors_are_pytorchs() -> None:
    x = torch.tensor([[0.0, 2.0], [-1.0, 0.0]])
    found = functional.tanhshrink(x.to_sparse()).to_dense()
    torch.testing.assert_close(found, torch.nn.functional.tanhshrink(x))
    rows = torch.nested.nested_tensor([x[0], x[1, :1]], layout=torch.jagged)
    whole = rows.values()
    torch.testing.assert_close(functional.softsign(rows).values(), whole / (1 + whole.abs()))


@pytest.mark.parametrize("alpha", [1e-310, 1e-200, 0.3, -0.7])
def test_celu_of_large_numbers_over_small_alphas(alpha: float) -> None:
    x = torch.tensor([3.7, 1e200, -2.0], dtype=torch.float64, requires_grad=True)
    y = functional.celu(x, alpha)
    y.sum().backward()
    assert x.grad is not None
    assert y[:2].tolist() == [3.7, 1e200]
    assert x.grad[:2].tolist() == [1.0, 1.0]
    assert y[2].item() == pytest.approx(alpha * math.expm1(min(-2 / alpha, 700)), rel=1e-14, abs=0)


@pytest.mark.filterwarnings("ignore")
def test_scripted_functions_train_with_the_derived_slope() -> None:
    def gate(x: Tensor) -> Tensor:
        return functional.tanh(functional.elu(x, 1.0, True))

    scripted = torch.jit.script(gate)
    for at in (12.0, -0.5):
        slopes = []
        for call in (scripted, gate):
            x = torch.tensor(at, requires_grad=True)
            slopes.append(torch.autograd.grad(call(x * 1), x)[0])
        assert slopes[0].item() > 0
        torch.testing.assert_close(*slopes)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: functional.gelu(torch.ones(2), "erf"), "'none' or 'tanh', got 'erf'"),
        (lambda: functional.glu(torch.ones(3)), "size 3 in dimension -1"),
        (lambda: functional.glu(torch.tensor(1.0)), "without one"),
    ],
)
def test_misuse(call: Callable[[], Tensor], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("given", [[0.5], 0.5, None, "x", np.array([0.5])], ids=str)
@pytest.mark.parametrize(
    "unit",
    [
        *(functional.celu, functional.gelu, functional.glu, functional.hardsigmoid),
        *(functional.sigmoid, functional.softsign, functional.tanh, functional.tanhshrink),
        *(nn.AlphaDropout(), nn.FeatureAlphaDropout(), nn.PReLU(), nn.SwiGLU(), nn.Tanh()),
    ],
    ids=lambda unit: getattr(unit, "__name__", repr(unit)),
)
def test_what_is_no_tensor_is_named(unit: Callable[[object], Tensor], given: object) -> None:
    said = f"expected a tensor, got a {type(given).__name__}: torch.as_tensor may make one"
    with pytest.raises(TypeError, match=said):
        unit(given)


def test_celu_in_double_precision_is_the_argument_where_that_is_positive() -> None:
    # x/0.7·0.7 has another last digit for every sixth x, and 1e300/1e−10 overflows.
    x = torch.rand(1000, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert torch.equal(functional.celu(x, 0.7), x)
    assert functional.celu(1e300 * x, 1e-10).isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_arguments_without_a_function_are_refused(dtype: torch.dtype) -> None:
    x = torch.ones(4, dtype=dtype)
    with pytest.raises((ZeroDivisionError, RuntimeError), match="alpha cannot be 0"):
        functional.celu(x, 0.0)
    with pytest.raises(IndexError, match=r"no dimension 3 in shape \(4,\)"):
        functional.glu(x, 3)


class Heard(Tensor):
    """A tensor with a way of its own: it notes which function is called, and with what."""

    calls: list[tuple[object, dict[str, object]]]

    @classmethod
    def __torch_function__(cls, func: Any, _: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in OWN:
            Heard.calls.append((func, dict(kwargs or {})))
        return super().__torch_function__(func, (), args, kwargs or {})


OWN = [functional.gelu, functional.celu, functional.hardsigmoid, functional.sigmoid]
OWN += [functional.tanh, functional.softsign, functional.tanhshrink]


@pytest.mark.parametrize(
    ("call", "function", "given"),
    [
        (lambda x: functional.gelu(x, "tanh"), functional.gelu, {"approximate": "tanh"}),
        (functional.gelu, functional.gelu, {"approximate": "none"}),
        (
            lambda x: functional.celu(x, 0.5, True),
            functional.celu,
            {"alpha": 0.5, "inplace": True},
        ),
        (functional.celu, functional.celu, {"alpha": 1.0, "inplace": False}),
        (lambda x: functional.hardsigmoid(x, True), functional.hardsigmoid, {"inplace": True}),
        (functional.hardsigmoid, functional.hardsigmoid, {"inplace": False}),
        *((unit, unit, {}) for unit in OWN[3:]),
    ],
    ids=["gelu by tanh", "gelu", "celu in place", "celu", "hardsigmoid in place", "hardsigmoid"]
    + [unit.__name__ for unit in OWN[3:]],
)
def test_a_type_of_tensor_hears_the_function_and_what_it_is_given(
    call: Callable[[Tensor], Tensor], function: object, given: dict[str, object]
) -> None:
    Heard.calls = []
    x = torch.linspace(-2, 2, 5, dtype=torch.float64)
    want = call(x.clone())
    found = call(x.clone().as_subclass(Heard))
    assert type(found) is Heard
    assert Heard.calls == [(function, given)]
    torch.testing.assert_close(found.as_subclass(Tensor), want)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("follow", ["", "reverse", "forward"])
@pytest.mark.parametrize("name", ["elu", "selu", "celu", "hardsigmoid"])
def test_in_place_is_the_same_number_followed_or_not(
    name: str, follow: str, dtype: torch.dtype
) -> None:
    """With alpha of either sign: what is overwritten may not be read for the slope."""
    unit, x = getattr(functional, name), torch.linspace(-4, 4, 18).to(dtype)
    for alpha in ((), (0.7,), (-0.7,)) if name in ("elu", "celu") else ((),):
        wanted, leaf = x.clone().requires_grad_(), x.clone().requires_grad_(follow == "reverse")
        want = unit(wanted, *alpha)
        (slope,) = torch.autograd.grad(want.sum(), wanted)
        if follow == "forward":
            found, tangent = torch.func.jvp(
                lambda t, a=alpha: unit(t * 1, *a, inplace=True), (x,), (torch.ones_like(x),)
            )
            torch.testing.assert_close(tangent, slope)
        else:
            held = leaf * 1
            found = unit(held, *alpha, inplace=True)
            assert found.data_ptr() == held.data_ptr()
        torch.testing.assert_close(found.detach(), want.detach())
        if follow == "reverse":
            torch.testing.assert_close(torch.autograd.grad(found.sum(), leaf)[0], slope)


def test_only_what_is_listed_is_shown() -> None:
    assert dir(functional) == sorted(functional.__all__)
    assert all(callable(getattr(functional, name)) for name in functional.__all__)
