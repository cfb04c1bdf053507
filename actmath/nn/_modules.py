"""The modules that torch.nn has too, with its signatures, and one that is easily taken for its.

The two packages' modules give the same outputs and gradients and load each other's state_dict;
what differs is that every backward pass here is the derivative that SymPy found.
"""

from __future__ import annotations

from .. import catalog
from ..number import Number
from ._elementwise.elementwise import Elementwise
from ._variants import clipped_line, gelu_by_tanh, softplus_with_threshold


class Identity(Elementwise):
    """y = x; arguments are accepted and ignored, as by ``torch.nn.Identity``."""

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__(catalog.identity)


class ReLU(Elementwise):
    """y = max(0, x), as ``torch.nn.ReLU``."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(catalog.relu)
        self.inplace = inplace


class LeakyReLU(Elementwise):
    """y = x for x > 0, else negative_slope·x, as ``torch.nn.LeakyReLU``."""

    def __init__(self, negative_slope: Number = 0.01, inplace: bool = False) -> None:
        super().__init__(catalog.leaky_relu, a=negative_slope)
        self.negative_slope, self.inplace = negative_slope, inplace


class ReLU6(Elementwise):
    """y = min(max(0, x), 6), as ``torch.nn.ReLU6``."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(catalog.relu6)
        self.inplace = inplace


class ELU(Elementwise):
    """y = x for x > 0, else alpha·(eˣ − 1), as ``torch.nn.ELU``."""

    def __init__(self, alpha: Number = 1.0, inplace: bool = False) -> None:
        super().__init__(catalog.elu, alpha=alpha)
        self.alpha, self.inplace = alpha, inplace


class SELU(Elementwise):
    """y = λ·elu(x; α) with the constants of the fixed point (0, 1), as ``torch.nn.SELU``."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(catalog.selu)
        self.inplace = inplace


class CELU(Elementwise):
    """y = x for x > 0, else alpha·(e^(x/alpha) − 1), as ``torch.nn.CELU``."""

    def __init__(self, alpha: Number = 1.0, inplace: bool = False) -> None:
        super().__init__(catalog.celu, alpha=alpha)
        self.alpha, self.inplace = alpha, inplace


class Sigmoid(Elementwise):
    """y = 1/(1 + e^(−x)), as ``torch.nn.Sigmoid``."""

    def __init__(self) -> None:
        super().__init__(catalog.sigmoid)


class Tanh(Elementwise):
    """y = tanh x, as ``torch.nn.Tanh``."""

    def __init__(self) -> None:
        super().__init__(catalog.tanh)


class Softsign(Elementwise):
    """y = x/(1 + |x|), as ``torch.nn.Softsign``."""

    def __init__(self) -> None:
        super().__init__(catalog.softsign)


class GulcehreHardSigmoid(Elementwise):
    """y = x/4 + 1/2 clipped to [0, 1]: the sigmoid's own tangent (Gulcehre et al. 2016).

    It carries its author's name since ``Hardsigmoid`` is another function: PyTorch's, of slope 1/6.
    """

    def __init__(self) -> None:
        super().__init__(catalog.hard_sigmoid)


class Hardsigmoid(Elementwise):
    """y = x/6 + 1/2 clipped to [0, 1], as ``torch.nn.Hardsigmoid``.

    The paper's, of slope 1/4, is ``GulcehreHardSigmoid``.
    """

    def __init__(self, inplace: bool = False) -> None:
        # As a string: no float is 1/6.
        super().__init__(clipped_line("1/6", "1/2", 0, 1))
        self.inplace = inplace


class Hardtanh(Elementwise):
    """y = x clipped to [min_val, max_val], as ``torch.nn.Hardtanh``."""

    def __init__(
        self, min_val: Number = -1.0, max_val: Number = 1.0, inplace: bool = False
    ) -> None:
        super().__init__(clipped_line(1, 0, min_val, max_val))
        self.min_val, self.max_val, self.inplace = min_val, max_val, inplace


class Hardswish(Elementwise):
    """y = x·min(max(0, x + 3), 6)/6, as ``torch.nn.Hardswish``."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(catalog.hard_swish)
        self.inplace = inplace


class Softplus(Elementwise):
    """y = log(1 + e^(beta·x))/beta, x above the threshold, as ``torch.nn.Softplus``.

    ``Elementwise(catalog.softplus)`` has no threshold: the formula here is exact for every x.
    """

    def __init__(self, beta: Number = 1.0, threshold: Number = 20.0) -> None:
        # log(1 + e^{βx}) − βx = log(1 + e^{−βx}): the step at βx = 20 is 2.1e-9/β.
        super().__init__(softplus_with_threshold(beta, threshold))
        self.beta, self.threshold = beta, threshold


class GELU(Elementwise):
    """y = x·Φ(x), or its approximation by ``"tanh"``, as ``torch.nn.GELU``."""

    def __init__(self, approximate: str = "none") -> None:
        if approximate not in ("none", "tanh"):
            raise ValueError(f"approximate must be 'none' or 'tanh', got {approximate!r}")
        super().__init__(catalog.gelu if approximate == "none" else gelu_by_tanh())
        self.approximate = approximate


class SiLU(Elementwise):
    """y = x/(1 + e^(−x)), as ``torch.nn.SiLU``."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(catalog.silu)
        self.inplace = inplace


class Mish(Elementwise):
    """y = x·tanh(log(1 + eˣ)), as ``torch.nn.Mish``."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(catalog.mish)
        self.inplace = inplace
