"""NoisyGRU at once, against its units one by one; second derivatives; compiled."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from actmath.nn._noisy._recurrent.gates import gru_step
from actmath.nn._noisy._recurrent.layers import NoisyGRU
from actmath.nn._noisy.source import NoiseSource
from actmath.nn._noisy.units import NAH, NAN

from .test_lstm_units import GivenNoise, build

T, B, N = 5, 3, 4


def model_of(kind: type, **options: object) -> NoisyGRU:
    return build(kind, NoisyGRU, **options)


@pytest.mark.parametrize("kind", [NAN, NAH])
@pytest.mark.parametrize("each", [1, N])
def test_the_same_as_unit_by_unit(kind: type, each: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(kind, num_parameters=each)
    noise = torch.randn(T, B, 3 * N).double()
    monkeypatch.setattr(NoiseSource, "normal", lambda _, x: noise.clone())
    x = 6 * torch.randn(T, B, 2, dtype=torch.float64)
    found, last = model(x)
    units = model.activations["l0"]
    stepped = nn.ModuleDict(
        {
            name: GivenNoise(units[name], list(part))
            for name, part in zip(("reset", "keep", "new"), noise.chunk(3, -1), strict=True)
        }
    )
    h = torch.zeros(B, N, dtype=torch.float64)
    expected = []
    for row in x @ model.weight_ih_l0.T + model.bias_ih_l0:
        h = gru_step(row, h @ model.weight_hh_l0.T + model.bias_hh_l0, h, stepped)
        expected.append(h)
    torch.testing.assert_close(found, torch.stack(expected))
    torch.testing.assert_close(last[0], h)
    weights = list(model.parameters())
    ours, theirs = (
        torch.autograd.grad(y.square().sum(), weights) for y in (found, torch.stack(expected))
    )
    torch.testing.assert_close(ours, theirs)


def test_a_second_derivative_with_noise() -> None:
    model = model_of(NAH)

    def slope(x: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(3)
        total = model(x)[0].square().sum()
        return torch.autograd.grad(total, x, create_graph=True)[0]

    x = (6 * torch.randn(3, 2, 2, dtype=torch.float64)).requires_grad_()
    assert torch.autograd.gradcheck(slope, (x,))


def test_a_recorded_gradient_where_states_are_handed_on() -> None:
    """The second call's first state depends on the weights, which must not be counted twice."""
    model = model_of(NAN)
    x = 6 * torch.randn(3, 2, 2, dtype=torch.float64)

    def total() -> torch.Tensor:
        torch.manual_seed(3)
        _, state = model(x)
        return model(x, state)[0].square().sum()

    once, recorded = (
        torch.autograd.grad(total(), list(model.parameters()), create_graph=create_graph)
        for create_graph in (False, True)
    )
    torch.testing.assert_close(recorded, once)


@pytest.mark.slow
def test_compiled_at_several_sizes_with_gradients() -> None:
    model = NoisyGRU(2, N)
    torch._dynamo.reset()
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    for batch in (3, 5):
        x = torch.randn(T, batch, 2, requires_grad=True)
        compiled(x)[0].sum().backward()
        assert x.grad.abs().sum() > 0
    model.eval()
    compiled(x)[0].square().sum().backward()
    with torch.no_grad():
        torch.testing.assert_close(compiled(x), model(x))


@pytest.mark.parametrize("strict", [True, False])
def test_exported_in_plain_operations(strict: bool) -> None:
    model, x = NoisyGRU(2, N, bias=False).eval(), torch.randn(2, B, 2)
    program = torch.export.export(model, (x,), strict=strict)
    assert "actmath" not in str(program.graph)
    torch.testing.assert_close(program.module()(x), model(x))
