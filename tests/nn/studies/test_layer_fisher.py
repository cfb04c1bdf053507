"""The exact Fisher matrix against per-sample gradients, finite differences and Theorem 1."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from actmath import nn as actnn
from actmath.nn._studies.layer_fisher import LayerScores, class_indices, layer_scores
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


def test_angles_are_those_between_two_solutions(scores: LayerScores) -> None:
    """By NumPy's solution and the cosine, at several dampings and shares of the mean."""
    for damping, share in ((0.0, 1.0), (1e-3, 1.0), (0.0, 0.25)):
        moved = scores.with_mean(share)
        found = moved.angles(damping)
        for unit in range(HIDDEN):
            fisher = moved.unit_fisher()[unit].numpy() + damping * np.eye(WIDTH + 1)
            gradient = moved.gradient[unit].numpy()
            natural = np.linalg.solve(fisher, gradient)
            cosine = gradient @ natural / np.linalg.norm(gradient) / np.linalg.norm(natural)
            assert float(found[unit]) == pytest.approx(np.degrees(np.arccos(cosine)), rel=1e-9)


def test_the_whole_layer_s_step_solves_its_system(scores: LayerScores) -> None:
    # Without damping its condition is 4,000.
    for damping in (0.0, 0.5):
        system = scores.layer_fisher().numpy() + damping * np.eye(HIDDEN * (WIDTH + 1))
        wanted = np.linalg.solve(system, scores.gradient.flatten().numpy())
        step = scores.layer_step(damping).numpy().ravel()
        assert step == pytest.approx(wanted, rel=1e-6, abs=1e-9)


def test_the_mean_is_moved_and_nothing_else(scores: LayerScores) -> None:
    before = scores.incoming.mean(dim=0)
    for share in (-1.0, 0.0, 0.3, 1.0, 2.0):
        moved = scores.with_mean(share)
        torch.testing.assert_close(moved.incoming.mean(dim=0), share * before)
        torch.testing.assert_close(
            moved.incoming.std(dim=0, correction=0), scores.incoming.std(dim=0, correction=0)
        )
        for name in ("scores", "probabilities", "delta"):
            assert getattr(moved, name) is getattr(scores, name)


def test_what_the_scores_are_made_of(scores: LayerScores) -> None:
    net, (x, labels) = network(), data()
    with torch.no_grad():
        torch.testing.assert_close(scores.incoming, net[:2](x))
        torch.testing.assert_close(scores.probabilities, net(x).softmax(1))
    assert scores.scores.shape == (SAMPLES, CLASSES, HIDDEN)
    for sample in (0, 7, SAMPLES - 1):
        torch.testing.assert_close(scores.delta[sample], scores.scores[sample, labels[sample]])
    # Scores have mean 0 under the model's own labels.
    mean = torch.einsum("sy,syi->si", scores.probabilities, scores.scores)
    torch.testing.assert_close(mean, torch.zeros_like(mean), atol=1e-13, rtol=0)
    torch.testing.assert_close(scores.extended[:, :-1], scores.incoming)
    assert scores.extended[:, -1].tolist() == [1.0] * SAMPLES
    for tensor in (scores.incoming, scores.scores, scores.probabilities, scores.delta):
        assert not tensor.requires_grad


@pytest.mark.parametrize("damping", [math.inf, math.nan, -1e-300])
def test_a_damping_is_finite_and_at_least_0(scores: LayerScores, damping: float) -> None:
    with pytest.raises(ValueError, match=f"at least 0, got {damping}"):
        scores.unit_step(damping)
    torch.testing.assert_close(scores.unit_step(0.0), scores.unit_step())


def test_the_units_whose_matrix_has_no_inverse_are_named() -> None:
    net, (x, labels) = network(), data()
    with torch.no_grad():
        net[4].weight[:, 1] = 0
        net[4].weight[:, 3] = 0
    found = layer_scores(net, net[2], x, labels)
    with pytest.raises(ValueError, match=r"matrix \[1, 3\] has no inverse.*larger than 0.0$"):
        found.unit_step()
    assert found.angles().isnan().tolist() == [False, True, False, True, False]


