"""The noisy activations of Gulcehre et al. (2016) as modules: NAN, NAH, NANI, NANIL, NANIS.

In training mode each call draws new noise; in evaluation mode the module is its own expectation
over the noise. ``with_noise(x, xi)`` is the unit for noise that is given.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ... import catalog
from ..._arrays import finite_number, whole_number
from ...activation import Activation
from ...derive._saturation.linearize import Hardened
from .._mirrored.mirrored import as_number
from .formula import Mixture, noisy_output
from .hard_unit import HardUnit
from .kernel import can_fuse, fused_noisy_output
from .source import NoiseSource


class NoisyActivation(nn.Module):
    """A hardened activation with noise; the modules of this file are its five kinds.

    Args:
        unit: an activation or its name, which is hardened, or a ``Hardened``.
        level: c of σ(x) = c(g(px − …) − ½)², or the deviation s where it is fixed; a buffer that
            ``AnnealNoise`` turns down.
        generator: source of the noise; torch's own for the device if None. A deep copy gets one of
            its own. Checkpointing makes the same noise again; for that, calls that may be run again
            also take a number from torch's own.
        device, dtype: of the buffer and, where there is one, of p.

    Raises:
        ValueError: if the level is negative or not finite, or the activation cannot be hardened.
        TypeError: for a dtype that is not floating-point, and when called with such a tensor; for
            what is no unit or no generator.
    """

    level: Tensor

    def __init__(
        self,
        unit: Activation | Hardened | str = catalog.hard_tanh,
        *,
        level: float = 1.0,
        generator: torch.Generator | None = None,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.line = HardUnit.of(unit)
        self.source = NoiseSource(generator)
        # A buffer: saved and moved with the module, never trained.
        self.register_buffer("level", torch.empty((), device=device, dtype=dtype))
        if not self.level.is_floating_point():
            raise TypeError(f"noisy units have floating-point numbers, got {dtype}")
        self.first_level = float(as_number(level, "level"))
        self.set_level(level)

    @property
    def generator(self) -> torch.Generator | None:
        """The private source of the noise, if there is one."""
        return self.source.generator

    @generator.setter
    def generator(self, generator: torch.Generator | None) -> None:
        self.source = NoiseSource(generator)

    def reset_parameters(self) -> None:
        """Set the level that the unit was built with."""
        self.set_level(self.first_level)

    def set_level(self, level: float) -> None:
        """Set c (or s) in place, so that compiled graphs and stacked copies stay valid."""
        number = as_number(level, "level")
        if not 0 <= number < math.inf:
            raise ValueError(f"the noise level must be finite and at least 0, got {level}")
        with torch.no_grad():
            self.level.fill_(number)

    def draw(self, x: Tensor) -> Tensor:
        """Standard normal noise shaped like x."""
        return self.source.normal(x)

    def forward(self, x: Tensor) -> Tensor:
        """A noisy sample in training mode, the expectation in evaluation mode."""
        # What a symbolic trace passes is no tensor and has no dtype to ask for.
        if isinstance(x, Tensor) and not x.is_floating_point():
            raise TypeError(f"noisy units take floating-point tensors, got {x.dtype}")
        return self.with_noise(x, self.draw(x)) if self.training else self.expectation(x)

    def with_noise(self, x: Tensor, xi: Tensor) -> Tensor:
        """φ(x, ξ) for given ξ of the shape of x."""
        raise NotImplementedError

    def expectation(self, x: Tensor) -> Tensor:
        """E φ(x, ξ) over standard normal ξ."""
        raise NotImplementedError

    def extra_repr(self) -> str:
        """The clipped line and the noise level, for ``repr``."""
        line, level = self.line, self.level
        # On the meta device there is no number to show, of a stack there are many.
        # ``vmap`` of a module asks for this, where the compiler cannot look at it.
        known = level.dim() == 0 and not level.is_meta and not torch.compiler.is_compiling()
        shown = f"{level.item():g}" if known else f"{level.device.type} {tuple(level.shape)}"
        return f"slope={line.slope:g}, left={line.left:g}, right={line.right:g}, level={shown}"


class LearnedNoise(NoisyActivation):
    """A noisy activation whose deviation σ(x) = c(g(pΔ) − ½)² has a learned p (Eq. 9).

    Args:
        num_parameters: 1 for one p, or the size of the dimension ``dim`` for one p each.
        dim: that dimension; the last by default.
    """

    def __init__(
        self,
        unit: Activation | Hardened | str = catalog.hard_tanh,
        *,
        num_parameters: int = 1,
        dim: int = -1,
        level: float = 1.0,
        generator: torch.Generator | None = None,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(unit, level=level, generator=generator, device=device, dtype=dtype)
        self.num_parameters = whole_number(num_parameters, "num_parameters")
        self.dim = whole_number(dim, "dim", -math.inf)
        self.p = nn.Parameter(torch.empty(self.num_parameters, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw every p uniformly from [−1, 1], as the paper does, and set the first level."""
        super().reset_parameters()
        nn.init.uniform_(self.p, -1, 1)

    def steepness(self, x: Tensor) -> Tensor:
        """Return p, shaped to broadcast against x."""
        if self.num_parameters == 1:
            return self.p.reshape(()).to(x.dtype)
        return _along(self.p, self.dim, x)

    def deviation(self, x: Tensor) -> Tensor:
        """σ(x) = c(g(pΔ) − ½)²."""
        delta = self.line.hard(x) - self.line.line(x)
        # |g − ½| ≤ ½, so that σ is at most c/4.
        return (torch.sigmoid(delta * self.steepness(x)) - 0.5) ** 2 * self.level


