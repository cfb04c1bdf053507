"""What both layers share: states that load, weights that are copied, what is refused, the face."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from actmath import catalog
from actmath.nn._noisy._recurrent.layers import NoisyGRU, NoisyLSTM
from actmath.nn._noisy.units import NAH, NAN

PLAIN = {"gate": nn.Sigmoid, "candidate": nn.Tanh}
EACH_LAYERS = pytest.mark.parametrize(
    ("ours", "theirs"), [(NoisyLSTM, nn.LSTM), (NoisyGRU, nn.GRU)]
)


@EACH_LAYERS
def test_states_load_both_ways(ours: type, theirs: type) -> None:
    options = {"num_layers": 2, "bidirectional": True}
    reference, plain, noisy = theirs(3, 5, **options), ours(3, 5, **options, **PLAIN), ours(3, 5)
    assert list(plain.state_dict()) == list(reference.state_dict())
    plain.load_state_dict(reference.state_dict())
    reference.load_state_dict(plain.state_dict())
    # One without noise leaves the units as they are, within a larger network too.
    before = {k: v.clone() for k, v in noisy.state_dict().items() if "activations" in k}
    whole = nn.ModuleDict({"a": noisy})
    whole.load_state_dict({f"a.{k}": v for k, v in theirs(3, 5).state_dict().items()})
    after = noisy.state_dict()
    assert before
    assert all(torch.equal(after[k], v) for k, v in before.items())
    with pytest.raises(RuntimeError, match="Missing key"):
        noisy.load_state_dict({k: v for k, v in after.items() if not k.endswith(".p")})


@EACH_LAYERS
@pytest.mark.parametrize("share", [0.4, 1.0])
def test_dropout_is_between_the_layers_while_training(
    ours: type, theirs: type, share: float
) -> None:
    """Without noise it drops what PyTorch's layers drop by the same seed."""
    options = {"num_layers": 3, "bidirectional": True, "dropout": share}
    plain, reference = ours(3, 5, **options, **PLAIN), theirs(3, 5, **options)
    plain.load_state_dict(reference.state_dict())
    x, found = torch.randn(7, 2, 3), []
    for training in (True, False):
        for layers in (plain, reference):
            torch.manual_seed(5)
            found.append(layers.train(training)(x)[0])
    torch.testing.assert_close(found[0], found[1])
    torch.testing.assert_close(found[2], found[3])
    assert not torch.allclose(found[0], found[2])


@EACH_LAYERS
@pytest.mark.parametrize(
    ("size", "options"),
    [
        ((3, 4), {}),
        ((1, 5), {}),
        ((3, 5), {"num_layers": 2}),
        ((3, 5), {"bias": False}),
        ((3, 5), {"bidirectional": True}),
        ((3, 5), {"device": "meta"}),
    ],
)
def test_copy_is_all_or_nothing(ours: type, theirs: type, size: tuple, options: dict) -> None:
    layers = ours(3, 5)
    before = {k: v.clone() for k, v in layers.state_dict().items()}
    with pytest.raises(ValueError, match="cannot take weights"):
        layers.copy_from(theirs(*size, **options))
    assert all(torch.equal(v, before[k]) for k, v in layers.state_dict().items())


def test_only_the_same_kind_is_copied() -> None:
    with pytest.raises(TypeError, match="cannot take the weights of GRU"):
        NoisyLSTM(3, 5).copy_from(nn.GRU(3, 5))
    with pytest.raises(TypeError, match="None"):
        NoisyGRU(3, 5).copy_from(None)


@EACH_LAYERS
def test_refused_where_pytorch_refuses(ours: type, theirs: type) -> None:
    layers, reference = ours(3, 5), theirs(3, 5)

    def states(batch: int, hidden: int) -> object:
        h = torch.zeros(1, batch, hidden)
        return (h, h) if ours is NoisyLSTM else h

    x = torch.zeros(7, 4, 3)
    flat = torch.zeros(1, 5)
    wrong = [
        (torch.zeros(7, 4, 2),),
        (torch.zeros(7),),
        (torch.zeros(0, 4, 3),),
        (x.double(),),
        (x, states(1, 5)),
        (x, states(4, 6)),
        (x, (flat, flat) if ours is NoisyLSTM else flat),
        (x[:, 0], states(1, 5)),
    ]
    for given in wrong:
        with pytest.raises((ValueError, RuntimeError)):
            reference(*given)
        with pytest.raises((ValueError, RuntimeError)):
            layers(*given)
    with pytest.raises(TypeError, match="expected"):
        layers(x, states(4, 5)[0] if ours is NoisyLSTM else (states(4, 5),))
    wide = torch.zeros(1, 4, 5, dtype=torch.float64)
    with pytest.raises(ValueError, match="float64"):
        layers(x, (wide, wide) if ours is NoisyLSTM else wide)


@EACH_LAYERS
def test_the_face_is_pytorchs(ours: type, theirs: type) -> None:
    options = {"num_layers": 2, "bidirectional": True, "dropout": 0.5, "batch_first": True}
    assert ours(3, 5, **options).extra_repr() == theirs(3, 5, **options).extra_repr()
    made = ours(3, 5, device="meta", dtype=torch.float64)
    assert {(p.device.type, p.dtype) for p in made.parameters()} == {("meta", torch.float64)}
    made = made.to_empty(device="cpu")
    made.reset_parameters()
    bound = 5**-0.5
    assert all(bool((getattr(made, n).abs() <= bound).all()) for n in made._flat_weights_names)
    assert {float(m.level) for m in made.modules() if isinstance(m, NAN)} == {1.0}


@pytest.mark.parametrize(
    "make",
    [
        lambda: NoisyLSTM(3, 0),
        lambda: NoisyGRU(3, 4, num_layers=0),
        lambda: NoisyGRU(3, 4, num_layers=2, dropout=1.5),
        lambda: NoisyLSTM(3, 4, proj_size=4),
        lambda: NoisyGRU(3, 4, gate=lambda: NAH(catalog.tanh)),
    ],
)
def test_misuse(make: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        make()
