"""Each function of the stable formulas is there in every arithmetic, and in floats for the scan."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from flint import arb
from sympy import Expr, FiniteSet, Function, Integer, diff, lambdify

from actmath.lower import _functions
from actmath.lower._for_arb import arb_function
from actmath.lower._for_javascript import compile_stable_javascript
from actmath.lower._for_mpmath import compile_stable
from actmath.lower._for_numpy import compile_one
from actmath.lower._functions import series
from actmath.lower._functions.in_floats import FLOAT_FUNCTIONS
from actmath.lower._functions.piece_in_torch import compile_torch
from actmath.notation import x
from actmath.number import mp

#: Points where no function is special, on both sides of where arithmetics change their formula,
#: and any numbers for the other arguments.
PLACES, OTHERS = (0.75, 3.25), (Integer(2), Integer(3))
#: Functions of the arithmetics of floats alone: what the guard puts in a formula's place.
IN_FLOATS = {name for name, _ in inspect.getmembers(series, inspect.isclass)}


def functions() -> list[type[Function]]:
    """The functions that the files of the folder define."""
    found = []
    for file in pkgutil.iter_modules(_functions.__path__):
        module = importlib.import_module(f"{_functions.__name__}.{file.name}")
        found += [
            value
            for _, value in inspect.getmembers(module, inspect.isclass)
            if issubclass(value, Function)
            and value.__module__ == module.__name__
            # What others are made of is none itself.
            and not value.__subclasses__()
        ]
    return found


EACH = pytest.mark.parametrize("function", functions(), ids=lambda function: function.__name__)


def of_x(function: type[Function]) -> Expr:
    """The function of x, and of as many numbers as it takes beside."""
    # Where the number of arguments is open, three do.
    count = max(function.nargs) if isinstance(function.nargs, FiniteSet) else 3
    return function(*(x, *OTHERS)[: int(count)])


def values(expr: Expr, name: str) -> dict[str, Sequence[Any]]:
    """The formula at the points, by arithmetic."""
    javascript = compile_stable_javascript([x], [expr])
    tensors = [torch.tensor(at, dtype=torch.float64) for at in PLACES]
    found: dict[str, Sequence[Any]] = {
        "numpy": compile_one(expr, 1.0)(np.array(PLACES)),
        "torch": [float(compile_torch([x], expr)(at)) for at in tensors],
        "javascript": [javascript(at)[0] for at in PLACES],
    }
    if name not in IN_FLOATS:
        balls = arb_function([x], (), [expr])
        found["arb"] = [float(balls(arb(at))[0].mid()) for at in PLACES]
        floats = lambdify([x], expr, [FLOAT_FUNCTIONS, "math"])
        found["floats"] = [floats(at) for at in PLACES]
    return found


def test_functions_are_found() -> None:
    assert {"Expm1", "HyperbolicRamp", "Series"} <= {each.__name__ for each in functions()}


@EACH
@pytest.mark.parametrize("order", [0, 1])
def test_every_arithmetic_has_it_and_all_agree(function: type[Function], order: int) -> None:
    """To 12 digits: more than any function of another name has in common with it.

    The exact value itself is the contract's business, which compares it for every activation.
    """
    expr = diff(of_x(function), x, order)
    found = values(expr, function.__name__)
    if function.__name__ in IN_FLOATS:
        exact = found["numpy"]
    else:
        compiled = compile_stable([x], [expr])
        exact = [compiled(mp.mpf(at))[0] for at in PLACES]
    for name, several in found.items():
        for value, wanted in zip(several, exact, strict=True):
            assert abs(value - wanted) < 1e-12 * (1 + abs(wanted)), name
