"""The elementwise modules that torch.nn has too, and one that is easily taken for its.

The two packages' modules give the same outputs and load each other's state_dict. Where PyTorch's
kernel computes the derived slope, they are the same code; where it loses digits, the forward method
here takes ``actmath.nn.functional``, whose docstring says which these are.
"""

# PyTorch calls the argument so, and people give it by name.
# ruff: noqa: A002

from __future__ import annotations

from torch import Tensor
from torch import nn as theirs

from ... import catalog
from ...activation import Activation
from ...number import Number
from .. import functional
from .._elementwise.elementwise import Elementwise
from .mirrored import Namesake, as_number
from .variants import clipped_line, softplus_with_threshold


class Identity(Namesake, theirs.Identity):
    """y = x, the input itself; arguments are ignored, as by ``torch.nn.Identity``."""

    activation = catalog.identity


class ReLU(Namesake, theirs.ReLU):
    """y = max(0, x), as ``torch.nn.ReLU``."""

    activation = catalog.relu


class LeakyReLU(Namesake, theirs.LeakyReLU):
    """y = x for x > 0, else negative_slope·x, as ``torch.nn.LeakyReLU``."""

    def __init__(self, negative_slope: Number = 0.01, inplace: bool = False) -> None:
        super().__init__(as_number(negative_slope, "negative_slope"), inplace)

    @property
    def activation(self) -> Activation:
        """At the slope that the module has now."""
        return catalog.leaky_relu.with_parameters(a=self.negative_slope)


class ReLU6(Namesake, theirs.ReLU6):
    """y = min(max(0, x), 6), as ``torch.nn.ReLU6``."""

    activation = catalog.relu6


class ELU(Namesake, theirs.ELU):
    """y = x for x > 0, else alpha·(eˣ − 1), as ``torch.nn.ELU``."""

    def __init__(self, alpha: Number = 1.0, inplace: bool = False) -> None:
        super().__init__(as_number(alpha, "alpha"), inplace)

    @property
    def activation(self) -> Activation:
        """At the alpha that the module has now."""
        return catalog.elu.with_parameters(alpha=self.alpha)

    def forward(self, input: Tensor) -> Tensor:
        """``functional.elu``."""
        return functional.elu(input, self.alpha, self.inplace)


class SELU(Namesake, theirs.SELU):
    """y = λ·elu(x; α) with the constants of the fixed point (0, 1), as ``torch.nn.SELU``."""

    activation = catalog.selu

    def forward(self, input: Tensor) -> Tensor:
        """``functional.selu``."""
        return functional.selu(input, self.inplace)


class CELU(Namesake, theirs.CELU):
    """y = x for x > 0, else alpha·(e^(x/alpha) − 1), as ``torch.nn.CELU``."""

    def __init__(self, alpha: Number = 1.0, inplace: bool = False) -> None:
        super().__init__(as_number(alpha, "alpha"), inplace)

    @property
    def activation(self) -> Activation:
        """At the alpha that the module has now."""
        return catalog.celu.with_parameters(alpha=self.alpha)

    def forward(self, input: Tensor) -> Tensor:
        """``functional.celu``."""
        return functional.celu(input, self.alpha, self.inplace)


class Sigmoid(Namesake, theirs.Sigmoid):
    """y = 1/(1 + e^(−x)), as ``torch.nn.Sigmoid``."""

    activation = catalog.sigmoid

    def forward(self, input: Tensor) -> Tensor:
        """``functional.sigmoid``."""
        return functional.sigmoid(input)


class Tanh(Namesake, theirs.Tanh):
    """y = tanh x, as ``torch.nn.Tanh``."""

    activation = catalog.tanh

    def forward(self, input: Tensor) -> Tensor:
        """``functional.tanh``."""
        return functional.tanh(input)


class Softsign(Namesake, theirs.Softsign):
    """y = x/(1 + |x|), as ``torch.nn.Softsign``."""

    activation = catalog.softsign

    def forward(self, input: Tensor) -> Tensor:
        """``functional.softsign``."""
        return functional.softsign(input)


