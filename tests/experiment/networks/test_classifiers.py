"""The methods are what they say, and a classifier is its networks side by side."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from actmath.experiment._networks.classifiers import (
    METHODS,
    Alongside,
    BatchedClassifier,
    BatchedDropout,
    Highway,
    Plain,
)
from actmath.experiment._networks.weights import draw_weights


def layer(method: str, **settings: object) -> Plain:
    random = torch.Generator().manual_seed(1)
    weight, gate = torch.randn(2, 3, 4, 4, generator=random, dtype=torch.float64)
    return METHODS[method](weight, nn.Tanh(), BatchedDropout(**settings), gate)  # type: ignore[arg-type]


X = torch.randn(3, 6, 4, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


@pytest.mark.parametrize("method", ["plain", "weight_norm"])
def test_a_fresh_layer_is_a_product(method: str) -> None:
    found = layer(method)
    torch.testing.assert_close(found(X, None), torch.tanh(X @ found.weight))


def test_weight_norm_depends_on_directions_only() -> None:
    found = layer("weight_norm")
    before = found(X, None)
    with torch.no_grad():
        found.weight.mul_(3)
    torch.testing.assert_close(found(X, None), before)


def test_layer_norm_is_pytorchs() -> None:
    found = layer("layer_norm")
    torch.testing.assert_close(found.normalize(X), nn.LayerNorm(4).double()(X))


def test_batch_norm_is_pytorchs() -> None:
    found, own = layer("batch_norm"), nn.BatchNorm1d(4).double()
    torch.testing.assert_close(found.normalize(X)[1], own(X[1]))
    found.eval()
    torch.testing.assert_close(found.normalize(X)[1], own.eval()(X[1]))


def test_gates_and_shortcuts() -> None:
    highway, residual = layer("highway"), layer("residual")
    y = torch.tanh(X @ highway.weight)
    t = torch.sigmoid(X @ highway.gate - 1)  # type: ignore[operator]
    torch.testing.assert_close(highway(X, None), t * y + (1 - t) * X)
    torch.testing.assert_close(residual(X, None), X + y)


def test_dropout() -> None:
    keep = (torch.rand(X.shape, generator=torch.Generator().manual_seed(3)) < 0.5).double()
    torch.testing.assert_close(BatchedDropout(2.0)(X, keep), X * keep * 2)
    dropped = BatchedDropout(0.9, 0.1, -1.7)(X, keep)
    torch.testing.assert_close(dropped, torch.where(keep > 0, 0.9 * X, 0.9 * -1.7) + 0.1)


def test_gates_need_weights() -> None:
    with pytest.raises(ValueError, match="needs the weights of its gates"):
        Highway(torch.zeros(2, 3, 3), nn.Tanh())


def side_by_side() -> tuple[list[list[torch.Tensor]], BatchedClassifier]:
    drawn = [draw_weights("lecun_normal", (6, 4, 4, 3), seed) for seed in range(3)]
    *hidden, last = (torch.stack(layer) for layer in zip(*drawn, strict=True))
    activation = Alongside([nn.Tanh(), nn.ReLU()], [1, 2])
    return drawn, BatchedClassifier([Plain(weight, activation) for weight in hidden], last)


def test_a_classifier_is_its_networks_side_by_side() -> None:
    drawn, model = side_by_side()
    x = torch.randn(3, 8, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    logits, layers = model(x), list(model.hidden(x))
    for network, activation in enumerate((nn.Tanh(), nn.ReLU(), nn.ReLU())):
        h = x[network]
        for weight, layer in zip(drawn[network][:-1], layers[1:], strict=True):
            h = activation(h @ weight)
            torch.testing.assert_close(layer[network], h)
        torch.testing.assert_close(logits[network], h @ drawn[network][-1])


def test_absent_classes_have_no_chance() -> None:
    drawn, _ = side_by_side()
    last = torch.stack([weights[-1] for weights in drawn])
    present = torch.tensor([[True, True, False]] * 3)
    logits = BatchedClassifier([], last, present)(torch.ones(3, 2, 4, dtype=torch.float64))
    assert (logits[..., 2] == -torch.inf).all()
    assert logits[..., :2].isfinite().all()


def test_activations_must_make_up_the_networks() -> None:
    with pytest.raises(RuntimeError, match="split"):
        Alongside([nn.ReLU()], [1])(torch.zeros(2, 3, 3))
