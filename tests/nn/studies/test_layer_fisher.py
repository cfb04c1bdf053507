"""The exact Fisher matrix against per-sample gradients, finite differences and Theorem 1."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from actmath import nn as actnn
from actmath.nn._studies.layer_fisher import LayerScores, layer_scores
from actmath.numeric._geometry.unit_statistics import unit_statistics

SAMPLES, INPUTS, WIDTH, HIDDEN, CLASSES = 60, 6, 4, 5, 4


def network() -> nn.Sequential:
    torch.manual_seed(5)
    net = nn.Sequential(
        nn.Linear(INPUTS, WIDTH),
        actnn.ELU(),
        nn.Linear(WIDTH, HIDDEN),
        actnn.Tanh(),
        nn.Linear(HIDDEN, CLASSES),
    )
    return net.double()


def data() -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(1)
    x = torch.randn(SAMPLES, INPUTS, generator=random, dtype=torch.float64)
    return x, torch.randint(CLASSES, (SAMPLES,), generator=random)


@pytest.fixture
def scores() -> LayerScores:
    net = network()
    return layer_scores(net, net[2], *data())


def per_sample_gradients(net: nn.Sequential) -> Tensor:
    """(samples, classes, units·(n + 1)): ∂ log p(y|x)/∂(weights, bias) for every label."""
    x, _ = data()
    names = ("2.weight", "2.bias")
    own = {name: dict(net.named_parameters())[name].detach() for name in names}

    def log_probability(parameters: dict[str, Tensor], sample: Tensor, label: Tensor) -> Tensor:
        return functional_call(net, parameters, (sample[None],)).log_softmax(1)[0] @ label

    over_labels = vmap(grad(log_probability), in_dims=(None, None, 0))
    found = vmap(over_labels, in_dims=(None, 0, None))(own, x, torch.eye(CLASSES, dtype=x.dtype))
    joined = torch.cat([found["2.weight"], found["2.bias"][..., None]], dim=-1)
    return joined.flatten(2)


def test_layer_matrix_is_the_variance_of_per_sample_scores(scores: LayerScores) -> None:
    rows = per_sample_gradients(network())
    expected = torch.einsum("sy,syp,syq->pq", scores.probabilities, rows, rows) / SAMPLES
    torch.testing.assert_close(scores.layer_fisher(), expected, rtol=1e-12, atol=1e-15)


def test_unit_matrices_are_its_diagonal_blocks(scores: LayerScores) -> None:
    whole = scores.layer_fisher().reshape(HIDDEN, WIDTH + 1, HIDDEN, WIDTH + 1)
    blocks = torch.stack([whole[i, :, i] for i in range(HIDDEN)])
    torch.testing.assert_close(scores.unit_fisher(), blocks, rtol=1e-12, atol=1e-15)


def test_gradient_is_autograd_s(scores: LayerScores) -> None:
    net, (x, labels) = network(), data()
    nn.functional.cross_entropy(net(x), labels).backward()
    own = torch.cat([net[2].weight.grad, net[2].bias.grad[:, None]], dim=1)
    torch.testing.assert_close(scores.gradient, -own, rtol=1e-12, atol=1e-15)


def divergence(step: Tensor, rate: float) -> float:
    """Mean KL between the classifier's outputs before and after a step of the layer."""
    x, _ = data()
    net = network()
    with torch.no_grad():
        before = net(x).log_softmax(1)
        net[2].weight.add_(step[:, :-1], alpha=rate)
        net[2].bias.add_(step[:, -1], alpha=rate)
        after = net(x).log_softmax(1)
        return float((before.exp() * (before - after)).sum(dim=1).mean())


def test_divergence_of_a_step_is_half_its_fisher_length(scores: LayerScores) -> None:
    random = torch.Generator().manual_seed(9)
    step = torch.randn(HIDDEN, WIDTH + 1, generator=random, dtype=torch.float64)
    half = float(step.flatten() @ scores.layer_fisher() @ step.flatten()) / 2
    errors = [abs(divergence(step, h) / h**2 - half) / half for h in (1e-2, 1e-3)]
    # The remainder of the expansion is cubic: ten times smaller a step, ten times nearer.
    assert errors[1] < 0.02
    assert errors[1] < errors[0] / 5


