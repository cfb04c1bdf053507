"""How good classifiers are on the rows they are judged on, many classifiers at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

Score = Callable[[Tensor, Tensor, Tensor], Tensor]


def nats(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of each example: logits (…, classes) and labels (…) give (…).

    >>> nats(torch.zeros(2, 3, 4), torch.zeros(2, 3, dtype=torch.long)).shape
    torch.Size([2, 3])
    """
    # Classes last and rows one below the other, as they lie: with the classes second, as PyTorch
    # wants them of more than two dimensions, the sums over them would stride through the memory.
    rows = cross_entropy(logits.flatten(0, -2), labels.flatten(), reduction="none")
    return rows.view(labels.shape)


def answered_right(logits: Tensor, labels: Tensor) -> Tensor:
    """Whether the greatest logit is the label's; not where one of them is nan or +∞.

    Args:
        logits: (…, classes).
        labels: (…).

    >>> answered_right(torch.tensor([[2.0, 1.0], [torch.nan, torch.nan]]), torch.tensor([0, 0]))
    tensor([ True, False])
    """
    # argmax takes nan for the greatest: a network that diverged would answer class 0.
    defined = (logits < torch.inf).all(-1)
    return (logits.argmax(-1) == labels) & defined


def accuracy(logits: Tensor, labels: Tensor, real: Tensor) -> Tensor:
    """Share of right answers; an answer with a logit that is nan or +∞ is wrong.

    Args:
        logits: (networks, rows, classes).
        labels: (networks, rows).
        real: which rows count, (networks, rows).

    Returns:
        One number a network.

    >>> logits = torch.tensor([[[2.0, 1.0], [0.0, 1.0], [0.0, 9.0]]])
    >>> accuracy(logits, torch.tensor([[0, 0, 0]]), torch.tensor([[True, True, False]])).tolist()
    [0.5]
    """
    right = answered_right(logits, labels) & real
    # In float32 whatever PyTorch's default type is, which a quotient of integers would have.
    return right.sum(1).float() / real.sum(1)


def auc(logits: Tensor, labels: Tensor, real: Tensor) -> Tensor:
    """Area under the ROC curve of class 1 against class 0: how often a 1 is ranked above a 0.

    Ties count half, undefined logits nothing. Arguments and result as those of ``accuracy``.

    >>> logits = torch.tensor([[[0.0, 3.0], [0.0, 1.0], [0.0, 2.0], [0.0, 1.0]]])
    >>> auc(logits, torch.tensor([[1, 0, 0, 1]]), torch.ones(1, 4, dtype=torch.bool)).tolist()
    [0.625]
    """
    # p₁ = sigmoid(z₁ − z₀): the difference of the logits ranks as the probability does.
    ranked, positive, negative = logits[..., 1] - logits[..., 0], labels == 1, labels == 0
    positive, negative = positive & real, negative & real
    undefined = ranked.isnan()
    # Ones are asked among the zeros in order: how many lie below, how many up to them (ties).
    beaten = ranked.masked_fill(~negative | undefined, torch.inf).sort(1).values
    asked = ranked.masked_fill(undefined, -torch.inf)
    below, up_to = (torch.searchsorted(beaten, asked, right=right) for right in (False, True))
    # Mann and Whitney: the area is the share of pairs (1, 0) in the right order.
    wins = (below + up_to).double() / 2 * positive
    return wins.sum(1) / (positive.sum(1) * negative.sum(1))


SCORES: Mapping[str, Score] = MappingProxyType({"accuracy": accuracy, "auc": auc})
