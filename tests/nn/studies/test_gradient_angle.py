"""The study of a trained layer: what it reports, on data whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from actmath.nn import initialize_
from actmath.nn._studies.gradient_angle import AngleStudy, study_angles


def blobs() -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    labels = torch.arange(300) % 3
    centres = 3 * torch.eye(3, 5, dtype=torch.float64)
    return centres[labels] + torch.randn(300, 5, generator=random, dtype=torch.float64), labels


def test_angles_of_every_unit_at_every_share() -> None:
    study = study_angles("elu", *blobs(), width=6, steps=60)
    assert study.angles.shape == (5, 6)
    assert 0 <= study.nearer <= 1
    lower, median, upper = study.quantiles()
    assert bool((lower <= median).all())
    assert bool((median <= upper).all())
    counted = (study.angles[0] < study.angles[-1]).double().mean()
    assert study.nearer == pytest.approx(float(counted))


def test_larger_means_turn_the_gradient_further_away() -> None:
    study = study_angles("relu", *blobs(), width=8, steps=60, shares=(0, 1, 4, 16))
    median = study.quantiles((0.5,))[0]
    assert median[0] < median[2] < median[3]


def test_shares_must_hold_both_ends() -> None:
    with pytest.raises(ValueError, match="0 and 1"):
        study_angles("elu", *blobs(), shares=(0.5, 1.0))


@pytest.mark.parametrize("name", ["shares", "width", "steps", "rate", "seed"])
def test_what_is_no_number_is_named(name: str) -> None:
    for bad in (True, None, "2", 1j, {0, 1}, [None, 1]):
        with pytest.raises((TypeError, ValueError), match=name):
            study_angles("elu", *blobs(), **{name: bad})


def test_inputs_are_rows_of_a_tensor() -> None:
    x, labels = blobs()
    for bad in (x.numpy(), x.tolist(), x.long()):
        with pytest.raises(TypeError, match="x must be a tensor of floating-point"):
            study_angles("elu", bad, labels)
    with pytest.raises(ValueError, match=r"x must be \(samples, features\)"):
        study_angles("elu", x[0], labels)


def test_where_there_is_one_class_no_gradient_has_an_angle() -> None:
    x, labels = blobs()
    assert study_angles("elu", x, 0 * labels, width=4, steps=2).angles.isnan().all()


def test_without_steps_the_classifier_is_as_it_was_drawn() -> None:
    """As after steps of length 0."""
    drawn, still = (
        study_angles("elu", *blobs(), width=6, steps=steps, rate=rate)
        for steps, rate in ((0, 0.1), (3, 0.0))
    )
    assert torch.equal(drawn.angles, still.angles)


NAN = math.nan
STUDY = AngleStudy(
    "elu",
    (0.5, 1.0, 0.0),
    torch.tensor([[9.0, 1, 2, NAN, 5], [4.0, 3, 2, NAN, 6], [1.0, 8, 2, NAN, 5]]).double(),
    2.5,
)


def test_units_that_centring_brings_nearer_are_counted_among_those_that_are_reached() -> None:
    """At share 0, the last row: nearer than at 1, the second, for the first and the last unit."""
    assert STUDY.nearer == 0.5


def test_quantiles_pass_over_units_that_are_not_reached() -> None:
    for levels in ((0.25, 0.5, 0.75), (0.0, 0.1, 1.0), (0.9,)):
        wanted = np.nanquantile(STUDY.angles.numpy(), levels, axis=1)
        assert STUDY.quantiles(levels).numpy() == pytest.approx(wanted, rel=1e-12)
    torch.testing.assert_close(STUDY.quantiles(), STUDY.quantiles((0.25, 0.5, 0.75)))


def trained(steps: int, rate: float, seed: int) -> nn.Sequential:
    """The classifier of the study, by PyTorch's own modules and plain steps downhill."""
    x, labels = blobs()
    net = nn.Sequential(nn.Linear(5, 4), nn.ELU(), nn.Linear(4, 4), nn.ELU(), nn.Linear(4, 3))
    initialize_(net, "elu", generator=torch.Generator().manual_seed(seed))
    net.double()
    random = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        batch = torch.randint(300, (64,), generator=random)
        loss = nn.functional.cross_entropy(net(x[batch]), labels[batch])
        found = torch.autograd.grad(loss, list(net.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(net.parameters(), found, strict=True):
                parameter -= rate * gradient
    return net


@pytest.mark.parametrize(("steps", "rate", "seed"), [(0, 0.1, 0), (3, 0.2, 0), (4, 0.1, 5)])
def test_the_study_by_plain_steps_and_sums_over_samples(steps: int, rate: float, seed: int) -> None:
    """Angles by NumPy: F and g of each unit as sums over samples and classes."""
    settings = {"width": 4, "steps": steps, "rate": rate, "seed": seed}
    study = study_angles("elu", *blobs(), shares=(1.0, 0.3, 0.0), **settings)
    (x, labels), net = blobs(), trained(steps, rate, seed)
    with torch.no_grad():
        incoming = net[:2](x)
        net_inputs = net[2](incoming)
    assert (study.activation, study.shares) == ("elu", (1.0, 0.3, 0.0))
    assert study.mean_length == pytest.approx(np.linalg.norm(incoming.numpy().mean(axis=0)))
    # (classes, samples, units): of samples that do not mix, the sum's slopes are each one's own.
    of_sum = torch.autograd.functional.jacobian(
        lambda z: net[3:](z).log_softmax(1).sum(0), net_inputs
    ).numpy()
    chances = net[3:](net_inputs).softmax(1).detach().numpy().T
    for share, angles in zip(study.shares, study.angles, strict=True):
        inputs = incoming.numpy() - (1 - share) * incoming.numpy().mean(axis=0)
        extended = np.hstack([inputs, np.ones((300, 1))])
        for unit in range(4):
            weights = (chances * of_sum[:, :, unit] ** 2).sum(axis=0) / 300
            fisher = (extended.T * weights) @ extended
            gradient = of_sum[labels.numpy(), np.arange(300), unit] @ extended / 300
            natural = np.linalg.solve(fisher, gradient)
            cosine = gradient @ natural / np.linalg.norm(gradient) / np.linalg.norm(natural)
            assert float(angles[unit]) == pytest.approx(np.degrees(np.arccos(cosine)), rel=1e-5)


def test_ignored_samples_are_left_out_of_training_and_measuring() -> None:
    x, labels = blobs()
    some = labels.clone()
    some[::4] = -100
    left_out = study_angles("tanh", x, some, width=4, steps=5)
    kept = some != -100
    alone = study_angles("tanh", x[kept], labels[kept], width=4, steps=5)
    torch.testing.assert_close(left_out.angles, alone.angles)
    assert left_out.mean_length == pytest.approx(alone.mean_length)


def test_single_precision_steps_once_and_zero_is_no_width() -> None:
    x, labels = blobs()
    study = study_angles("relu", x.float(), labels, width=1, steps=1, seed=2)
    assert study.angles.dtype == torch.float64
    assert study.angles.shape == (5, 1)
    assert study.shares == (0.0, 0.25, 0.5, 0.75, 1.0)
    for name, wrong in (("width", 0), ("steps", -1), ("seed", -1)):
        with pytest.raises(ValueError, match=f"^{name} must"):
            study_angles("relu", x, labels, **{name: wrong})
    with pytest.raises(ValueError, match="labels must be at least 0, or -100"):
        study_angles("relu", x, labels - 1)
    for shares in ((0.0,), (0.5, 1.0), (1.0,)):
        with pytest.raises(ValueError, match="0 and 1 must be among the shares, got"):
            study_angles("relu", x, labels, shares=shares)