def test_natural_step_gains_more_likelihood_than_the_gradient_at_equal_divergence(
    scores: LayerScores,
) -> None:
    matrix, gradient = scores.layer_fisher(), scores.gradient.flatten()
    eye = torch.eye(len(matrix), dtype=matrix.dtype)
    natural = torch.linalg.solve(matrix + 1e-10 * eye, gradient)
    gains = [
        float(gradient @ step / torch.sqrt(step @ matrix @ step)) for step in (natural, gradient)
    ]
    assert gains[0] > 1.05 * gains[1]
    random = torch.randn(200, len(gradient), dtype=torch.float64)
    lengths = torch.sqrt(torch.einsum("kp,pq,kq->k", random, matrix, random))
    assert float((random @ gradient / lengths).max()) <= gains[0] * (1 + 1e-6)


def test_unit_step_is_theorem_one(scores: LayerScores) -> None:
    step = scores.unit_step()
    for unit in range(HIDDEN):
        weights = scores.probabilities * scores.scores[:, :, unit] ** 2
        root = weights.sum(dim=1).sqrt()
        found = unit_statistics(scores.incoming, root)
        A, b, c = torch.as_tensor(found.A), torch.as_tensor(found.b), found.c
        g, g0 = scores.gradient[unit, :-1], scores.gradient[unit, -1]
        s = (1 + b @ torch.linalg.solve(c * A - torch.outer(b, b), b)) / c
        bias = s * (g0 - b @ torch.linalg.solve(A, g))
        expected = torch.cat([torch.linalg.solve(A, g - bias * b), bias[None]])
        torch.testing.assert_close(step[unit], expected, rtol=1e-8, atol=1e-12)


def test_angles_move_with_the_mean_and_are_nan_where_nothing_arrives() -> None:
    net, (x, labels) = network(), data()
    with torch.no_grad():
        net[4].weight[:, 0] = 0
    scores = layer_scores(net, net[2], x + 2, labels)
    as_it_is, centred = scores.angles(1e-9), scores.with_mean(0).angles(1e-9)
    assert as_it_is.isnan().tolist() == [True, False, False, False, False]
    assert not torch.allclose(as_it_is[1:], centred[1:])
    assert bool(((as_it_is[1:] >= 0) & (as_it_is[1:] <= 180)).all())


def test_frozen_parameters_do_not_matter(scores: LayerScores) -> None:
    net, (x, labels) = network().requires_grad_(False), data()
    with torch.no_grad():
        frozen = layer_scores(net, net[2], x, labels)
    torch.testing.assert_close(frozen.scores, scores.scores)


def test_ignored_samples_are_left_out(scores: LayerScores) -> None:
    net, (x, labels) = network(), data()
    labels[::3] = -100
    kept = layer_scores(net, net[2], x, labels)
    nn.functional.cross_entropy(net(x), labels).backward()
    own = torch.cat([net[2].weight.grad, net[2].bias.grad[:, None]], dim=1)
    torch.testing.assert_close(kept.gradient, -own, rtol=1e-12, atol=1e-15)
    assert len(kept.scores) == SAMPLES - SAMPLES // 3


@pytest.mark.parametrize(
    ("labels", "kind", "said"),
    [
        (torch.full((SAMPLES,), CLASSES), ValueError, "from 0 to 3, or -100 to be ignored, got 4"),
        (torch.full((SAMPLES,), -1), ValueError, "got -1"),
        (torch.full((SAMPLES,), -100), ValueError, "no sample"),
        (torch.zeros(SAMPLES - 1, dtype=torch.long), ValueError, r"shape \(60,\), got \(59,\)"),
        (torch.zeros(SAMPLES), TypeError, "float32"),
        (torch.zeros(SAMPLES, dtype=torch.bool), TypeError, "bool"),
        (torch.zeros(SAMPLES, dtype=torch.complex64), TypeError, "complex64"),
    ],
)
def test_labels_that_are_no_classes(labels: Tensor, kind: type[Exception], said: str) -> None:
    net, (x, _) = network(), data()
    with pytest.raises(kind, match=said):
        layer_scores(net, net[2], x, labels)


