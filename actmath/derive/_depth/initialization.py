"""Which variance must weights have so that signals, or gradients, keep their mean square?

For a layer of independent weights with mean 0, n inputs and n̂ outputs per unit, and net inputs
z ~ N(0, q),

    forward   q_{l+1} = n·Var w·E f(z)²,
    backward  E δ_l² = n̂·Var w·E f′(z)²·E δ_{l+1}²

(He et al. 2015, Eqs. 5 to 14, with E f² = q/2 and E f′² = 1/2 for ReLU). Asking for a factor of
1 at a given q, Var w = gain²/n with gain² = q/E f² forward, and gain²/n̂ with gain² = 1/E f′²
backward.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Expr, oo, simplify, sqrt

from ..._text.tables import Answer
from ...activation import Activation
from ...notation import V_w, mu, n_in, n_out, nu
from ...number import Number, exact, one_at_a_time
from .._moments.gaussian_moments import gaussian_moments
from .._subject import resolve


@dataclass(frozen=True, repr=False)
class Initialization(Answer):
    """The two variance recursions of a layer and the gains that make either factor 1.

    ``forward_factor`` multiplies the mean square of net inputs, ``backward_factor`` that of
    gradients, both in ``notation``'s ``n_in``, ``n_out`` and ``V_w``. ``scale_free``: the forward
    gain is the same at every q, as for every activation with f(cx) = c·f(x) for c > 0.
    """

    forward_factor: Expr
    backward_factor: Expr
    forward_gain: Expr
    backward_gain: Expr
    scale_free: bool

    @property
    def forward_variance(self) -> Expr:
        """Var w that keeps the signal: forward_gain²/n_in (He et al. 2015, Eq. 10)."""
        return self.forward_gain**2 / n_in

    @property
    def backward_variance(self) -> Expr:
        """Var w that keeps the gradient: backward_gain²/n_out (He et al. 2015, Eq. 14)."""
        return self.backward_gain**2 / n_out

    @property
    def compromise_variance(self) -> Expr:
        """The harmonic mean of the two; for the identity Glorot and Bengio's 2/(n_in + n_out)."""
        return simplify(2 / (1 / self.forward_variance + 1 / self.backward_variance))

    def after(self, layers: int, fans: Expr | None = None) -> tuple[Expr, Expr]:
        """What ``layers`` layers with Var w = fans (default: V_w) do to q and δ²."""
        variance = V_w if fans is None else fans
        factors = (self.forward_factor, self.backward_factor)
        forward, backward = (f.subs(V_w, variance) for f in factors)
        return simplify(forward**layers), simplify(backward**layers)


def initialization(activation: Activation | str, length: Number = 1) -> Initialization:
    """The recursions and gains for net inputs of mean 0 and variance ``length``, exactly.

    Args:
        activation: its parameters stay symbols.
        length: q, the mean square of the net inputs; a positive number or symbol.

    A gain is oo where no weights keep the mean square, as for the gradients of a constant.

    Raises:
        ValueError: for a length that is not positive, or not known to be.
        NotImplementedError: if E f² has no closed form; ``actmath.numeric.gains`` computes gains
            numerically.

    >>> from actmath import catalog
    >>> initialization(catalog.relu).forward_gain, initialization(catalog.prelu).forward_gain
    (sqrt(2), sqrt(2)/sqrt(a**2 + 1))
    """
    return _derived(resolve(activation), _positive(length))


def _positive(length: Number) -> Expr:
    symbolic = bool(getattr(length, "free_symbols", None))
    value: Expr = length if symbolic else exact(length, "length")
    if value.is_positive is not True:
        hint = "; declare its symbols positive" if symbolic else ""
        raise ValueError(f"length must be positive, got {length}{hint}")
    return value


@lru_cache(maxsize=128)
@one_at_a_time
def _derived(activation: Activation, length: Expr) -> Initialization:
    moments = gaussian_moments(activation)
    # z ~ N(0, q), with q written as nu.
    second, slope = (
        simplify(moment.subs(mu, 0)) for moment in (moments.second, moments.derivative_second)
    )
    per_length = simplify(second / nu)  # E f²/q: free of q where f(cx) = c·f(x) for c > 0
    forward, backward = (simplify(e.subs(nu, length)) for e in (per_length, slope))
    return Initialization(
        n_in * V_w * forward,  # q_{l+1}/q_l = n·Var w·E f²/q
        n_out * V_w * backward,  # E δ_l²/E δ_{l+1}² = n̂·Var w·E f′²
        _gain(forward),  # gain² = q/E f², Eq. 10 for ReLU
        _gain(backward),  # gain² = 1/E f′², Eq. 14 for ReLU
        not per_length.has(nu),
    )


def _gain(share: Expr) -> Expr:
    return simplify(1 / sqrt(share)) if share != 0 else oo
