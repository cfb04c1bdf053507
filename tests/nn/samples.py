"""PyTorch's own sample inputs for every module that both packages have, and for its functions."""

from __future__ import annotations

import sys
import types
import unittest
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

import torch
from torch import Tensor

from actmath import nn
from actmath.nn._mirrored.replacing import _CLASSES

# PyTorch's samples import a package for tests of texts, of which they use one class.
if "expecttest" not in sys.modules:
    stand_in = types.ModuleType("expecttest")
    stand_in.TestCase = unittest.TestCase  # type: ignore[attr-defined]
    sys.modules["expecttest"] = stand_in

# They forbid the whole process to set switches of ``torch.backends``, which other tests do.
with mock.patch.object(torch.backends, "disable_global_flags"):
    from torch.testing._internal.common_methods_invocations import op_db
    from torch.testing._internal.common_modules import module_db

EXACT = torch.float64
NAMES = sorted(kind.__name__ for kind in _CLASSES)


@dataclass(frozen=True)
class Sample:
    """How a module is made, and an input for it."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    x: Tensor

    def make(self, library: Any = nn) -> torch.nn.Module:
        """The module of this package, or of another one, in float64 and evaluation mode."""
        made: torch.nn.Module = getattr(library, self.name)(*self.args, **self.kwargs)
        return made.to(EXACT).eval()


#: Of what PyTorch has no samples for, and what its samples leave out.
MORE: dict[str, list[dict[str, Any]]] = {
    "Hardsigmoid": [{}],
    "Identity": [{}],
    "AlphaDropout": [{}],
    "FeatureAlphaDropout": [{}],
    "RReLU": [{}, {"lower": 0.1, "upper": 0.5}],
    "Hardtanh": [{"min_val": -0.5, "max_val": 2.0}],
    "LeakyReLU": [{"negative_slope": 1.5}],
    "ELU": [{"alpha": -0.7}],
    "CELU": [{"alpha": -0.7}],
    "Softplus": [{"beta": 2.0, "threshold": 3.0}],
    "GELU": [{"approximate": "tanh"}],
    "Threshold": [{"threshold": 0.3, "value": -2.0}],
}


def samples(name: str) -> list[Sample]:
    """Those of PyTorch for a module, then ours; never an input at a kink."""
    torch.manual_seed(3)
    found = []
    for info in module_db:
        if info.module_cls is getattr(torch.nn, name):
            given = info.module_inputs_func(
                info, device="cpu", dtype=EXACT, requires_grad=False, training=False
            )
            for each in given:
                made, x = each.constructor_input, each.forward_input.args[0]
                kwargs = {k: v for k, v in made.kwargs.items() if k not in ("device", "dtype")}
                found.append(Sample(name, made.args, kwargs, x))
    grid = torch.linspace(-7.3, 7.1, 30, dtype=EXACT).reshape(5, 6)
    found += [Sample(name, (), kwargs, grid) for kwargs in MORE.get(name, [])]
    return found


def function_samples(name: str) -> Iterator[Any]:
    """PyTorch's samples for a function of torch.nn.functional, or of torch."""
    torch.manual_seed(3)
    for info in op_db:
        # A variant with another dtype, or of complex numbers, is another function.
        is_it = info.name.rpartition(".")[2] == name and not info.name.startswith("masked")
        if is_it and not info.variant_test_name:
            yield from info.sample_inputs("cpu", EXACT, requires_grad=False)