class NAN(LearnedNoise):
    """φ = αh + (1 − α)u + dσξ: normal noise after the unit, where it saturates (Eqs. 6 to 12).

    Args:
        mix: α; at 1 the noise-free unit is h, below 1 the line leaks through, above 1 it turns.

    >>> from actmath import catalog
    >>> unit = NAN(catalog.tanh).eval()
    >>> unit(torch.tensor([-3.0, 0.5, 3.0]))
    tensor([-1.0000,  0.5000,  1.0000], grad_fn=...)
    """

    # E ξ of a standard normal ξ.
    epsilon_mean = 0.0

    def __init__(
        self,
        unit: Activation | Hardened | str = catalog.hard_tanh,
        *,
        mix: float = 1.0,
        num_parameters: int = 1,
        dim: int = -1,
        level: float = 1.0,
        generator: torch.Generator | None = None,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(
            unit,
            num_parameters=num_parameters,
            dim=dim,
            level=level,
            generator=generator,
            device=device,
            dtype=dtype,
        )
        self.mixture = Mixture(self.line, finite_number(mix, "mix"))

    @property
    def half_normal(self) -> bool:
        """Is |ξ| added rather than ξ?"""
        return self.epsilon_mean != 0

    def forward(self, x: Tensor) -> Tensor:
        """As in the base; on CUDA the noise is made inside one kernel and never stored."""
        if self.training and can_fuse(x, self.p, self.level):
            where = (self.level, self.mixture, self.half_normal, self.source)
            return fused_noisy_output(x, self.steepness(x), *where)
        return super().forward(x)

    def with_noise(self, x: Tensor, xi: Tensor) -> Tensor:
        """αh + (1 − α)u + dσε for given ξ."""
        epsilon = xi.abs() if self.half_normal else xi
        return noisy_output(x, self.steepness(x), self.level, epsilon, self.mixture)

    def expectation(self, x: Tensor) -> Tensor:
        """αh + (1 − α)u + dσ·E ε (Eq. 13)."""
        # φ is linear in ε: its mean is φ at E ε.
        mean = torch.full_like(x, self.epsilon_mean)
        return noisy_output(x, self.steepness(x), self.level, mean, self.mixture)

    def extra_repr(self) -> str:
        """The base's, and α."""
        return f"{super().extra_repr()}, mix={self.mixture.mix:g}"


class NAH(NAN):
    """As NAN with half-normal noise |ξ|, which pushes to one side: E ε = √(2/π)."""

    # E |ξ| of a standard normal ξ.
    epsilon_mean = math.sqrt(2 / math.pi)


class NANI(NoisyActivation):
    """φ = h(x + sξ): noise of fixed deviation s before the unit, everywhere."""

    def with_noise(self, x: Tensor, xi: Tensor) -> Tensor:
        """The hard unit of x + sξ."""
        return self.line.hard(x + self.level * xi)

    def expectation(self, x: Tensor) -> Tensor:
        """The clipped line blurred by a Gaussian of deviation s."""
        # h bends at the thresholds, so that E h(x + sξ) is not h(x).
        return self.line.blurred(x, self.level)


class NANIL(LearnedNoise):
    """φ = h(x + σ(x)ξ): noise before the unit, whose deviation is learned as in NAN."""

    def with_noise(self, x: Tensor, xi: Tensor) -> Tensor:
        """The hard unit of x + σ(x)ξ."""
        return self.line.hard(x + self.deviation(x) * xi)

    def expectation(self, x: Tensor) -> Tensor:
        """The clipped line blurred by a Gaussian whose deviation is σ(x)."""
        # σ(x) does not depend on ξ: at each x the mean is that of NANI.
        return self.line.blurred(x, self.deviation(x))


class NANIS(NoisyActivation):
    """φ = h(x + sξ) where x is at or beyond a threshold, else h(x)."""

    def with_noise(self, x: Tensor, xi: Tensor) -> Tensor:
        """The hard unit of x + sξ in saturation, of x elsewhere."""
        return self.line.hard(torch.where(self.line.saturated(x), x + self.level * xi, x))

    def expectation(self, x: Tensor) -> Tensor:
        """The blurred line in saturation, the hard unit elsewhere; it jumps at the thresholds."""
        blurred = self.line.blurred(x, self.level)
        return torch.where(self.line.saturated(x), blurred, self.line.hard(x))


@torch.fx.wrap
def _along(p: Tensor, dim: int, x: Tensor) -> Tensor:
    """One p for each entry of that dimension of x; one call in a symbolic trace."""
    if not -x.dim() <= dim < x.dim() or len(p) != x.shape[dim]:
        raise ValueError(
            f"there are {len(p)} values of p for dimension {dim}, but the input has shape "
            f"{tuple(x.shape)}"
        )
    # Ones for the dimensions after it, counted from the end where it is negative.
    after = x.dim() - 1 - dim % x.dim()
    return p.reshape(-1, *(1 for _ in range(after))).to(x.dtype)
