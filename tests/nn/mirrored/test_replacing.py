"""A network's modules are exchanged there and back, and nothing else changes."""

from __future__ import annotations

import pytest
import torch
from torch import nn as theirs
from torch.nn import functional as their_functions

from actmath import catalog, constants, nn
from actmath.nn import functional, replace_
from actmath.nn._mirrored.replacing import _CLASSES, twin_of

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


@pytest.mark.parametrize("theirs_kind", _CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_there_and_back(theirs_kind: type[theirs.Module]) -> None:
    """With the same attributes, and what this package has more in its own."""
    given = {"Threshold": (0.5, -1.0)}.get(theirs_kind.__name__, ())
    before = theirs_kind(*given).eval()
    before.register_forward_hook(lambda *_: None)
    held, shown = dict(vars(before)), repr(before)
    there = replace_(before)
    assert type(there) is getattr(nn, theirs_kind.__name__)
    assert not there.training
    assert {name: vars(there)[name] for name in held} == held
    assert repr(there) == shown
    twin = twin_of(before)
    assert type(twin) is type(there)
    assert [*map(id, twin.parameters())] == [*map(id, before.parameters())]
    back = replace_(there, back=True)
    assert type(back) is theirs_kind
    assert vars(back) == held


def test_a_twin_of_another_module_is_the_module() -> None:
    for module in (theirs.Linear(2, 3), nn.ReLU(), theirs.Sequential(theirs.ReLU())):
        assert twin_of(module) is module
        assert replace_(module) is module
    assert type(twin_of(theirs.Dropout())) is theirs.Dropout


def test_places_without_a_module_and_functions_that_are_held() -> None:
    class Holder(theirs.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_module("empty", None)
            self.act = their_functions.celu
            self.other = their_functions.relu
            self.like = Like()
            self.unit = theirs.Tanh()
            object.__setattr__(self, "hidden", theirs.Tanh())

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.unit(self.act(x))

    class Like:
        """Equal to everything, and called."""

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return hash(their_functions.gelu)

        def __call__(self) -> None:
            """Nothing."""

    model = Holder()
    like, hidden = model.like, model.hidden
    assert replace_(model) is model
    assert model.empty is None
    assert type(model.unit) is nn.Tanh
    assert model.act is functional.celu
    assert model.other is their_functions.relu
    assert model.like is like
    assert model.hidden is hidden
    replace_(model, back=True)
    assert model.act is their_functions.celu
    assert type(model.unit) is theirs.Tanh


@pytest.mark.parametrize("kind", [theirs.AlphaDropout, theirs.FeatureAlphaDropout])
def test_dropout_in_place_stays_where_it_would_change_what_is_overwritten(
    kind: type[theirs.Module],
) -> None:
    kept = kind(0.5, inplace=True)
    assert replace_(kept) is kept
    assert type(replace_(kind(0.5))) is getattr(nn, kind.__name__)
    ours = getattr(nn, kind.__name__)(0.5, inplace=True)
    assert type(replace_(ours, back=True)) is kind
    assert type(replace_(theirs.ReLU(inplace=True))) is nn.ReLU


def test_a_refused_way_back_changes_nothing() -> None:
    for bad, said in (
        (nn.PReLU(3, axis=0), "along dimension 0$"),
        (nn.PReLU(1, axis=-1), "along dimension -1$"),
    ):
        inner = theirs.Sequential(nn.Tanh(), bad)
        with pytest.raises(ValueError, match=said):
            replace_(inner, back=True)
        assert [type(part) for part in inner] == [nn.Tanh, nn.PReLU]
    replace_(nn.PReLU(3, axis=1), back=True)
