"""The units of gated recurrent layers: where each is used, how they are made, one step of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from .... import catalog
from ..._elementwise.elementwise import Elementwise
from ..._mirrored.mirrored import Namesake
from ..units import NAN, NoisyActivation

MakeActivation = Callable[[], nn.Module]

#: Which places take a gate, and which a candidate.
LSTM_PLACES: Mapping[str, str] = {
    "input": "gate",
    "forget": "gate",
    "output": "gate",
    "cell": "candidate",
    "state": "candidate",
}
GRU_PLACES: Mapping[str, str] = {"reset": "gate", "keep": "gate", "new": "candidate"}


def noisy_gate() -> nn.Module:
    """Build a hard sigmoid with normal noise."""
    return NAN(catalog.sigmoid)


def noisy_candidate() -> nn.Module:
    """Build a hard tanh with normal noise."""
    return NAN(catalog.tanh)


def make_units(
    places: Mapping[str, str],
    gate: MakeActivation,
    candidate: MakeActivation,
    device: torch.device | str | None,
    dtype: torch.dtype | None,
) -> nn.ModuleDict:
    """A module for each place.

    Raises:
        TypeError: for a maker that makes no module.
        ValueError: for a gate that is known to leave [0, 1] without noise.
    """
    makers = {"gate": gate, "candidate": candidate}
    units = nn.ModuleDict()
    for place, kind in places.items():
        unit = _made(kind, makers[kind])
        # Not where nothing is asked for: a mode of tensors without numbers refuses it.
        units[place] = (
            unit if device is None and dtype is None else unit.to(device=device, dtype=dtype)
        )
        if kind == "gate":
            _check_gate(units[place])
    return units


def _made(kind: str, maker: MakeActivation) -> nn.Module:
    if isinstance(maker, nn.Module) or not callable(maker):
        raise TypeError(f"{kind} must be a function that makes a module, got {maker!r}")
    unit = maker()
    if not isinstance(unit, nn.Module):
        raise TypeError(f"{kind} must make a module, but made {unit!r}")
    return unit


def _check_gate(unit: nn.Module) -> None:
    """A gate is a share: without noise it must lie in [0, 1]."""
    if isinstance(unit, NoisyActivation):
        lowest, highest = unit.line.bottom, unit.line.top
    elif (
        isinstance(unit, Elementwise | Namesake)
        or type(unit).__module__ == "torch.nn.modules.activation"
    ):
        if any(parameter.is_meta for parameter in unit.parameters()):
            return
        with torch.no_grad():
            # Beyond 50 a unit of double precision that is bounded has arrived.
            values = unit(torch.linspace(-50, 50, 401).reshape(1, -1))
        lowest, highest = float(values.min()), float(values.max())
    else:
        # A module of the user's own, of which a trial call might change something.
        return
    if lowest < 0 or highest > 1:
        raise ValueError(f"a gate must lie between 0 and 1, but {unit} goes {lowest} to {highest}")


def reset_units(layer: nn.Module) -> None:
    """Reset what has parameters of its own; PyTorch calls this once before the units are there."""
    units = getattr(layer, "activations", None)
    for part in units.modules() if units is not None else ():
        if hasattr(part, "reset_parameters"):
            part.reset_parameters()


def keep_units(layer: nn.Module, state_dict: dict[str, Any], prefix: str) -> None:
    """Put the units as they are into a state that holds none, as PyTorch's own layers' does."""
    inside = f"{prefix}activations."
    if not any(key.startswith(inside) for key in state_dict):
        own = layer.get_submodule("activations").state_dict()
        state_dict.update({inside + key: value for key, value in own.items()})


def pair_of(hx: Any) -> tuple[Any, Any]:
    """(h, c), which an LSTM begins with.

    Raises:
        TypeError: for what is no pair.
    """
    if not isinstance(hx, tuple | list) or len(hx) != 2:
        raise TypeError(f"expected a pair (h, c) of states, got {type(hx).__name__}")
    return hx[0], hx[1]


def lstm_step(rows: Tensor, c: Tensor, units: nn.ModuleDict) -> tuple[Tensor, Tensor]:
    """h′ (before a projection) and c′ from W_ih x + W_hh h + b, (batch, 4·hidden_size)."""
    i, f, g, o = rows.chunk(4, dim=-1)
    # c′ = f·c + i·g, then h′ = o·state(c′).
    c = units["forget"](f) * c + units["input"](i) * units["cell"](g)
    return units["output"](o) * units["state"](c), c


def gru_step(rows: Tensor, recurrent: Tensor, h: Tensor, units: nn.ModuleDict) -> Tensor:
    """h′ from W_ih x + b_ih and W_hh h + b_hh, both (batch, 3·hidden_size)."""
    # Kept apart, since r multiplies W_hn h + b_hn alone.
    xr, xz, xn = rows.chunk(3, dim=-1)
    hr, hz, hn = recurrent.chunk(3, dim=-1)
    keep = units["keep"](xz + hz)
    fresh = units["new"](xn + units["reset"](xr + hr) * hn)
    # (1 − z)·n + z·h
    return torch.lerp(fresh, h, keep)
