"""Exact Fisher matrices and natural gradient steps of one dense layer of a softmax classifier."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..._text.tables import Answer


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
            torch.linalg.LinAlgError: if a unit's matrix is singular, as for a dead unit.
        """
        step: Tensor = torch.linalg.solve(_damped(self.unit_fisher(), damping), self.gradient)
        return step

    def layer_step(self, damping: float = 0.0) -> Tensor:
        """F⁻¹g with the whole layer's matrix, (units, n + 1)."""
        matrix, gradient = _damped(self.layer_fisher(), damping), self.gradient
        flat: Tensor = torch.linalg.solve(matrix, gradient.flatten())
        return flat.reshape(gradient.shape)

    def with_mean(self, share: float) -> LayerScores:
        """The same scores, the incoming means set to that share of what they are (0: centred)."""
        moved = self.incoming - (1 - share) * self.incoming.mean(dim=0)
        return LayerScores(moved, self.scores, self.probabilities, self.delta)

    def angles(self, damping: float = 0.0) -> Tensor:
        """Degrees between each unit's gradient and its natural gradient: (units,).

        nan for a unit that no sample reaches, whose gradient has no direction.
        """
        alive = self.gradient.norm(dim=1) > 0
        found = torch.full_like(self.gradient[:, 0], torch.nan)
        matrices = _damped(self.unit_fisher()[alive], damping)
        natural = torch.linalg.solve(matrices, self.gradient[alive])
        u, v = (nn.functional.normalize(w, dim=1) for w in (natural, self.gradient[alive]))
        # tan(θ/2) = |u − v|/|u + v| keeps its digits at small angles, where arccos u·v loses half.
        half = torch.atan2((u - v).norm(dim=1), (u + v).norm(dim=1))
        found[alive] = torch.rad2deg(2 * half)
        return found


def layer_scores(model: nn.Module, layer: nn.Linear, x: Tensor, labels: Tensor) -> LayerScores:
    """Run the classifier and differentiate log p(y|x) of every class by the layer's net inputs.

    The model must treat samples independently (no batch normalization), and its output must be
    logits (samples, classes).

    Args:
        model: a classifier that contains the layer and uses it once.
        layer: the dense layer, with bias.
        x, labels: inputs (samples, …) and class indices (samples,).

    Raises:
        ValueError: if the layer is not used exactly once, or has no bias.
    """
    if layer.bias is None:
        raise ValueError("the layer needs a bias: its natural gradient is what is asked for")
    # Samples do not mix: the gradient of a sum over them holds each one's own.
    log_probabilities, incoming, net = _run(model, layer, x)
    classes = log_probabilities.shape[1]
    columns = [
        torch.autograd.grad(log_probabilities[:, y].sum(), net, retain_graph=True)[0]
        for y in range(classes)
    ]
    # (samples, classes, units).
    scores = torch.stack(columns, dim=1)
    return LayerScores(
        incoming.detach(),
        scores,
        log_probabilities.detach().exp(),
        scores[torch.arange(len(labels)), labels],
    )


def _run(model: nn.Module, layer: nn.Linear, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    seen: list[tuple[Tensor, Tensor]] = []

    def keep(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        seen.append((inputs[0], output))

    handle = layer.register_forward_hook(keep)
    try:
        log_probabilities = model(x).log_softmax(dim=1)
    finally:
        handle.remove()
    if len(seen) != 1:
        raise ValueError(f"the layer must be used exactly once, but was used {len(seen)} times")
    return log_probabilities, *seen[0]


def _damped(matrices: Tensor, damping: float) -> Tensor:
    eye = torch.eye(matrices.shape[-1], dtype=matrices.dtype, device=matrices.device)
    return matrices + damping * eye
