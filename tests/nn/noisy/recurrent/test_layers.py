"""With ordinary activations the layers are PyTorch's own; with noisy ones they anneal."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn.utils.rnn import PackedSequence, pack_sequence

from actmath import catalog
from actmath.nn._noisy._recurrent.layers import GatedLayers, NoisyGRU, NoisyLSTM
from actmath.nn._noisy.schedule import AnnealNoise
from actmath.nn._noisy.units import NAN

PLAIN = {"gate": nn.Sigmoid, "candidate": nn.Tanh}
LAYERS = [(NoisyLSTM, nn.LSTM), (NoisyGRU, nn.GRU)]
EACH_LAYERS = pytest.mark.parametrize(("ours", "theirs"), LAYERS)
OPTIONS = [
    {"num_layers": 2},
    {"bias": False, "batch_first": True},
    {"num_layers": 2, "bidirectional": True},
    {"num_layers": 2, "bidirectional": True, "proj_size": 2, "batch_first": True},
]


def tensors(state: object) -> list[torch.Tensor]:
    return list(state) if isinstance(state, tuple) else [state]


def pair(ours: type, theirs: type, options: dict) -> tuple[nn.Module, nn.Module]:
    torch.manual_seed(0)
    if ours is NoisyGRU:
        options = {k: v for k, v in options.items() if k != "proj_size"}
    layers, reference = ours(3, 5, **options, **PLAIN).double(), theirs(3, 5, **options).double()
    layers.copy_from(reference)
    return layers, reference


def inputs(layers: GatedLayers, kind: str) -> tuple[torch.Tensor | PackedSequence, object]:
    """An input of that kind and first states for it."""
    batch = (3,)
    if kind == "packed":
        x = pack_sequence([torch.randn(n, 3).double() for n in (2, 6, 4)], enforce_sorted=False)
    elif kind == "unbatched":
        x, batch = torch.randn(4, 3).double(), ()
    else:
        x = torch.randn(3, 4, 3) if layers.batch_first else torch.randn(4, 3, 3)
        x = x.double()
    rows = layers.num_layers * (1 + layers.bidirectional)
    h = torch.randn(rows, *batch, layers.proj_size or 5).double()
    c = torch.randn(rows, *batch, 5).double()
    return x, (h, c) if layers.mode == "LSTM" else h


@EACH_LAYERS
@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("kind", ["batched", "unbatched", "packed"])
def test_layers_are_pytorchs(ours: type, theirs: type, options: dict, kind: str) -> None:
    layers, reference = pair(ours, theirs, options)
    x, state = inputs(layers, kind)
    for given in (None, state):
        results = []
        for each in (layers, reference):
            out, last = each(x, given)
            out = tuple(out)[:1] if kind == "packed" else (out,)
            found = [*out, *tensors(last)]
            weights = [getattr(each, name) for name in each._flat_weights_names]
            slopes = torch.autograd.grad(sum(y.square().sum() for y in found), weights)
            results.append([*found, *slopes])
        for one, other in zip(*results, strict=True):
            torch.testing.assert_close(one, other)


@pytest.mark.parametrize("layers", [NoisyLSTM, NoisyGRU])
def test_noise_in_training_none_in_evaluation(layers: type[GatedLayers]) -> None:
    torch.manual_seed(0)
    model, x = layers(3, 6), 30 * torch.randn(5, 4, 3)
    AnnealNoise(model, 10)
    assert not torch.equal(model(x)[0], model(x)[0])
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        torch.testing.assert_close(twin.eval()(x)[0], model.eval()(x)[0])
    assert torch.equal(model(x)[0], model(x)[0])


@pytest.mark.parametrize("layers", [NoisyLSTM, NoisyGRU])
def test_every_place_has_a_unit_of_its_own_that_learns(layers: type[GatedLayers]) -> None:
    torch.manual_seed(0)
    makers = {
        "gate": lambda: NAN(catalog.sigmoid, num_parameters=6, level=9.0),
        "candidate": lambda: NAN(catalog.tanh, num_parameters=6, level=9.0),
    }
    model = layers(3, 6, num_layers=2, **makers)
    units = [m for each in model.activations.values() for m in each.values()]
    assert len({id(unit) for unit in units}) == len(units)
    model(10 * torch.randn(20, 4, 3))[0].square().sum().backward()
    assert all(q.grad is not None and q.grad.isfinite().all() for q in model.parameters())
    assert sum(int(unit.p.grad.abs().sum() > 0) for unit in units) > len(units) // 2
    assert all(unit.p.shape == (6,) for unit in units)


def test_noisy_layers_run_stacked_under_vmap() -> None:
    for layers in (NoisyGRU, NoisyLSTM):
        models = [layers(2, 3) for _ in range(3)]
        state = torch.func.stack_module_state(models)

        def member(
            weights: dict, buffers: dict, x: torch.Tensor, base: nn.Module = models[0]
        ) -> torch.Tensor:
            return torch.func.functional_call(base, (weights, buffers), (x,))[0]

        x = 20 * torch.randn(3, 4, 2, 2)
        stacked = torch.vmap(member, randomness="different")(*state, x)
        assert stacked.shape == (3, 4, 2, 3)
        for model in models:
            model.eval()
        quiet = torch.vmap(member)(*state, x)
        torch.testing.assert_close(quiet[1], models[1](x[1])[0])


def test_derivatives_of_both_modes() -> None:
    """Forward mode and a second derivative, with the noise of evaluation: none."""
    for layers in (NoisyLSTM, NoisyGRU):
        model = layers(2, 3).double().eval()
        x = torch.randn(3, 2, 2, dtype=torch.float64)

        def total(a: torch.Tensor, model: nn.Module = model) -> torch.Tensor:
            return model(a)[0].square().sum()

        reverse, forward = torch.func.jacrev(total)(x), torch.func.jacfwd(total)(x)
        torch.testing.assert_close(reverse, forward)
        at = x.clone().requires_grad_()
        (slope,) = torch.autograd.grad(total(at), at, create_graph=True)
        torch.testing.assert_close(slope, reverse)
        (second,) = torch.autograd.grad(slope.sum(), at)
        torch.testing.assert_close(second, torch.func.hessian(total)(x).sum((0, 1, 2)))


@pytest.mark.parametrize("layers", [NoisyLSTM, NoisyGRU])
def test_autocast_rounds(layers: type[GatedLayers]) -> None:
    torch.manual_seed(0)
    model, x = layers(3, 5).eval(), torch.randn(4, 2, 3)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded, _ = model(x)
    assert rounded.dtype == torch.bfloat16
    # bfloat16 has 8 digits; a few steps add up.
    torch.testing.assert_close(rounded.float(), model(x)[0], rtol=0.05, atol=0.02)


@EACH_LAYERS
def test_gradients_of_many_outputs_at_once(ours: type, theirs: type) -> None:
    layers = ours(3, 4).double()
    x = torch.randn(3, 2, 3, dtype=torch.float64, requires_grad=True)
    y = layers(x)[0]
    each = torch.eye(y.numel(), dtype=torch.float64).reshape(-1, *y.shape)
    (found,) = torch.autograd.grad(y, x, each, is_grads_batched=True, retain_graph=True)
    one_by_one = [torch.autograd.grad(y, x, one, retain_graph=True)[0] for one in each]
    torch.testing.assert_close(found, torch.stack(one_by_one))


@EACH_LAYERS
def test_made_and_called_without_numbers(ours: type, theirs: type) -> None:
    with FakeTensorMode():
        y = ours(3, 4)(torch.randn(5, 2, 3))[0]
        y.sum().backward()
        assert y.shape == (5, 2, 4)
