"""Modules of two arguments: as torch.nn.GLU where it has the unit, derived slopes, compiled too."""

from __future__ import annotations

import copy
import io
import pickle

import pytest
import torch
from torch import nn as theirs
from torch.nn import functional

from actmath import GatedUnit, catalog, nn

GATES = {
    nn.ReGLU: functional.relu,
    nn.GEGLU: functional.gelu,
    nn.SwiGLU: functional.silu,
    nn.BilinearGLU: lambda x: x,
}
EACH = pytest.mark.parametrize("kind", GATES, ids=lambda kind: kind.__name__)


@pytest.fixture
def x() -> torch.Tensor:
    return torch.randn(3, 8, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(2))


def slope(module: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
    at = x.clone().requires_grad_()
    return torch.autograd.grad(module(at).square().sum(), at)[0]


@EACH
def test_the_first_half_times_the_gate_of_the_second(kind: type, x: torch.Tensor) -> None:
    dim = 1
    value, opened = x.chunk(2, dim)
    torch.testing.assert_close(kind(dim)(x), value * GATES[kind](opened), rtol=1e-14, atol=0)
    at = x.clone().requires_grad_()
    assert torch.autograd.gradcheck(kind(dim), at, fast_mode=True)
    assert list(kind().state_dict()) == []


def test_a_sigmoid_makes_it_pytorchs_glu(x: torch.Tensor) -> None:
    ours, other = nn.Gated("glu", 1), theirs.GLU(1)
    torch.testing.assert_close(ours(x), other(x))
    torch.testing.assert_close(slope(ours, x), slope(other, x))


def test_a_gate_of_ones_own_has_parameters(x: torch.Tensor) -> None:
    unit = GatedUnit("mine", catalog.swish_beta)
    value, opened = x.chunk(2, -1)
    found = nn.Gated(unit, beta=2)(x)
    torch.testing.assert_close(found, value * opened * torch.sigmoid(2 * opened))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_precisions_are_kept(dtype: torch.dtype, x: torch.Tensor) -> None:
    narrow = x.to(dtype)
    found = nn.SwiGLU()(narrow)
    assert found.dtype == slope(nn.SwiGLU(), narrow).dtype == dtype
    torch.testing.assert_close(found.double(), nn.SwiGLU()(narrow.double()), rtol=2e-2, atol=1e-3)


@EACH
def test_copies_are_the_same_module(kind: type, x: torch.Tensor) -> None:
    module, file = kind(1), io.BytesIO()
    torch.save(module, file)
    file.seek(0)
    loaded = torch.load(file, weights_only=False)
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module)), loaded):
        assert repr(other) == repr(module)
        assert torch.equal(other(x), module(x))


def test_compiled_exported_and_traced(x: torch.Tensor) -> None:
    module = nn.SwiGLU(1)
    want = slope(module, x)
    torch.compiler.reset()
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    exported = torch.export.export(module, (x,)).module()
    for each in (compiled, exported, torch.fx.symbolic_trace(module), torch.jit.trace(module, x)):
        torch.testing.assert_close(slope(each, x), want)
    found = torch.func.vmap(module)(torch.stack([x, x / 2]))[1]
    torch.testing.assert_close(found, module(x / 2))


def test_what_cannot_be_halved() -> None:
    with pytest.raises(ValueError, match="swiglu takes two halves of a dimension, got size 3"):
        nn.SwiGLU()(torch.ones(2, 3))
    with pytest.raises(ValueError, match="reglu takes two halves of a dimension, got a tensor wi"):
        nn.ReGLU()(torch.ones(()))
    with pytest.raises(IndexError, match="there is no dimension 2 in shape"):
        nn.GEGLU(2)(torch.ones(2, 4))
    for bad in (True, 1.0, None, [0]):
        with pytest.raises(TypeError, match="dim must be an integer"):
            nn.SwiGLU(bad)
    with pytest.raises(TypeError, match="silu is no unit of two arguments"):
        nn.Gated("silu")
    with pytest.raises(KeyError, match="did you mean geglu"):
        nn.Gated("gegl")


@pytest.mark.parametrize("dim", [0, 1, 2, -1, -2, -3])
@EACH
def test_any_dimension_is_halved(kind: type, dim: int) -> None:
    x = torch.randn(2, 4, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    half = x.shape[dim] // 2
    value, opened = x.narrow(dim, 0, half), x.narrow(dim, half, half)
    torch.testing.assert_close(kind(dim)(x), value * GATES[kind](opened))


def test_it_says_its_gate_and_its_dimension() -> None:
    assert repr(nn.SwiGLU()) == "SwiGLU(\n  dim=-1\n  (gate): Elementwise(silu)\n)"
    found = nn.Gated(GatedUnit("mine", catalog.leaky_relu), 2, a=0.5)
    assert repr(found) == "Gated(\n  dim=2\n  (gate): Elementwise(leaky_relu, a=0.5)\n)"
    assert [kind().unit.name for kind in GATES] == ["reglu", "geglu", "swiglu", "bilinear"]
    assert [kind(-3).dim for kind in GATES] == [-3] * 4
