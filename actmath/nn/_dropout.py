"""Dropout that keeps the mean and variance of a self-normalized layer."""

from __future__ import annotations

import torch
from sympy import Rational
from torch import Tensor, nn

from .. import catalog
from ..activation import Activation
from ..derive._moments.alpha_dropout import alpha_dropout, saturation_value
from ..derive._subject import resolve
from ..notation import alpha_prime, mu, nu, q
from ..number import Number, exact
from ..numeric._digits.moments import moments

# Constants of ten digits, as α = 1.673263242 and λ = 1.050700987, are off by 8.7e-10.
_TOLERANCE = 1e-9


class AlphaDropout(nn.Module):
    """Set units to the value of their off state with probability p, then restore mean and variance.

    With q = 1 − p and α′ the activation's limit at −∞, y ↦ a·y + b after dropping, with
    a = √(ν/(q((1−q)(α′−μ)² + ν))) and b = μ − a(qμ + (1−q)α′). The defaults are those of
    ``torch.nn.AlphaDropout``; any other activation whose fixed point is (mean, variance) will do.

    Args:
        p: probability of dropping a unit.
        inplace: overwrite the input.
        activation: what the units before this module are.
        mean, variance: the fixed point of that activation.

    Raises:
        ValueError: if p is not in [0, 1], if the activation has no off state, or if it does not
            map N(mean, variance) to that mean and variance.

    >>> f"{AlphaDropout(p=0.5).value:.12f}"
    '-1.758099340847'
    """

    def __init__(
        self,
        p: float = 0.5,
        inplace: bool = False,
        *,
        activation: Activation | str = catalog.selu,
        mean: Number = 0,
        variance: Number = 1,
    ) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p must lie between 0 and 1, got {p}")
        self.p, self.inplace, self.activation = p, inplace, resolve(activation)
        _check_fixed_point(self.activation, mean, variance)
        self.mean, self.variance = float(exact(mean)), float(exact(variance))
        self.value = float(saturation_value(self.activation))
        self.scale, self.shift = self._affine()

    def _affine(self) -> tuple[float, float]:
        # At q = 0 the formula for a divides by 0: all units are dropped, and only μ can be kept.
        if self.p == 1:
            return 0.0, self.mean
        values = {
            q: 1 - Rational(self.p),
            alpha_prime: saturation_value(self.activation),
            mu: Rational(self.mean),
            nu: Rational(self.variance),
        }
        found = alpha_dropout().at(values)
        return float(found.scale), float(found.shift)

    def forward(self, x: Tensor) -> Tensor:
        """Drop and restore, in training; x itself in evaluation or for p = 0."""
        if not self.training or self.p == 0:
            return x
        # True with probability q = 1 − p, independently for every element.
        kept = torch.empty_like(x).bernoulli_(1 - self.p) > 0
        # a·y + b for what is kept, a·α′ + b for what is dropped.
        y = torch.where(kept, x * self.scale, self.scale * self.value) + self.shift
        return x.copy_(y) if self.inplace else y

    def extra_repr(self) -> str:
        """Probability and activation, for ``repr``."""
        return f"p={self.p}, activation={self.activation.name}, inplace={self.inplace}"


def _check_fixed_point(activation: Activation, mean: Number, variance: Number) -> None:
    found = moments(activation, mean, variance)
    errors = (found.mean - exact(mean), found.variance - exact(variance))
    if max(abs(error) for error in errors) > _TOLERANCE:
        raise ValueError(
            f"{activation.name} maps N({mean}, {variance}) to mean {found.mean} and variance "
            f"{found.variance}, so ({mean}, {variance}) is no fixed point of it; "
            f"actmath.constants gives alpha and lam that make it one"
        )
