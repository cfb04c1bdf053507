"""Plain descent is PyTorch's SGD at rate 1."""

from __future__ import annotations

import torch

from actmath.experiment._networks.descent import PlainDescent


def test_as_pytorchs_sgd() -> None:
    mine, theirs = (torch.tensor([1.0, -2.0], requires_grad=True) for _ in range(2))
    idle = torch.ones(2, requires_grad=True)
    descent, sgd = PlainDescent([mine, idle]), torch.optim.SGD([theirs], lr=1.0)
    for _ in range(3):
        for weight, optimizer in ((mine, descent), (theirs, sgd)):
            optimizer.zero_grad()
            torch.autograd.backward((0.3 * weight.square()).sum())
            optimizer.step()
    assert torch.equal(mine, theirs)
    assert torch.equal(idle, torch.ones(2))
    descent.zero_grad()
    assert mine.grad is None


def test_nothing_is_remembered() -> None:
    weight = torch.ones(2, requires_grad=True)
    descent = PlainDescent([weight])
    descent.load_state_dict(descent.state_dict())
    descent.step()
    assert torch.equal(weight, torch.ones(2))
