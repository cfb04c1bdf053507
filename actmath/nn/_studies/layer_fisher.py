"""Exact Fisher matrices and natural gradient steps of one dense layer of a softmax classifier."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..._text.tables import Answer

#: The label that ``torch.nn.functional.cross_entropy`` passes over.
IGNORED = -100


@dataclass(frozen=True, eq=False, repr=False)
class LayerScores(Answer):
    """What the Fisher matrix of a dense layer is made of.

    ``incoming``: (samples, n) activations a into the layer. ``scores``: (samples, classes, units),
    ∂ log p(y|x)/∂z of every class y by every net input z. ``probabilities``: (samples, classes).
    ``delta``: (samples, units), the scores of the labels.
    """

    incoming: Tensor
    scores: Tensor
    probabilities: Tensor
    delta: Tensor

    @property
    def extended(self) -> Tensor:
        """(a, 1): the incoming activations and the bias's constant input."""
        return torch.cat([self.incoming, torch.ones_like(self.incoming[:, :1])], dim=1)

    @property
    def gradient(self) -> Tensor:
        """E(δ·(a, 1)): (units, n + 1), of the mean log-likelihood; the last column is the bias."""
        return self.delta.T @ self.extended / len(self.delta)

    def unit_fisher(self) -> Tensor:
        """[[A, b], [bᵀ, c]] for each unit, the labels drawn from the model: (units, n+1, n+1)."""
        # F_ii = E Σ_y p(y)·(∂ log p(y)/∂z_i)²·(a, 1)(a, 1)ᵀ, the sum over the model's labels.
        square = (self.probabilities[:, :, None] * self.scores**2).sum(dim=1) / len(self.scores)
        a = self.extended
        return torch.einsum("si,sj,sk->ijk", square, a, a)

    def layer_fisher(self) -> Tensor:
        """The whole layer's matrix, (units·(n+1))², ordered as ``gradient.flatten()``."""
        # (samples, units, units): Σ_y p(y)·∂ log p(y)/∂z_i·∂ log p(y)/∂z_j.
        joint = torch.einsum("sy,syi,syj->sij", self.probabilities, self.scores, self.scores)
        a = self.extended
        # F_{(ik)(jl)} = E joint_ij·(a, 1)_k·(a, 1)_l.
        full = torch.einsum("sij,sk,sl->ikjl", joint / len(a), a, a)
        size = full.shape[0] * full.shape[1]
        return full.reshape(size, size)

    def unit_step(self, damping: float = 0.0) -> Tensor:
        """F⁻¹g unit by unit (Clevert et al. 2016), (units, n + 1), uphill in log-likelihood.

        Args:
            damping: added to the diagonal of F.

        Raises:
            ValueError: if a unit's matrix is singular, as a dead unit's, to the precision of its
                dtype; or for a damping that is negative or not finite.
        """
        return _solved(self.unit_fisher(), self.gradient, damping)

    def layer_step(self, damping: float = 0.0) -> Tensor:
        """F⁻¹g with the whole layer's matrix, (units, n + 1); raises as ``unit_step``."""
        matrix, gradient = self.layer_fisher(), self.gradient
        return _solved(matrix[None], gradient.reshape(1, -1), damping).reshape(gradient.shape)

    def with_mean(self, share: float) -> LayerScores:
        """The same scores, the incoming means set to that share of what they are (0: centred)."""
        moved = self.incoming - (1 - share) * self.incoming.mean(dim=0)
        return LayerScores(moved, self.scores, self.probabilities, self.delta)

    def angles(self, damping: float = 0.0) -> Tensor:
        """Degrees between each unit's gradient and its natural gradient: (units,).

        nan for a unit that no sample reaches, whose gradient has no direction; raises as
        ``unit_step`` for the others.
        """
        alive = self.gradient.norm(dim=1) > 0
        found = torch.full_like(self.gradient[:, 0], torch.nan)
        natural = _solved(self.unit_fisher()[alive], self.gradient[alive], damping)
        u, v = (nn.functional.normalize(w, dim=1) for w in (natural, self.gradient[alive]))
        # tan(θ/2) = |u − v|/|u + v| keeps its digits at small angles, where arccos u·v loses half.
        half = torch.atan2((u - v).norm(dim=1), (u + v).norm(dim=1))
        found[alive] = torch.rad2deg(2 * half)
        return found


def layer_scores(model: nn.Module, layer: nn.Linear, x: Tensor, labels: Tensor) -> LayerScores:
    """Run the classifier and differentiate log p(y|x) of every class by the layer's net inputs.

    The model must treat samples independently, and its output must be logits (samples, classes).
    Whether parameters are frozen does not matter.

    Args:
        model: a classifier that contains the layer and uses it once.
        layer: the dense layer, with bias.
        x, labels: inputs (samples, …) and class indices (samples,); samples labelled −100 are left
            out, as ``torch.nn.functional.cross_entropy`` does.

    Raises:
        TypeError: if the layer is not dense, or labels are no integers.
        ValueError: if the layer is not used exactly once, has no bias or sees a sequence; for a
            label that is no class; if samples are not independent, as with batch normalization in
            training; for logits of another shape, not finite, or cut off from the layer.
    """
    if not isinstance(layer, nn.Linear):
        raise TypeError(f"the layer must be dense (torch.nn.Linear), got {type(layer).__name__}")
    if layer.bias is None:
        raise ValueError("the layer needs a bias: its natural gradient is what is asked for")
    for name, part in model.named_modules():
        batch_norm = isinstance(part, nn.modules.batchnorm._BatchNorm)
        if batch_norm and (part.training or part.running_mean is None):
            raise ValueError(
                f"{name or 'the model'} normalizes over the batch, so that samples are not "
                f"independent and have no gradients of their own: call model.eval()"
            )
    labels = class_indices(labels, len(x))
    x, labels = x[labels != IGNORED], labels[labels != IGNORED]
    log_probabilities, incoming, net = _run(model, layer, x)
    class_indices(labels, len(x), log_probabilities.shape[1])
    scores = _scores(log_probabilities, net)
    return LayerScores(
        incoming.detach(),
        scores,
        log_probabilities.detach().exp(),
        scores[torch.arange(len(labels)), labels],
    )