@pytest.mark.parametrize("kind", [torch.uint8, torch.int32, torch.uint16])
def test_labels_of_any_integers(kind: torch.dtype) -> None:
    net, (x, labels) = network(), data()
    # As many samples as classes: there PyTorch would take eight-bit labels for a mask.
    classes = net(x).shape[1]
    x, labels = x[:classes], labels[:classes]
    wanted = layer_scores(net, net[2], x, labels).delta
    assert torch.equal(layer_scores(net, net[2], x, labels.to(kind)).delta, wanted)


def test_labels_are_a_tensor() -> None:
    net, (x, labels) = network(), data()
    with pytest.raises(TypeError, match="a tensor of class indices, got list"):
        layer_scores(net, net[2], x, labels.tolist())


def test_singular_matrices_are_a_sentence_or_damped() -> None:
    net, (x, labels) = network(), data()
    with torch.no_grad():
        net[4].weight[:, 3] = 0
    dead = layer_scores(net, net[2], x, labels)
    for step in (dead.unit_step, dead.layer_step):
        with pytest.raises(ValueError, match=r"has no inverse in torch\.float64: a unit is dead"):
            step()
        found = step(damping=1e-6)
        assert found.isfinite().all()
        assert not found[3].any()
        with pytest.raises(ValueError, match="at least 0"):
            step(damping=-1.0)
    # Three samples for five numbers: LAPACK would answer with rounding errors.
    few = layer_scores(net, net[2], x[:3], labels[:3])
    with pytest.raises(ValueError, match="samples are few"):
        few.angles()


def test_samples_must_be_independent() -> None:
    (x, labels), layer = data(), nn.Linear(INPUTS, HIDDEN).double()

    class Centred(nn.Module):
        def forward(self, z: Tensor) -> Tensor:
            return z - z.mean(dim=0)

    mixed = nn.Sequential(layer, Centred(), nn.Linear(HIDDEN, CLASSES).double())
    with pytest.raises(ValueError, match="not independent"):
        layer_scores(mixed, layer, x, labels)
    norm = nn.Sequential(layer, nn.BatchNorm1d(HIDDEN), nn.Linear(HIDDEN, CLASSES)).double()
    with pytest.raises(ValueError, match="1 normalizes over the batch"):
        layer_scores(norm, layer, x, labels)
    layer_scores(norm.eval(), layer, x, labels)


def test_misuse() -> None:
    net, (x, labels) = network(), data()
    with pytest.raises(ValueError, match="used 0 times"):
        layer_scores(net, nn.Linear(WIDTH, HIDDEN).double(), x, labels)
    with pytest.raises(ValueError, match="needs a bias"):
        layer_scores(net, nn.Linear(WIDTH, HIDDEN, bias=False), x, labels)
    with pytest.raises(TypeError, match="got Conv1d"):
        layer_scores(net, nn.Conv1d(1, 1, 1), x, labels)
    with pytest.raises(ValueError, match=r"every position as a sample"):
        layer_scores(net, net[2], x[:, None].expand(-1, 7, -1), labels)
    with pytest.raises(ValueError, match="not finite"):
        layer_scores(net, net[2], x * torch.nan, labels)
    last = nn.Sequential(net[0], Cut())
    with pytest.raises(ValueError, match="do not depend"):
        layer_scores(last, net[0], x, labels)


class Cut(nn.Module):
    """Gives what has no gradient."""

    def forward(self, z: Tensor) -> Tensor:
        return z.detach()
