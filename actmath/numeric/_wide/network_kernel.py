"""NNGP and NTK: the two kernels of an infinitely wide, fully connected network.

Weights are σ_w/√n·ω with n inputs to their layer, biases σ_b·β, with independent standard normals
ω and β: the output's too. As widths grow (Neal 1996; Lee et al. 2018, Eqs. 4 and 5), outputs at
pairs of inputs of d features become Gaussian with covariance K^depth,

    K⁰ = σ_b² + σ_w²·x·y/d,   Kˡ = σ_b² + σ_w²·E f(u)f(v),   (u, v) ~ N(0, Kˡ⁻¹),

and the sum Σ ∂f(x)/∂p·∂f(y)/∂p over all ω and β becomes Θ^depth (Jacot et al. 2018, Theorem 1),

    Θ⁰ = K⁰,   Θˡ = Kˡ + σ_w²·E f′(u)f′(v)·Θˡ⁻¹.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from operator import index
from typing import Any

from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from ...number import Number
from .._gaussian._rules.breaks import breaks
from .._gaussian.result import AnyArray, MomentRoute
from .inputs import WideInputs, wide_inputs
from .recursion import WideLayer, wide_layers


@dataclass(frozen=True, eq=False, repr=False)
class NNGPKernel(Answer):
    """The covariance of the outputs of random networks, (inputs, others), and by which route.

    Of several depths an axis in front.
    """

    activation: str
    depth: int | tuple[int, ...]
    kernel: AnyArray
    route: MomentRoute


@dataclass(frozen=True, eq=False, repr=False)
class NTKKernel(Answer):
    """The tangent kernel Σ ∂f(x)/∂p·∂f(y)/∂p over all parameters p, and the NNGP kernel."""

    activation: str
    depth: int | tuple[int, ...]
    kernel: AnyArray
    nngp: AnyArray
    route: MomentRoute


def nngp_kernel(
    activation: Activation | str,
    inputs: Any,
    others: Any = None,
    *,
    depth: int | Sequence[int],
    weight_variance: Any = 1.0,
    bias_variance: Any = 0.0,
    **parameters: Number,
) -> NNGPKernel:
    """The kernel of the Gaussian process that a wide random network is (Lee et al. 2018, Eq. 5).

    Each layer errs by some ulps of √(K(x, x)·K(y, y)). Equal inputs stay equal to the last bits.

    Args:
        activation, parameters: as for ``gaussian``.
        inputs, others: (n, d) and (m, d), an example a row; arrays, or tensors, with gradients. By
            default the inputs with themselves, for which the kernel is symmetric to the last bit.
        depth: the number of hidden layers, from 0 on; or several, increasing.
        weight_variance, bias_variance: σ_w² and σ_b², numbers or tensors, with gradients too.

    Raises:
        ValueError: for inputs that are no finite matrix, or whose features differ in number; a
            depth below 0; a variance that is negative or not finite; for a gradient at an input of
            0 in a network without biases.
        TypeError: for what is no array of real numbers, or a depth that is no integer.
        ArithmeticError: where the kernel leaves float64.

    >>> nngp_kernel("relu", [[1, 0], [0, 1]], depth=1, weight_variance=2).kernel.round(5).tolist()
    [[1.0, 0.31831], [0.31831, 1.0]]
    """
    subject = resolve(activation, parameters)
    given = wide_inputs(inputs, others, weight_variance, bias_variance)
    found = _Depths.of(depth)
    layers = found.reached(given, subject)
    kernel = found.stacked(given, layers, tangent=False)
    return NNGPKernel(subject.name, found.said, kernel, layers[-1].route)


def ntk_kernel(
    activation: Activation | str,
    inputs: Any,
    others: Any = None,
    *,
    depth: int | Sequence[int],
    weight_variance: Any = 1.0,
    bias_variance: Any = 0.0,
    **parameters: Number,
) -> NTKKernel:
    """The neural tangent kernel, which gradient descent follows in a wide network (Jacot 2018).

    The parameters that are trained are the ω and β of this module. Where f has a kink, Θ has one
    at equal inputs, like |x − y|; there its gradients are those of its smooth part. Of a pair that
    is nearer than 1e-8 of its length float64 knows a cosine, and half the digits of the angle.

    Args:
        activation, inputs, others, depth, weight_variance, bias_variance, parameters: as for
            ``nngp_kernel``.

    Raises:
        ValueError, TypeError, ArithmeticError: as ``nngp_kernel``; ValueError for a unit that
            jumps, since gradients see nothing of a jump.

    >>> ntk_kernel("relu", [[1, 0], [0, 1]], depth=1, weight_variance=2).kernel.round(5).tolist()
    [[2.0, 0.31831], [0.31831, 2.0]]
    """
    subject = resolve(activation, parameters)
    if any(b.jump for b in breaks(subject)):
        raise ValueError(
            f"{subject.name} jumps: gradients see nothing of a jump, so that its network does not "
            "follow a tangent kernel"
        )
    given = wide_inputs(inputs, others, weight_variance, bias_variance)
    found = _Depths.of(depth)
    layers = found.reached(given, subject)
    kernel, nngp = (found.stacked(given, layers, tangent=which) for which in (True, False))
    return NTKKernel(subject.name, found.said, kernel, nngp, layers[-1].route)


@dataclass(frozen=True)
class _Depths:
    """The depths that were asked for; ``said`` as they were: one number, or several."""

    said: int | tuple[int, ...]

    @classmethod
    def of(cls, depth: int | Sequence[int]) -> _Depths:
        several = isinstance(depth, list | tuple | range)
        listed: list[Any] = list(depth) if isinstance(depth, list | tuple | range) else [depth]
        try:
            depths = tuple(map(index, listed))
        except TypeError:
            raise TypeError(
                f"depth must be an integer, the number of hidden layers, or several, got {depth!r}"
            ) from None
        if any(isinstance(one, bool) for one in listed):
            raise TypeError("depth must be an integer, the number of hidden layers, got a bool")
        if not depths or list(depths) != sorted(set(depths)) or depths[0] < 0:
            raise ValueError(f"depth must be 0 or more, and several must increase, got {depth!r}")
        return cls(depths if several else depths[0])

    def reached(self, given: WideInputs, unit: Activation) -> list[WideLayer]:
        """The layers of these depths."""
        wanted = {self.said} if isinstance(self.said, int) else set(self.said)
        layers = enumerate(islice(wide_layers(given, unit), max(wanted) + 1))
        return [layer for at, layer in layers if at in wanted]

    def stacked(self, given: WideInputs, layers: list[WideLayer], *, tangent: bool) -> AnyArray:
        """Their kernels, of several depths one above the other."""
        matrices = [layer.matrix(given.ops, tangent) for layer in layers]
        if isinstance(self.said, int):
            return given.finish(matrices[0])
        return given.finish(given.ops.join([matrix[None] for matrix in matrices]))
