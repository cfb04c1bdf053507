"""How does a stack of convolutions or dense layers scale its signal and its gradient?

With n = k²·c inputs to a response (c channels, k×k positions) and n̂ = k²·d responses of an input,
``derive.initialization`` gives the factor of one layer; here they are multiplied along a stack
(He et al. 2015, Section 2.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, Product, Rational, S, floor, log, simplify, sqrt

from ..._arrays import whole_number
from ..._text.kinds import several_of
from ...activation import Activation
from ...notation import d, i
from ...number import exact
from .._subject import exact_or_symbolic, resolve
from .initialization import initialization


@dataclass(frozen=True)
class Convolution:
    """A layer of k×k kernels from ``inputs`` to ``outputs`` channels; dense for k = 1.

    Raises:
        ValueError: for a number below 1. TypeError: for one that is no integer.
    """

    inputs: int
    outputs: int
    kernel: int = 3

    def __post_init__(self) -> None:
        for what in ("inputs", "outputs", "kernel"):
            object.__setattr__(self, what, whole_number(getattr(self, what), what))

    @property
    def fan_in(self) -> int:
        """n = k²·c: connections into a response."""
        return self.kernel**2 * self.inputs

    @property
    def fan_out(self) -> int:
        """n̂ = k²·d: connections out of an input."""
        return self.kernel**2 * self.outputs


#: The convolutions of model B of Simonyan and Zisserman (2015), of which He et al. speak.
VGG_B = tuple(
    Convolution(inputs, outputs)
    for inputs, outputs in (
        (3, 64),
        (64, 64),
        (64, 128),
        (128, 128),
        (128, 256),
        (256, 256),
        (256, 512),
        (512, 512),
        (512, 512),
        (512, 512),
    )
)


def gradient_factors(
    layers: Sequence[Convolution], std: Expr, activation: Activation | str
) -> tuple[Expr, ...]:
    """By how much each layer multiplies the standard deviation of the gradient, exactly.

    √(E f′²·n̂)·std, for weights of that standard deviation and net inputs of variance 1 (any
    variance for a rectifier), at the activation's default parameters (He et al. 2015, Section 2.2).

    Raises:
        NotImplementedError: if the Gaussian moments have no closed form by the rule.
        ValueError, TypeError: for a ``std`` that is neither a real number nor a formula, and for
            layers that are none.

    >>> from actmath import catalog
    >>> gradient_factors([Convolution(64, 128)], Rational(1, 100), catalog.relu)
    (6/25,)
    """
    layers = several_of(layers, Convolution, "layers")
    activation, std = resolve(activation), exact_or_symbolic(std, "std")
    # Backward gain² = 1/E f′², so this is E f′² at net inputs of variance 1.
    kept = 1 / initialization(activation).backward_gain.subs(activation.defaults) ** 2
    return tuple(sqrt(kept * layer.fan_out) * std for layer in layers)


def gradient_variance_under_forward(layers: Sequence[Convolution]) -> Expr:
    """∏ n̂_l/n_l over the layers: what weights with ½nv = 1 leave of the gradient's variance.

    Raises:
        TypeError: for what is not several layers.
    """
    layers = several_of(layers, Convolution, "layers")
    # ½nv = 1 makes the backward factor of a layer ½n̂v = n̂/n (He et al. 2015, Section 2.2).
    product = S.One
    for layer in layers:
        product *= Rational(layer.fan_out, layer.fan_in)
    return product


def telescoped(first: int = 2) -> tuple[Expr, Expr]:
    """∏_{l=first}^{L} d_l/c_l with c_l = d_{l−1}, and d_L/d_{first−1}: for any channels d.

    Returned as the product for L = first + 4 written out, and the quotient that it must be.

    >>> telescoped(2)
    (d[6]/d[1], d[6]/d[1])
    """
    first = whole_number(first, "first")
    # Five factors show the pattern; each d between the ends cancels.
    last = first + 4
    ratio = Product(d[i] / d[i - 1], (i, first, last)).doit()
    return ratio, d[last] / d[first - 1]


def depth_until(per_layer: Expr, remaining: Expr) -> int:
    """The least number of layers after which a signal falls below that share of its size.

    Args:
        per_layer: factor of its standard deviation a layer, between 0 and 1.
        remaining: the share, between 0 and 1.

    Raises:
        ValueError: if either is not between 0 and 1: then it never does, or does at once.
        TypeError: for what is no real number; floats are read as the decimals that they print.

    >>> depth_until(1 / sqrt(2), S(2) ** -149)
    299
    """
    per_layer, remaining = exact(per_layer, "per_layer"), exact(remaining, "remaining")
    if not (0 < per_layer < 1 and 0 < remaining < 1):
        raise ValueError(
            f"per_layer and remaining must lie between 0 and 1, got {per_layer} and {remaining}"
        )
    # per_layerᵏ < remaining first at k = ⌊log remaining/log per_layer⌋ + 1, in exact arithmetic.
    return int(floor(simplify(log(remaining) / log(per_layer)))) + 1
