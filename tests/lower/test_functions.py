"""Each function of the stable formulas is there in every arithmetic, and in floats for the scan."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import pytest
from mpmath import mp
from sympy import Function, Integer, diff

from actmath import Activation, lower
from actmath.lower import ARITHMETICS
from actmath.notation import x
from actmath.numeric._self_normalizing import shape_scan

#: Any point where no function is special, and any positive second argument.
AT, SECOND = 0.75, Integer(2)


def functions() -> list[type[Function]]:
    """The functions that lower's files define, but for those of one arithmetic alone."""
    found = []
    for file in pkgutil.iter_modules(lower.__path__):
        if not file.name.startswith("_for_"):
            module = importlib.import_module(f"actmath.lower.{file.name}")
            classes = inspect.getmembers(module, inspect.isclass)
            found += [
                value
                for name, value in classes
                if issubclass(value, Function)
                and value.__module__ == module.__name__
                and not name.startswith("_")
            ]
    return found


EACH = pytest.mark.parametrize("function", functions(), ids=lambda function: function.__name__)


def of_x(function: type[Function]) -> Function:
    """The function of x, and of a positive number if it takes two arguments."""
    (count,) = function.nargs
    return function(*(x, SECOND)[: int(count)])


def agree(value: Any, exact: Any) -> bool:
    """To 12 digits: more than any function of another name has in common with it."""
    return bool(abs(value - exact) < mp.mpf(10) ** -12 * (1 + abs(exact)))


def test_functions_are_found() -> None:
    assert {"Expm1", "HyperbolicRamp"} <= {function.__name__ for function in functions()}


@EACH
@pytest.mark.parametrize("order", [0, 1])
def test_every_arithmetic_has_it_and_all_agree(function: type[Function], order: int) -> None:
    """The exact value itself is the contract's business, which compares it for every activation."""
    probe = Activation("probe", of_x(function))
    values = {
        name: arithmetic.evaluate(arithmetic.lower(probe, order), [AT], precision)[0]
        for name, arithmetic in ARITHMETICS.items()
        for precision in arithmetic.precisions[:1]
    }
    for name, found in values.items():
        assert agree(found.value, values["mpmath"].value), name


@EACH
def test_the_scan_of_shapes_has_it(function: type[Function]) -> None:
    """A formula whose shape is searched for is evaluated in floats, slopes included."""
    for expr in (of_x(function), diff(of_x(function), x)):
        value = shape_scan._compile([x], expr)(AT)
        exact = ARITHMETICS["mpmath"].lower(Activation("probe", expr), 0)(AT)
        assert agree(value, exact)
