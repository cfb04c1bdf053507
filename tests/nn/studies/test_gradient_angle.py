"""The study of a trained layer: what it reports, on data whose answer is known."""

from __future__ import annotations

import pytest
import torch

from actmath.nn._studies.gradient_angle import study_angles


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