def class_indices(labels: Tensor, samples: int, classes: int | None = None) -> Tensor:
    """The labels as int64, which give each sample a class, or −100 for none.

    Raises:
        TypeError: if they are no tensor of integers.
        ValueError: for another shape, a label outside [0, classes), or none that counts.
    """
    if not isinstance(labels, Tensor):
        raise TypeError(f"labels must be a tensor of class indices, got {type(labels).__name__}")
    if labels.is_floating_point() or labels.is_complex() or labels.dtype == torch.bool:
        raise TypeError(f"labels must be class indices, integers, got {labels.dtype}")
    if labels.shape != (samples,):
        raise ValueError(f"expected labels of shape ({samples},), got {tuple(labels.shape)}")
    # PyTorch takes eight-bit numbers in an index for a mask.
    labels = labels.long()
    counted = labels[labels != IGNORED]
    if not len(counted):
        raise ValueError(f"no sample has a label other than {IGNORED}, which is ignored")
    low, high = int(counted.min()), int(counted.max())
    if low < 0 or (classes is not None and high >= classes):
        count = "at least 0" if classes is None else f"from 0 to {classes - 1}"
        wrong = low if low < 0 else high
        raise ValueError(f"labels must be {count}, or {IGNORED} to be ignored, got {wrong}")
    return labels


@torch.enable_grad()
def _run(model: nn.Module, layer: nn.Linear, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """log p(y|x), the layer's input, and its output as a leaf: nothing before it matters."""
    seen: list[tuple[Tensor, Tensor]] = []

    def keep(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        seen.append((inputs[0], output.detach().requires_grad_()))
        return seen[-1][1]

    handle = layer.register_forward_hook(keep)
    try:
        logits = model(x)
    finally:
        handle.remove()
    if len(seen) != 1:
        raise ValueError(f"the layer must be used exactly once, but was used {len(seen)} times")
    ((incoming, net),) = seen
    for name, found in (("the layer's input", incoming), ("the logits", logits)):
        if found.shape[:-1] != (len(x),):
            raise ValueError(
                f"{name} must be ({len(x)}, …) with one dimension more, got "
                f"{tuple(found.shape)}: of sequences, take every position as a sample"
            )
    if not logits.requires_grad:
        raise ValueError("the logits do not depend on the layer by operations with a gradient")
    if not bool(logits.isfinite().all()):
        raise ValueError("the logits are not finite")
    return logits.log_softmax(dim=1), incoming, net


@torch.enable_grad()
def _scores(log_probabilities: Tensor, net: Tensor) -> Tensor:
    """∂ log p(y|x)/∂z, (samples, classes, units), of samples that do not mix."""

    def by_net(total: Tensor) -> Tensor:
        return torch.autograd.grad(total, net, retain_graph=True)[0]

    # Then the gradient of a sum over samples holds each one's own.
    columns = [by_net(column.sum()) for column in log_probabilities.unbind(1)]
    # Unequal weights show whether they mix: each sample's gradient must be its weight's times.
    weights = torch.linspace(1, 2, len(net), dtype=net.dtype, device=net.device)
    weighted = by_net((weights * log_probabilities[:, 0]).sum())
    alone = weights[:, None] * columns[0]
    # √eps, which rounding stays below and a sum over the batch does not.
    if not torch.allclose(weighted, alone, rtol=0, atol=_root(net) * float(alone.abs().max())):
        raise ValueError("samples are not independent: what one gives depends on the others")
    return torch.stack(columns, dim=1)


def _root(like: Tensor) -> float:
    return math.sqrt(torch.finfo(like.dtype).eps)


def _solved(matrices: Tensor, gradients: Tensor, damping: float) -> Tensor:
    """(F + damping·1)⁻¹g for each pair."""
    if not 0 <= damping < math.inf:
        raise ValueError(f"damping must be finite and at least 0, got {damping}")
    size = matrices.shape[-1]
    eye = torch.eye(size, dtype=matrices.dtype, device=matrices.device)
    damped = matrices + damping * eye
    # Rounding leaves size·ε of the largest eigenvalue where there should be 0; of what damping
    # puts there, less than ε of it is lost.
    share = torch.finfo(matrices.dtype).eps * (1 if damping else size)
    ranks = torch.linalg.matrix_rank(damped, rtol=share, hermitian=True)
    if bool((ranks < size).any()):
        which = torch.nonzero(ranks < size).flatten().tolist()
        raise ValueError(
            f"the Fisher matrix {which} has no inverse in {matrices.dtype}: a unit is dead, inputs "
            f"are tied, or samples are few; give a damping, larger than {damping}"
        )
    solved: Tensor = torch.linalg.solve(damped, gradients)
    return solved
