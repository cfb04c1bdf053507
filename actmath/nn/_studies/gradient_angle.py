"""How far is the gradient of a real layer from its natural gradient, at which incoming mean?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..._arrays import finite_number, listing, whole_number
from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from .._elementwise.elementwise import Elementwise
from .._initialization import initialize_all_
from .convolution_stack import seeded
from .layer_fisher import IGNORED, class_indices, layer_scores


@dataclass(frozen=True, eq=False, repr=False)
class AngleStudy(Answer):
    """Angles between ordinary and natural gradient of the units of one trained layer.

    ``angles``: (shares, units) in degrees, nan for units that nothing reaches; a share is what is
    left of the incoming means (0: centred, 1: as they are). ``mean_length`` is their Euclidean
    norm, ``nearer`` the fraction of units whose angle is smaller centred than as it is.
    """

    activation: str
    shares: tuple[float, ...]
    angles: Tensor
    mean_length: float

    @property
    def nearer(self) -> float:
        """Of the units that are reached, how many centring brings nearer."""
        first, last = self.angles[self.shares.index(0.0)], self.angles[self.shares.index(1.0)]
        # nan compares as false: without this, unreached units would count as not nearer.
        reached = ~last.isnan()
        return float((first < last)[reached].double().mean())

    def quantiles(self, levels: Sequence[float] = (0.25, 0.5, 0.75)) -> Tensor:
        """(levels, shares): quantiles over the units that are reached."""
        at = torch.tensor(levels, dtype=self.angles.dtype)
        return torch.nanquantile(self.angles, at, dim=1)


def study_angles(
    activation: Activation | str,
    x: Tensor,
    labels: Tensor,
    *,
    shares: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0),
    width: int = 32,
    steps: int = 200,
    rate: float = 0.05,
    seed: int = 0,
) -> AngleStudy:
    """Train a classifier with two hidden layers, then measure the second one's units.

    The labels of the Fisher matrix are drawn from the model, exactly; δ is left as it is while
    the incoming means are moved.

    Args:
        activation: an ``Activation`` or a catalog name.
        x, labels: inputs (samples, features) and class indices (samples,), −100 to leave one out.
        shares: what is left of the incoming means; 0 and 1 must be among them.
        width, steps, rate, seed: of the classifier and its plain gradient descent, batch 64.

    Raises:
        ValueError: if 0 or 1 is not among the shares, a label is no class, or x no (samples,
            features).
        TypeError: if x is no tensor of floating-point numbers, labels are no integers, or another
            argument no number of its kind.
    """
    kept = tuple(finite_number(share, "each of shares") for share in listing(shares, "shares"))
    if not {0.0, 1.0} <= set(kept):
        raise ValueError(f"0 and 1 must be among the shares, got {kept}")
    width, steps = whole_number(width, "width"), whole_number(steps, "steps", 0)
    rate = finite_number(rate, "rate")
    labels = class_indices(labels, _samples(x))
    x, labels = x[labels != IGNORED], labels[labels != IGNORED]
    unit = resolve(activation)
    model, layer = _classifier(unit, x.shape[1], int(labels.max()) + 1, width, seed)
    _train(model.to(x.dtype), x, labels, steps, rate, seed)
    # In double precision, of which the damping below is far above the rounding.
    scores = layer_scores(model.double(), layer, x.double(), labels)
    # A unit that nothing reaches has a zero row in F and in the gradient; damping leaves it there.
    damping = 1e-10 * float(scores.unit_fisher().diagonal(dim1=1, dim2=2).mean())
    angles = [scores.with_mean(share).angles(damping) for share in kept]
    mean = scores.incoming.mean(dim=0)
    return AngleStudy(unit.name, kept, torch.stack(angles), float(mean.norm()))


def _samples(x: Tensor) -> int:
    if not isinstance(x, Tensor) or not x.is_floating_point():
        kind = x.dtype if isinstance(x, Tensor) else type(x).__name__
        raise TypeError(f"x must be a tensor of floating-point numbers, got {kind}")
    if x.dim() != 2:
        raise ValueError(f"x must be (samples, features), got the shape {tuple(x.shape)}")
    return len(x)


def _classifier(
    unit: Activation, features: int, classes: int, width: int, seed: int
) -> tuple[nn.Sequential, nn.Linear]:
    # The second hidden layer, whose units are measured.
    layer = nn.Linear(width, width)
    model = nn.Sequential(
        nn.Linear(features, width),
        Elementwise(unit),
        layer,
        Elementwise(unit),
        nn.Linear(width, classes),
    )
    # Overwrites the first draw of every weight and bias, which no seed of ours fixed.
    initialize_all_(model, unit, generator=seeded(seed))
    return model, layer


def _train(model: nn.Module, x: Tensor, labels: Tensor, steps: int, rate: float, seed: int) -> None:
    random = seeded(seed)
    descent = torch.optim.SGD(model.parameters(), lr=rate)
    for _ in range(steps):
        # 64 samples, drawn with replacement.
        batch = torch.randint(len(x), (64,), generator=random)
        descent.zero_grad()
        torch.autograd.backward(nn.functional.cross_entropy(model(x[batch]), labels[batch]))
        descent.step()
