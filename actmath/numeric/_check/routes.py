"""The ways in which the package evaluates f and f′: each arithmetic, each width, each gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ...activation import Activation
from ...lower._arithmetics import ARITHMETICS, FLOAT32, FLOAT64, Enclosed, Precision
from ...number import mp

if TYPE_CHECKING:
    import torch

#: Eight and eleven binary digits: PyTorch's two half precisions.
BFLOAT16 = Precision(8, (2 - 2.0**-7) * 2.0**127, 2.0**-126)
FLOAT16 = Precision(11, 65504.0, 2.0**-14)

_TITLES = {
    "numpy": "NumPy",
    "torch": "PyTorch",
    "mpmath": "mpmath",
    "arb": "balls",
    "javascript": "JavaScript",
}
_WIDTHS = {FLOAT64: "float64", FLOAT32: "float32", BFLOAT16: "bfloat16", FLOAT16: "float16"}
#: By order.
QUANTITIES = ("f", "f′")

_Evaluate = Callable[[Sequence[float]], list[Enclosed]]


@dataclass(frozen=True)
class Route:
    """One way to f (order 0) or f′ (order 1); ``prepare`` lowers, and gives the way to values."""

    title: str
    quantity: str
    order: int
    precision: Precision
    prepare: Callable[[], _Evaluate]
    encloses: bool = False
    extended: bool = True

    @property
    def bound(self) -> bool:
        """Is the error promised to be a few ulps? Of half precisions and of balls it is not."""
        return not self.encloses and self.precision.bits >= FLOAT32.bits


def routes(activation: Activation, names: Sequence[str] | None = None) -> Iterator[Route]:
    """Every route through the arithmetics of those names, by default all."""
    for name in ARITHMETICS if names is None else names:
        if name == "torch":
            yield from _through_torch(activation)
        else:
            yield from _through(activation, name)


def _through(activation: Activation, name: str) -> Iterator[Route]:
    title = _TITLES.get(name, name)
    try:
        arithmetic = ARITHMETICS[name]
    except ImportError:
        yield Route(title, "f", 0, FLOAT64, partial(_missing, name))
        return
    for precision in arithmetic.precisions:
        width = _WIDTHS.get(precision, f"{precision.bits} bits")
        for order, quantity in enumerate(QUANTITIES):

            def prepare(order: int = order, precision: Precision = precision) -> _Evaluate:
                lowered = arithmetic.lower(activation, order)
                return lambda points: arithmetic.evaluate(lowered, points, precision)

            yield Route(
                f"{title} {width}",
                quantity,
                order,
                precision,
                prepare,
                arithmetic.encloses,
                arithmetic.extended,
            )


def _missing(name: str) -> _Evaluate:
    raise ImportError(f"{name} is not installed")


def _through_torch(activation: Activation) -> Iterator[Route]:
    """PyTorch has more widths than the contract, and gradients beside derivatives."""
    for precision, width in _WIDTHS.items():
        for order, quantity in enumerate((*QUANTITIES, "gradient")):
            prepare = partial(_prepare_torch, activation, order, width)
            title = f"PyTorch {width}"
            yield Route(title, quantity, min(order, 1), precision, prepare, extended=order < 2)


def _prepare_torch(activation: Activation, order: int, width: str) -> _Evaluate:
    import torch

    from ...lower._for_torch import to_torch

    kind: torch.dtype = getattr(torch, width)
    lowered = to_torch(activation, order % 2)

    def evaluate(points: Sequence[float]) -> list[Enclosed]:
        at = torch.tensor(points, dtype=kind)
        found = _gradient(lowered, at) if order == 2 else lowered(at)
        return [Enclosed(mp.mpf(value), mp.zero) for value in found.double().tolist()]

    return evaluate


def _gradient(function: Callable[..., Any], at: torch.Tensor) -> torch.Tensor:
    at.requires_grad_().retain_grad()
    function(at).sum().backward()
    found = at.grad
    # A constant piece has no graph to the argument.
    return at.new_zeros(at.shape) if found is None else found