@pytest.mark.parametrize(("share", "solved"), [(1e-4, True), (1e-9, False)])
def test_inputs_that_are_tied_to_rounding_have_no_inverse(
    scores: LayerScores, share: float, solved: bool
) -> None:
    """Two inputs that differ by 1e-4 leave an eigenvalue of 1e-8, by 1e-9 one of 1e-18."""
    tied = scores.incoming.clone()
    tied[:, 1] = tied[:, 0] + share * tied[:, 1]
    moved = LayerScores(tied, scores.scores, scores.probabilities, scores.delta)
    if solved:
        step = moved.unit_step()
        torch.testing.assert_close(
            torch.einsum("ijk,ik->ij", moved.unit_fisher(), step), moved.gradient, rtol=1e-5, atol=0
        )
        return
    with pytest.raises(ValueError, match="inputs are tied"):
        moved.unit_step()


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([0, -1, 9], "from 0 to 3, or -100 to be ignored, got -1"),
        ([0, 4, -100], "from 0 to 3, or -100 to be ignored, got 4"),
        ([0, -101, 1], "from 0 to 3, or -100 to be ignored, got -101"),
    ],
)
def test_the_label_that_is_no_class_is_named(labels: list[int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        class_indices(torch.tensor(labels), 3, 4)


def test_labels_within_their_bounds() -> None:
    for labels in ([0, 3, -100], [-100, -100, 0], [3, 3, 3]):
        assert class_indices(torch.tensor(labels), 3, 4).tolist() == labels
    assert class_indices(torch.tensor([0, 99]), 2).tolist() == [0, 99]
    with pytest.raises(
        ValueError, match="labels must be at least 0, or -100 to be ignored, got -7"
    ):
        class_indices(torch.tensor([0, -7]), 2)
    with pytest.raises(ValueError, match="no sample has a label other than -100"):
        class_indices(torch.tensor([-100]), 1)
    for shape in ((2, 1), (), (3,)):
        with pytest.raises(ValueError, match=r"expected labels of shape \(2,\), got"):
            class_indices(torch.zeros(shape, dtype=torch.long), 2)


class Around(nn.Module):
    """A layer, and what stands before and behind it."""

    def __init__(self, layer: nn.Linear, formula: object) -> None:
        super().__init__()
        self.layer, self.formula = layer, formula

    def forward(self, x: Tensor) -> Tensor:
        return self.formula(self.layer, x)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (lambda f, x: f(f(x)), "the layer must be used exactly once, but was used 2 times"),
        (lambda f, x: x, "but was used 0 times"),
        (lambda f, x: f(x[:, None])[:, 0], r"the layer's input must be \(60, …\) .* \(60, 1, 6\)"),
        (lambda f, x: f(x)[:, None], r"the logits must be \(60, …\) .* got \(60, 1, 6\)"),
        (lambda f, x: f(x)[:, 0], r"the logits must be"),
        (lambda f, x: f(x)[1:], r"the logits must be \(60, …\)"),
        (lambda f, x: f(x) / 0 * 0, "the logits are not finite"),
        (lambda f, x: f(x) + 1e-3 * f.weight.sum() * 0 + x.detach() * 0, None),
        (lambda f, x: (lambda z: z + 1e-5 * z.mean(dim=0))(f(x)), "not independent"),
        (lambda f, x: (lambda z: z + 1e-5 * z.flip(0))(f(x)), "not independent"),
        (lambda f, x: (lambda z: z + 1e-5 * z.roll(1, 0))(f(x)), "not independent"),
    ],
    ids=[
        *("twice", "never", "a sequence", "logits of a sequence", "a single logit"),
        *("fewer samples", "nan", "all is well", "centred", "reversed", "shifted"),
    ],
)
def test_what_a_model_must_do_with_the_layer(formula: object, said: str | None) -> None:
    torch.manual_seed(3)
    layer = nn.Linear(INPUTS, INPUTS).double()
    x, labels = data()
    if said is None:
        layer_scores(Around(layer, formula), layer, x, labels)
        assert not layer._forward_hooks
        return
    with pytest.raises(ValueError, match=said):
        layer_scores(Around(layer, formula), layer, x, labels)
    assert not layer._forward_hooks


def test_batch_norms_must_evaluate_by_what_they_saw() -> None:
    (x, labels), layer = data(), nn.Linear(INPUTS, CLASSES).double()
    blind = nn.BatchNorm1d(CLASSES, track_running_stats=False).double().eval()
    with pytest.raises(ValueError, match=r"^1 normalizes over the batch"):
        layer_scores(nn.Sequential(layer, blind), layer, x, labels)


def test_one_sample_alone_is_independent_of_itself() -> None:
    net, (x, labels) = network(), data()
    found = layer_scores(net, net[2], x[:1], labels[:1])
    whole = layer_scores(net, net[2], x, labels)
    torch.testing.assert_close(found.scores[0], whole.scores[0])
    single = network().float()
    with pytest.raises(ValueError, match=r"no inverse in torch\.float32"):
        layer_scores(single, single[2], x[:1].float(), labels[:1]).unit_step()