class GulcehreHardSigmoid(Elementwise):
    """y = x/4 + 1/2 clipped to [0, 1]: the sigmoid's own tangent (Gulcehre et al. 2016).

    It carries its author's name since ``Hardsigmoid`` is another function: PyTorch's, of slope 1/6.
    """

    def __init__(self) -> None:
        super().__init__(catalog.hard_sigmoid)


class Hardsigmoid(Namesake, theirs.Hardsigmoid):
    """y = x/6 + 1/2 clipped to [0, 1], as ``torch.nn.Hardsigmoid``.

    The paper's, of slope 1/4, is ``GulcehreHardSigmoid``.
    """

    # Of slope 1/6.
    activation = catalog.sloped_hard_sigmoid

    def forward(self, input: Tensor) -> Tensor:
        """``functional.hardsigmoid``."""
        return functional.hardsigmoid(input, self.inplace)


class Hardtanh(Namesake, theirs.Hardtanh):
    """y = x clipped to [min_val, max_val], as ``torch.nn.Hardtanh``; ±inf clips nothing.

    Raises:
        ValueError: if the limits are not in order.
    """

    def __init__(
        self,
        min_val: Number = -1.0,
        max_val: Number = 1.0,
        inplace: bool = False,
        min_value: Number | None = None,
        max_value: Number | None = None,
    ) -> None:
        low = as_number(min_val if min_value is None else min_value, "min_val")
        high = as_number(max_val if max_value is None else max_value, "max_val")
        if not low < high:
            raise ValueError(f"needs min_val < max_val, got {low} and {high}")
        # The last two are PyTorch's older names, about which it warns.
        low_again = None if min_value is None else low
        high_again = None if max_value is None else high
        super().__init__(low, high, inplace, low_again, high_again)

    @property
    def activation(self) -> Activation:
        """At the limits that the module has now."""
        return clipped_line(1, 0, self.min_val, self.max_val)


class Hardswish(Namesake, theirs.Hardswish):
    """y = x·min(max(0, x + 3), 6)/6, as ``torch.nn.Hardswish``."""

    activation = catalog.hard_swish


class Softplus(Namesake, theirs.Softplus):
    """y = log(1 + e^(beta·x))/beta, x above the threshold, as ``torch.nn.Softplus``.

    ``Elementwise(catalog.softplus)`` has no threshold: the formula here is exact for every x.

    Raises:
        ValueError: if beta is 0.
    """

    def __init__(self, beta: Number = 1.0, threshold: Number = 20.0) -> None:
        width = as_number(beta, "beta")
        if width == 0:
            raise ValueError("beta must not be 0: there log(1 + e^(beta·x))/beta is infinite")
        super().__init__(width, as_number(threshold, "threshold"))

    @property
    def activation(self) -> Activation:
        """At the numbers that the module has now."""
        # log(1 + e^{βx}) − βx = log(1 + e^{−βx}): the step at βx = 20 is 2.1e-9/β.
        return softplus_with_threshold(self.beta, self.threshold)


class GELU(Namesake, theirs.GELU):
    """y = x·Φ(x), or its approximation by ``"tanh"``, as ``torch.nn.GELU``.

    Raises:
        ValueError: for another approximation.
    """

    def __init__(self, approximate: str = "none") -> None:
        if not isinstance(approximate, str) or approximate not in ("none", "tanh"):
            raise ValueError(f"approximate must be 'none' or 'tanh', got {approximate!r}")
        super().__init__(approximate)

    @property
    def activation(self) -> Activation:
        """The function or its approximation."""
        return catalog.gelu if self.approximate == "none" else catalog.gelu_tanh

    def forward(self, input: Tensor) -> Tensor:
        """``functional.gelu``."""
        return functional.gelu(input, self.approximate)


class SiLU(Namesake, theirs.SiLU):
    """y = x/(1 + e^(−x)), as ``torch.nn.SiLU``."""

    activation = catalog.silu


class Mish(Namesake, theirs.Mish):
    """y = x·tanh(log(1 + eˣ)), as ``torch.nn.Mish``."""

    activation = catalog.mish
