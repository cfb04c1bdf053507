"""A network's modules are exchanged there and back, and nothing else changes."""

from __future__ import annotations

import pytest
import torch
from torch import nn as theirs
from torch.nn import functional as their_functions

from actmath import catalog, constants, nn
from actmath.nn import functional, replace_

X = torch.linspace(-2, 2, 40).reshape(5, 8)


def network() -> theirs.Sequential:
    shared = theirs.GELU()
    block = theirs.Sequential(theirs.Linear(8, 8), theirs.PReLU(8), shared)
    return theirs.Sequential(block, theirs.Softmax(1), theirs.Hardtanh(-0.5, 2.0), shared)


def test_there_and_back() -> None:
    model = network()
    calls: list[str] = []
    model[2].register_forward_hook(lambda *_: calls.append("called"))
    before, state, kept = model(X), dict(model.state_dict()), list(model.parameters())
    assert replace_(model) is model
    assert {type(m).__module__ for m in (model[0][1], model[1], model[2])} == {
        f"actmath.nn._mirrored.{file}" for file in ("rectified", "shrinking", "modules")
    }
    assert model[0][2] is model[3]
    assert model.state_dict().keys() == state.keys()
    assert all(one is other for one, other in zip(model.parameters(), kept, strict=True))
    torch.testing.assert_close(model(X), before)
    assert calls == ["called"] * 2
    replace_(model, back=True)
    assert str(model) == str(network())
    assert type(model[0][1]) is theirs.PReLU
    torch.testing.assert_close(model(X), before)


def test_a_single_module_is_returned() -> None:
    assert type(replace_(theirs.ReLU().eval())) is nn.ReLU
    assert not replace_(theirs.ReLU().eval()).training
    assert type(replace_(nn.ReLU(), back=True)) is theirs.ReLU


def test_subclasses_stay_and_functions_that_are_held_go() -> None:
    class Mine(theirs.ReLU):
        pass

    layer = theirs.TransformerEncoderLayer(8, 2, 16, activation=their_functions.gelu)
    model = replace_(theirs.Sequential(Mine(), layer))
    assert type(model[0]) is Mine
    assert layer.activation is functional.gelu
    assert model.train()(X).shape == X.shape
    replace_(model, back=True)
    assert layer.activation is their_functions.gelu


def test_alpha_dropout() -> None:
    kept = theirs.AlphaDropout(0.5, inplace=True)
    first = theirs.AlphaDropout(0.3)
    model = theirs.Sequential(first, theirs.FeatureAlphaDropout(0.2), kept, first)
    shown, held = repr(model), vars(first).keys()

    def draws() -> torch.Tensor:
        torch.manual_seed(0)
        found: torch.Tensor = model(X)
        return found

    before = draws()
    replace_(model)
    assert [type(part) for part in model[:2]] == [nn.AlphaDropout, nn.FeatureAlphaDropout]
    # PyTorch's overwrites nothing even so.
    assert model[2] is kept
    assert model[0] is model[3]
    assert repr(model) == shown
    torch.testing.assert_close(draws(), before)
    replace_(model, back=True)
    assert type(model[0]) is theirs.AlphaDropout
    assert vars(model[0]).keys() == held
    torch.testing.assert_close(draws(), before)


def test_misuse() -> None:
    with pytest.raises(TypeError, match="module is needed, got function"):
        replace_(their_functions.relu)
    model = theirs.Sequential(nn.ReLU(), nn.PReLU(3, axis=-1))
    with pytest.raises(ValueError, match="along dimension -1"):
        replace_(model, back=True)
    assert type(model[0]) is nn.ReLU
    found = constants("elu", "-0.1", 2)
    unit = catalog.selu.with_parameters(alpha=found.alpha, lam=found.lam)
    with pytest.raises(ValueError, match="no alpha dropout after selu"):
        replace_(nn.AlphaDropout(activation=unit, mean="-0.1", variance=2), back=True)
