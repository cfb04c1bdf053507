"""Dropout that keeps the mean and variance of a self-normalized layer."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch import nn as theirs
from torch._jit_internal import is_scripting
from torch.nn.modules.dropout import _DropoutNd

from .. import catalog
from .._arrays import real_number
from ..activation import Activation
from ..derive._moments.alpha_dropout import saturation_value
from ..derive._subject import resolve
from ..lower._for_torch import check_tensor_like
from ..number import Number, exact
from ..numeric._digits.moments import moments

# Constants of ten digits, as α = 1.673263242 and λ = 1.050700987, are off by 8.7e-10.
_TOLERANCE = 1e-9


class _KeepsMoments(_DropoutNd):
    """What both kinds share; they differ in what is dropped together."""

    #: What torch.jit.script neither compiles nor looks at.
    __jit_unused_properties__: ClassVar = ["activation"]
    p: float

    def __init__(
        self,
        p: float = 0.5,
        inplace: bool = False,
        *,
        activation: Activation | str = catalog.selu,
        mean: Number = 0,
        variance: Number = 1,
    ) -> None:
        super().__init__(real_number(p, "p"), inplace)
        self._activation = resolve(activation)
        _check_fixed_point(self._activation, mean, variance)
        self._mean, self._variance = float(exact(mean)), float(exact(variance))
        self._value = float(saturation_value(self._activation))

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "p":
            value = real_number(value, "p")
            if not 0 <= value <= 1:
                raise ValueError(f"p must lie between 0 and 1, got {value}")
        super().__setattr__(name, value)

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A module of torch.nn holds no activation: it is for SELU.
        start = {} if "_activation" in state else vars(_KeepsMoments())
        super().__setstate__({**start, **state})  # type: ignore[no-untyped-call]

    @property
    def activation(self) -> Activation:
        """What the units are; another one has other numbers and needs a module of its own."""
        return self._activation

    @property
    def value(self) -> float:
        """α′, which a dropped unit is set to."""
        return self._value

    @property
    def scale(self) -> float:
        """a, of the present p."""
        return self._affine()[0]

    @property
    def shift(self) -> float:
        """b, of the present p."""
        return self._affine()[1]

    def _affine(self) -> tuple[float, float]:
        kept, dropped = 1 - self.p, self.p
        # At q = 0 the formula for a divides by 0: all units are dropped, and only μ can be kept.
        if kept == 0:
            return 0.0, self._mean
        spread = dropped * (self._value - self._mean) ** 2
        scale = math.sqrt(self._variance / (kept * (spread + self._variance)))
        return scale, self._mean - scale * (kept * self._mean + dropped * self._value)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (PyTorch's name for it)
        """Drop and restore, in training; the input itself in evaluation or for p = 0."""
        x = input
        if not self.training or self.p == 0:
            return x
        if not is_scripting():
            check_tensor_like(x)
        if not x.is_floating_point():
            raise TypeError(f"alpha dropout takes floating-point tensors, got {x.dtype}")
        kept = self._draw(self._places(x))
        scale, shift = self._affine()
        # a·y + b for what is kept, a·α′ + b for what is dropped; α′ by itself, since a compiled
        # choice is fixed to its numbers, and a and b change with p.
        y = torch.where(kept, x, self._value) * scale + shift
        return x.copy_(y) if self.inplace else y

    def _places(self, x: Tensor) -> Tensor:
        """Room for what is drawn: one element for all that are dropped together."""
        raise NotImplementedError

    def _draw(self, places: Tensor) -> Tensor:
        """True with probability q = 1 − p, by PyTorch's draws for the same seed."""
        if not is_scripting() and torch.compiler.is_compiling():
            # ``bernoulli_`` would have its q compiled in, anew for each value of a schedule. Not in
            # the input's precision: a half would round q.
            return torch.rand(places.shape, device=places.device) < 1 - self.p
        return places.bernoulli_(1 - self.p) > 0

    def extra_repr(self) -> str:
        """Probability and place, for ``repr``, and the activation where it is another than SELU."""
        other = self._activation != catalog.selu
        named = f", activation={self._activation.name}" if other else ""
        return f"p={self.p}, inplace={self.inplace}{named}"


class AlphaDropout(_KeepsMoments, theirs.AlphaDropout):
    """Set units to the value of their off state with probability p, then restore mean and variance.

    With q = 1 − p and α′ the activation's limit at −∞, y ↦ a·y + b after dropping, with
    a = √(ν/(q((1−q)(α′−μ)² + ν))) and b = μ − a(qμ + (1−q)α′). The defaults are those of
    ``torch.nn.AlphaDropout``; any other activation whose fixed point is (mean, variance) will do.

    Args:
        p: probability of dropping a unit; it may be set at any time, as by a schedule.
        inplace: overwrite the input, which torch.nn's modules do not even where they are told to.
        activation: what the units before this module are.
        mean, variance: the fixed point of that activation.

    Raises:
        ValueError: if p is not in [0, 1], if the activation has no off state, or if it does not
            map N(mean, variance) to that mean and variance.
        TypeError: when called in training with what is not floating-point.

    >>> f"{AlphaDropout(p=0.5).value:.12f}"
    '-1.758099340847'
    """

    def _places(self, x: Tensor) -> Tensor:
        return torch.empty_like(x)


class FeatureAlphaDropout(_KeepsMoments, theirs.FeatureAlphaDropout):
    """As ``AlphaDropout``, whole channels at a time: those of dimension 1, for each sample alone.

    The defaults are those of ``torch.nn.FeatureAlphaDropout``, whose inputs are (samples, channels,
    …), which leaves its input as it is even where ``inplace`` is asked for.

    Raises:
        ValueError: as ``AlphaDropout``; when called in training with fewer than two dimensions.

    >>> torch.manual_seed(0) and FeatureAlphaDropout()(torch.ones(1, 4, 2))[0, :, 0].unique().shape
    torch.Size([2])
    """

    def _places(self, x: Tensor) -> Tensor:
        if x.dim() < 2:
            raise ValueError(f"needs samples and channels, got {x.dim()} dimensions")
        # One element of every channel, of a shape that spreads over the others.
        one = x
        for axis in range(2, x.dim()):
            one = one.narrow(axis, 0, min(1, x.shape[axis]))
        return torch.empty_like(one)


def _check_fixed_point(activation: Activation, mean: Number, variance: Number) -> None:
    found = moments(activation, mean, variance)
    errors = (found.mean - exact(mean), found.variance - exact(variance))
    if max(abs(error) for error in errors) > _TOLERANCE:
        raise ValueError(
            f"{activation.name} maps N({mean}, {variance}) to mean {found.mean} and variance "
            f"{found.variance}, so ({mean}, {variance}) is no fixed point of it; "
            f"actmath.constants gives alpha and lam that make it one"
        )
