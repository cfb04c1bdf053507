"""Units that are an exponential on the left and a line on the right, in one pass each way.

As f′ = f + α there (Clevert et al. 2016, Section 3), the derivative needs no exponential; but where
f has come near to −α, that sum has lost its digits. PyTorch has a kernel for the function, and one
for the product of a gradient with the exponential itself: each goes through the memory once.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import torch
from sympy import Expr, exp
from torch import Tensor

from ...notation import x
from .._functions.exponential import Expm1
from .._stable import StableForm


def exponential_value(values: StableForm) -> Callable[..., Tensor] | None:
    """f, where it is a·(e^{kx} − 1) for x ≤ 0 and m·x above; None for others.

    At the default parameters.

    >>> from actmath import catalog
    >>> from actmath.lower._stable import stable_form
    >>> exponential_value(stable_form(catalog.elu))(torch.tensor([-torch.inf, 0.0, 3.0]))
    tensor([-1.,  0.,  3.])
    """
    found = _three_numbers(values, Expm1)
    if found is None:
        return None
    # The kernel's own names: (e^{input_scale·x} − 1)·alpha·scale for x ≤ 0, x·scale above.
    a, k, m = found
    return lambda at: torch.ops.aten.elu(at, a / m, m, k)


def exponential_slope(slopes: StableForm) -> Callable[[Tensor, Tensor], Tensor] | None:
    """(∂E/∂y, x) ↦ ∂E/∂y·f′(x), where f′ is a·e^{kx} for x ≤ 0 and m above; None for others.

    At the default parameters.

    >>> from actmath import catalog
    >>> from actmath.lower._stable import stable_form
    >>> slope = exponential_slope(stable_form(catalog.elu, 1))
    >>> slope(torch.ones(3), torch.tensor([-torch.inf, 0.0, 3.0]))
    tensor([0., 1., 1.])
    """
    found = _three_numbers(slopes, exp)
    if found is None:
        return None
    a, k, m = found

    def pulled_back(gradient: Tensor, at: Tensor) -> Tensor:
        # e^{input_scale·x}·input_scale·alpha·scale for x ≤ 0, scale above.
        slope: Tensor = torch.ops.aten.elu_backward(gradient, a / (k * m), m, k, False, at)
        # The kernel takes nan for a number above 0; a clamp does not.
        return slope.add_(at.clamp(0, 0))

    return pulled_back


def _three_numbers(form: StableForm, function: type[Expr]) -> tuple[float, float, float] | None:
    """a, k and m of a·F(kx) for x ≤ 0 and m, or for Expm1 m·x, above: all positive."""
    parts = form.pieces
    if len(parts) != 2 or parts[0].upper != 0 or form.at_points:
        return None
    left, right = (part.expr.subs(form.activation.substitution()) for part in parts)
    a, curve = left.as_independent(x, as_Add=False)
    if not isinstance(curve, function):
        return None
    k, m = curve.args[0] / x, right / x if function is Expm1 else right
    if any(number.has(x) or not number.is_positive for number in (a, k, m)):
        return None
    found = float(a), float(k), float(m)
    # What the kernels are given instead of a.
    return found if isfinite(found[0] / found[2] / found[1]) else None
