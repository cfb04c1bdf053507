"""Modules of torch.nn beyond those of the chapters: shrinking, thresholds, gates, softmax."""

# PyTorch calls the argument so, and people give it by name.
# ruff: noqa: A002

from __future__ import annotations

from torch import Tensor
from torch import nn as theirs

from ... import catalog
from ...activation import Activation
from ...number import Number
from .. import functional
from .mirrored import Namesake, as_number
from .variants import hard_shrink, soft_shrink, threshold_unit


class LogSigmoid(Namesake, theirs.LogSigmoid):
    """y = log(1/(1 + e^(−x))), as ``torch.nn.LogSigmoid``."""

    activation = catalog.log_sigmoid


class Threshold(Namesake, theirs.Threshold):
    """y = x above the threshold, else value, as ``torch.nn.Threshold``."""

    def __init__(self, threshold: Number, value: Number, inplace: bool = False) -> None:
        super().__init__(as_number(threshold, "threshold"), as_number(value, "value"), inplace)

    @property
    def activation(self) -> Activation:
        """At the numbers that the module has now."""
        return threshold_unit(self.threshold, self.value)


class Tanhshrink(Namesake, theirs.Tanhshrink):
    """y = x − tanh x, as ``torch.nn.Tanhshrink``, with its digits near 0."""

    activation = catalog.tanhshrink

    def forward(self, input: Tensor) -> Tensor:
        """``functional.tanhshrink``."""
        return functional.tanhshrink(input)


class Hardshrink(Namesake, theirs.Hardshrink):
    """y = x where |x| > lambd, else 0, as ``torch.nn.Hardshrink``."""

    def __init__(self, lambd: Number = 0.5) -> None:
        super().__init__(as_number(lambd, "lambd"))

    @property
    def activation(self) -> Activation:
        """At the width that the module has now."""
        return hard_shrink(self.lambd)


class Softshrink(Namesake, theirs.Softshrink):
    """y = x moved towards 0 by lambd, 0 where |x| is below, as ``torch.nn.Softshrink``."""

    def __init__(self, lambd: Number = 0.5) -> None:
        super().__init__(as_number(lambd, "lambd"))

    @property
    def activation(self) -> Activation:
        """At the width that the module has now."""
        return soft_shrink(self.lambd)


class GLU(theirs.GLU):
    """y = a·σ(b) of the two halves of a dimension, as ``torch.nn.GLU`` (Dauphin et al. 2016).

    ∂y/∂b = a·σ(b)σ(−b) keeps its digits where σ(b) is near to 1.
    """

    def forward(self, input: Tensor) -> Tensor:
        """``functional.glu``."""
        return functional.glu(input, self.dim)


class Softmin(theirs.Softmin):
    """y = e^(−x)/Σe^(−x) along a dimension, as ``torch.nn.Softmin``."""


class Softmax(theirs.Softmax):
    """y = eˣ/Σeˣ along a dimension, as ``torch.nn.Softmax``."""


class LogSoftmax(theirs.LogSoftmax):
    """y = x − log Σeˣ along a dimension, as ``torch.nn.LogSoftmax``."""
