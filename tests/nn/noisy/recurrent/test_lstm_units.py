"""NoisyLSTM at once, against its units one by one; what is taken step by step; compiled."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from actmath.nn._noisy._recurrent.alike_units import AlikeUnits
from actmath.nn._noisy._recurrent.gates import lstm_step
from actmath.nn._noisy._recurrent.layers import NoisyGRU, NoisyLSTM
from actmath.nn._noisy._recurrent.lstm_units import ORDER
from actmath.nn._noisy.source import NoiseSource
from actmath.nn._noisy.units import NAH, NAN

KINDS = pytest.mark.parametrize("kind", [NAN, NAH])
T, B, N = 5, 3, 4


def build(kind: type, layers: type = NoisyLSTM, **options: object) -> NoisyLSTM | NoisyGRU:
    torch.manual_seed(0)
    makers = {
        place: lambda name=name: kind(name, level=7.0, **options)
        for place, name in (("gate", "sigmoid"), ("candidate", "tanh"))
    }
    return layers(2, N, **makers).double()


class GivenNoise(nn.Module):
    """A unit that is called with ξ; ``signs`` turns ε into ξ: normal noise has no direction."""

    def __init__(self, unit: NAN, noise: list[torch.Tensor]) -> None:
        super().__init__()
        self.unit, self.noise = unit, noise

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        xi = self.noise.pop(0)
        return self.unit.with_noise(x, xi if self.unit.half_normal else torch.where(x < 0, xi, -xi))


@KINDS
@pytest.mark.parametrize("each", [1, N])
def test_the_same_as_unit_by_unit(kind: type, each: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model = build(kind, num_parameters=each)
    noise, late = torch.randn(T, B, 4 * N).double(), torch.randn(T, B, N).double()
    given = [noise.clone(), late.clone()]
    monkeypatch.setattr(NoiseSource, "normal", lambda _, x: given.pop(0))
    x = 6 * torch.randn(T, B, 2, dtype=torch.float64)
    found, (_, last_c) = model(x)
    units = model.activations["l0"]
    columns = dict(zip(("input", "forget", "cell", "output"), noise.chunk(4, -1), strict=True))
    columns["state"] = late
    stepped = nn.ModuleDict(
        {name: GivenNoise(units[name], list(part)) for name, part in columns.items()}
    )
    h = c = torch.zeros(B, N, dtype=torch.float64)
    expected = []
    for row in x @ model.weight_ih_l0.T + model.bias_ih_l0 + model.bias_hh_l0:
        h, c = lstm_step(row + h @ model.weight_hh_l0.T, c, stepped)
        expected.append(h)
    torch.testing.assert_close(found, torch.stack(expected))
    torch.testing.assert_close(last_c[0], c)
    weights = [p for p in model.parameters() if p.requires_grad]
    ours, theirs = (
        torch.autograd.grad(y.square().sum(), weights, create_graph=False)
        for y in (found, torch.stack(expected))
    )
    torch.testing.assert_close(ours, theirs)


@KINDS
def test_expectation(kind: type) -> None:
    model = build(kind).eval()
    x = 6 * torch.randn(T, B, 2, dtype=torch.float64)
    whole = model(x)[0]
    model.activations["l0"]["input"].register_forward_hook(lambda *_: None)
    assert AlikeUnits.of(model.activations["l0"], ORDER, N) is None
    torch.testing.assert_close(model(x)[0], whole)
    other = build(kind).activations["l0"]
    other["state"].register_full_backward_hook(lambda *_: None)
    assert AlikeUnits.of(other, ORDER, N) is None


def test_a_second_derivative_with_noise() -> None:
    model = build(NAH)

    def slope(x: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(3)
        total = model(x)[0].square().sum()
        return torch.autograd.grad(total, x, create_graph=True)[0]

    x = (6 * torch.randn(3, 2, 2, dtype=torch.float64)).requires_grad_()
    assert torch.autograd.gradcheck(slope, (x,))


def test_a_recorded_gradient_where_states_are_handed_on() -> None:
    """The second call's first state depends on the weights, which must not be counted twice."""
    model = build(NAN)
    x = 6 * torch.randn(3, 2, 2, dtype=torch.float64)

    def total() -> torch.Tensor:
        torch.manual_seed(3)
        _, states = model(x)
        return model(x, states)[0].square().sum()

    weights = list(model.parameters())
    once, recorded = (
        torch.autograd.grad(total(), weights, create_graph=create_graph)
        for create_graph in (False, True)
    )
    torch.testing.assert_close(recorded, once)


@pytest.mark.slow
def test_compiled_at_several_sizes_with_gradients() -> None:
    for generator in (None, torch.Generator().manual_seed(1)):
        model = NoisyLSTM(2, N)
        for unit in model.activations["l0"].values():
            unit.generator = generator
        torch._dynamo.reset()
        compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
        for batch in (3, 5):
            x = torch.randn(T, batch, 2, requires_grad=True)
            compiled(x)[0].sum().backward()
            assert x.grad.abs().sum() > 0
    model.eval()
    x = torch.randn(T, B, 2)
    with torch.no_grad():
        torch.testing.assert_close(compiled(x), model(x))


@pytest.mark.parametrize("strict", [True, False])
def test_exported_in_plain_operations(strict: bool) -> None:
    model, x = NoisyLSTM(2, N).eval(), torch.randn(2, B, 2)
    program = torch.export.export(model, (x,), strict=strict)
    assert "actmath" not in str(program.graph)
    torch.testing.assert_close(program.module()(x), model(x))
